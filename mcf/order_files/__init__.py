"""Many orders from a file: its columns, its lines, the plan, the sending.

Doors: `parse.opened`, `plan.plan`, `send.Batches`.
"""
