"""Text from outside, made harmless: in a CSV, where a spreadsheet would run it as a formula, in a
terminal or a log, which control characters would rule, and addresses, which a browser would follow.

https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import unquote, urlsplit

_CODE = re.compile(r"[-+@]?[A-Za-z0-9 ._#/-]*", re.ASCII)
"""What a spreadsheet may take for a sum, but can't call, look up or fetch anything by."""
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")


def harmless(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def harmless_id(text: str) -> str:
    """The same for a number or a code, which stays as it is where it can't do any harm.

    A program that reads it would take the apostrophe for a part of it, and "-12B" calls nothing.
    """
    return text if _CODE.fullmatch(text) else harmless(text)


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


def printable(text: str) -> str:
    """The text on one line, with what isn't to be seen spelled out, like "\\x1b" for ESC.

    A terminal obeys control characters: they hide lines, and type for who sits there.
    """
    return _UNSEEN.sub(_spelled, _BREAKS.sub(" ", text))


def _spelled(unseen: re.Match[str]) -> str:
    return unseen[0].encode("unicode_escape", "surrogatepass").decode("ascii")


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


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet: of no private network, and of no machine's own.

    One of IPv6 that stands for one of IPv4 is judged by that.
    """
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    meant = (_embedded(ip) or ip) if isinstance(ip, IPv6Address) else ip
    return meant.is_global and not meant.is_multicast


def _embedded(ip: IPv6Address) -> IPv4Address | None:
    """The address of IPv4 behind one that is mapped, translated (NAT64) or tunnelled."""
    if ip in _TRANSLATED or ip in _COMPATIBLE:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


_COMPATIBLE = IPv6Network("::/96")
_TRANSLATED = IPv6Network("64:ff9b::/96")
_BREAKS = re.compile(r"[\t\r\n]+")
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
"""Control characters, marks that turn the direction of writing or are no letter, half letters."""
_UNWANTED = re.compile(r"[\s\\\x00-\x20\x7f]")
_HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
