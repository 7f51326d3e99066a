"""Request bodies with everything in them that a seller may say."""

from __future__ import annotations

from tests.simulator.seller import (
    ADDRESS,
    KETTLE,
    line_2026,
)

SLIP = {
    "templateName": "mine",
    "templateAttributes": {
        "orderId": "#77",
        "orderTime": "2026-03-01T10:00:00Z",
        "orderText": "Thanks!",
    },
}

RICH_LINE = {
    **line_2026(units="2.0"),
    "product": {
        "productIdentifier": {"amazonSku": KETTLE},
        "perUnitDeclaredValue": {"currencyCode": "USD", "amount": "14.99"},
    },
    "fulfillmentConfiguration": {
        "services": {
            "packaging": {
                "packingSlip": {
                    "templateName": "line",
                    "templateAttributes": {"giftMessage": "Enjoy", "lineItemText": "1 of 1"},
                }
            },
            "delivery": {
                "paymentOnDelivery": {
                    "perUnitServicePrice": {"currencyCode": "USD", "amount": "1.00"}
                }
            },
        }
    },
}

RICH = {
    "channel": "SHOPIFY",
    "fulfillmentConfiguration": {
        "serviceLevel": {"serviceTiers": ["EXPEDITED"]},
        "action": "HOLD",
        "policy": "FILL_ALL_AVAILABLE",
        "services": {
            "packaging": {
                "packagingOption": "UNBRANDED",
                "overbox": "REQUIRED",
                "packingSlip": SLIP,
            },
            "additional": {},
        },
    },
    "destination": {
        "deliveryAddress": {**ADDRESS, "email": "maren@example.com"},
        "deliveryNotes": "Beware of the dog",
        "dropOffLocation": {"type": "LOCKER", "attributes": {"id": "7"}},
    },
    "lineItems": [RICH_LINE],
    "paymentInformation": {
        "payments": [
            {"paymentId": "P", "paymentMethod": "CARD", "paymentTime": "2026-03-01T09:00:00Z"}
        ]
    },
}

PRODUCT = {"productIdentifier": {"amazonSku": KETTLE}}

PREVIEW_2026 = {
    "origin": {"countryCode": "US"},
    "destination": {"deliveryAddress": ADDRESS},
    "lineItems": [{"product": PRODUCT, "amount": {"value": "1.0"}}],
}

OFFERS_2026 = {
    "origin": {"countryCode": "US"},
    "destination": {"deliveryAddress": {"countryCode": "US", "postalCode": "98103"}},
    "items": [PRODUCT, {"productIdentifier": {"amazonSku": "NO-SUCH-SKU"}}],
}

OFFER = {
    "product": {"productIdentifier": {"merchantSku": KETTLE}},
    "terms": {
        "origin": {"countryCode": "US"},
        "destination": {"deliveryAddress": {"postalCode": "98103", "countryCode": "US"}},
    },
}
