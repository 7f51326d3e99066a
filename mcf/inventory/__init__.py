"""The stock: its history, velocity, forecast, reorder and what needs a decision.

Doors: `review.StockReview`, `planning.plan`, `history.History`, `preferences.Choices`.
"""
