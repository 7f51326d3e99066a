"""What other programs may import from mcf, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import mcf


def test_the_public_names_are_these() -> None:
    assert sorted(mcf.__all__) == [
        "Address",
        "FulfillmentOrderStatus",
        "FulfillmentPreview",
        "MCFClient",
        "MCFError",
        "MCFFulfillmentOrder",
        "MCFInventoryItem",
        "MCFOrderDetail",
        "MCFOrderItem",
        "MCFOrderRequest",
        "MCFPackage",
        "MCFService",
        "MCFShipment",
        "PackageStatus",
        "SPAPIAuth",
        "Settings",
        "ShippingSpeedCategory",
        "get_access_token",
        "get_sp_api_credentials",
        "open_service",
    ]


@pytest.mark.parametrize("name", mcf.__all__)
def test_every_public_name_is_there_and_explains_itself(name: str) -> None:
    found = getattr(mcf, name)
    assert found.__name__ == name
    assert found.__doc__


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'mcf' has no attribute 'MCFNothing'"):
        mcf.MCFNothing  # noqa: B018
    assert not hasattr(mcf, "MCFNothing")


def test_all_names_can_be_imported_at_once() -> None:
    names: dict[str, object] = {}
    exec("from mcf import *", names)  # noqa: S102
    assert set(mcf.__all__) <= set(names)


def test_the_version_is_told() -> None:
    assert mcf.__version__ == "0.1.0"


def test_importing_mcf_loads_no_other_library_and_no_module_of_it() -> None:
    code = (
        "import sys; before = set(sys.modules); import mcf\n"
        "loaded = set(sys.modules) - before\n"
        "print(sorted(n for n in loaded if n.split('.')[0] not in sys.stdlib_module_names))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['mcf']\n"
