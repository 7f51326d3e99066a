"""The commands about access: `python -m mcf access` and `python -m mcf people`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from mcf import terminal
from mcf.cli_common import explained, held, json_flag, print_json

if TYPE_CHECKING:
    from mcf.access.people import People, Person
    from mcf.access.roles import Role

_ROLES = click.Choice(["viewer", "operator", "planner", "manager", "owner"], case_sensitive=False)
_here_flag = click.option(
    "--here",
    is_flag=True,
    help="Only in the account and marketplace that are set up; without it in all.",
)


@click.group()
def access() -> None:
    """How people sign in."""


@access.command("check")
@json_flag
@explained
def check_access(*, as_json: bool) -> None:
    """Try whether people can sign in at the provider, as far as can be seen from here."""
    from mcf.access.provider_check import check
    from mcf.settings import Settings

    failed = False
    for finding in check(Settings.from_env()):
        failed = failed or not finding.ok
        if as_json:
            print_json({name: getattr(finding, name) for name in finding.__slots__})
            continue
        verdict = "FAIL" if not finding.ok else "warn" if finding.is_warning else "ok  "
        terminal.say(f"{verdict}  {finding.name}: {finding.detail}")
        if finding.advice:
            terminal.say(f"      {finding.advice}")
    sys.exit(1 if failed else 0)


@click.group()
def people() -> None:
    """Who may sign in, and as what."""


@people.command("list")
@json_flag
@explained
def list_people(*, as_json: bool) -> None:
    """List everybody who may sign in, or may no more."""
    import pandas as pd

    from mcf.files.headings import PEOPLE

    with _people() as (members, _):
        rows = [_fields(it) for it in members.everybody()]
    if as_json:
        print_json(rows)
        return
    if not rows:
        terminal.say("Nobody is invited yet.", err=True)
        return
    for row in rows:
        row["roles"] = ", ".join(_told(it) for it in row["roles"]) or "by their group"
    terminal.table(pd.DataFrame(rows), PEOPLE)


@people.command("add")
@click.argument("email")
@click.option("--role", type=_ROLES, default="viewer", show_default=True)
@_here_flag
@json_flag
@explained
def add_person(*, email: str, role: str, here: bool, as_json: bool) -> None:
    """Let in who signs in with EMAIL."""
    with _people() as (members, acts):
        _say(members.invite(acts, email, _role(role), here=here), as_json=as_json)


@people.command("role")
@click.argument("email")
@click.argument("role", type=_ROLES)
@_here_flag
@json_flag
@explained
def give_role(*, email: str, role: str, here: bool, as_json: bool) -> None:
    """Give somebody another role; their sessions end."""
    with _people() as (members, acts):
        _say(members.give(acts, email, _role(role), here=here), as_json=as_json)


@people.command("disable")
@click.argument("email")
@json_flag
@explained
def disable(*, email: str, as_json: bool) -> None:
    """Let somebody in no more; they're out at their next click."""
    with _people() as (members, acts):
        _say(members.disable(acts, email), as_json=as_json)


@people.command("enable")
@click.argument("email")
@json_flag
@explained
def enable(*, email: str, as_json: bool) -> None:
    """Let somebody in again."""
    with _people() as (members, acts):
        _say(members.enable(acts, email), as_json=as_json)


@contextmanager
def _people() -> Iterator[tuple[People, Any]]:
    """The people of the store, and who changes them: whoever holds the data on this machine."""
    from mcf.service import MCFService
    from mcf.settings import Settings

    settings = Settings.from_env()
    for warning in settings.warnings:
        terminal.say(f"Warning: {warning}", err=True)
    with terminal.awaited(settings):
        opened = held(MCFService(settings))
    with opened as service:
        yield service.access.people, service.access.actor()


def _role(name: str) -> Role:
    from mcf.access.roles import Role

    return Role(name.lower())


def _say(person: Person, *, as_json: bool) -> None:
    fields = _fields(person)
    if as_json:
        print_json(fields)
        return
    roles = ", ".join(_told(it) for it in fields["roles"])
    state = "" if person.disabled_at is None else ", disabled"
    terminal.say(f"{person.email}: {roles or 'role by their group'}{state}")


def _told(role: dict[str, Any]) -> str:
    if role["account"] == role["marketplace_id"] == "*":
        return f"{role['role']} everywhere"
    return f"{role['role']} in {role['account']}, {role['marketplace_id']}"


def _fields(person: Person) -> dict[str, Any]:
    roles = [
        {"role": role.value, "account": account, "marketplace_id": marketplace}
        for (account, marketplace), role in sorted(person.roles.items())
    ]
    return {
        "person_id": person.person_id,
        "email": person.email,
        "roles": roles,
        "has_signed_in": person.has_signed_in,
        "invited_at": person.invited_at,
        "last_seen_at": person.last_seen_at,
        "disabled_at": person.disabled_at,
        "sessions": person.sessions,
    }
