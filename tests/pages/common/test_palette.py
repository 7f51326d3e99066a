"""The colours of pictures: told apart by everybody, seen on light and dark ground."""

from __future__ import annotations

import tomllib
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from mcf.amazon.statuses import Status
from pages.parts.common import charts, palette

CONFIG = tomllib.loads((Path(__file__).parents[3] / ".streamlit/config.toml").read_text("utf-8"))
THEME = CONFIG["theme"]
# Machado, Oliveira and Fernandes 2009, severity 1: https://doi.org/10.1109/TVCG.2009.113
SIGHTS = {
    "everybody": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]
    ),
}  # fmt: skip
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
     [0.0193339, 0.1191920, 0.9503041]]
)  # fmt: skip
SETS = {
    "marks": palette.MARKS,
    "places": tuple(colour for _, colour in charts.PLACES.values()),
    "health": tuple(palette.HEALTH.values()),
    "chips": tuple(palette.CHIPS.values()),
}
GROUNDS = [THEME[kind]["backgroundColor"] for kind in ("light", "dark")]


def light(colour: str) -> np.ndarray:
    """The colour's red, green and blue, as light adds up."""
    shown = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)


def lab(colour: str, sight: np.ndarray) -> np.ndarray:
    """CIELAB of what is seen of the colour."""
    seen = np.clip(sight @ light(colour), 0, 1)
    parts = XYZ @ seen / np.array([0.95047, 1.0, 1.08883])
    bent = np.where(parts > 216 / 24389, np.cbrt(parts), (24389 / 27 * parts + 16) / 116)
    return np.array([116 * bent[1] - 16, 500 * (bent[0] - bent[1]), 200 * (bent[1] - bent[2])])


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """How far two colours are apart by CIEDE2000: https://doi.org/10.1002/col.20070"""
    (light_1, a_1, b_1), (light_2, a_2, b_2) = one, other
    mean = (np.hypot(a_1, b_1) + np.hypot(a_2, b_2)) / 2
    more = 1 + (1 - np.sqrt(mean**7 / (mean**7 + 25.0**7))) / 2
    chroma_1, chroma_2 = np.hypot(more * a_1, b_1), np.hypot(more * a_2, b_2)
    hue_1, hue_2 = (np.degrees(np.arctan2(b, more * a)) % 360 for a, b in ((a_1, b_1), (a_2, b_2)))
    turn = (hue_2 - hue_1 + 180) % 360 - 180 if chroma_1 * chroma_2 else 0.0
    far_light, far_chroma = light_2 - light_1, chroma_2 - chroma_1
    far_hue = 2 * np.sqrt(chroma_1 * chroma_2) * np.sin(np.radians(turn / 2))
    chroma, middle = (chroma_1 + chroma_2) / 2, (light_1 + light_2) / 2 - 50
    hue = (hue_1 + turn / 2) % 360 if chroma_1 * chroma_2 else hue_1 + hue_2
    waves = ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.2, 4, -63))
    wave = 1 + sum(part * np.cos(np.radians(n * hue + begin)) for part, n, begin in waves)
    by_light = far_light / (1 + 0.015 * middle**2 / np.sqrt(20 + middle**2))
    by_chroma = far_chroma / (1 + 0.045 * chroma)
    by_hue = far_hue / (1 + 0.015 * chroma * wave)
    blue = np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    turned = -2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7)) * blue * by_chroma * by_hue
    return float(np.sqrt(by_light**2 + by_chroma**2 + by_hue**2 + turned))


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio"""
    low, high = sorted(float(XYZ[1] @ light(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("sight", list(SIGHTS))
@pytest.mark.parametrize("name", list(SETS))
def test_colours_of_one_picture_are_told_apart(name: str, sight: str) -> None:
    seen = [lab(colour, SIGHTS[sight]) for colour in SETS[name]]
    assert min(apart(*pair) for pair in combinations(seen, 2)) >= 15


@pytest.mark.parametrize(
    ("one", "other", "published"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_difference_of_colours_is_reckoned_as_published(
    one: tuple[float, ...], other: tuple[float, ...], published: float
) -> None:
    assert apart(np.array(one), np.array(other)) == pytest.approx(published, abs=5e-5)


def test_white_against_black_is_21_to_1() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)


@pytest.mark.parametrize("ground", GROUNDS)
def test_marks_are_seen_on_their_ground(ground: str) -> None:
    every = {colour for colours in SETS.values() for colour in colours} | {palette.INK}
    assert min(contrast(colour, ground) for colour in every) >= 3


@pytest.mark.parametrize(("kind", "ground"), [*zip(("light", "dark"), GROUNDS, strict=True)])
def test_words_of_figures_are_readable(kind: str, ground: str) -> None:
    assert contrast(palette.WORDS[kind], ground) >= 4.5


def test_words_on_marks_of_health_are_readable() -> None:
    words = [contrast(palette.ON_HEALTH, colour) for colour in palette.HEALTH.values()]
    assert min(words) >= 4.5


@pytest.mark.parametrize("kind", ["light", "dark"])
def test_words_of_the_theme_are_readable(kind: str) -> None:
    """White stands on the primary button; words and links on both grounds."""
    theme = THEME[kind]
    grounds = [theme["backgroundColor"], theme["secondaryBackgroundColor"]]
    pairs = [(theme[word], ground) for word in ("textColor", "linkColor") for ground in grounds]
    assert min(contrast(*pair) for pair in [*pairs, ("#FFFFFF", theme["primaryColor"])]) >= 4.5
    assert contrast(theme["primaryColor"], theme["backgroundColor"]) >= 3


def test_the_theme_has_the_same_colours_in_the_same_order() -> None:
    assert THEME["chartCategoricalColors"] == list(palette.MARKS)


def test_every_mark_has_a_pattern_of_its_own() -> None:
    assert len({palette.pattern(colour) for colour in palette.MARKS}) == len(palette.MARKS)


def test_every_colour_of_a_status_has_a_chip() -> None:
    kinds = [kind for kind in Status.__subclasses__() if len(kind)]
    assert {member.colour for kind in kinds for member in kind} <= set(palette.CHIPS)


def test_a_faint_colour_lets_the_ground_through() -> None:
    assert palette.faint("#0A14FF", 0.3) == "rgba(10,20,255,0.3)"
