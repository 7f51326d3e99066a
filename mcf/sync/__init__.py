"""Amazon -> store: what is read when, and how far it is.

Doors: `reader.Sync`, `progress.Run`, `freshness.Freshness`.
"""
