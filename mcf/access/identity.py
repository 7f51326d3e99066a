"""Who somebody is by what their provider says of them: claims of an ID token, as they were signed.

https://openid.net/specs/openid-connect-core-1_0.html#IDToken
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from mcf.access.roles import Role
from mcf.access_settings import Provider

ENTRA = "https://login.microsoftonline.com/"
"""How issuers of Microsoft Entra begin, which says `xms_edov` where others say `email_verified`.

https://learn.microsoft.com/en-us/entra/identity-platform/migrate-off-email-claim-authorization
"""
_OF_A_SESSION = ("iss", "sub", "aud", "iat", "nonce", "sid", "jti", "at_hash")
"""Claims that together no two sign-ins have in common."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody as a provider tells them, and the session that begins with it."""

    issuer: str
    subject: str
    email: str = field(repr=False)
    """In small letters; empty if none was told, or none that is verified."""
    session_id: str = field(repr=False)
    """A digest of what names this sign-in and no other."""
    began_at: datetime
    role: Role | None = None
    """What the groups that they're in make them."""


def identity(claims: Mapping[str, Any], provider: Provider, now: datetime) -> Identity | None:
    """Who the claims tell of; None for nobody, or who comes from another provider."""
    issuer, subject = claims.get("iss"), claims.get("sub")
    if claims.get("is_logged_in") is not True or not _is_text(issuer) or not _is_text(subject):
        return None
    if str(issuer).rstrip("/") != provider.issuer:
        return None
    return Identity(
        issuer=provider.issuer,
        subject=str(subject),
        email=_verified_email(claims),
        session_id=_digest(claims),
        began_at=_began_at(claims.get("iat"), now),
        role=_role(claims.get(provider.groups_claim), provider.group_roles),
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 255


def _verified_email(claims: Mapping[str, Any]) -> str:
    email = claims.get("email")
    if not isinstance(email, str) or email.count("@") != 1 or len(email) > 320:
        return ""
    verified = claims.get("email_verified")
    if str(claims["iss"]).startswith(ENTRA):
        verified = claims.get("xms_edov")
    # Some providers write the words, and Entra a number.
    is_verified = verified is True or str(verified).lower() in ("true", "1")
    return email.strip().lower() if is_verified else ""


def _digest(claims: Mapping[str, Any]) -> str:
    names = json.dumps([str(claims.get(name)) for name in _OF_A_SESSION], ensure_ascii=True)
    return sha256(names.encode()).hexdigest()


def _began_at(issued: object, now: datetime) -> datetime:
    """When the token was issued; never later than now, as a provider's clock may be ahead."""
    if isinstance(issued, bool) or not isinstance(issued, int | float):
        return now
    try:
        return min(now, datetime.fromtimestamp(issued, UTC))
    except (ValueError, OverflowError, OSError):
        return now


def _role(groups: object, roles: tuple[tuple[str, str], ...]) -> Role | None:
    """What somebody in these groups is: the first of the roles that were set up for one of them."""
    names = groups if isinstance(groups, list) else [groups]
    return next((Role(role) for group, role in roles if group in names), None)
