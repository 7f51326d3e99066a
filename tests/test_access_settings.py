"""What is set up about access: read, or refused with the variable and the remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mcf.access.roles import Role
from mcf.access_settings import (
    ROLE_NAMES,
    AccessSettings,
    access_settings,
    credential_dates,
    privacy_settings,
)
from mcf.errors import SettingsError

PROVIDER = {
    "MCF_OIDC_ISSUER": "https://login.example.com/realms/desk/",
    "MCF_OIDC_CLIENT_ID": "desk",
    "MCF_OIDC_CLIENT_SECRET": "made-up-long-secret",  # pragma: allowlist secret
}


def test_without_settings_nobody_signs_in_and_a_month_is_kept() -> None:
    assert access_settings({}) == AccessSettings()
    assert access_settings({}).provider is None
    assert access_settings({}).session_hours == 12
    assert privacy_settings({}).keep_personal_days == 30


def test_a_provider_is_named_by_three_variables() -> None:
    provider = access_settings(PROVIDER).provider

    assert provider is not None
    assert provider.issuer == "https://login.example.com/realms/desk"
    assert provider.groups_claim == "groups"
    assert "made-up-long-secret" not in repr(access_settings(PROVIDER))


def test_the_address_of_discovery_is_taken_for_the_issuer() -> None:
    address = "https://login.example.com/.well-known/openid-configuration"
    provider = access_settings(PROVIDER | {"MCF_OIDC_ISSUER": address}).provider

    assert provider is not None
    assert provider.issuer == "https://login.example.com"


def test_groups_have_roles() -> None:
    groups = "shipping=operator, desk managers = Manager"
    provider = access_settings(PROVIDER | {"MCF_OIDC_GROUP_ROLES": groups}).provider

    assert provider is not None
    assert provider.group_roles == (("shipping", "operator"), ("desk managers", "manager"))


@pytest.mark.parametrize("missing", PROVIDER)
def test_a_part_of_a_provider_is_refused(missing: str) -> None:
    given = {name: value for name, value in PROVIDER.items() if name != missing}

    with pytest.raises(SettingsError) as caught:
        access_settings(given)
    assert caught.value.variable == missing


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MCF_OIDC_ISSUER", "login.example.com"),
        ("MCF_OIDC_ISSUER", "http://login.example.com"),
        ("MCF_OIDC_ISSUER", "https://login.example.com/?tenant=1"),
        ("MCF_OIDC_ISSUER", "https://user:word@login.example.com"),  # pragma: allowlist secret
        ("MCF_OIDC_ISSUER", "https://login.microsoftonline.com/common/v2.0"),
        ("MCF_OIDC_ISSUER", "https://login.microsoftonline.com"),
        ("MCF_OIDC_CLIENT_SECRET", "15-characters-x"),  # pragma: allowlist secret
        ("MCF_OIDC_GROUP_ROLES", "shipping=boss"),
        ("MCF_OIDC_GROUP_ROLES", "operator"),
        ("MCF_OIDC_GROUP_ROLES", "=operator"),
        ("MCF_OIDC_GROUP_ROLES", "a=b=c"),
        ("MCF_ACCESS", "yes"),
        ("MCF_ACCESS", "open"),
        ("MCF_OWNER_EMAIL", "owner"),
        ("MCF_OWNER_EMAIL", "one@localhost, two@localhost"),
        ("MCF_SESSION_HOURS", "0"),
        ("MCF_SESSION_HOURS", "-1"),
        ("MCF_SESSION_HOURS", "1e3"),
        ("MCF_SESSION_HOURS", "721"),
        ("MCF_SESSION_HOURS", "nan"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_variable(variable: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        access_settings(PROVIDER | {variable: value})
    assert caught.value.variable == variable
    assert caught.value.advice


def test_a_provider_on_this_machine_may_be_asked_without_tls() -> None:
    issuer = access_settings(PROVIDER | {"MCF_OIDC_ISSUER": "http://127.0.0.1:9400"}).provider

    assert issuer is not None


def test_access_may_be_open_and_the_owner_named() -> None:
    found = access_settings({"MCF_ACCESS": "open", "MCF_OWNER_EMAIL": "Owner@LOCALHOST"})

    assert found.is_open
    assert found.owner_email == "owner@localhost"
    assert "owner@localhost" not in repr(found)


def test_the_names_of_roles_are_those_of_the_roles() -> None:
    assert tuple(Role) == ROLE_NAMES


def test_sessions_may_last_half_an_hour() -> None:
    assert access_settings({"MCF_SESSION_HOURS": "0.5"}).session_hours == 0.5


def test_a_key_is_given_or_the_file_that_holds_it() -> None:
    assert privacy_settings({"MCF_DATA_KEY_FILE": "/run/key"}).data_key_file == Path("/run/key")
    given = privacy_settings({"MCF_DATA_KEY": "made-up-key"})  # pragma: allowlist secret
    assert given.data_key is not None
    assert "made-up-key" not in repr(given)


def test_two_keys_are_refused() -> None:
    both = {"MCF_DATA_KEY": "a", "MCF_DATA_KEY_FILE": "b"}  # pragma: allowlist secret
    with pytest.raises(SettingsError, match="MCF_DATA_KEY_FILE"):
        privacy_settings(both)


@pytest.mark.parametrize("days", ["-1", "1.5", "month", "3651", "٣٠"])
def test_days_that_cannot_be_meant_are_refused(days: str) -> None:
    with pytest.raises(SettingsError) as caught:
        privacy_settings({"MCF_KEEP_PERSONAL_DAYS": days})
    assert caught.value.variable == "MCF_KEEP_PERSONAL_DAYS"


def test_personal_data_may_end_at_once() -> None:
    assert privacy_settings({"MCF_KEEP_PERSONAL_DAYS": "0"}).keep_personal_days == 0


def test_credentials_began_on_days() -> None:
    found = credential_dates({"MCF_CLIENT_SECRET_MADE": "2026-06-01"})

    assert found.secret_made == date(2026, 6, 1)
    assert found.authorized is None


@pytest.mark.parametrize("variable", ["MCF_CLIENT_SECRET_MADE", "MCF_AUTHORIZED_ON"])
def test_a_day_that_is_none_is_refused(variable: str) -> None:
    with pytest.raises(SettingsError) as caught:
        credential_dates({variable: "1 June"})
    assert caught.value.variable == variable
