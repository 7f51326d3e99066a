"""The parts of the Inventory page: figures, table, pictures, a SKU."""
