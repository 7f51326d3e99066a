"""A parcel's page at its carrier."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from mcf.amazon import carriers
from mcf.files import harmless


@pytest.mark.parametrize(
    ("code", "number", "host", "ends"),
    [
        ("UPS", "1Z50V7426307033978", "www.ups.com", "tracknum=1Z50V7426307033978"),
        ("ups", "1Z 50V7 4263 0703 3978", "www.ups.com", "tracknum=1Z50V7426307033978"),
        ("UPS_MI", "92748999985493513019555555", "www.ups.com", "=92748999985493513019555555"),
        ("FEDEX", "795856144826", "www.fedex.com", "trknbr=795856144826"),
        ("FEDEX_SMARTPOST", "795856144826", "www.fedex.com", "trknbr=795856144826"),
        ("USPS", "9400111899223857264001", "tools.usps.com", "tLabels=9400111899223857264001"),
        ("DHL_ECOMMERCE", "GM295216056844", "webtrack.dhlecs.com", "=GM295216056844"),
        ("Royal Mail", "JD000210023456789", "www.royalmail.com", "/JD000210023456789"),
        ("GLS", "00ABC123", "gls-group.com", "/00ABC123"),
        ("canada_post", "7035114477138472", "www.canadapost-postescanada.ca", "7035114477138472"),
    ],
)
def test_a_parcel_opens_at_its_carrier(code: str, number: str, host: str, ends: str) -> None:
    address = carriers.page(code, number)
    assert address is not None
    assert urlsplit(address).hostname == host
    assert address.endswith(ends)
    assert harmless.secure_host(address) == host


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("AMZN_US", "TBA309999999999"),
        ("Amazon Logistics", "TBA309999999999"),
        ("Somebody's vans", "1Z50V7426307033978"),
        ("UPS", None),
        (None, "1Z50V7426307033978"),
        ("UPS", ""),
        ("UPS", "https://evil.example"),
        ("UPS", "1Z&next=//evil"),
        ("UPS", "1" * 41),
    ],
)
def test_what_is_no_parcel_of_a_known_carrier_has_no_page(code: object, number: object) -> None:
    assert carriers.page(code, number) is None
