"""Text from outside, made harmless: in a CSV, where a spreadsheet would run it as a formula, and
addresses, which a browser would follow.

https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")


def harmless(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def meant(text: str) -> str:
    """The text that `harmless` was given; any other stays as it is."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def cleaned(address: object) -> str:
    """An address from outside without what isn't part of it; "" for what is no text.

    Amazon's own example is percent-encoded as a whole and ends with a line break.
    """
    text = address if isinstance(address, str) else ""
    for _ in range(2):
        if _ENCODED.match(text):
            text = unquote(text)
    return _AROUND.sub("", text)


def secure_host(address: object) -> str | None:
    """The host that an address from outside leads to; None when it's no plain https address."""
    if not isinstance(address, str) or _UNWANTED.search(address):
        return None
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    sound = parts.scheme == "https" and "@" not in parts.netloc
    return parts.hostname if sound and _HOST.fullmatch(parts.hostname or "") else None


_ENCODED = re.compile(r"\s*https?%(25)*3A", re.IGNORECASE)
_AROUND = re.compile(r"^(\s|%0[9AD]|%20)+|(\s|%0[9AD]|%20)+$", re.IGNORECASE)
_UNWANTED = re.compile(r"[\s\\\x00-\x20\x7f]")
_HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
