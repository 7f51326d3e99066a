"""Who somebody is by their provider's claims."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from mcf.access.identity import Identity, identity
from mcf.access.roles import Role
from mcf.access_settings import Provider

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
PROVIDER = Provider(
    "https://login.example.com",
    "desk",
    SecretStr("made-up"),
    group_roles=(("leads", "manager"), ("shipping", "operator")),
)
CLAIMS: dict[str, Any] = {
    "is_logged_in": True,
    "iss": "https://login.example.com/",
    "sub": "u-1",
    "email": "Ann@LOCALHOST",
    "email_verified": True,
    "iat": NOW.timestamp() - 60,
    "nonce": "n-1",
}


def told(provider: Provider = PROVIDER, **claims: Any) -> Identity:
    found = identity(CLAIMS | claims, provider, NOW)
    assert found is not None
    return found


def test_a_person_is_an_issuer_and_a_subject_with_an_email_in_small_letters() -> None:
    ann = told()

    assert (ann.issuer, ann.subject) == ("https://login.example.com", "u-1")
    assert ann.email == "ann@localhost"
    assert (NOW - ann.began_at).total_seconds() == 60


@pytest.mark.parametrize(
    "claims",
    [
        {"is_logged_in": False},
        {"is_logged_in": "true"},
        {"iss": "https://other.example.com"},
        {"iss": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
    ],
)
def test_who_is_not_signed_in_at_this_provider_is_nobody(claims: dict[str, Any]) -> None:
    assert identity(CLAIMS | claims, PROVIDER, NOW) is None


@pytest.mark.parametrize("verified", [False, None, "false", "", 0, "yes", [True]])
def test_an_email_that_is_not_verified_is_none(verified: object) -> None:
    assert told(email_verified=verified).email == ""


@pytest.mark.parametrize("verified", [True, "true", "True", 1])
def test_some_providers_say_verified_in_a_word(verified: object) -> None:
    assert told(email_verified=verified).email == "ann@localhost"


@pytest.mark.parametrize("email", [None, 5, "", "ann", "a@b@c", "x" * 321 + "@localhost"])
def test_what_is_no_email_is_none(email: object) -> None:
    assert told(email=email).email == ""


def test_of_entra_only_the_owner_of_the_domain_verifies() -> None:
    issuer = "https://login.microsoftonline.com/tenant/v2.0"
    entra = Provider(issuer, "desk", SecretStr("made-up"))

    assert told(entra, iss=issuer).email == ""
    assert told(entra, iss=issuer, xms_edov=False).email == ""
    assert told(entra, iss=issuer, xms_edov=1, email_verified=None).email == "ann@localhost"


def test_every_sign_in_is_a_session_of_its_own() -> None:
    assert told().session_id == told(name="Ann").session_id
    others = ({"nonce": "n-2"}, {"sub": "u-2"}, {"iat": 1}, {"sid": "s"}, {"jti": "j"})
    assert len({told(**other).session_id for other in ({}, *others)}) == 6


@pytest.mark.parametrize("issued", [NOW.timestamp() + 90, None, True, "soon", 1e20, float("nan")])
def test_a_session_never_begins_later_than_now(issued: object) -> None:
    assert told(iat=issued).began_at == NOW


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["shipping"], Role.OPERATOR),
        (["shipping", "leads"], Role.MANAGER),
        ("shipping", Role.OPERATOR),
        (["Shipping"], None),
        ([], None),
        (None, None),
        ({"shipping": 1}, None),
    ],
)
def test_the_first_group_that_has_a_role_counts(groups: object, role: Role | None) -> None:
    assert told(groups=groups).role is role
