"""SP-API's data as frozen Python objects, both ways without loss.

`base` is shared, `requests` is what Amazon is asked, `answers` what it tells.
"""
