"""The parts of Tracking: the list, an order, its parcels, what can be done."""
