"""The fictional brand whose world the simulator opens with: its products, customers and past.

`seeding.populate` fills an empty world; `customers.hourly_orders` goes on ordering in it.
"""
