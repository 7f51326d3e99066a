"""The colours of pictures, chips and small trends: all of them, and what each stands for.

Marks are seen on light and on dark ground (3 : 1), and all eight are told apart with protanopia and
deuteranopia too (15 by CIEDE2000), as are those of `HEALTH`, on which white words are readable (4.5
: 1). Colour never says anything alone: a place, a pattern or a word stands beside it.
`.streamlit/config.toml` has MARKS again.
"""

from __future__ import annotations

from mcf.inventory.planning import Health

GREEN = "#18A888"
AMBER = "#E07800"
BLUE = "#1098F8"
VIOLET = "#5848F0"
RED = "#C81008"
SLATE = "#187080"
BROWN = "#806050"
SKY = "#6098A8"
MARKS = (GREEN, AMBER, BLUE, VIOLET, RED, SLATE, BROWN, SKY)
INK = "#7A8B88"
"""Lines that help: a lead time, a connector; and what is too little to say."""
HEALTH = {
    Health.OUT: "#D00060",
    Health.LOW: "#C05800",
    Health.FINE: "#007060",
    Health.EXCESS: "#5840F8",
    Health.NEW: "#607898",
}
UNKNOWN = "#6B7B78"
"""The ground of a state that isn't known."""
ON_HEALTH = "#FFFFFF"
WORDS = {"light": "#46524F", "dark": "#C5CFCC"}
"""Words of figures by the kind of theme."""
PATTERNS = ("", "/", ".", "x", "\\", "-", "|", "+")
"""A pattern for each of MARKS, in their order; those of `HEALTH` have the first five."""
CHIPS = {
    "blue": BLUE,
    "violet": VIOLET,
    "green": GREEN,
    "orange": AMBER,
    "red": RED,
    "gray": SLATE,
}
"""By the names of colours that statuses have."""


def pattern(colour: str) -> str:
    """The pattern of one of MARKS, by Plotly's name."""
    return PATTERNS[MARKS.index(colour)]


def faint(colour: str, part: float) -> str:
    """The colour with so much of it seen, of 1."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{part})"
