"""How which Amazon this is is shown."""

from __future__ import annotations

from mcf.settings import Mode
from pages.parts.common.modes import BADGES


def test_every_mode_says_whether_orders_ship() -> None:
    assert set(BADGES) == set(Mode)
    assert [mode for mode, (label, *_) in BADGES.items() if "really ship" in label] == [Mode.LIVE]
