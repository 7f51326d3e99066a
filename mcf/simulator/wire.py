"""Connections that can be broken on purpose."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

from starlette.requests import Request
from uvicorn.protocols.http.h11_impl import H11Protocol

_open: dict[tuple[str, int], asyncio.Transport] = {}


class BreakableProtocol(H11Protocol):
    """Remembers the transport of every client's address, so that it can be found from a request.

    Requests are never logged, whatever is done to uvicorn's loggers: their queries name SKUs.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.access_log = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        _open[transport.get_extra_info("peername")[:2]] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        _open.pop(self.transport.get_extra_info("peername")[:2], None)
        super().connection_lost(exc)


def break_connection(request: Request) -> None:
    """Ends the client's connection with a reset, in the middle of its request."""
    transport = _open.get((request.client.host, request.client.port)) if request.client else None
    if transport is not None:
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
