"""Options of sales channels, kept under a name."""

from __future__ import annotations

import pytest

from mcf.errors import InvalidInput
from mcf.orders import form
from mcf.orders.form import Typed

TYPED = Typed(to_name="Ada Example", number="TEST-9", features={"OVERBOX": "Required"}, hold=True)


def test_a_channel_sets_its_options_and_leaves_recipient_and_number() -> None:
    applied = form.applied(TYPED, "Walmart", form.BUILT_IN["Walmart"])

    assert applied.features == {"BLANK_BOX": "Required", "BLOCK_AMZL": "Required"}
    assert not applied.hold
    assert (applied.to_name, applied.number, applied.profile) == (
        "Ada Example",
        "TEST-9",
        "Walmart",
    )


def test_options_kept_and_applied_again_are_the_same() -> None:
    content = form.content_of(TYPED)

    again = form.applied(Typed(), "Mine", content)

    assert (again.features, again.hold) == ({"OVERBOX": "Required"}, True)
    assert "to_name" not in content


def test_a_profile_that_was_damaged_is_refused() -> None:
    with pytest.raises(InvalidInput):
        form.applied(Typed(), "Mine", {"features": "all"})
