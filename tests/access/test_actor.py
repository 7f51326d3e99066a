"""Who acts: named for what is inside, and for no other thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from mcf.access.actor import MACHINE, NOBODY, PROGRAM, Actor, acting, acting_now, whose
from mcf.access.roles import ROLES, Permission, Role

VIEWER = Actor("p1", ROLES[Role.VIEWER], Role.VIEWER, email="viewer@localhost")


def test_nobody_acts_unless_named() -> None:
    assert acting_now() is None
    assert whose() is None


def test_who_is_named_acts_until_the_end_of_the_block() -> None:
    with acting(VIEWER):
        assert acting_now() is VIEWER
        with acting(PROGRAM):
            assert acting_now() is PROGRAM
        assert acting_now() is VIEWER
        assert whose() == "p1"
    assert acting_now() is None


def test_another_thread_acts_for_nobody() -> None:
    with acting(VIEWER), ThreadPoolExecutor(1) as pool:
        assert pool.submit(acting_now).result() is None


def test_what_the_program_and_this_machine_keep_belongs_to_all() -> None:
    assert MACHINE.owned_by is None
    assert PROGRAM.owned_by is None


def test_who_is_unknown_may_do_nothing_and_a_viewer_may_see() -> None:
    assert not any(NOBODY.may(permission) for permission in Permission)
    assert VIEWER.may(Permission.SEE)
    assert not VIEWER.may(Permission.SHIP)
    assert "viewer@localhost" not in repr(VIEWER)
