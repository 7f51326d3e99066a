"""What tests do with a demo and its page doesn't."""

from __future__ import annotations

from mcf.demo import DemoAmazon, DemoClock


def set_speed(demo: DemoAmazon, speed: float) -> DemoClock:
    """The clock after its speed was changed; 0 stops it."""
    body = {"frozen": True} if speed == 0 else {"frozen": False, "speed": speed}
    demo._control("POST", "clock", body)
    return demo.clock()
