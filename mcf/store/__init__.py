"""What the program remembers: tables, rows, frames, and who may write among processes.

Doors: `database.Store` reads and writes, `frames` and `snapshots` are what pages see.
"""
