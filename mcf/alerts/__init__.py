"""Alerts: what is worth one, by which channel, each event once.

Doors: `rules.of_orders`, `dispatch.Telling`.
"""
