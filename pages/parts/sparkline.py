"""A small trend as a picture that needs no script in the browser.

The charts that Streamlit puts into a metric load a whole library before the page's table is shown.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

_WIDE, _HIGH = 100.0, 24.0
_LINE = "#14907F"


def sparkline(values: Sequence[float], told: str) -> None:
    """A line through the values, oldest first; `told` says it to who can't see it."""
    low, high = min(values), max(values)
    span, step = high - low or 1, _WIDE / (len(values) - 1)
    points = " ".join(
        f"{step * n:.1f},{_HIGH - 2 - (_HIGH - 4) * (value - low) / span:.1f}"
        for n, value in enumerate(values)
    )
    st.html(
        f'<svg viewBox="0 0 {_WIDE:.0f} {_HIGH:.0f}" preserveAspectRatio="none" width="100%" '
        f'height="{_HIGH:.0f}" role="img" aria-label="{told}">'
        f'<polygon points="0,{_HIGH:.0f} {points} {_WIDE:.0f},{_HIGH:.0f}" fill="{_LINE}" '
        f'fill-opacity="0.16"/><polyline points="{points}" fill="none" stroke="{_LINE}" '
        'stroke-width="1.5" vector-effect="non-scaling-stroke"/></svg>'
    )
