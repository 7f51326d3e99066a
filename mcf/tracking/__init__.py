"""Orders on their way: where they are, what is wrong, what can be done.

Doors: `room.Tracking`, which the service hands out; `view.WholeOrder`, all that is known
of one order; `lifecycle`, the rules (stuck, late, held).
"""
