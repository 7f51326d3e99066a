"""Amazon -> store: what is read when (`reader`, `freshness`), page by page and again where a page
token expired (`pages`), how far it is (`progress`), and how it's written (`writer`).

Doors: `reader.Sync`, `progress.Run`, `freshness.Freshness`.
"""
