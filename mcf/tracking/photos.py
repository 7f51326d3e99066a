"""Pictures behind Amazon's links: fetched with care, as any address may stand in an answer."""

from __future__ import annotations

import socket
from datetime import datetime
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from mcf.amazon.auth import http_client
from mcf.errors import ConnectionFailed, MCFError, NotFound, ServiceUnavailable, UnexpectedAnswer
from mcf.files.harmless import is_public, secure_host
from mcf.tracking.handover import Photo

LARGEST = 10_000_000
"""Bytes of a picture at most."""
_REDIRECTS = 3
_HEADERS = {"accept": "image/*", "accept-encoding": "identity"}
_AGAIN = "Fetch the proof again: every click asks Amazon for a new link, which is good for an hour."
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)


def fetch(url: str, now: datetime, endpoint: str | None = None) -> Photo:
    """The picture at an address; raises `MCFError`.

    Only by https and from a machine on the internet, or from `endpoint`, the simulator's own; it
    isn't followed to another host.
    """
    is_own = _is_at(url, endpoint)
    host = urlsplit(url).hostname or "" if is_own else _safe_host(url)
    try:
        with http_client(url) as client:
            content = _content(client, url, anywhere=is_own or _is_proxied(host))
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise ConnectionFailed(
            f"The picture couldn't be fetched from {host} ({type(error).__name__}).",
            advice="Try again in a minute, or open the link in the browser.",
        ) from error
    return Photo(content, _kind(content), host, now)


def _is_at(url: str, endpoint: str | None) -> bool:
    """Whether an address is one of the endpoint's."""
    if endpoint is None:
        return False
    try:
        own, asked = urlsplit(endpoint), urlsplit(url)
    except ValueError:
        return False
    return (asked.scheme, asked.netloc) == (own.scheme, own.netloc)


def _safe_host(url: str) -> str:
    """The host of an address that may be asked; raises `UnexpectedAnswer` for any other.

    A name may lead into the network that this machine stands in, so its addresses count.
    """
    host = secure_host(url)
    if host is None or not all(map(is_public, _addresses(host))):
        raise _unsafe()
    return host


def _addresses(host: str) -> set[str]:
    """The addresses of a name; none where it can't be looked up: then it isn't reached either."""
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return set()
    return {str(address[4][0]) for address in found}


def _is_proxied(host: str) -> bool:
    """Whether a proxy looks the name up and connects, as the environment says."""
    proxies = getproxies()
    return ("https" in proxies or "all" in proxies) and not proxy_bypass(host)


def _unsafe() -> UnexpectedAnswer:
    return UnexpectedAnswer(
        "Amazon's link to the picture isn't one that can be followed safely.",
        advice="Look for the picture in Seller Central.",
    )


def _content(client: httpx.Client, url: str, *, anywhere: bool = False) -> bytes:
    request = client.build_request("GET", url, headers=_HEADERS)
    for _ in range(_REDIRECTS):
        answer = client.send(request, stream=True, follow_redirects=False)
        try:
            if not anywhere:
                _require_public(answer)
            following = answer.next_request
            if following is None:
                return _body(answer)
            if _origin(following) != _origin(request):
                raise UnexpectedAnswer("The link leads to another host.", advice=_AGAIN)
            request = following
        finally:
            answer.close()
    raise UnexpectedAnswer("The link leads in circles.", advice=_AGAIN)


def _require_public(answer: httpx.Response) -> None:
    """Raises `UnexpectedAnswer` for one from within a network: a name may have changed since."""
    stream = answer.extensions.get("network_stream")
    peer = stream.get_extra_info("server_addr") if stream is not None else None
    if peer is not None and not is_public(str(peer[0])):
        raise _unsafe()


def _origin(request: httpx.Request) -> tuple[str, str, int | None]:
    return request.url.scheme, request.url.host, request.url.port


def _body(answer: httpx.Response) -> bytes:
    _judge(answer)
    content = bytearray()
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > LARGEST:
            raise UnexpectedAnswer(
                f"The picture has more than {LARGEST // 1_000_000} MB.",
                advice="Open the link in the browser instead.",
            )
    return bytes(content)


def _judge(answer: httpx.Response) -> None:
    if answer.status_code in (401, 403, 404, 410):
        raise NotFound("The link is no good any more.", advice=_AGAIN, status=answer.status_code)
    if not answer.is_success:
        raise ServiceUnavailable("The picture couldn't be fetched.", status=answer.status_code)
    if not answer.headers.get("content-type", "").lower().startswith("image/"):
        raise _no_picture()


def _kind(content: bytes) -> str:
    """The kind of picture that it begins as, whatever it's said to be."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    raise _no_picture()


def _no_picture() -> MCFError:
    return UnexpectedAnswer(
        "What the link leads to is no picture that can be shown.",
        advice="Open the link in the browser instead.",
    )
