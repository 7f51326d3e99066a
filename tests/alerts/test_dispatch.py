"""Alerts arrive at a real receiver and a real mail server, each once, whatever fails between."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from mcf.alerts import channels, dispatch
from mcf.alerts.dispatch import ASLEEP, Telling
from mcf.errors import StoreError
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.documents import DocumentKind as Kept
from mcf.store.documents import Keeper
from mcf.tracking.event_log import Chronicle
from mcf.tracking.events import EventKind, Happening
from tests.alerts.desk import DAY, HOUR, MINUTE, NOW, Desk, posted
from tests.loopback import Loopback, Reply
from tests.mailbox import Mailbox


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
    promised = {"promised_arrival_date": posting.now - DAY, "seller_fulfillment_order_id": "A-1"}
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
