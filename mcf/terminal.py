"""What commands say on a terminal: lines and tables without control characters, what they wait for.

Heavy imports wait until something is said, so that `--help` is quick.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from mcf.errors import InvalidInput
from mcf.files.harmless import printable

if TYPE_CHECKING:
    import pandas as pd

    from mcf.files.headings import Headings
    from mcf.settings import Settings

_SILENCE = 0.5
"""Seconds for which a database may be waited for without a word."""
_ORDER = "seller_fulfillment_order_id"
_UNBROKEN = 2000
"""Columns of a table that goes into a file or another program: no line is broken."""


def say(text: str, *, err: bool = False) -> None:
    """Prints a line; names in it come from strangers, and a terminal obeys control characters."""
    click.echo(printable(text), err=err)


@contextmanager
def awaited(settings: Settings, after: float = _SILENCE) -> Iterator[None]:
    """Says which database is waited for, unless it answers within so many seconds."""
    words = f"Waiting for {settings.awaited} ..."
    speaker = threading.Timer(after, say, [words], {"err": True})
    if settings.awaited is not None:
        speaker.start()
    try:
        yield
    finally:
        speaker.cancel()


def table(frame: pd.DataFrame, headings: Headings) -> None:
    """Prints the columns of a frame that have a word, under it; times are UTC.

    It's as wide as the terminal is, or unbroken where there's none.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        console.width = _UNBROKEN
    grid = Table(box=None, header_style="bold")
    shown = frame[[name for name in frame.columns if name in headings.words]]
    for name, kind in shown.dtypes.items():
        utc = " (UTC)" if str(kind).endswith("UTC]") else ""
        grid.add_column(f"{headings.words[str(name)]}{utc}", overflow="fold")
    for row in shown.itertuples(index=False, name=None):
        grid.add_row(*(Text(_cell(value)) for value in row))
    console.print(grid)


def parts(
    items: pd.DataFrame, shipments: pd.DataFrame, packages: pd.DataFrame, events: pd.DataFrame
) -> None:
    """Prints what an order consists of, and what happened to its parcels; nothing of what isn't."""
    from mcf.files import headings

    words = dataclasses.replace(
        headings.PACKAGES,
        words={name: word for name, word in headings.PACKAGES.words.items() if name != _ORDER},
    )
    for frame, named in (
        (items, headings.ITEMS),
        (shipments, headings.SHIPMENTS),
        (packages, words),
        (events, headings.EVENTS),
    ):
        if len(frame):
            table(named.ordered(frame), named)


def _cell(value: Any) -> str:
    import pandas as pd

    if pd.isna(value):
        return ""
    if not isinstance(value, pd.Timestamp):
        return printable(str(value))
    return f"{value:%Y-%m-%d}" if value.tz is None else f"{value:%Y-%m-%d %H:%M}"


def in_status(frame: pd.DataFrame, status: str) -> pd.DataFrame:
    """The orders in a status, by Amazon's word or by the label."""
    raw, labels = (frame[name].map(_word) for name in ("status", "status_label"))
    return frame[(raw == _word(status)) | (labels == _word(status))]


def require_status(frame: pd.DataFrame, status: str) -> None:
    """Raises `InvalidInput` for a word that is no status, nor that of an order in the frame."""
    from mcf.amazon.statuses import FulfillmentOrderStatus

    declared = FulfillmentOrderStatus.declared()
    labels = [each.label for each in FulfillmentOrderStatus]
    known = {*declared, *labels, *frame["status"], *frame["status_label"]}
    if _word(status) not in map(_word, known):
        raise InvalidInput(
            {"--status": f"{status!r} is no status of an order"},
            advice=f"Use one of: {', '.join(declared)}.",
        )


def _word(text: object) -> str:
    """A status without what people write differently: capitals, blanks, underscores."""
    return "".join(c for c in str(text).casefold() if c.isalnum())
