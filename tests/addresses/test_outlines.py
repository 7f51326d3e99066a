"""Coasts, borders and state lines: their table, what a map shows of it, and what its script makes."""

from __future__ import annotations

import json
import lzma
import runpy
import sys
from pathlib import Path

import pytest

from mcf.addresses import outlines
from mcf.addresses.geocode import Box
from mcf.addresses.outlines import TABLE, Drawn, Kind

SCRIPT = Path(__file__).parents[2] / "docs" / "outlines.py"
PRAIRIE = Box(38.0, 39.0, -102.6, -101.5)
ATLANTIC = Box(30.0, 35.0, -50.0, -40.0)
WORLD = Box(-85.0, 85.0, -180.0, 180.0)
US_EAST, US_WEST = {"id": "1", "type": "Polygon"}, {"id": "2", "type": "MultiPolygon"}


def longest_step(drawn: Drawn) -> float:
    steps = zip(drawn.longitudes, drawn.longitudes[1:], strict=False)
    return max(abs(a - b) for a, b in steps if a is not None and b is not None)


def test_the_table_is_small_and_has_its_licence_beside_it() -> None:
    licence = TABLE.with_name(f"{TABLE.name}.license").read_text("utf-8")

    assert TABLE.stat().st_size < 150_000
    assert "Natural Earth" in licence
    assert "SPDX-License-Identifier: CC0-1.0" in licence
    assert SCRIPT.name in licence


def test_a_straight_state_line_is_drawn_where_none_of_its_points_lies_within() -> None:
    drawn = outlines.within(PRAIRIE, Kind.STATES)

    assert -102.05 in drawn.longitudes
    assert not any(38.0 <= at <= 39.0 for at in drawn.latitudes if at is not None)
    assert drawn.latitudes[-1] is None
    assert len(drawn.latitudes) == len(drawn.longitudes)


@pytest.mark.parametrize("kind", Kind)
def test_the_open_sea_has_no_line(kind: Kind) -> None:
    assert outlines.within(ATLANTIC, kind) == ([], [])


def test_the_united_states_have_coasts_borders_and_states() -> None:
    puget_sound, rio_grande = Box(47.0, 48.0, -123.0, -122.0), Box(28.0, 29.5, -101.0, -100.0)

    assert outlines.within(puget_sound, Kind.COASTS).latitudes
    assert outlines.within(rio_grande, Kind.BORDERS).latitudes
    assert not outlines.within(rio_grande, Kind.COASTS).latitudes


@pytest.mark.parametrize("kind", Kind)
def test_no_line_goes_around_the_earth(kind: Kind) -> None:
    assert longest_step(outlines.within(WORLD, kind)) < 60


def test_a_map_of_the_world_is_not_finer_than_a_screen() -> None:
    assert len(outlines.within(WORLD, Kind.COASTS).latitudes) < 16_000


def test_the_script_tells_coasts_borders_and_state_lines_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two states side by side; of the eastern one's outer line, the north lies beside a country."""
    world = {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [
            [[1, 1], [1, 0]],
            [[2, 1], [0, 2], [-1, 0], [0, -2]],
            [[20, 0], [1, 0], [0, 1], [-1, -1]],
        ],
        "objects": {
            "countries": {
                "geometries": [
                    {"id": "840", "type": "Polygon", "arcs": [[0]]},
                    {"id": "124", "type": "Polygon", "arcs": [[-1, 1]]},
                    {"id": "578", "type": "MultiPolygon", "arcs": [[[2]]]},
                ]
            }
        },
    }
    states = {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [
            [[1, 0], [0, 1]],
            [[1, 1], [1, 0], [0, -1], [-1, 0]],
            [[1, 1], [-1, 0], [0, -1], [1, 0]],
        ],
        "objects": {
            "states": {
                "geometries": [
                    US_EAST | {"arcs": [[0, 1]]},
                    US_WEST | {"arcs": [[[~0, 2]]]},
                ]
            }
        },
    }
    names = [tmp_path / "world.json", tmp_path / "states.json"]
    for name, content in zip(names, (world, states), strict=True):
        name.write_text(json.dumps(content), encoding="utf-8")
    script = runpy.run_path(str(SCRIPT))
    monkeypatch.setitem(script["main"].__globals__, "TABLE", tmp_path / "table.xz")
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), *map(str, names)])

    script["main"]()

    assert json.loads(lzma.decompress((tmp_path / "table.xz").read_bytes())) == {
        "coasts": [
            [200, 100, 0, 200, -100, 0, 0, -200],
            [2000, 0, 100, 0, 0, 100, -100, -100],
            [200, 100, 0, -100, -100, 0],
            [100, 100, -100, 0, 0, -100, 100, 0],
        ],
        "borders": [[100, 100, 100, 0]],
        "states": [[100, 0, 0, 100]],
    }
