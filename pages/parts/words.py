"""Text from outside, made safe to show."""

from __future__ import annotations


def plain(text: str) -> str:
    """The text on one line, kept from being read as Markdown."""
    folded = " ".join(text.split())
    return "".join(f"\\{ch}" if ch in "\\`*_{}[]()#+-.!|<>~$:" else ch for ch in folded)


def cell(value: object, otherwise: str = "") -> str:
    """A cell as plain text; a missing one, which pandas calls NaN, as what stands for it."""
    return plain(value) if isinstance(value, str) and value else otherwise


def known(value: object, otherwise: str = "") -> str:
    """A cell as it is, or what stands for a missing one; for where Markdown isn't read."""
    return value if isinstance(value, str) and value else otherwise
