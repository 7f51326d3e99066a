"""The address at which people reach the dashboard: whether it is one, and its pages' addresses."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""Names of this machine that no other one can be reached by."""
PAGES = ("inventory", "new_order", "tracking", "connection", "people", "audit")
"""The last word in the address of each page but Today."""
HOW = (
    "Give it as the browser shows Today, like https://desk.example.com, or leave it empty for "
    "alerts without links."
)
_ADDRESS = re.compile(
    r"(?P<scheme>[a-z]+)://(?P<host>[\w.-]*\w|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/[A-Za-z0-9._~%-]*)*)",
    re.IGNORECASE,
)
"""Nothing that a mail or a chat would read as more than a link."""


def parts(text: str, schemes: tuple[str, ...]) -> SplitResult | None:
    """The parts of an address with one of the schemes and a host; None for anything else."""
    if any(c.isspace() or not c.isprintable() for c in text):
        return None
    try:
        address = urlsplit(text)
        usable = address.scheme in schemes and address.hostname and address.port != 0
    except ValueError:  # a port that is no number, or half an IPv6 address
        return None
    return address if usable else None


def problem(url: str) -> str | None:
    """Why links can't begin with this, without a part of it; None when they can."""
    if "@" in url:
        return "holds a login, which everybody who gets an alert would see."
    if "?" in url or "#" in url:
        return "goes on with ? or #, behind which no page's address can stand."
    parts = _ADDRESS.fullmatch(url)
    if parts is None or not 0 < int(parts["port"] or 1) < 65_536:
        return "is not an address."
    if parts["scheme"].lower() not in ("http", "https"):
        return "begins with neither https:// nor http://."
    if parts["path"].rstrip("/").rpartition("/")[2] in PAGES:
        return "is the address of one page, not of the dashboard."
    return None


def tidy(url: str) -> str:
    """The address without slashes at its end, so that a page's can be put behind it."""
    return url.rstrip("/")


def of_order(base: str, order_id: str) -> str:
    """The address of an order's page; without an order that of Today.

    An order's number may be anything, so of it only ASCII letters, digits, "-._~" and "%" remain.
    """
    if not order_id:
        return f"{base}/"
    return f"{base}/tracking?order={quote(order_id, safe='', errors='replace')}"
