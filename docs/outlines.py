"""Writes the table of coasts, borders and state lines that `mcf/addresses/outlines.py` reads.

    npm pack world-atlas@2.0.2 us-atlas@3.0.1
    for package in world-atlas-2.0.2 us-atlas-3.0.1; do
        mkdir $package && tar -xzf $package.tgz -C $package
    done
    python docs/outlines.py world-atlas-2.0.2/package/countries-50m.json \
        us-atlas-3.0.1/package/states-10m.json

The lines of the United States are the Census Bureau's, all others Natural Earth's. A line is left
with the points that stand out by a hundredth of a degree. The same releases make the same table.
"""

from __future__ import annotations

import json
import lzma
import sys
from collections.abc import Iterator
from itertools import groupby, pairwise
from math import ceil, floor, hypot
from pathlib import Path
from typing import TypeAlias

TABLE = Path(__file__).parents[1] / "mcf" / "addresses" / "outlines.json.xz"
FINE = 100
"""Parts of a degree in the table."""
UNITED_STATES, ANTARCTICA = "840", "010"
Point: TypeAlias = tuple[float, float]
Square: TypeAlias = tuple[int, int]


def main() -> None:
    """Reads the two topologies and writes the table."""
    world, states = (json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:3])
    table: dict[str, list[list[int]]] = {"coasts": [], "borders": [], "states": []}
    beside: set[Square] = set()
    for owners, line in lines(world, "countries"):
        kind = "coasts" if len(owners) == 1 else "borders"
        if UNITED_STATES not in owners and ANTARCTICA not in owners:
            table[kind].append(steps(line))
        elif kind == "borders":
            beside |= squares_beside(line)
    for owners, line in lines(states, "states"):
        if len(owners) > 1:
            table["states"].append(steps(line))
        else:
            for kind, part in coasts_and_borders(line, beside):
                table[kind].append(steps(part))
    kept = {kind: [line for line in some if len(line) > 2] for kind, some in table.items()}
    text = json.dumps(kept, separators=(",", ":")).encode()
    TABLE.write_bytes(lzma.compress(text, preset=9 | lzma.PRESET_EXTREME))


def lines(topology: dict, areas: str) -> Iterator[tuple[set[str], list[Point]]]:
    """Each line of a TopoJSON file with the areas that it bounds."""
    owners: dict[int, set[str]] = {}
    for area in topology["objects"][areas]["geometries"]:
        for ring in rings(area):
            for number in ring:
                name = area.get("id") or area["properties"]["name"]
                owners.setdefault(max(number, ~number), set()).add(name)
    across, up = topology["transform"]["scale"]
    west, south = topology["transform"]["translate"]
    for number, names in owners.items():
        x = y = 0
        points = []
        for right, higher in topology["arcs"][number]:
            x, y = x + right, y + higher
            points.append((west + x * across, south + y * up))
        yield names, points


def rings(area: dict) -> Iterator[list[int]]:
    """The rings of an area: numbers of lines, `~number` for one taken backwards."""
    if area["type"] == "Polygon":
        yield from area["arcs"]
    elif area["type"] == "MultiPolygon":
        for polygon in area["arcs"]:
            yield from polygon


def square(point: Point) -> Square:
    """The tenth of a degree in which a point lies."""
    return floor(10 * point[0]), floor(10 * point[1])


def squares_beside(line: list[Point]) -> set[Square]:
    """The squares that a line crosses, and those around them."""
    crossed = set()
    for (x, y), (to_x, to_y) in pairwise(line):
        parts = max(1, ceil(20 * hypot(to_x - x, to_y - y)))
        for part in range(parts + 1):
            crossed.add(square((x + (to_x - x) * part / parts, y + (to_y - y) * part / parts)))
    return {(x + i, y + j) for x, y in crossed for i in (-1, 0, 1) for j in (-1, 0, 1)}


def coasts_and_borders(line: list[Point], beside: set[Square]) -> Iterator[tuple[str, list[Point]]]:
    """The parts of an outer line, by whether another country lies beside them."""
    steps_beside = [square(a) in beside and square(b) in beside for a, b in pairwise(line)]
    at = 0
    for is_beside, run in groupby(steps_beside):
        end = at + len(list(run))
        yield "borders" if is_beside else "coasts", line[at : end + 1]
        at = end


def steps(line: list[Point]) -> list[int]:
    """A line's first point and the steps from each to the next, east and north by turns."""
    points = [(round(x * FINE), round(y * FINE)) for x, y in standing_out(line)]
    numbers = [*points[0]]
    for (x, y), (east, north) in pairwise(points):
        if (x, y) != (east, north):
            numbers += [east - x, north - y]
    return numbers


def standing_out(line: list[Point]) -> list[Point]:
    """The ends of a line and what is off the way between those kept, by Douglas-Peucker."""
    kept = {0, len(line) - 1}
    stretches = [(0, len(line) - 1)]
    while stretches:
        first, last = stretches.pop()
        (x, y), (to_x, to_y) = line[first], line[last]
        long = hypot(to_x - x, to_y - y)
        off = [
            abs((to_y - y) * (at_x - x) - (to_x - x) * (at_y - y)) / long
            if long
            else hypot(at_x - x, at_y - y)
            for at_x, at_y in line[first + 1 : last]
        ]
        if off and max(off) > 1 / FINE:
            middle = first + 1 + off.index(max(off))
            kept.add(middle)
            stretches += [(first, middle), (middle, last)]
    return [line[number] for number in sorted(kept)]


if __name__ == "__main__":
    main()
