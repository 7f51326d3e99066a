"""Whom alerts are told (`MCF_ALERT_*`): the part of `mcf.settings` that is about alerts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, time, tzinfo
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from mcf import public_url
from mcf.errors import SettingsError

_PORTS = {"smtp": 587, "smtps": 465}
LOGIN_VARIABLES = ("MCF_ALERT_SMTP_USER", "MCF_ALERT_SMTP_PASSWORD")
_SHORTEST_SECRET = 16
_MAILBOX = re.compile(r"(?!.*=\?)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where alerts are posted; its address may be a secret by itself, as those of chats are."""

    url: SecretStr
    secret: SecretStr | None = None

    @property
    def host(self) -> str:
        """What may be said of the address."""
        return urlsplit(self.url.get_secret_value()).hostname or ""


@dataclass(frozen=True, slots=True)
class Mail:
    """Who gets alerts by e-mail, and the server that takes them; `repr` hides people."""

    to: tuple[str, ...] = field(repr=False)
    sender: str = field(repr=False)
    host: str
    port: int
    is_tls: bool
    """Whether the connection is encrypted from the start (smtps)."""
    user: str = field(default="", repr=False)
    password: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """The channels that were set up; `digest` is None when each alert is told at once."""

    webhook: Webhook | None = None
    mail: Mail | None = None
    digest: time | None = None
    zone: tzinfo = UTC


def alert_settings(values: Mapping[str, str]) -> AlertSettings:
    """The settings of alerts; raises `SettingsError` naming the variable and the remedy."""
    return AlertSettings(_webhook(values), _mail(values), _digest(values), _zone(values))


def _webhook(values: Mapping[str, str]) -> Webhook | None:
    name = "MCF_ALERT_WEBHOOK"
    secret = _secret(values)
    if name not in values:
        if secret is not None:
            raise _alone("MCF_ALERT_WEBHOOK_SECRET", name)
        return None
    parts = public_url.parts(values[name], ("https", "http"))
    if parts is None:
        raise SettingsError(
            name,
            "is not an address.",
            advice="Give it as https://host/path, the way the receiver shows it.",
        )
    if parts.scheme == "http" and parts.hostname not in public_url.LOOPBACK:
        raise SettingsError(
            name,
            f"{parts.hostname} would get your orders' numbers unencrypted.",
            advice="Use https; http is for this machine (127.0.0.1) only.",
        )
    return Webhook(SecretStr(values[name]), secret)


def _secret(values: Mapping[str, str]) -> SecretStr | None:
    text = values.get("MCF_ALERT_WEBHOOK_SECRET")
    if text is None:
        return None
    if len(text) < _SHORTEST_SECRET or not text.isascii():
        raise SettingsError(
            "MCF_ALERT_WEBHOOK_SECRET",
            f"is shorter than {_SHORTEST_SECRET} characters, or has some beyond ASCII.",
            advice="Take a long random one, like `openssl rand -hex 32` prints.",
        )
    return SecretStr(text)


def _mail(values: Mapping[str, str]) -> Mail | None:
    needed = ("MCF_ALERT_EMAIL_TO", "MCF_ALERT_EMAIL_FROM", "MCF_ALERT_SMTP")
    missing = [name for name in needed if name not in values]
    login = [name for name in LOGIN_VARIABLES if name in values]
    if len(missing) == len(needed):
        if login:
            raise _alone(login[0], "MCF_ALERT_SMTP")
        return None
    if missing:
        raise SettingsError(
            missing[0],
            f"alerts by e-mail need all of {', '.join(needed)}.",
            advice=f"Set {' and '.join(missing)} too, or none of the three.",
        )
    _require_login(values, login)
    host, port, is_tls = _server(values["MCF_ALERT_SMTP"])
    password = values.get("MCF_ALERT_SMTP_PASSWORD")
    return Mail(
        to=_mailboxes("MCF_ALERT_EMAIL_TO", values["MCF_ALERT_EMAIL_TO"].split(",")),
        sender=_mailboxes("MCF_ALERT_EMAIL_FROM", [values["MCF_ALERT_EMAIL_FROM"]])[0],
        host=host,
        port=port,
        is_tls=is_tls,
        user=values.get("MCF_ALERT_SMTP_USER", ""),
        password=SecretStr(password) if password else None,
    )


def _require_login(values: Mapping[str, str], login: list[str]) -> None:
    """Raises `SettingsError` unless both or none are there, in letters that servers take."""
    if len(login) == 1:
        raise SettingsError(
            login[0],
            "a login at the mail server needs a name and a password.",
            advice=f"Set {' and '.join(LOGIN_VARIABLES)}, or neither.",
        )
    for name in login:
        if not values[name].isascii():
            raise SettingsError(
                name,
                "holds a letter beyond ASCII, which mail servers don't take.",
                advice="Choose another one at your mail provider, such as an app password.",
            )


def _server(text: str) -> tuple[str, int, bool]:
    parts = public_url.parts(text, tuple(_PORTS))
    if parts is None or "@" in parts.netloc or parts.path.strip("/") or parts.query:
        # The address isn't shown: somebody may have put a password into it.
        raise SettingsError(
            "MCF_ALERT_SMTP",
            "is not the address of a mail server.",
            advice="Give it as smtp://host:587 (STARTTLS) or smtps://host:465 (TLS); the login "
            "goes into MCF_ALERT_SMTP_USER and MCF_ALERT_SMTP_PASSWORD.",
        )
    return parts.hostname or "", parts.port or _PORTS[parts.scheme], parts.scheme == "smtps"


def _mailboxes(name: str, texts: list[str]) -> tuple[str, ...]:
    mailboxes = tuple(text.strip() for text in texts)
    if not all(_MAILBOX.fullmatch(text) for text in mailboxes):
        raise SettingsError(
            name,
            "holds something that is no e-mail address.",
            advice="Write bare addresses like alerts@example.com; several recipients with commas "
            "between them.",
        )
    return mailboxes


def _digest(values: Mapping[str, str]) -> time | None:
    text = values.get("MCF_ALERT_DIGEST")
    if text is None:
        return None
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
        raise SettingsError(
            "MCF_ALERT_DIGEST",
            f"{text!r} is not a time of day.",
            advice="Use hours and minutes like 07:30, or leave it empty to be told at once.",
        )
    return time.fromisoformat(text)


def _zone(values: Mapping[str, str]) -> tzinfo:
    name = values.get("MCF_ALERT_ZONE")
    if name is None:
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not known, no such name, a folder of names
        raise SettingsError(
            "MCF_ALERT_ZONE",
            f"{name!r} is not a time zone.",
            advice="Use a name like America/New_York or Europe/Berlin, or leave it empty for UTC.",
        ) from None


def _alone(name: str, needed: str) -> SettingsError:
    advice = f"Set {needed} too, or unset {name}."
    return SettingsError(name, f"has no effect without {needed}.", advice=advice)
