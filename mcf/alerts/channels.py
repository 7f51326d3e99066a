"""The ways by which alerts leave: a webhook over HTTP, and e-mail over SMTP.

What is told to a seller of a failure never holds the address of a webhook, which may be a secret,
nor anybody's e-mail address.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from typing import Protocol

import httpx

from mcf.alert_settings import AlertSettings, Mail, Webhook
from mcf.alerts.rules import Message
from mcf.amazon.auth import http_client, tls
from mcf.errors import AlertNotSent
from mcf.public_url import LOOPBACK

PATIENCE = 10.0
"""Seconds that a receiver has for each step of taking a message."""
_LONGEST_CHAT = 1900
"""Letters of a message's text: Discord takes 2,000, others more."""
_LONGEST_MAIL = 100_000
_NO_LOGIN = (smtplib.SMTPNotSupportedError, smtplib.SMTPException)
"""What smtplib raises where no login is offered, and where only others are, such as tokens."""
_HALF = re.compile("[\ud800-\udfff]")
_ACTIVE = re.compile(r"@(?=\w)|\](?=\()|:(?=//)|\b(?:mailto|www)(?=[:.])")
"""Before what chats make a mention or a link of: a letter without width keeps them from it."""
_PASSING_STATUSES = frozenset({408, 429})


class Channel(Protocol):
    """A way by which alerts leave."""

    @property
    def name(self) -> str:
        """What the channel is called, here and in the store."""

    def send(self, message: Message) -> str:
        """Returns once the receiver has the message; raises `AlertNotSent`.

        Gives back what else a seller must know; empty if nothing.
        """


class WebhookChannel:
    """Posts messages as JSON, signed if there's a secret; redirects aren't followed.

    https://api.slack.com/messaging/webhooks and others show the field `text`; programs read
    `alerts`.
    """

    name = "webhook"

    def __init__(self, to: Webhook, clock: Callable[[], datetime]) -> None:
        self._to = to
        self._clock = clock

    def send(self, message: Message) -> str:
        """Returns once the receiver has answered with success; raises `AlertNotSent`."""
        body = json.dumps(_facts(message)).encode()
        headers = {"content-type": "application/json", **self._signed(body)}
        url = self._to.url.get_secret_value()
        try:
            with http_client(url) as client:
                answer = client.post(url, content=body, headers=headers, timeout=PATIENCE)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise AlertNotSent(
                f"The webhook at {self._to.host} wasn't reached ({type(error).__name__}).",
                passes=isinstance(error, httpx.TransportError),
            ) from None
        if not answer.is_success:
            raise self._refused(answer.status_code)
        return ""

    def _signed(self, body: bytes) -> dict[str, str]:
        if self._to.secret is None:
            return {}
        moment = str(int(self._clock().timestamp()))
        return {
            "x-mcf-timestamp": moment,
            "x-mcf-signature": signature(self._to.secret.get_secret_value(), moment, body),
        }

    def _refused(self, status: int) -> AlertNotSent:
        passes = status in _PASSING_STATUSES or status >= 500
        advice = None if passes else "Check MCF_ALERT_WEBHOOK; it's tried again at the next round."
        return AlertNotSent(
            f"The webhook at {self._to.host} answered with status {status}.",
            advice=advice,
            passes=passes,
        )


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a message: HMAC-SHA256 of the timestamp, a point, and the body."""
    signed = timestamp.encode() + b"." + body
    return f"sha256={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def _facts(message: Message) -> dict[str, object]:
    return {
        "version": 1,
        "text": message.text(_LONGEST_CHAT, _for_chats),
        "shop": message.shop,
        "alerts": [_sound(alert.to_dict()) for alert in message.alerts],
    }


def _sound(facts: dict[str, str | None]) -> dict[str, str | None]:
    """The facts without half letters, which many receivers refuse with all that is around them."""
    return {name: value and _HALF.sub("\ufffd", value) for name, value in facts.items()}


def _for_chats(text: str) -> str:
    """The text without what a chat reads as a mention, a link or a picture.

    https://api.slack.com/reference/surfaces/formatting#escaping
    """
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _ACTIVE.sub("\\g<0>\u200b", escaped)


class _Subject(str):
    """The text of a subject that arrives as it is, whatever it seems to be.

    What looks like an encoded word would be decoded, and what is in it become a header of its own:
    https://www.rfc-editor.org/rfc/rfc2047#section-2
    """

    name = "Subject"
    """By which the policy of a mail knows a header that needn't be read."""

    def fold(self, *, policy: EmailPolicy) -> str:
        """The lines of the header; encoded unless they are plain ASCII and no encoded word."""
        is_plain = self.isascii() and "=?" not in self
        lines = Header(str(self), "us-ascii" if is_plain else "utf-8", header_name=self.name)
        return f"{self.name}: {lines.encode(linesep=policy.linesep)}{policy.linesep}"


class MailChannel:
    """Sends messages as plain text, encrypted unless the server is on this machine."""

    name = "email"

    def __init__(self, to: Mail, clock: Callable[[], datetime]) -> None:
        self._to = to
        self._clock = clock

    def send(self, message: Message) -> str:
        """Returns once the server has taken it; raises `AlertNotSent`.

        Gives back how many recipients it refused, if it took it for others.
        """
        try:
            server = self._connected()
            try:
                return self._deliver(server, message)
            finally:
                # The message is taken or refused by now, and a farewell changes nothing of it.
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()
        except (smtplib.SMTPException, OSError) as error:
            raise self._explained(error) from None

    def _connected(self) -> smtplib.SMTP:
        to = self._to
        if to.is_tls:
            return smtplib.SMTP_SSL(to.host, to.port, timeout=PATIENCE, context=tls())
        return smtplib.SMTP(to.host, to.port, timeout=PATIENCE)

    def _deliver(self, server: smtplib.SMTP, message: Message) -> str:
        server.ehlo()
        if not self._to.is_tls and self._to.host not in LOOPBACK:
            if not server.has_extn("starttls"):
                raise AlertNotSent(
                    f"The mail server {self._to.host} offers no encryption (STARTTLS).",
                    advice="Use another port of it, or smtps://; nothing is sent unencrypted.",
                )
            server.starttls(context=tls())
        if self._to.user and self._to.password is not None:
            server.login(self._to.user, self._to.password.get_secret_value())
        refused = server.send_message(self._written(message))
        if not refused:
            return ""
        # It isn't sent again, as the others would get it once more in every round.
        problem = f"{self._to.host} refused {len(refused)} of {len(self._to.to)} recipients"
        return f"{problem}: check MCF_ALERT_EMAIL_TO."

    def _written(self, message: Message) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["Subject"] = _Subject(message.subject)
        mail["From"] = self._to.sender
        mail["To"] = ", ".join(self._to.to)
        mail["Date"] = format_datetime(self._clock())
        domain = self._to.sender.rpartition("@")[2]
        mail["Message-ID"] = f"<{message.digest}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text(_LONGEST_MAIL))
        return mail

    def _explained(self, error: Exception) -> AlertNotSent:
        host = f"The mail server {self._to.host}"
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return AlertNotSent(
                f"{host} refused the login.",
                advice="Check MCF_ALERT_SMTP_USER and MCF_ALERT_SMTP_PASSWORD.",
            )
        if type(error) in _NO_LOGIN:
            return AlertNotSent(
                f"{host} takes no login by name and password here.",
                advice="Use its port for sending (587 or 465), or another server. If it needs no "
                "login, unset MCF_ALERT_SMTP_USER and MCF_ALERT_SMTP_PASSWORD.",
            )
        if isinstance(error, ssl.SSLCertVerificationError):
            return AlertNotSent(
                f"{host} shows a certificate that isn't its own.",
                advice="Use the name in its certificate in MCF_ALERT_SMTP.",
            )
        codes = _codes(error)
        if codes:
            passes = all(400 <= code < 500 for code in codes)
            advice = None if passes else "Check the addresses in MCF_ALERT_EMAIL_TO and _FROM."
            problem = f"{host} refused the message (code {codes[0]})."
            return AlertNotSent(problem, advice=advice, passes=passes)
        return AlertNotSent(f"{host} wasn't reached ({type(error).__name__}).", passes=True)


def _codes(error: Exception) -> list[int]:
    """The answers of the server that an error tells of."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _ in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []


def channels_of(settings: AlertSettings, clock: Callable[[], datetime]) -> list[Channel]:
    """The channels that were set up."""
    found: list[Channel] = []
    if settings.webhook is not None:
        found.append(WebhookChannel(settings.webhook, clock))
    if settings.mail is not None:
        found.append(MailChannel(settings.mail, clock))
    return found
