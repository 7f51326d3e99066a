"""Addresses of databases: what is wrong with one, and what may be said of where it leads."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from mcf.logs import redacted

HOW = (
    "Use sqlite:///path/to/file or postgresql+psycopg://user:password@host:5432/name. In a name "
    "or a password write @ as %40, : as %3A, / as %2F and % as %25."
)
_LOGIN = re.compile(r"(?:[^:/]*(?::[^@]*)?@)?")
"""The user and the password as SQLAlchemy finds them: the password ends at the first @."""
_USUAL_PORT = 5432


def problem(url: str) -> str | None:
    """Why an address can't be understood, without a part of it; None when it can."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        return None
    behind, _, _ = rest[_login(rest) :].partition("?")
    if "@" in behind:
        return "has more than one @, so a part of the password would be taken for the host."
    return None if _host_and_port(url) else "holds a host or a port that is none."


def place(url: str) -> str:
    """What may be said of where a database is, like "PostgreSQL at db.example.com:5432/mcf"."""
    if not url.startswith("postgresql"):
        return redacted(url)
    there = None if problem(url) else _host_and_port(url)
    if there is None:
        return "PostgreSQL"
    rest = url.partition("://")[2]
    name = rest[_login(rest) :].partition("?")[0].partition("/")[2]
    return f"PostgreSQL at {there}{name and '/'}{name}"


def _login(rest: str) -> int:
    """How long the user and the password are, with the @ behind them."""
    found = _LOGIN.match(rest)
    return found.end() if found else 0


def _host_and_port(url: str) -> str | None:
    """Like "db.example.com:5432"; None where there's half an address, or a port that is none."""
    rest = url.partition("://")[2]
    netloc = re.split(r"[/?]", rest[_login(rest) :])[0]
    try:
        parts = urlsplit(f"//{netloc}")
        port = parts.port
    except ValueError:
        return None
    if port == 0:
        return None
    host = parts.hostname or "this machine"
    return f"{f'[{host}]' if ':' in host else host}:{port or _USUAL_PORT}"
