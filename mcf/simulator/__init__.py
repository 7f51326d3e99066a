"""Amazon on your laptop: SP-API for Multi-Channel Fulfillment, simulated over HTTP.

Imports nothing else of `mcf`, so that it can judge the rest of it.
"""

from mcf.simulator.clock import Clock
from mcf.simulator.server import Simulator

__all__ = ["Clock", "Simulator"]
