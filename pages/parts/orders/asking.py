"""Amazon's previews of the order that is typed, asked once and remembered for some minutes."""

from __future__ import annotations

import time

from mcf.orders import quotes
from mcf.orders.validation import Entry
from mcf.service import MCFService
from pages.parts.common import session
from pages.parts.orders.compare import Previews, Wishes

GOOD_FOR = 300.0
"""Seconds after which fees and dates are asked for again."""
_REMEMBERED = 20
"""Answers that a visitor's session keeps."""
Asked = tuple[str, ...]
"""What the answer to a question depends on: address, items, wishes, cash on delivery."""


def wishes_of(entry: Entry) -> Wishes:
    """The wishes for packaging and carrier that are typed."""
    return tuple(sorted((name, policy) for name, policy in entry.typed.features.items() if policy))


def ask(service: MCFService, entry: Entry, wishes: Wishes) -> Previews:
    """Previews with these wishes: Amazon's of the last minutes, else asked now."""
    if entry.address is None:
        return ()
    answers: dict[Asked, tuple[Previews, float]] = session.state().setdefault(session.OFFERS, {})
    address, items = entry.address.model_dump_json(), [i.model_dump_json() for i in entry.items]
    wanted = (address, *items, str(wishes), str(entry.typed.cod))
    then = answers.get(wanted)
    if then is not None and time.monotonic() - then[1] < GOOD_FOR:
        return then[0]
    previews = service.ordering.previews.ask(
        entry.address,
        entry.items,
        features=[
            {"featureName": name, "featureFulfillmentPolicy": policy} for name, policy in wishes
        ],
        cod=entry.typed.cod,
        windows=quotes.has_windows(service.settings.marketplace.country_code),
    )
    while len(answers) >= _REMEMBERED:
        answers.pop(next(iter(answers)))
    answers[wanted] = (previews, time.monotonic())
    return previews
