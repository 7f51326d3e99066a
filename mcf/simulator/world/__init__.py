"""Everything that Amazon would know: stock, orders, parcels and time. No HTTP, no wall clock.

`world.World` is the state and its queue; `engine.place` and `engine.advance` let things happen.
What may become of an order is in `lifecycle`.
"""
