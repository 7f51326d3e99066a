"""Pictures of delivered parcels: links that live for an hour, and what they lead to.

Modelled, not Amazon's: the address and the answer after an hour, which is how its storage answers.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import struct
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mcf.simulator.chance import Dice

PATH = "/_photos"
LIFE = timedelta(hours=1)
WIDTH, HEIGHT = 320, 240


class Photos:
    """Gives links to pictures and serves them; `endpoint` is set when the server has one."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.endpoint = ""
        self._now = now
        self.reset()

    def reset(self) -> None:
        """Counts the links from 1 again."""
        self._calls = itertools.count(1)

    def link(self, package_number: int) -> str:
        """Another link with every call; it's good for an hour."""
        expires = int((self._now() + LIFE).timestamp())
        call = next(self._calls)
        signed = _signature(package_number, expires, call)
        query = f"Expires={expires}&Call={call}&Signature={signed}"
        return f"{self.endpoint}{PATH}/{package_number}.png?{query}"

    def routes(self) -> list[Route]:
        return [Route(PATH + "/{number:int}.png", self._serve, methods=["GET"])]

    async def _serve(self, request: Request) -> Response:
        number = request.path_params["number"]
        asked = request.query_params
        expires, call = (asked.get(name, "") for name in ("Expires", "Call"))
        expected = _signature(number, expires, call)
        if not hmac.compare_digest(asked.get("Signature", "").encode(), expected.encode()):
            return _denied("Access Denied")
        if self._now().timestamp() >= int(expires):
            return _denied("Request has expired")
        return Response(picture(number), media_type="image/png")


def _signature(number: int, expires: int | str, call: int | str) -> str:
    told = f"{number}:{expires}:{call}".encode()
    return hashlib.blake2b(told, key=b"photos of parcels", digest_size=16).hexdigest()


def _denied(message: str) -> Response:
    text = f"<Error><Code>AccessDenied</Code><Message>{message}</Message></Error>"
    return Response(text, 403, media_type="application/xml")


def picture(number: int) -> bytes:
    """A PNG of a parcel before a door, drawn by the parcel's number."""
    dice = Dice(0, "picture", number)
    wall, door, box = ((90 + dice.below(140), 90 + dice.below(120), 80 + dice.below(100))
                       for _ in range(3))  # fmt: skip
    left, size = 40 + dice.below(140), 50 + dice.below(60)
    rows = [_row(y, wall, door, box, left, size) for y in range(HEIGHT)]
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


Colour = tuple[int, int, int]


def _row(y: int, wall: Colour, door: Colour, box: Colour, left: int, size: int) -> bytes:
    """A line of pixels: the wall, the door in its middle, the parcel on the ground before it."""
    ground = (120, 118, 112)
    pixels = [ground if y > HEIGHT - 40 else wall] * WIDTH
    if 40 < y <= HEIGHT - 40:
        pixels[110:210] = [door] * 100
    if HEIGHT - 20 - size < y <= HEIGHT - 20:
        pixels[left : left + size] = [box] * size
        pixels[left + size // 2 - 3 : left + size // 2 + 3] = [(200, 190, 160)] * 6
    return b"\x00" + bytes(part for pixel in pixels for part in pixel)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
