"""Amazon: every call, what an answer means, models, statuses and their labels.

Doors: `client.MCFClient` asks, `models` is what goes to and fro, `statuses` what a word means;
`transport` retries, `throttle` keeps to the rate limits.
"""
