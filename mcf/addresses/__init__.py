"""Addresses: what a country asks, pasted text taken apart, towns on a map.

Doors: `validate.problems`, `pasted.understood`, `countries.country`, `geocode.place`,
`spoiled.meant`.
"""
