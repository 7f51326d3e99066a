"""What Amazon says, as a seller reads it: codes become words, and this program's own stay."""

from __future__ import annotations

import pytest

from mcf.amazon import labels
from mcf.errors import ConnectionFailed, InvalidInput, MCFError, RequestRefused, SettingsError


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("AMZN_US", "Amazon Logistics"),
        ("AMZN_AU", "Amazon Logistics"),
        ("Amazon Logistics", "Amazon Logistics"),
        ("FEDEX", "FedEx"),
        ("UPS_MI", "UPS Mail Innovations"),
        ("FEDEX_SMARTPOST", "FedEx SmartPost"),
        ("DHL_ECOMMERCE", "DHL eCommerce"),
        ("DHL eCommerce", "DHL eCommerce"),
        ("DHL_GLOBAL_MAIL", "DHL Global Mail"),
        ("ups", "UPS"),
        (" UPS ", "UPS"),
        ("FedEx", "FedEx"),
        ("YAMATO_TRANSPORT", "Yamato transport"),
        ("GLS", "GLS"),
    ],
)
def test_a_carrier_is_named_as_people_know_it(code: str, shown: str) -> None:
    assert labels.carrier(code) == shown


BREXIT = (
    "This order cannot be fulfilled due to Brexit preventing cross-border fulfillment via EFN and "
    "Pan-European FBA starting December 28, 2020. To maintain your European sales, …"
)
NO_ACCESS = (
    "Application does not have access to one or more requested data elements: "
    "[buyerInfo, shippingAddress]"
)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Value NotEligibleForExport for parameter Item is invalid", "may not leave the country"),
        (BREXIT, "between the United Kingdom and the European Union"),
        (
            "The field PerUnitDeclaredValue has a value of USD, was expecting CAD",
            "in another currency than the marketplace's",
        ),
        ("The following parameters are invalid: {PerUnitPrice=}", "doesn't take a price"),
        ("Region does not support feature: BLOCK_AMZL", "doesn't exist in this marketplace"),
        ("API not available in region", "offers no extras"),
        ("Must be BLANK_BOX or BLOCK_AMZL or OVERBOX", "doesn't know an extra of this name"),
        (NO_ACCESS, "may not see buyers' addresses"),
    ],
)
@pytest.mark.parametrize("operation", ["createFulfillmentOrder", "createOrder", ""])
def test_a_recorded_refusal_is_told_in_a_sellers_words(
    said: str, shown: str, operation: str
) -> None:
    assert shown in labels.amazon_text(said, operation)
    assert shown in labels.spelled(said)


@pytest.mark.parametrize("code", ["SKU_NOT_ELIGIBLE", "SkuNotEligible"])
def test_a_reason_is_a_sentence_however_amazon_spells_it(code: str) -> None:
    shown = "This product can't have what was chosen for packaging and carrier"

    assert labels.reason(code) == shown


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (ConnectionFailed("Amazon could not be reached."), "Amazon could not be reached."),
        (SettingsError("MCF_DATA_DIR", "isn't a folder"), "MCF_DATA_DIR: isn't a folder"),
        (
            InvalidInput({"destinationAddress.postalCode": "is needed", "name": "is needed"}),
            "Postal code: is needed; name: is needed",
        ),
        (
            RequestRefused(
                "Value 9 for parameter Items.Quantity is invalid. Reason: InvalidValue.",
                operation="updateFulfillmentOrder",
                status=400,
            ),
            "There are too few units that can ship for what is asked.",
        ),
        (
            RequestRefused("SOMETHING_NEW happened to sellerFulfillmentOrderId", status=400),
            "Amazon refused it, in words that only programmers read.",
        ),
    ],
)
def test_an_error_is_told_without_codes(error: MCFError, shown: str) -> None:
    assert labels.error_text(error) == shown


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (
            "Amazon doesn't tell order A-1. Access to requested resource is denied.",
            "Amazon doesn't tell order A-1. Amazon knows the app, but it may not do this",
        ),
        (
            "Whether it arrived isn't known yet: No answer came in time: createOrder (X).",
            "Whether it arrived isn't known yet: The connection broke",
        ),
        (
            "Not sent: You exceeded your quota for the requested resource.",
            "Not sent: Amazon is busy",
        ),
    ],
)
def test_amazons_words_behind_our_own_are_told_too(message: str, shown: str) -> None:
    assert labels.amazon_text(message).startswith(shown)
    assert labels.spelled(message).startswith(shown)


def test_a_trouble_of_reading_keeps_the_names_of_orders_and_puts_fields_apart() -> None:
    assert labels.spelled("MCF_1001 lacks receivedDate") == "MCF_1001 lacks received date"
