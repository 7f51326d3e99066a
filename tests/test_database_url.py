"""Addresses of databases: what is wrong with one, and that no password of one is ever shown."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import make_url

from mcf import database_url
from mcf.errors import SettingsError
from mcf.settings import Settings

PG = "postgresql+psycopg://"


@pytest.mark.parametrize(
    ("url", "place"),
    [
        (f"{PG}mcf:hunter2@db.example.com/mcf", "PostgreSQL at db.example.com:5432/mcf"),
        (f"{PG}mcf:p%40ss@db.example.com:6000/mcf", "PostgreSQL at db.example.com:6000/mcf"),
        (f"{PG}mcf@server:hunter2@db.example.com/mcf", "PostgreSQL at db.example.com:5432/mcf"),
        (f"{PG}mcf:a/b?c#d@db.example.com/mcf", "PostgreSQL at db.example.com:5432/mcf"),
        (f"{PG}[::1]/mcf?sslmode=require", "PostgreSQL at [::1]:5432/mcf"),
        (f"{PG}mcf@/mcf?host=/run/postgresql", "PostgreSQL at this machine:5432/mcf"),
        ("sqlite:////srv/mcf.sqlite3", "sqlite:////srv/mcf.sqlite3"),
    ],
)
def test_of_an_address_only_its_place_is_told(url: str, place: str) -> None:
    assert database_url.problem(url) is None
    assert database_url.place(url) == place


@pytest.mark.parametrize(
    "url",
    [
        f"{PG}mcf:hun@ter2@db.example.com/mcf",
        f"{PG}mcf:hunter2@@db.example.com/mcf",
        f"{PG}mcf:h@unter2@[::1]:5432/mcf",
        f"{PG}mcf:h@u/nter2@db.example.com/mcf",
        f"{PG}mcf:hunter2@[bad/mcf",
        f"{PG}mcf:hunter2@db.example.com:port/mcf",
        f"{PG}mcf:hunter2@db.example.com:99999/mcf",
        f"{PG}mcf:hunter2@db.example.com:0/mcf",
    ],
)
def test_an_address_that_would_be_taken_apart_wrongly_is_refused_without_a_part_of_it(
    url: str,
) -> None:
    with pytest.raises(SettingsError, match="MCF_DATABASE_URL") as told:
        Settings.from_env({"MCF_DATABASE_URL": url}, dotenv=None)

    said = f"{told.value} {told.value.advice}"
    assert not any(part in said for part in ("hun", "ter2", "example.com", "bad"))
    assert "%40" in told.value.advice
    assert database_url.place(url) == "PostgreSQL"


def test_a_password_is_found_as_sqlalchemy_finds_it() -> None:
    url = f"{PG}mcf@server:a/b:c@db.example.com:6000/mcf"
    made = make_url(url)

    assert (made.username, made.password, made.host) == ("mcf@server", "a/b:c", "db.example.com")
    assert database_url.place(url) == "PostgreSQL at db.example.com:6000/mcf"


def test_only_another_program_is_waited_for() -> None:
    there = Settings.from_env({"MCF_DATABASE_URL": f"{PG}u:x@db/mcf"}, dotenv=None)
    here = Settings.from_env({"MCF_DATABASE_URL": "sqlite:///x"}, dotenv=None)

    assert there.awaited == "PostgreSQL at db:5432/mcf"
    assert here.awaited is None
    assert Settings.from_env({}, dotenv=None).awaited is None
