"""Buyers' data: how long it's kept, what goes, who asks for it, and the keys it's encrypted with.

Doors: `room` (`Privacy`). Nothing here draws a page; the encryption itself is the store's.
"""
