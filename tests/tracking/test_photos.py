"""Pictures behind links: fetched only from where they may be, and only if they're pictures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from mcf.errors import ConnectionFailed, MCFError, NotFound, ServiceUnavailable, UnexpectedAnswer
from mcf.tracking import photos
from mcf.tracking.handover import Photo
from tests.loopback import Loopback, Reply, loopback

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n made up"


@pytest.fixture
def amazon() -> Iterator[Loopback]:
    with loopback() as state:
        yield state


def fetched(amazon: Loopback, reply: Reply) -> Photo:
    amazon.replies = [reply]
    return photos.fetch(f"{amazon.endpoint}/1.png?Signature=x", NOW, amazon.endpoint)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
    ],
)
def test_a_picture_is_what_it_begins_as(amazon: Loopback, content: bytes, kind: str) -> None:
    photo = fetched(amazon, Reply(200, content, "image/whatever"))

    assert photo == Photo(content, kind, "127.0.0.1", NOW)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(200, b"<html>", "text/html"), UnexpectedAnswer),
        (Reply(200, b"<svg onload='alert(1)'>", "image/svg+xml"), UnexpectedAnswer),
        (Reply(200, b"", "image/png"), UnexpectedAnswer),
        (Reply(200, PNG, ""), UnexpectedAnswer),
        (Reply(403, b"expired", "application/xml"), NotFound),
        (Reply(404, PNG, "image/png"), NotFound),
        (Reply(503, PNG, "image/png"), ServiceUnavailable),
    ],
)
def test_what_is_no_picture_is_refused(
    amazon: Loopback, reply: Reply, error: type[MCFError]
) -> None:
    with pytest.raises(error) as raised:
        fetched(amazon, reply)

    assert raised.value.advice


def test_a_picture_that_never_ends_is_not_read_to_the_end(
    amazon: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "LARGEST", 1000)

    with pytest.raises(UnexpectedAnswer, match="more than"):
        fetched(amazon, Reply(200, PNG + bytes(2000), "image/png"))


@pytest.mark.parametrize(
    "url",
    [
        "http://photos.example.com/1.png",
        "https://127.0.0.1/1.png",
        "https://localhost/1.png",
        "https://169.254.169.254/latest",
        "https://user@photos.example.com/1.png",
        "https://photos.example.com:x/",
        "file:///etc/passwd",
        "//photos.example.com/1.png",
        "",
    ],
)
@pytest.mark.parametrize("endpoint", [None, "http://127.0.0.1:9"])
def test_an_address_that_may_lead_anywhere_is_not_followed(url: str, endpoint: str | None) -> None:
    with pytest.raises(UnexpectedAnswer, match="safely"):
        photos.fetch(url, NOW, endpoint)


def test_the_simulator_is_asked_only_at_its_own_address(amazon: Loopback) -> None:
    with pytest.raises(UnexpectedAnswer, match="safely"):
        photos.fetch(f"{amazon.endpoint}0/1.png", NOW, amazon.endpoint)

    assert amazon.calls == []


def test_a_server_that_is_not_there_is_told_without_the_link() -> None:
    with pytest.raises(ConnectionFailed) as raised:
        photos.fetch("http://127.0.0.1:9/1.png?Signature=x", NOW, "http://127.0.0.1:9")

    assert "Signature" not in str(raised.value)


def through(*answers: httpx.Response) -> bytes:
    """What is fetched from a host that gives these answers in turn."""
    left = list(answers)
    with httpx.Client(transport=httpx.MockTransport(lambda _: left.pop(0))) as client:
        return photos._content(client, "https://photos.example.com/1")


def test_a_link_may_lead_on_within_its_host() -> None:
    there = httpx.Response(302, headers={"location": "/2"})
    picture = httpx.Response(200, content=PNG, headers={"content-type": "image/png"})

    assert through(there, picture) == PNG


@pytest.mark.parametrize(
    "location", ["https://elsewhere.example.com/", "http://photos.example.com/1", "//127.0.0.1/"]
)
def test_a_link_that_leads_elsewhere_is_not_followed(location: str) -> None:
    with pytest.raises(UnexpectedAnswer, match="another host"):
        through(httpx.Response(302, headers={"location": location}))


def test_a_link_that_leads_in_circles_is_left() -> None:
    round_and_round = [httpx.Response(302, headers={"location": "/1"}) for _ in range(9)]

    with pytest.raises(UnexpectedAnswer, match="circles"):
        through(*round_and_round)
