"""A small trend as a picture that needs no script in the browser.

The charts that Streamlit puts into a metric load a whole library before the page's table is shown.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from html import escape

import streamlit as st

from pages.parts.common import palette

_WIDE, _HIGH = 100.0, 24.0


def draw(values: Mapping[datetime, int], of: str) -> None:
    """What something was on each day, oldest first, over a ground of zero; and that in words."""
    first, *_, last = values
    whole, most = (last - first).total_seconds(), max(*values.values(), 1)
    points = " ".join(
        f"{_WIDE * (day - first).total_seconds() / whole:.1f},"
        f"{_HIGH - 1 - (_HIGH - 3) * value / most:.1f}"
        for day, value in values.items()
    )
    words = f"{of} since {first:%d %b}: {values[first]:,.0f} to {values[last]:,.0f}"
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE:.0f} {_HIGH:.0f}" '
        f'preserveAspectRatio="none"><polygon points="0,{_HIGH:.0f} {points} '
        f'{_WIDE:.0f},{_HIGH:.0f}" fill="{palette.GREEN}" fill-opacity="0.16"/><polyline '
        f'points="{points}" fill="none" stroke="{palette.GREEN}" stroke-width="1.5" '
        'vector-effect="non-scaling-stroke"/></svg>'
    )
    source = f"data:image/svg+xml;base64,{b64encode(drawn.encode()).decode()}"
    size = f"width: 100%; height: {_HIGH:.0f}px; display: block"
    st.html(f'<img src="{source}" alt="{escape(words, quote=True)}" style="{size}">')
