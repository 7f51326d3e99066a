"""A small trend as a picture that needs no script in the browser.

The charts that Streamlit puts into a metric load a whole library before the page's table is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape

import streamlit as st

_WIDE, _HIGH = 100.0, 24.0
_LINE = "#14907F"


def sparkline(values: Mapping[datetime, float], of: str) -> None:
    """What something was on each day, oldest first, over a ground of zero; and that in words."""
    first, *_, last = values
    whole, most = (last - first).total_seconds(), max(*values.values(), 1)
    points = " ".join(
        f"{_WIDE * (day - first).total_seconds() / whole:.1f},"
        f"{_HIGH - 1 - (_HIGH - 3) * value / most:.1f}"
        for day, value in values.items()
    )
    told = f"{of} since {first:%d %b}: {values[first]:,.0f} to {values[last]:,.0f}"
    st.html(
        f'<svg viewBox="0 0 {_WIDE:.0f} {_HIGH:.0f}" preserveAspectRatio="none" width="100%" '
        f'height="{_HIGH:.0f}" role="img" aria-label="{escape(told, quote=True)}">'
        f'<polygon points="0,{_HIGH:.0f} {points} {_WIDE:.0f},{_HIGH:.0f}" fill="{_LINE}" '
        f'fill-opacity="0.16"/><polyline points="{points}" fill="none" stroke="{_LINE}" '
        'stroke-width="1.5" vector-effect="non-scaling-stroke"/></svg>'
    )
