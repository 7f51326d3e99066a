"""The stock: its history, velocity, forecast, reorder and what needs a decision.

Doors: `room.Stock`, which the service hands out; `review.StockReview`, `planning.plan`.
"""
