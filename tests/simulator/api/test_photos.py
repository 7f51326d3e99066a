"""Pictures of delivered parcels, behind links that live for an hour."""

from __future__ import annotations

from typing import Any

import pytest

from mcf.simulator.api.photos import picture
from tests.simulator.seller import Api, first_parcel, looked_at, picture_link


def test_a_link_is_good_for_an_hour_and_every_call_gives_another(
    api: Api, delivered: dict[str, Any]
) -> None:
    again = picture_link(first_parcel(api))
    api.wait(minutes=59)
    before = looked_at(api, picture_link(delivered))
    api.wait(minutes=1)
    after = looked_at(api, picture_link(delivered))

    assert again != picture_link(delivered)
    assert (before.status_code, after.status_code) == (200, 403)
    assert "Request has expired" in after.text
    assert looked_at(api, picture_link(first_parcel(api))).status_code == 200


@pytest.mark.parametrize("change", ["Expires=9", "Signature=0", "Call=x"])
def test_a_link_that_was_changed_shows_nothing(
    api: Api, delivered: dict[str, Any], change: str
) -> None:
    assert (
        looked_at(api, f"{picture_link(delivered).split('&Call')[0]}&{change}").status_code == 403
    )


def test_two_parcels_look_different_and_each_always_the_same() -> None:
    assert picture(1) == picture(1)
    assert picture(1) != picture(2)
    assert picture(1).startswith(b"\x89PNG\r\n\x1a\n")
