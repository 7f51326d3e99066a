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
        "https://[bad/x",
        "https://[::1",
        "http://[bad",
        "https://a]b.example.com/",
        "https://photos.example.com:99999/",
        "",
    ],
)
@pytest.mark.parametrize("endpoint", [None, "http://127.0.0.1:9"])
def test_an_address_that_may_lead_anywhere_is_not_followed(url: str, endpoint: str | None) -> None:
    with pytest.raises(UnexpectedAnswer, match="safely"):
        photos.fetch(url, NOW, endpoint)


@pytest.mark.parametrize(
    "url",
    [
        "https://xn--a.example.com/",
        "https://photos.example.com/\ud800",
        f"https://photos.example.com/{'x' * 70_000}",
        f"https://{'x' * 300}.example.com/",
    ],
)
def test_an_address_that_no_client_can_ask_is_told(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "_addresses", lambda _: set())

    with pytest.raises(ConnectionFailed, match="couldn't be fetched"):
        photos.fetch(url, NOW)


@pytest.mark.parametrize(
    "addresses",
    [
        {"127.0.0.1"},
        {"10.1.2.3"},
        {"169.254.169.254"},
        {"::1"},
        {"fd00::1"},
        {"fe80::1%eth0"},
        {"::ffff:192.168.1.1"},
        {"64:ff9b::a00:1"},
        {"2002:7f00:1::"},
        {"93.184.216.34", "10.0.0.1"},
    ],
)
def test_a_name_that_leads_into_ones_own_network_is_not_followed(
    addresses: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "_addresses", lambda _: addresses)

    with pytest.raises(UnexpectedAnswer, match="safely"):
        photos.fetch("https://photos.example.com/1.png", NOW)


def test_a_name_is_looked_up_before_it_is_asked() -> None:
    assert "127.0.0.1" in photos._addresses("localhost")
    assert photos._addresses("nowhere.invalid") == set()


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


class Stream:
    """A connection to a machine of an address."""

    def __init__(self, address: str) -> None:
        self.address = address

    def get_extra_info(self, name: str) -> tuple[str, int]:
        assert name == "server_addr"
        return self.address, 443


def answered(status: int, address: str, **headers: str) -> httpx.Response:
    """An answer with a picture from a machine of this address."""
    told = {"content-type": "image/png", **headers}
    return httpx.Response(
        status, content=PNG, headers=told, extensions={"network_stream": Stream(address)}
    )


def test_a_name_that_has_come_to_lead_elsewhere_is_not_believed() -> None:
    with pytest.raises(UnexpectedAnswer, match="safely"):
        through(answered(200, "::ffff:127.0.0.1"))

    assert through(answered(200, "93.184.216.34")) == PNG


def test_a_link_that_leads_on_is_asked_the_same() -> None:
    there = answered(302, "93.184.216.34", location="/2")

    with pytest.raises(UnexpectedAnswer, match="safely"):
        through(there, answered(200, "10.0.0.1"))


def test_behind_a_proxy_its_own_address_is_no_picture_of_a_stranger(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://10.0.0.1:3128")
    monkeypatch.setenv("NO_PROXY", "inside.example.com")

    assert photos._is_proxied("photos.example.com")
    assert not photos._is_proxied("inside.example.com")


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
