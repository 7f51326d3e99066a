"""Who may see, ship and decide, and who did.

Doors: `room` (`Access`), `roles` (what each role may), `actor` (who acts now). Nothing here draws a
page.
"""
