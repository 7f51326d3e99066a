"""A real mail server on this machine that keeps what it's sent, and refuses what it's told to."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session


@dataclass
class Mailbox:
    """The letters that came; `answers` are what it says to the next ones instead of taking them."""

    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    login: tuple[str, str] | None = None
    port: int = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: object, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        if address in self.refuses:
            return "550 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: object, session: Session, envelope: Envelope
    ) -> str:
        if self.login is not None and not session.authenticated:
            return "530 Authentication required"
        if self.answers:
            return self.answers.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
        self.letters.append(letter)
        self.recipients.append(envelope.rcpt_tos)
        self.encrypted.append(session.ssl is not None)
        return "250 OK"

    def knows(
        self, _server: object, _session: object, _envelope: object, _mechanism: str, given: object
    ) -> AuthResult:
        """Whether a login is the one that's wanted."""
        assert isinstance(given, LoginPassword)
        told = (given.login.decode(), given.password.decode())
        return AuthResult(success=told == self.login, handled=False)


class _OnAnyPort(Controller):
    def _trigger_server(self) -> None:
        # Its own test of the server asks at the port that was wanted, which is 0: any.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mailbox(
    *, login: tuple[str, str] | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[Mailbox]:
    """A running server, which offers STARTTLS if it has a certificate; it's stopped at the end."""
    box = Mailbox(login=login)
    controller = _OnAnyPort(
        box,
        hostname="127.0.0.1",
        port=0,
        authenticator=box.knows if login else None,
        auth_require_tls=False,
        auth_exclude_mechanism=() if login else ("LOGIN", "PLAIN"),
        tls_context=tls,
    )
    controller.start()
    box.port = controller.port
    yield box
    controller.stop()
