"""Alerts arrive at a real receiver and a real mail server, each once, whatever fails between."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mcf import settings as mcf_settings
from mcf.alerts import channels, dispatch
from mcf.alerts.channels import signature
from mcf.alerts.dispatch import ASLEEP, AlertOutcome, Telling
from mcf.amazon import auth
from mcf.errors import StoreError
from mcf.settings import Settings
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.documents import Keeper
from mcf.store.documents import Kind as Kept
from mcf.store.snapshots import StoredFrames
from mcf.tracking.event_log import Chronicle
from mcf.tracking.events import EventKind, Happening
from tests.loopback import Loopback, Reply, loopback
from tests.mailbox import Mailbox, mailbox

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
SECRET = "made-up-secret-of-a-receiver"
TO, FROM = "owner@localhost", "desk@localhost"


@dataclass
class Desk:
    """A program with a clock of its own on a store; `again` is the same after a restart."""

    store: Store
    environ: dict[str, str]
    now: datetime = NOW
    slept: list[float] = field(default_factory=list)

    def again(self) -> Telling:
        settings = Settings.from_env(self.environ, dotenv=None)
        frames = StoredFrames(self.store)
        clock: Callable[[], datetime] = lambda: self.now  # noqa: E731
        return Telling(settings, self.store, frames, clock, self.slept.append, clock)

    def round(self) -> list[AlertOutcome]:
        """A round a minute later, by a program that was just started."""
        self.now += MINUTE
        return self.again().round()

    def becomes(self, *order_ids: str, status: str = "Invalid", **values: object) -> None:
        """Orders come to a status now."""
        row = {
            "status": status,
            "received_date": self.now - DAY,
            "status_updated_date": self.now,
            "raw": {},
        }
        names = ("seller_fulfillment_order_id", "displayable_order_id")
        rows = [row | values | dict.fromkeys(names, order_id) for order_id in order_ids]
        self.store.save(tables.orders, rows)


@pytest.fixture
def receiver() -> Iterator[Loopback]:
    with loopback() as server:
        yield server


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as server:
        yield server


def mail(box: Mailbox) -> dict[str, str]:
    return {
        "MCF_ALERT_EMAIL_TO": TO,
        "MCF_ALERT_EMAIL_FROM": FROM,
        "MCF_ALERT_SMTP": f"smtp://127.0.0.1:{box.port}",
    }


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


def posted(receiver: Loopback) -> list[list[str]]:
    """The events of each message."""
    return [[alert["key"] for alert in json.loads(call.body)["alerts"]] for call in receiver.calls]


def test_what_was_there_when_a_channel_began_is_noted_and_never_told(
    store: Store, receiver: Loopback
) -> None:
    desk = Desk(store, {"MCF_ALERT_WEBHOOK": receiver.endpoint})
    desk.becomes("OLD-1")
    desk.becomes("OLD-2", status="Cancelled", status_updated_date=NOW - 300 * DAY)

    (first,) = desk.round()
    desk.now += HOUR
    (second,) = desk.round()

    assert (first.begins, first.noted, first.told) == (True, 2, ())
    assert (second.begins, second.told) == (False, ())
    assert receiver.calls == []


def test_an_event_is_posted_once_also_after_a_restart(posting: Desk, receiver: Loopback) -> None:
    posting.becomes("A-1")
    posting.round()
    posting.round()
    posting.becomes("A-2", status="Unfulfillable")
    posting.round()

    assert posted(receiver) == [["ended:A-1:Invalid"], ["ended:A-2:Unfulfillable"]]


def test_what_is_posted_can_be_read_by_chats_and_by_programs(
    posting: Desk, receiver: Loopback
) -> None:
    posting.becomes("A-<1>")
    posting.round()

    (call,) = receiver.calls
    told = json.loads(call.body)
    assert call.path == "/hooks/made-up"
    assert call.headers["content-type"] == "application/json"
    assert told["text"].startswith("MCF Desk US, demo: Order A-&lt;1&gt; is invalid\n- Order A-")
    assert told["shop"] == "US, demo"
    (alert,) = told["alerts"]
    assert (alert["kind"], alert["order"], alert["urgency"]) == ("ended", "A-<1>", "now")
    assert alert["at"] == (NOW + MINUTE).isoformat()


def test_a_signature_can_be_verified_and_breaks_with_any_change(
    posting: Desk, receiver: Loopback
) -> None:
    posting.environ["MCF_ALERT_WEBHOOK_SECRET"] = SECRET
    posting.becomes("A-1")
    posting.round()

    (call,) = receiver.calls
    told, moment = call.headers["x-mcf-signature"], call.headers["x-mcf-timestamp"]
    assert told == signature(SECRET, moment, call.body)
    assert told != signature(SECRET, moment, call.body + b" ")
    assert told != signature(SECRET, str(int(moment) + 1), call.body)


def test_the_documented_way_to_verify_a_signature_holds(
    posting: Desk, receiver: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Path(__file__).parents[2] / "docs" / "alerts.md"
    documented: dict[str, Any] = {}
    exec(page.read_text("utf-8").split("```python")[1].split("```")[0], documented)  # noqa: S102
    posting.environ["MCF_ALERT_WEBHOOK_SECRET"] = SECRET
    posting.becomes("A-1")
    posting.round()

    (call,) = receiver.calls
    told = (call.headers["x-mcf-timestamp"], call.body, call.headers["x-mcf-signature"])
    is_ours = documented["is_ours"]
    assert not is_ours(SECRET, *told)
    monkeypatch.setattr(time, "time", posting.now.timestamp)
    assert is_ours(SECRET, *told)
    assert not is_ours(SECRET[::-1], *told)


def test_a_receiver_that_fails_for_a_moment_is_tried_again_after_growing_pauses(
    posting: Desk, receiver: Loopback
) -> None:
    receiver.replies = [Reply(status=500), Reply(status=429), Reply()]
    posting.becomes("A-1")

    (outcome,) = posting.round()

    assert len(receiver.calls) == 3
    assert len({call.body for call in receiver.calls}) == 1
    assert posting.slept == [1, 2]
    assert [alert.key for alert in outcome.told] == ["ended:A-1:Invalid"]


def test_a_refusal_is_told_and_tried_again_only_at_the_next_round(
    posting: Desk, receiver: Loopback
) -> None:
    receiver.replies = [Reply(status=404), Reply()]
    posting.becomes("A-1")

    (refused,) = posting.round()
    (taken,) = posting.round()

    assert (posting.slept, len(refused.waiting), refused.told) == ([], 1, ())
    assert refused.error is not None
    assert refused.error.message == "The webhook at 127.0.0.1 answered with status 404."
    assert "made-up" not in f"{refused.error.message} {refused.error.advice}"
    assert len(taken.told) == 1


def test_a_redirect_is_not_followed(posting: Desk, receiver: Loopback) -> None:
    receiver.replies = [Reply(status=302)]
    posting.becomes("A-1")

    (outcome,) = posting.round()

    assert len(receiver.calls) == 1
    assert outcome.error is not None


def test_a_receiver_that_is_not_there_loses_nothing(posting: Desk, receiver: Loopback) -> None:
    there = posting.environ["MCF_ALERT_WEBHOOK"]
    posting.environ["MCF_ALERT_WEBHOOK"] = "http://127.0.0.1:9/made-up"
    posting.becomes("A-1")
    (failed,) = posting.round()
    posting.environ["MCF_ALERT_WEBHOOK"] = there
    posting.round()

    assert posting.slept == [1, 2, 4]
    assert failed.error is not None
    assert "wasn't reached (ConnectError)" in failed.error.message
    assert posted(receiver) == [["ended:A-1:Invalid"]]


def test_what_one_channel_can_not_tell_is_told_by_the_other(
    mailing: Desk, box: Mailbox, receiver: Loopback
) -> None:
    mailing.environ["MCF_ALERT_WEBHOOK"] = receiver.endpoint
    mailing.round()
    receiver.replies = [Reply(status=403)]
    mailing.becomes("A-1")

    webhook, email = mailing.round()
    mailing.round()

    assert (webhook.told, len(email.told)) == ((), 1)
    assert len(box.letters) == 1
    assert posted(receiver) == [["ended:A-1:Invalid"]] * 2


def test_a_program_that_dies_before_it_wrote_down_what_it_told_tells_it_again(
    posting: Desk, receiver: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    posting.becomes("A-1")
    with monkeypatch.context() as patch:
        patch.setattr(Telling, "_note", _dies)
        (died,) = posting.round()
    posting.round()
    posting.round()

    assert isinstance(died.error, StoreError)
    assert posted(receiver) == [["ended:A-1:Invalid"]] * 2


def _dies(_: Telling, __: object, told: list[object]) -> None:
    if told:
        raise StoreError("The store can't be used: disk full")


def test_many_alerts_come_in_messages_of_a_hundred_each_written_down(
    posting: Desk, receiver: Loopback
) -> None:
    receiver.replies = [Reply(), Reply(status=400), Reply()]
    posting.becomes(*(f"A-{number:03}" for number in range(150)))

    (first,) = posting.round()
    posting.round()

    assert (len(first.told), len(first.waiting)) == (100, 50)
    assert [len(keys) for keys in posted(receiver)] == [100, 50, 50]
    assert len({key for keys in posted(receiver) for key in keys}) == 150


def test_a_parcel_that_was_in_trouble_between_two_rounds_is_told(
    posting: Desk, receiver: Loopback
) -> None:
    tried = Happening(
        "A-1", EventKind.PARCEL_STATUS, NOW, NOW, "IN_TRANSIT", "DELIVERY_ATTEMPTED", 7
    )
    Chronicle(posting.store).note([tried])
    posting.round()
    posting.round()

    assert posted(receiver) == [["parcel:7:DELIVERY_ATTEMPTED"]]


def test_an_order_is_late_only_while_somebody_listens(posting: Desk, receiver: Loopback) -> None:
    posting.becomes("A-1", status="Complete")
    promised = {"promised_arrival_date": posting.now, "seller_fulfillment_order_id": "A-1"}
    blank = {"state": "accepted", "request": {}, "attempts": 1, "created_at": NOW}
    posting.store.save(tables.submissions, [blank | promised | {"updated_at": NOW}])
    read = {"state": "whole", "pages": 1, "rows": 1, "started_at": NOW, "whole_at": NOW - DAY}
    subjects = [{"subject": name} for name in ("orders", "tracking")]
    posting.store.save(tables.sync_runs, [read | subject for subject in subjects])
    posting.round()
    assert receiver.calls == []

    heard = {"whole_at": NOW}
    posting.store.save(tables.sync_runs, [read | subject | heard for subject in subjects])
    posting.round()
    posting.round()

    assert posted(receiver) == [["late:A-1"]]


def test_a_store_that_was_begun_anew_goes_on_with_what_happens_then(
    posting: Desk, receiver: Loopback
) -> None:
    keeper = Keeper(posting.store)
    mark = keeper.get(Kept.ALERT, "webhook")
    assert mark is not None
    keeper.keep(Kept.ALERT, "webhook", {**mark.content, "revision": 5000})
    came_back = Happening("A-1", EventKind.PARCEL_STATUS, NOW, NOW, "RETURNING", "RETURNED", 7)
    Chronicle(posting.store).note([came_back])
    posting.round()

    assert posted(receiver) == [["parcel:7:RETURNED"]]


def test_a_cancellation_that_was_asked_for_here_is_not_told(
    posting: Desk, receiver: Loopback
) -> None:
    posting.becomes("MINE", status="Cancelled")
    Chronicle(posting.store).own("MINE", EventKind.CANCEL_ASKED, posting.now, "You asked")
    posting.becomes("THEIRS", status="Cancelled")
    posting.now += HOUR
    posting.round()

    assert posted(receiver) == [["ended:THEIRS:Cancelled"]]


def test_a_channel_that_was_off_for_long_begins_anew(posting: Desk, receiver: Loopback) -> None:
    posting.becomes("A-1")
    posting.now += ASLEEP

    (outcome,) = posting.round()

    assert outcome.begins
    assert receiver.calls == []


def test_one_program_tells_at_a_time(posting: Desk, receiver: Loopback) -> None:
    posting.becomes("A-1")
    theirs = posting.store.lease("alerts")
    assert theirs.take()
    (busy,) = posting.round()
    theirs.release()
    posting.round()

    assert busy.error is not None
    assert "Another program on this store tells alerts" in busy.error.message
    assert posted(receiver) == [["ended:A-1:Invalid"]]


def test_what_would_be_told_can_be_looked_at_without_telling_it(
    posting: Desk, receiver: Loopback
) -> None:
    posting.becomes("A-1")

    (outcome,) = posting.again().waiting()

    assert [alert.key for alert in outcome.waiting] == ["ended:A-1:Invalid"]
    assert receiver.calls == []
    assert len(posting.round()[0].told) == 1


def test_before_the_first_round_a_look_tells_what_will_be_taken_for_known(
    store: Store, receiver: Loopback
) -> None:
    desk = Desk(store, {"MCF_ALERT_WEBHOOK": receiver.endpoint})
    desk.becomes("A-1")

    (outcome,) = desk.again().waiting()

    assert (outcome.begins, outcome.noted) == (True, 1)
    assert desk.round()[0].begins


def test_a_digest_waits_for_its_time_of_day_in_its_zone(posting: Desk, receiver: Loopback) -> None:
    posting.environ |= {"MCF_ALERT_DIGEST": "07:30", "MCF_ALERT_ZONE": "America/New_York"}
    posting.becomes("A-1")
    posting.becomes("A-2")
    (early,) = posting.round()
    posting.now = NOW + 28 * MINUTE
    posting.round()
    assert receiver.calls == []

    posting.round()
    posting.becomes("A-3")
    (late,) = posting.round()

    assert posting.now.astimezone(ZoneInfo("America/New_York")).hour == 7
    assert [len(outcome.waiting) for outcome in (early, late)] == [2, 1]
    assert posted(receiver) == [["ended:A-1:Invalid", "ended:A-2:Invalid"]]


def test_a_digest_that_could_not_be_sent_comes_at_the_next_round(
    posting: Desk, receiver: Loopback
) -> None:
    posting.environ["MCF_ALERT_DIGEST"] = "13:00"
    receiver.replies = [Reply(status=410), Reply()]
    posting.becomes("A-1")
    posting.now += HOUR
    (failed,) = posting.round()
    (taken,) = posting.round()

    assert failed.error is not None
    assert len(taken.told) == 1


def test_a_day_without_news_sends_no_digest(posting: Desk, receiver: Loopback) -> None:
    posting.environ["MCF_ALERT_DIGEST"] = "13:00"
    posting.now += 2 * HOUR
    posting.round()
    posting.becomes("A-1")
    (outcome,) = posting.round()

    assert len(outcome.waiting) == 1
    assert receiver.calls == []


def test_a_mail_arrives_once_as_plain_text(mailing: Desk, box: Mailbox) -> None:
    mailing.becomes("A-1")
    mailing.round()
    mailing.round()

    (letter,) = box.letters
    assert letter["Subject"] == "MCF Desk US, demo: Order A-1 is invalid"
    assert (letter["From"], letter["To"]) == (FROM, TO)
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@localhost>")
    assert letter.get_content_type() == "text/plain"
    assert "- Order A-1 is invalid. Amazon accepted it, then found" in letter.get_content()


def test_an_order_with_an_odd_number_puts_no_header_into_a_mail(
    mailing: Desk, box: Mailbox
) -> None:
    mailing.becomes("A-1\r\nBcc: thief@localhost\r\n\r\nHello")
    mailing.round()

    (letter,) = box.letters
    assert letter["Bcc"] is None
    assert box.recipients == [[TO]]
    assert letter["Subject"].startswith("MCF Desk US, demo: Order A-1 Bcc: thief@localhost Hello")


def test_a_mail_server_that_is_busy_is_tried_again(mailing: Desk, box: Mailbox) -> None:
    box.answers = ["451 Try later"]
    mailing.becomes("A-1")
    mailing.round()

    assert mailing.slept == [1]
    assert len(box.letters) == 1


def test_a_mail_that_is_refused_is_told_and_not_lost(mailing: Desk, box: Mailbox) -> None:
    box.answers = ["554 Looks like spam"]
    mailing.becomes("A-1")
    (refused,) = mailing.round()
    mailing.round()

    assert refused.error is not None
    assert refused.error.message == "The mail server 127.0.0.1 refused the message (code 554)."
    assert mailing.slept == []
    assert len(box.letters) == 1


def test_a_recipient_who_is_refused_does_not_keep_the_others_from_being_told_once(
    mailing: Desk, box: Mailbox
) -> None:
    mailing.environ["MCF_ALERT_EMAIL_TO"] = f"{TO}, gone@localhost"
    box.refuses = {"gone@localhost"}
    mailing.becomes("A-1")
    (outcome,) = mailing.round()
    mailing.round()

    assert "127.0.0.1 refused 1 of 2 recipients" in outcome.note
    assert box.recipients == [[TO]]


def test_nobody_left_to_take_a_mail_is_a_refusal(mailing: Desk, box: Mailbox) -> None:
    box.refuses = {TO}
    mailing.becomes("A-1")
    (outcome,) = mailing.round()

    assert outcome.error is not None
    assert "(code 550)" in outcome.error.message
    assert "MCF_ALERT_EMAIL_TO" in outcome.error.advice
    assert TO not in f"{outcome.error.message} {outcome.error.advice}"


def test_a_mail_server_may_want_a_login(store: Store) -> None:
    with mailbox(login=("desk", "correct-horse")) as box:
        desk = Desk(store, mail(box))
        desk.round()
        desk.becomes("A-1")
        desk.environ |= {"MCF_ALERT_SMTP_USER": "desk", "MCF_ALERT_SMTP_PASSWORD": "wrong-horse"}
        (refused,) = desk.round()
        desk.environ["MCF_ALERT_SMTP_PASSWORD"] = "correct-horse"
        (taken,) = desk.round()

    assert refused.error is not None
    assert refused.error.message == "The mail server 127.0.0.1 refused the login."
    assert len(taken.told) == len(box.letters) == 1


def test_a_login_where_none_is_taken_is_told(mailing: Desk) -> None:
    mailing.environ |= {"MCF_ALERT_SMTP_USER": "desk", "MCF_ALERT_SMTP_PASSWORD": "correct-horse"}
    mailing.becomes("A-1")
    (outcome,) = mailing.round()

    assert outcome.error is not None
    assert "takes no login by name and password" in outcome.error.message


def test_nothing_is_mailed_unencrypted_to_another_machine(
    mailing: Desk, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mcf_settings, "LOOPBACK", frozenset())
    mailing.becomes("A-1")
    (outcome,) = mailing.round()

    assert outcome.error is not None
    assert "offers no encryption (STARTTLS)" in outcome.error.message
    assert box.letters == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 with its key, made just now."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl, which makes a certificate")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    words = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=127.0.0.1"]
    name = ["-addext", "subjectAltName=IP:127.0.0.1", "-days", "2", "-nodes"]
    both = ["-keyout", str(path), "-out", str(path.with_suffix(".crt"))]
    made = ["openssl", "req", "-x509", *words, *name, *both]
    subprocess.run(made, check=True, capture_output=True)
    with path.open("a") as file:
        file.write(path.with_suffix(".crt").read_text())
    return path


def test_another_machine_is_mailed_encrypted_and_its_certificate_must_be_its_own(
    store: Store, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    monkeypatch.setattr(mcf_settings, "LOOPBACK", frozenset())
    with mailbox(tls=server) as box:
        desk = Desk(store, mail(box))
        desk.round()
        desk.becomes("A-1")
        (doubted,) = desk.round()
        trusting = ssl.create_default_context(cafile=str(certificate))
        monkeypatch.setattr(auth, "tls", lambda: trusting)
        desk.round()

    assert doubted.error is not None
    assert "shows a certificate that isn't its own" in doubted.error.message
    assert box.encrypted == [True]


def test_a_mail_server_that_is_not_there_is_told_without_anybodys_address(mailing: Desk) -> None:
    mailing.environ["MCF_ALERT_SMTP"] = "smtps://127.0.0.1:9"
    mailing.becomes("A-1")
    (outcome,) = mailing.round()

    assert outcome.error is not None
    assert "wasn't reached (ConnectionRefusedError)" in outcome.error.message
    assert mailing.slept == [1, 2, 4]
    assert TO not in f"{outcome.error.message} {outcome.error.advice}"


def test_a_test_goes_by_every_channel_and_is_written_down_by_none(
    mailing: Desk, box: Mailbox, receiver: Loopback
) -> None:
    mailing.environ["MCF_ALERT_WEBHOOK"] = receiver.endpoint

    outcomes = mailing.again().test()
    mailing.again().test()

    assert [len(outcome.told) for outcome in outcomes] == [1, 1]
    assert posted(receiver) == [["test"]] * 2
    assert [letter["Subject"] for letter in box.letters] == [
        "MCF Desk US, demo: This is a test"
    ] * 2


def test_a_mistake_of_ours_in_one_channel_does_not_keep_the_other_from_telling(
    mailing: Desk, box: Mailbox, receiver: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing.environ["MCF_ALERT_WEBHOOK"] = receiver.endpoint
    mailing.round()
    mailing.becomes("A-1")
    monkeypatch.setattr(channels.WebhookChannel, "send", lambda *_: 1 / 0)

    webhook, _ = mailing.round()

    assert webhook.error is not None
    assert "telling alerts (ZeroDivisionError)" in webhook.error.message
    assert len(box.letters) == 1


def test_without_a_channel_nothing_is_done(store: Store) -> None:
    desk = Desk(store, {})

    assert desk.round() == []
    assert store.rows(tables.alerts_told) == []


def test_what_came_to_be_long_ago_is_no_news_however_late_it_is_read(
    posting: Desk, receiver: Loopback
) -> None:
    posting.becomes("OLD", status_updated_date=NOW - 2 * dispatch.NEWS)
    posting.round()

    assert receiver.calls == []
