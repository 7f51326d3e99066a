"""Text from outside, made safe to show."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import escape

import pandas as pd

_MARKS = frozenset("\\`*_{}[]()#+-.!|<>~$:@&")
_NOTHING = ":red[]"
"""An empty coloured word: it shows nothing, isn't copied, and parts what stands around it."""
_JOINED = re.compile(r"(?i)(?<=:)(?=\S)|(?=@)|(?<=www)(?=\.)|(?<=[-<>~])(?=[-=>])")


def plain(text: str) -> str:
    """The text on one line, kept from being read as Markdown.

    What a browser's Markdown takes for an address, an icon or an arrow even when each of its marks
    is escaped (http://, www., a@b.c, :material/x:, -->) is parted by nothing.
    https://github.com/syntax-tree/mdast-util-gfm-autolink-literal
    """
    parts = _JOINED.split(" ".join(text.split()))
    return _NOTHING.join("".join(f"\\{c}" if c in _MARKS else c for c in part) for part in parts)


def cell(value: object, otherwise: str = "") -> str:
    """A cell as plain text; a missing one, which pandas calls NaN, as what stands for it."""
    return plain(value) if isinstance(value, str) and value else otherwise


def raw(value: object, otherwise: str = "") -> str:
    """A cell as it is, or what stands for a missing one; for where Markdown isn't read."""
    return value if isinstance(value, str) and value else otherwise


def is_missing(cell: str | float | datetime | timedelta | None) -> bool:
    """Whether a frame has nothing there: None, NaN or NaT."""
    return bool(pd.isna(cell))


def units(count: int, otherwise: str = "unknown") -> str:
    """A count of a frame, or what stands for one that isn't known."""
    return otherwise if is_missing(count) else f"{count:,}"


def for_plotly(value: object) -> str:
    """A cell for a picture, where Plotly reads tags like <a href> and <br> in every text.

    `html.unescape` gives it back.
    """
    return escape(raw(value), quote=False)
