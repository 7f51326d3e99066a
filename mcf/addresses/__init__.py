"""Addresses: what a country asks, pasted text taken apart, towns on a map.

Doors: `validate.problems`, `parse.taken_apart`, `countries.country`, `geocode.place`,
`spoiled.meant`.
"""
