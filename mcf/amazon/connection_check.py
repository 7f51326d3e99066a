"""Does Amazon know us, and may we do what the program needs? One answer for each question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from mcf.amazon.client import MCFClient
from mcf.amazon.responses import Operation
from mcf.amazon.throttle import patience
from mcf.errors import MCFError, NotFound
from mcf.settings import Mode, Settings, env_file_warning
from mcf.wording import many

_UNKNOWN_ORDER = "MCF-DESK-CHECK-0"
_UNKNOWN_PARCEL = 1
_PATIENCE = 5.0
_NOT_TRIED = "not tried, as the login failed"
CLOCK_LEEWAY = timedelta(minutes=5)
"""How far this machine's time may be from Amazon's before it's called wrong."""


@dataclass(frozen=True, slots=True)
class Check:
    """One question, whether the answer is yes, and what to do if it isn't."""

    name: str
    ok: bool
    detail: str
    advice: str | None = None

    @property
    def is_warning(self) -> bool:
        """Whether something isn't as it should be although nothing fails with it."""
        return self.ok and self.advice is not None

    @property
    def was_tried(self) -> bool:
        """Whether the question was asked at all."""
        return self.detail != _NOT_TRIED


@dataclass(frozen=True, slots=True)
class Connection:
    """The connection to Amazon, for checks of the connection itself."""

    settings: Settings
    client: MCFClient

    def check(self) -> Iterator[Check]:
        """What comes of trying the login and each operation, one after the other."""
        return run(self.settings, self.client)

    def wrong_clock(self) -> str | None:
        """What to do when this machine's time is far from Amazon's; None when it isn't.

        In the demo Amazon has a time of its own.
        """
        return wrong_clock(self.settings, self.client)


def run(settings: Settings, client: MCFClient) -> Iterator[Check]:
    """The checks, one after the other. Nothing is created, changed or cancelled at Amazon.

    After a login that failed nothing else is asked, as each call would begin with the same login.
    """
    yield _credentials(settings)
    if (warning := env_file_warning(settings.env_file)) is not None:
        detail = "others on this machine can read it"
        yield Check("The file .env", ok=True, detail=detail, advice=warning)
    login = _ask("Login with Amazon", lambda: _login(client))
    yield login
    for operation, question in _questions(client):
        name = operation.value
        yield _ask(name, question) if login.ok else Check(name, ok=False, detail=_NOT_TRIED)
    if client.knows_the_time:
        yield _clock(settings, client)
    yield Check(
        f"{_spoken(client)[2].value}, update, cancel",
        ok=True,
        detail="not tried, as that would place an order; they need the same role as the above",
    )


def _questions(client: MCFClient) -> list[tuple[Operation, Callable[[], str]]]:
    """Each operation that is asked for, and how."""
    listing, reading, _ = _spoken(client)
    return [
        (Operation.GET_INVENTORY_SUMMARIES, lambda: _inventory(client)),
        (listing, lambda: _orders(client)),
        (reading, lambda: _order(client)),
        (Operation.GET_TRACKING, lambda: _parcel(client)),
    ]


def _spoken(client: MCFClient) -> tuple[Operation, Operation, Operation]:
    if client.lists_details:
        return (
            Operation.LIST_ORDERS_2026,
            Operation.GET_ORDER_2026,
            Operation.CREATE_ORDER_2026,
        )
    return Operation.LIST_ORDERS, Operation.GET_ORDER, Operation.CREATE_ORDER


def wrong_clock(settings: Settings, client: MCFClient) -> str | None:
    """What to do when this machine's time is far from Amazon's; None when it isn't.

    In the demo Amazon has a time of its own.
    """
    ahead = client.clock_offset
    if settings.mode is Mode.DEMO or abs(ahead) < CLOCK_LEEWAY:
        return None
    way = "behind" if ahead > timedelta(0) else "ahead of"
    minutes = round(abs(ahead) / timedelta(minutes=1))
    return (
        f"It's {many(minutes, 'minute')} {way} Amazon's, so dates and ages here are wrong. Let the "
        "system set its time by itself (NTP)."
    )


def _clock(settings: Settings, client: MCFClient) -> Check:
    wrong = wrong_clock(settings, client)
    name = "This machine's clock"
    if wrong is None:
        return Check(
            name,
            ok=True,
            detail="Amazon's answers tell the same time"
            if settings.mode is not Mode.DEMO
            else "not compared: the demo has a time of its own",
        )
    return Check(name, ok=False, detail=wrong, advice="Correct it before you rely on any date.")


def _credentials(settings: Settings) -> Check:
    if settings.mode is Mode.DEMO:
        return Check("Credentials", ok=True, detail="none needed in demo mode")
    warnings = settings.credentials.shape_warnings
    return Check(
        "Credentials",
        ok=not warnings,
        detail=" ".join(warnings) or "all three are set and look like Amazon's",
        advice="Compare them with Apps & Services > Develop Apps." if warnings else None,
    )


def _ask(name: str, question: Callable[[], str]) -> Check:
    try:
        with patience(_PATIENCE):
            return Check(name, ok=True, detail=question())
    except MCFError as error:
        detail = f"{type(error).__name__}: {error.message}"
        return Check(name, ok=False, detail=detail, advice=error.advice)


def _login(client: MCFClient) -> str:
    client.get_access_token()
    return "Amazon gave an access token"


def _inventory(client: MCFClient) -> str:
    page = client.get_inventory_summaries()
    more = " and more" if page.next_token else ""
    return f"{many(len(page.items), 'SKU')} on the first page{more}"


def _orders(client: MCFClient) -> str:
    page = client.list_all_fulfillment_orders()
    more = " and more" if page.next_token else ""
    return f"{many(len(page.items), 'order')} on the first page{more}"


def _order(client: MCFClient) -> str:
    try:
        client.get_fulfillment_order(_UNKNOWN_ORDER)
    except NotFound:
        return "allowed (asked for an order that doesn't exist, and Amazon said so)"
    return "allowed"


def _parcel(client: MCFClient) -> str:
    try:
        client.get_package_tracking_details(_UNKNOWN_PARCEL)
    except NotFound:
        return "allowed (asked for a parcel that doesn't exist, and Amazon said so)"
    return "allowed"
