"""Many orders from a file: its columns, its lines, the plan, the sending.

Doors: `room.OrderFiles`, which the service hands out; `parse.opened`, `plan.plan`, `send.Batches`.
"""
