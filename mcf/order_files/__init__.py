"""Many orders from a file: its columns, its lines, the plan, the sending, what goes back to a shop.

Doors: `room.OrderFiles`, which the service hands out; `parse.opened`, `plan.plan`, `send.Batches`,
`shops.read`, `shop_results.results`.
"""
