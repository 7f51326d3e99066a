"""Amazon's operations over the simulated world, without any server around them.

Every module with operations ends with its `OPERATIONS`; `operations.Operation` says what one is.
By version: `requests_*` judges what is asked, `answers_*` words what is answered.
"""
