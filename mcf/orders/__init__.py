"""One order: typed, checked, quoted, sent exactly once, replaced.

Doors: `room.Ordering`, which the service hands out; `validation.judge`, `quotes.compare`,
`submission.Submissions.submit`.
"""
