"""What is set up about access: signing in, roles, buyers' data, and when credentials end.

Part of `mcf.settings`, which reads where values come from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pydantic import SecretStr

from mcf import public_url
from mcf.errors import SettingsError

VARIABLES = (
    "MCF_OIDC_ISSUER",
    "MCF_OIDC_CLIENT_ID",
    "MCF_OIDC_CLIENT_SECRET",
    "MCF_OIDC_GROUPS_CLAIM",
    "MCF_OIDC_GROUP_ROLES",
    "MCF_ACCESS",
    "MCF_OWNER_EMAIL",
    "MCF_SESSION_HOURS",
    "MCF_DATA_KEY",
    "MCF_DATA_KEY_FILE",
    "MCF_KEEP_PERSONAL_DAYS",
    "MCF_CLIENT_SECRET_MADE",
    "MCF_AUTHORIZED_ON",
)
"""All that is read from outside."""
_PROVIDER = VARIABLES[:3]
_MAILBOX = re.compile(r"[^\s@,<>\"']{1,64}@[A-Za-z0-9.-]{1,255}")
_SESSION_HOURS = 12.0
_LONGEST_SESSION = 720.0
ROLE_NAMES = ("viewer", "operator", "planner", "manager", "owner")
"""The names of the roles of `mcf.access.roles`, which a group can be given."""
_SHORTEST_SECRET = 16
"""Characters; cookies are signed with a key that is made from the secret."""
_ENTRA = "login.microsoftonline.com"
_NO_TENANT = frozenset({"", "common", "organizations", "consumers"})
_KEPT_DAYS = 30
_MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Provider:
    """The OpenID provider that people sign in at, and which of its groups have which role."""

    issuer: str
    client_id: str
    client_secret: SecretStr
    groups_claim: str = "groups"
    group_roles: tuple[tuple[str, str], ...] = ()
    """Names of groups with names of roles, in the order in which they were given."""


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """Who may come in; without a provider nobody signs in."""

    provider: Provider | None = None
    is_open: bool = False
    """Whether it's meant that whoever reaches the program may do everything."""
    owner_email: str | None = field(default=None, repr=False)
    session_hours: float = _SESSION_HOURS


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    """How buyers' data is kept, and for how many days after an order's end."""

    data_key: SecretStr | None = None
    data_key_file: Path | None = None
    keep_personal_days: int = _KEPT_DAYS


@dataclass(frozen=True, slots=True)
class CredentialDates:
    """The days on which the client secret was made and the app was authorised, as far as known."""

    secret_made: date | None = None
    authorized: date | None = None


def access_settings(values: Mapping[str, str]) -> AccessSettings:
    """Who may come in; raises `SettingsError` naming the variable and the remedy."""
    word = values.get("MCF_ACCESS", "")
    if word not in ("", "open"):
        raise SettingsError(
            "MCF_ACCESS",
            f"{word!r} is not a kind of access.",
            advice="Leave it empty, or set it to open if whoever reaches the program may do all.",
        )
    provider = _provider(values)
    if word and provider is not None:
        raise SettingsError(
            "MCF_ACCESS",
            "lets everybody in, but a provider to sign in at is set up too.",
            advice="Leave it empty: only who signs in comes in. Or unset the provider.",
        )
    return AccessSettings(
        provider=provider,
        is_open=word == "open",
        owner_email=_owner(values),
        session_hours=_hours(values),
    )


def privacy_settings(values: Mapping[str, str]) -> PrivacySettings:
    """How buyers' data is kept; raises `SettingsError` naming the variable and the remedy."""
    key, file = values.get("MCF_DATA_KEY"), values.get("MCF_DATA_KEY_FILE")
    if key and file:
        raise SettingsError(
            "MCF_DATA_KEY",
            "is set, and so is MCF_DATA_KEY_FILE.",
            advice="Keep the one whose key your data is encrypted with.",
        )
    return PrivacySettings(
        data_key=SecretStr(key) if key else None,
        data_key_file=Path(file).expanduser() if file else None,
        keep_personal_days=_days(values),
    )


def credential_dates(values: Mapping[str, str]) -> CredentialDates:
    """When the credentials began; raises `SettingsError` for what isn't a day."""
    return CredentialDates(
        secret_made=_day(values, "MCF_CLIENT_SECRET_MADE"),
        authorized=_day(values, "MCF_AUTHORIZED_ON"),
    )


def _provider(values: Mapping[str, str]) -> Provider | None:
    given = [name for name in _PROVIDER if values.get(name)]
    if not given:
        return None
    missing = [name for name in _PROVIDER if name not in given]
    if missing:
        raise SettingsError(
            missing[0],
            f"is missing, and {' and '.join(given)} {'are' if len(given) > 1 else 'is'} set.",
            advice="Signing in needs all three: set " + " and ".join(missing) + ", or none.",
        )
    return Provider(
        issuer=_issuer(values["MCF_OIDC_ISSUER"]),
        client_id=values["MCF_OIDC_CLIENT_ID"],
        client_secret=_secret(values["MCF_OIDC_CLIENT_SECRET"]),
        groups_claim=values.get("MCF_OIDC_GROUPS_CLAIM") or "groups",
        group_roles=tuple(_group_roles(values)),
    )


def _secret(text: str) -> SecretStr:
    if len(text) < _SHORTEST_SECRET:
        raise SettingsError(
            "MCF_OIDC_CLIENT_SECRET",
            "is too short: who guesses it could sign in as anybody.",
            advice=f"Have the provider make one of {_SHORTEST_SECRET} characters or more.",
        )
    return SecretStr(text)


def _issuer(text: str) -> str:
    name = "MCF_OIDC_ISSUER"
    parts = public_url.parts(text, ("https", "http"))
    if parts is None or parts.query or parts.username:
        raise SettingsError(
            name,
            "is not a provider's address.",
            advice="Give it as the provider shows it, like https://accounts.google.com.",
        )
    if parts.scheme == "http" and parts.hostname not in public_url.LOOPBACK:
        raise SettingsError(
            name,
            f"{parts.hostname} would be asked unencrypted who signs in.",
            advice="Use https; http is for a provider on this machine (127.0.0.1) only.",
        )
    if parts.hostname == _ENTRA and parts.path.strip("/").partition("/")[0] in _NO_TENANT:
        raise SettingsError(
            name,
            "lets in who has an account at any company.",
            advice=f"Name your own tenant: https://{_ENTRA}/TENANT_ID/v2.0.",
        )
    return text.removesuffix("/.well-known/openid-configuration").rstrip("/")


def _group_roles(values: Mapping[str, str]) -> list[tuple[str, str]]:
    name, text = "MCF_OIDC_GROUP_ROLES", values.get("MCF_OIDC_GROUP_ROLES", "")
    ones = [one.rpartition("=") for one in text.split(",") if one.strip()]
    pairs = [(group.strip(), role.strip().lower()) for group, _, role in ones]
    if not all(group and role for group, role in pairs):
        raise SettingsError(
            name,
            "is not a list of groups with their roles.",
            advice="Give it as group=role, with commas between, like shipping=operator.",
        )
    for _, role in pairs:
        if role not in ROLE_NAMES:
            raise SettingsError(
                name,
                f"{role!r} is not a role.",
                advice=f"The roles are {', '.join(ROLE_NAMES[:-1])} and {ROLE_NAMES[-1]}.",
            )
    return pairs


def _owner(values: Mapping[str, str]) -> str | None:
    text = values.get("MCF_OWNER_EMAIL")
    if not text:
        return None
    if not _MAILBOX.fullmatch(text):
        raise SettingsError(
            "MCF_OWNER_EMAIL",
            "is not one e-mail address.",
            advice="Give the address with which the first owner signs in.",
        )
    return text.lower()


def _hours(values: Mapping[str, str]) -> float:
    text = values.get("MCF_SESSION_HOURS")
    if not text:
        return _SESSION_HOURS
    hours = float(text) if re.fullmatch(r"[0-9]{1,4}(\.[0-9]+)?", text) else 0.0
    if not 0 < hours <= _LONGEST_SESSION:
        raise SettingsError(
            "MCF_SESSION_HOURS",
            f"{text!r} is not a number of hours.",
            advice=f"Give a number above 0, at most {_LONGEST_SESSION:.0f}.",
        )
    return hours


def _days(values: Mapping[str, str]) -> int:
    text = values.get("MCF_KEEP_PERSONAL_DAYS")
    if not text:
        return _KEPT_DAYS
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) > _MOST_DAYS:
        raise SettingsError(
            "MCF_KEEP_PERSONAL_DAYS",
            f"{text!r} is not a number of days.",
            advice=f"Give a whole number from 0 to {_MOST_DAYS}; Amazon's policy allows 30.",
        )
    return int(text)


def _day(values: Mapping[str, str], name: str) -> date | None:
    text = values.get(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingsError(
            name,
            f"{text!r} is not a day.",
            advice="Give the day as year-month-day, like 2026-11-30.",
        ) from None
