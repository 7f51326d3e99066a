"""One order: typed, checked, quoted, sent exactly once, replaced.

Doors: `validation.judge`, `quotes.compare`, `submission.Submissions.submit`.
"""
