"""Answers of Amazon's, as JSON."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


ORDER: Json = {
    "sellerFulfillmentOrderId": "TEST-1",
    "marketplaceId": "ATVPDKIKX0DER",
    "displayableOrderId": "TEST-1",
    "displayableOrderDate": "2026-03-01T10:00:00Z",
    "displayableOrderComment": "Thank you.",
    "shippingSpeedCategory": "Standard",
    "fulfillmentAction": "Ship",
    "fulfillmentPolicy": "FillOrKill",
    "destinationAddress": {
        "name": "Ada Example",
        "addressLine1": "100 Example Street",
        "addressLine2": "",
        "addressLine3": None,
        "city": "Springfield",
        "districtOrCounty": None,
        "stateOrRegion": "IL",
        "postalCode": "62701",
        "countryCode": "US",
        "phone": "555-0100",
        "email": "ada@example.com",
    },
    "receivedDate": "2026-03-01T10:00:01.250Z",
    "fulfillmentOrderStatus": "Complete",
    "statusUpdatedDate": "2026-03-01T19:00:00+09:00",
    "notificationEmails": [],
    "primeUpgraded": "true",
    "featureConstraints": [
        {"featureName": "PRIME_ELIGIBILITY", "featureFulfillmentPolicy": "Required"}
    ],
}


LISTED: Json = {
    "sellerFulfillmentOrderId": "TEST-2",
    "displayableOrderId": "TEST-2",
    "displayableOrderDate": "2026-03-01T10:00:00.000Z",
    "shippingSpeedCategory": "TELEPORT",
    "receivedDate": "2026-03-01T10:00:01Z",
    "fulfillmentOrderStatus": "PROCESSING",
    "statusUpdatedDate": "2026-03-01T10:00:01Z",
    "marketplaceOfTomorrow": {"nested": [1, None, {"deep": True}]},
}


DETAIL: Json = {
    "fulfillmentOrder": ORDER,
    "fulfillmentOrderItems": [
        {
            "sellerSku": "RED MUG / large, 2",
            "sellerFulfillmentOrderItemId": "1",
            "quantity": 2,
            "cancelledQuantity": 0,
            "unfulfillableQuantity": None,
            "giftMessage": "",
            "orderItemDisposition": "Sellable",
            "perUnitPrice": {"currencyCode": "USD", "value": "12.50"},
            "estimatedShipDate": "2026-03-02T07:59:59Z",
        }
    ],
    "fulfillmentShipments": [
        {
            "amazonShipmentId": "DnMXxVMqD",
            "fulfillmentCenterId": "PHX3",
            "fulfillmentShipmentStatus": "CANCELLED_BY_FULFILLER",
            "fulfillmentShipmentItem": [],
        },
        {
            "amazonShipmentId": "DnMXxVMqE",
            "fulfillmentCenterId": "PHX3",
            "fulfillmentShipmentStatus": "SHIPPED",
            "shippingDate": "2026-03-04T00:00:00.123Z",
            "estimatedArrivalDate": "2026-03-06T00:00:00Z",
            "shippingNotes": [],
            "fulfillmentShipmentItem": [
                {
                    "sellerSku": "RED MUG / large, 2",
                    "sellerFulfillmentOrderItemId": "1",
                    "quantity": 2,
                    "packageNumber": 543939833,
                    "serialNumber": None,
                    "manufacturerLotCodes": ["L1"],
                }
            ],
            "fulfillmentShipmentPackage": [
                {
                    "packageNumber": 543939833,
                    "carrierCode": "Amazon Logistics",
                    "trackingNumber": "4f2a0000-0000-4000-8000-000000000001",
                    "amazonFulfillmentTrackingNumber": None,
                }
            ],
        },
    ],
    "returnItems": [],
    "returnAuthorizations": [{"returnAuthorizationId": "R-1"}],
}


TRACKING: Json = {
    "packageNumber": 543939833,
    "trackingNumber": "4f2a0000-0000-4000-8000-000000000001",
    "customerTrackingLink": "https://www.swiship.com/track?id=1",
    "carrierCode": "Amazon Logistics",
    "carrierURL": "https://example.com",
    "currentStatus": "UNDISPLAYED",
    "additionalLocationInfo": "FRONT_DOOR/PORCH",
    "shipToAddress": {"city": "Springfield", "state": "IL", "country": "US"},
    "deliveryDocument": {"documentType": "PROOF", "url": "https://example.com/photo"},
    "trackingEvents": [
        {
            "eventDate": "2026-03-05T18:00:00Z",
            "eventAddress": {"city": "Springfield", "state": "IL", "country": "US"},
            "eventCode": "EVENT_301",
            "eventDescription": "Package delivered.",
        },
        {"eventDate": "2026-03-04T08:00:00-08:00", "eventAddress": None, "eventCode": "EVENT_212"},
    ],
}


PREVIEW: Json = {
    "shippingSpeedCategory": "Standard",
    "isFulfillable": True,
    "isCODCapable": False,
    "marketplaceId": "ATVPDKIKX0DER",
    "estimatedShippingWeight": {"unit": "POUNDS", "value": "0.50"},
    "estimatedFees": [
        {"name": "FBAPerUnitFulfillmentFee", "amount": {"currencyCode": "USD", "value": "5.70"}},
        {"name": "FBATransportationFee", "amount": {"currencyCode": "USD", "value": "1.3"}},
    ],
    "fulfillmentPreviewShipments": [
        {
            "earliestShipDate": "2026-03-03T08:00:00Z",
            "latestShipDate": "2026-03-04T08:00:00Z",
            "earliestArrivalDate": "2026-03-05T08:00:00Z",
            "latestArrivalDate": "2026-03-06T08:00:00Z",
            "shippingNotes": [],
            "fulfillmentPreviewItems": [
                {
                    "sellerSku": "MUG",
                    "quantity": 2,
                    "sellerFulfillmentOrderItemId": "1",
                    "estimatedShippingWeight": {"unit": "POUNDS", "value": "0.5"},
                    "shippingWeightCalculationMethod": "Package",
                }
            ],
        }
    ],
    "unfulfillablePreviewItems": [],
    "featureConstraints": [{"featureName": "BLANK_BOX", "featureFulfillmentPolicy": "NotRequired"}],
}
