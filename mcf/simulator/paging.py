"""Opaque page tokens, some of which die young."""

from __future__ import annotations

import base64
import binascii
import json
from collections import OrderedDict

from mcf.simulator.clock import Timer


class PageTokens:
    """Tokens that carry a place in a list; with a lifetime, in seconds of protocol time."""

    def __init__(self, timer: Timer, lifetime: float | None = None) -> None:
        self._timer = timer
        self._lifetime = lifetime
        self._issued: OrderedDict[int, float] = OrderedDict()
        self._serial = 0

    def issue(self, **place: str | int) -> str:
        if self._lifetime is not None:
            self._serial += 1
            self._issued[self._serial] = self._timer()
            place["issue"] = self._serial
            self._forget_the_dead(self._lifetime)
        return base64.b64encode(json.dumps(place).encode()).decode()

    def _forget_the_dead(self, lifetime: float) -> None:
        while self._timer() - next(iter(self._issued.values())) > lifetime:
            self._issued.popitem(last=False)

    def redeem(self, token: str) -> dict[str, str | int] | None:
        """The place a token carries; None when it is invalid or expired."""
        try:
            place = json.loads(base64.b64decode(token, validate=True))
        except (binascii.Error, ValueError):
            return None
        if not isinstance(place, dict):
            return None
        if self._lifetime is not None:
            issued = self._issued.get(place.get("issue", 0))
            if issued is None or self._timer() - issued > self._lifetime:
                return None
        return place
