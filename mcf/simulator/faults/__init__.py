"""Amazon's bad days: each a small class, switched on per operation, by the nth call or by chance.

A fault acts before the operation, so that nothing happens, or after it, so that it happened but
the client can't know. Where a kind of failure was seen in the wild, its class says where.

`kinds` has them all by name, and `kinds.Faults` those that are switched on.
"""
