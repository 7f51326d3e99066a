"""The parts of the order form: recipient, items, options, quotes, sending."""
