"""Who acts where somebody was named, and where nobody was."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import SecretStr

from mcf.access.actor import MACHINE, NOBODY, PROGRAM, acting
from mcf.access.room import Access
from mcf.access_settings import AccessSettings, Provider
from mcf.settings import Settings
from mcf.store.database import Store

PROVIDER = Provider("http://127.0.0.1:1", "desk", SecretStr("made-up"))


@pytest.fixture
def closed(settings: Settings) -> Settings:
    """Settings with which people sign in."""
    return replace(settings, access=AccessSettings(provider=PROVIDER))


def test_without_sign_in_this_machine_acts(settings: Settings, store: Store) -> None:
    access = Access(settings, store)

    assert not access.needs_sign_in
    assert access.actor() is MACHINE


def test_with_sign_in_nobody_acts_until_they_are_named(closed: Settings, store: Store) -> None:
    access = Access(closed, store)

    assert access.needs_sign_in
    assert access.actor() is NOBODY
    with acting(PROGRAM):
        assert access.actor() is PROGRAM


def test_pages_tell_who_asks(closed: Settings, store: Store) -> None:
    access = Access(closed, store)
    access.who = lambda: PROGRAM

    assert access.actor() is PROGRAM
