"""Today: what needs a hand in one ranked list, and what changed since yesterday."""
