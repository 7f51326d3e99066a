"""A webhook and a mail server get what they can read, and a failure names no secret."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from mcf.alerts import channels
from mcf.alerts.channels import signature
from mcf.alerts.rules import Alert, Message
from mcf.concerns import Urgency
from mcf.store.database import Store
from tests.alerts.desk import FROM, MINUTE, NOW, SECRET, TO, Desk, mail
from tests.loopback import Loopback, Reply
from tests.mailbox import Mailbox, mailbox


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


def test_a_redirect_is_not_followed(posting: Desk, receiver: Loopback) -> None:
    receiver.replies = [Reply(status=302)]
    posting.becomes("A-1")

    (outcome,) = posting.round()

    assert len(receiver.calls) == 1
    assert outcome.error is not None


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
    monkeypatch.setattr(channels, "LOOPBACK", frozenset())
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
    monkeypatch.setattr(channels, "LOOPBACK", frozenset())
    with mailbox(tls=server) as box:
        desk = Desk(store, mail(box))
        desk.round()
        desk.becomes("A-1")
        (doubted,) = desk.round()
        trusting = ssl.create_default_context(cafile=str(certificate))
        monkeypatch.setattr(channels, "tls", lambda: trusting)
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


HEADER = "=?utf-8?q?=0D=0ABcc=3Athief=40localhost=0D=0A?="


@pytest.mark.parametrize(
    "number",
    [
        HEADER,
        HEADER.replace("?q?=0D=0ABcc=3Athief=40localhost=0D=0A", "?b?DQpCY2M6IHRoaWVmDQo="),
        f"=?us-ascii?Q?{HEADER}?=",
        f"A-1 {HEADER} {HEADER}",
        f"Ä {HEADER}",
        "=?utf-8?q?=0D=0A=0D=0AHello?=",
    ],
)
def test_what_looks_like_an_encoded_word_arrives_as_it_is_and_is_no_header(
    mailing: Desk, box: Mailbox, number: str
) -> None:
    mailing.becomes(number)
    mailing.round()

    (letter,) = box.letters
    assert letter["Bcc"] is None
    assert box.recipients == [[TO]]
    assert letter["Subject"] == f"MCF Desk US, demo: Order {number} is invalid"
    assert {*letter} >= {"Subject", "From", "To", "Date", "Message-ID"}
    assert f"- Order {number} is invalid" in letter.get_content()


@pytest.mark.parametrize("odd", ["\x0b", "\x0c", "\x85", "\u2028", "\x1b[2J", "\ud83d", "\u202e"])
def test_no_control_character_reaches_a_mail(odd: str) -> None:
    alert = Alert("ended:A", "A", Urgency.NOW, f"Order A{odd}Bcc: x is invalid", "Look.")
    to = channels.Mail(to=(TO,), sender=FROM, host="127.0.0.1", port=25, is_tls=False)

    written = channels.MailChannel(to, lambda: NOW)._written(Message((alert,), "US"))

    (subject,) = [line for line in written.as_bytes().splitlines() if b"Bcc" in line][:1]
    assert subject.startswith(b"Subject: MCF Desk US: Order A")
    assert odd not in written["Subject"]


def test_a_long_subject_is_folded_and_nothing_of_it_is_a_header(
    mailing: Desk, box: Mailbox
) -> None:
    number = "A 1 " * 9 + "Bcc:x@localhost"
    mailing.becomes(number)
    mailing.round()

    (letter,) = box.letters
    assert letter["Bcc"] is None
    assert letter["Subject"] == f"MCF Desk US, demo: Order {number} is invalid"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("@everyone", "@\u200beveryone"),
        ("[a](http://evil.example)", "]\u200b(http:\u200b//evil.example)"),
        ("![a](//evil.example/a.png)", "]\u200b(//evil.example/a.png)"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("www.evil.example", "www\u200b.evil.example"),
    ],
)
def test_an_order_with_an_odd_number_calls_nobody_in_a_chat(
    posting: Desk, receiver: Loopback, number: str, text: str
) -> None:
    posting.becomes(number)
    posting.round()

    message = json.loads(receiver.calls[0].body)
    assert text in message["text"]
    assert message["alerts"][0]["order"] == number


def test_half_a_letter_does_not_keep_a_message_from_being_read() -> None:
    alert = Alert("ended:A\ud83d", "A\ud83d", Urgency.NOW, "Order A\ud83d is invalid", "Look.")

    facts = channels._facts(Message((alert,), "US"))

    assert json.dumps(facts, ensure_ascii=False).encode()
    assert facts["alerts"][0]["order"] == "A\ufffd"  # type: ignore[index]


BASE = "https://desk.example.com/mcf"


def test_a_chat_and_a_program_get_the_address_of_the_orders_page(
    posting: Desk, receiver: Loopback
) -> None:
    posting.environ["MCF_PUBLIC_URL"] = f"{BASE}/"
    posting.becomes("[a](http://evil.example)")
    posting.round()
    posting.again().test()

    first, test = (json.loads(call.body) for call in receiver.calls)
    link = f"{BASE}/tracking?order=%5Ba%5D%28http%3A%2F%2Fevil.example%29"
    assert first["alerts"][0]["link"] == link
    assert first["text"].splitlines()[2:] == [f"  {link}"]
    assert "http://" not in first["text"]
    assert test["text"].endswith(f"\n  {BASE}/")


def test_a_mail_has_the_link_below_its_alert_and_a_line_break_in_a_number_is_no_header(
    mailing: Desk, box: Mailbox
) -> None:
    mailing.environ["MCF_PUBLIC_URL"] = BASE
    mailing.becomes("A-1\r\nBcc: thief@localhost")
    mailing.round()

    (letter,) = box.letters
    assert letter["Bcc"] is None
    last = letter.get_content().splitlines()[-1]
    assert last == f"  {BASE}/tracking?order=A-1%0D%0ABcc%3A%20thief%40localhost"


def test_without_the_dashboards_address_there_is_no_link(posting: Desk, receiver: Loopback) -> None:
    posting.becomes("A-1")
    posting.round()

    message = json.loads(receiver.calls[0].body)
    assert message["alerts"][0]["link"] is None
    assert len(message["text"].splitlines()) == 2


def test_what_a_chat_gets_has_room_for_its_links() -> None:
    link = f"{BASE}/tracking?order=A"
    alert = Alert("ended:A", "A", Urgency.NOW, "Order A is <<invalid>>", "Look.", link=link)

    text = Message((alert,) * 100, "US").text(1900, channels._for_chats)

    assert len(text) <= 1900
    assert text.splitlines()[-1].startswith("... and ")
    assert text.count(link) == text.count("&gt;&gt;")
