"""A receiver, a mail server, and programs that have begun to tell by them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mcf.store.database import Store
from tests.alerts.desk import Desk, mail
from tests.loopback import Loopback, loopback
from tests.mailbox import Mailbox, mailbox


@pytest.fixture
def receiver() -> Iterator[Loopback]:
    with loopback() as server:
        yield server


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as server:
        yield server


@pytest.fixture
def posting(store: Store, receiver: Loopback) -> Desk:
    """A program that has begun to tell by webhook."""
    desk = Desk(store, {"MCF_ALERT_WEBHOOK": f"{receiver.endpoint}/hooks/made-up"})
    desk.round()
    return desk


@pytest.fixture
def mailing(store: Store, box: Mailbox) -> Desk:
    """A program that has begun to tell by e-mail."""
    desk = Desk(store, mail(box))
    desk.round()
    return desk
