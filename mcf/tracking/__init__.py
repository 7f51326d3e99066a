"""Orders on their way: where they are, what is wrong, what can be done.

Doors: `view.OrderView`, `lifecycle` (stuck, late, held), `changes.Changes`, `returns.Returning`.
"""
