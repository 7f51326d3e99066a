"""Sessions: who is let in, as whom, until when."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from mcf.access.actor import MACHINE, Actor
from mcf.access.audit import Audit
from mcf.access.people import People
from mcf.access.roles import ROLES, Role
from mcf.access.sign_ins import Refusal, SignIns
from mcf.access_settings import AccessSettings, Provider
from mcf.store.database import Store
from mcf.store.tables import audit
from tests.providers import ISSUER, claims

SETTINGS = AccessSettings(
    provider=Provider(ISSUER, "desk", SecretStr("made-up"), group_roles=(("packers", "operator"),)),
    owner_email="owner@localhost",
    session_hours=2,
)
HOUR = 3600


@pytest.fixture
def members(store: Store) -> People:
    """A program to which Ann is invited, who may look."""
    made = People(store, Audit(store))
    made.invite(MACHINE, "ann@localhost", Role.VIEWER)
    return made


@pytest.fixture
def sessions(store: Store, members: People) -> SignIns:
    return SignIns(SETTINGS, store, Audit(store))


def admitted(sessions: SignIns, told: dict[str, Any]) -> Actor:
    answer = sessions.admit(told, "192.0.2.7")
    assert isinstance(answer, Actor)
    return answer


def refused(sessions: SignIns, told: dict[str, Any]) -> Refusal:
    answer = sessions.admit(told, "192.0.2.7")
    assert isinstance(answer, Refusal)
    return answer


def actions(store: Store) -> list[str]:
    return [row.action for row in store.rows(audit)]


def test_who_was_invited_acts_with_their_role(sessions: SignIns, store: Store) -> None:
    ann = admitted(sessions, claims(email="Ann@LOCALHOST"))

    assert (ann.role, ann.permissions) == (Role.VIEWER, ROLES[Role.VIEWER])
    assert (ann.email, ann.origin) == ("ann@localhost", "192.0.2.7")
    assert admitted(sessions, claims()) == ann
    assert actions(store) == ["people.invite", "sign_in"]


def test_who_has_signed_in_stays_the_same_with_another_email(
    sessions: SignIns, members: People
) -> None:
    ann = admitted(sessions, claims())

    married = claims(nonce="n-2", email="other@localhost", email_verified=False)
    assert admitted(sessions, married).person_id == ann.person_id
    assert [it.email for it in members.everybody()] == ["ann@localhost"]
    assert members.everybody()[0].sessions == 2
    assert members.everybody()[0].last_seen_at is not None


def test_somebody_else_with_the_same_email_is_a_stranger(sessions: SignIns) -> None:
    admitted(sessions, claims())

    assert refused(sessions, claims(sub="u-other", nonce="n-9")) is Refusal.STRANGER


def test_after_a_move_to_another_provider_people_are_known_by_email(
    sessions: SignIns, store: Store
) -> None:
    ann = admitted(sessions, claims())
    moved = Provider("https://new.example.com", "desk", SecretStr("made-up"))
    elsewhere = SignIns(AccessSettings(provider=moved), store, Audit(store))

    there = claims(iss="https://new.example.com", sub="7")
    assert admitted(elsewhere, there).person_id == ann.person_id
    assert refused(elsewhere, claims()) is Refusal.NOBODY


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({}, Refusal.NOBODY),
        (claims() | {"is_logged_in": False}, Refusal.NOBODY),
        (claims("eve"), Refusal.STRANGER),
        (claims(email_verified=False), Refusal.UNVERIFIED),
        (claims("owner", email_verified=None), Refusal.UNVERIFIED),
        (claims(ago=2 * HOUR + 5), Refusal.ENDED),
    ],
)
def test_who_may_not_come_in_is_told_why(
    sessions: SignIns, told: dict[str, Any], why: Refusal
) -> None:
    assert refused(sessions, told) is why


def test_a_refusal_is_in_the_audit_once_and_without_a_name(sessions: SignIns, store: Store) -> None:
    refused(sessions, claims("eve"))
    refused(sessions, claims("eve"))

    last = store.rows(audit)[-1]
    assert actions(store) == ["people.invite", "sign_in.refused"]
    assert (last.person_id, last.origin, last.subject) == ("nobody", "192.0.2.7", "stranger")
    assert last.outcome == "refused"


def test_the_first_owner_needs_no_invitation(sessions: SignIns, members: People) -> None:
    assert admitted(sessions, claims("owner")).role is Role.OWNER

    members.give(MACHINE, "ann@localhost", Role.OWNER)
    admitted(sessions, claims())
    members.give(MACHINE, "owner@localhost", Role.VIEWER)
    assert admitted(sessions, claims("owner", nonce="n-2")).role is Role.VIEWER


def test_a_group_needs_no_invitation_and_its_role_lasts_as_long_as_the_session(
    sessions: SignIns,
) -> None:
    packer = admitted(sessions, claims("bob", groups=["packers"]))

    assert packer.role is Role.OPERATOR
    assert refused(sessions, claims("bob", nonce="n-2")) is Refusal.NO_ROLE


def test_what_a_group_and_an_invitation_give_adds_up(sessions: SignIns, members: People) -> None:
    members.give(MACHINE, "ann@localhost", Role.PLANNER)

    ann = admitted(sessions, claims(groups=["packers"]))

    assert ann.permissions == ROLES[Role.PLANNER] | ROLES[Role.OPERATOR]
    assert ann.role is Role.OPERATOR


def test_a_role_elsewhere_is_none_here(sessions: SignIns, members: People, store: Store) -> None:
    members.give(MACHINE, "ann@localhost", Role.OPERATOR, here=True)
    assert admitted(sessions, claims()).role is Role.OPERATOR

    store._scope["marketplace_id"] = "A1PA6795UKMFR9"
    assert refused(sessions, claims()) is Refusal.NO_ROLE


def test_somebody_disabled_is_out_at_once_and_needs_to_sign_in_again_later(
    sessions: SignIns, members: People
) -> None:
    admitted(sessions, claims())
    members.disable(MACHINE, "ann@localhost")

    assert refused(sessions, claims()) is Refusal.DISABLED
    assert refused(sessions, claims(nonce="n-2")) is Refusal.DISABLED

    members.enable(MACHINE, "ann@localhost")
    assert refused(sessions, claims()) is Refusal.ENDED
    assert refused(sessions, claims(nonce="n-2")) is Refusal.ENDED
    assert admitted(sessions, claims(nonce="n-3")).role is Role.VIEWER


def test_a_change_of_role_ends_sessions(sessions: SignIns, members: People) -> None:
    admitted(sessions, claims())
    members.give(MACHINE, "ann@localhost", Role.OPERATOR)

    assert refused(sessions, claims()) is Refusal.ENDED
    assert admitted(sessions, claims(nonce="n-2")).role is Role.OPERATOR


def test_a_cookie_is_nothing_after_signing_out(sessions: SignIns, store: Store) -> None:
    admitted(sessions, claims())
    sessions.end(claims(), "192.0.2.7")
    sessions.end(claims(), "192.0.2.7")
    sessions.end({}, "192.0.2.7")

    assert refused(sessions, claims()) is Refusal.ENDED
    assert actions(store)[-3:] == ["sign_in", "sign_out", "sign_in.refused"]


def test_a_session_ends_after_its_hours_also_when_fewer_are_set_later(
    sessions: SignIns, store: Store
) -> None:
    told = claims(ago=HOUR)
    admitted(sessions, told)
    shorter = AccessSettings(provider=SETTINGS.provider, session_hours=0.5)

    assert refused(SignIns(shorter, store, Audit(store)), told) is Refusal.ENDED


def test_where_nobody_signs_in_nobody_is_admitted(store: Store) -> None:
    assert SignIns(AccessSettings(), store, Audit(store)).admit(claims(), "") is Refusal.NOBODY
