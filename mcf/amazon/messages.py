"""Everything that Amazon, Login with Amazon or the network can say to this program, and how a
message is recognised.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from mcf.amazon.statuses import FulfillmentOrderStatus, Status
from mcf.errors import (
    AnswerLost,
    AuthError,
    ConnectionFailed,
    CredentialsRejected,
    DuplicateOrder,
    GrantRevoked,
    LWAUnavailable,
    MCFError,
    NotAuthorized,
    NotFound,
    OrderNotUpdatable,
    PageTokenExpired,
    RequestRefused,
    ServiceUnavailable,
    Throttled,
    TokenExpired,
    UnexpectedAnswer,
)


class By(StrEnum):
    """Who says it."""

    AMAZON = "SP-API"
    LOGIN = "Login with Amazon"
    NETWORK = "nobody"


class Body(StrEnum):
    """What an answer that isn't a success holds."""

    WORDS = "errors in words"
    EMPTY = "an empty body"
    PAGE = "a web page or plain text"
    CUT = "JSON that is cut off"
    GARBLED = "JSON that can't be read"
    OTHER = "JSON that isn't an answer of this operation"


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, as far as it tells what went wrong; `words` are messages, details and codes."""

    by: By
    status: int
    body: Body
    words: tuple[str, ...] = ()
    operation: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """Something that Amazon can say: what it means, what to do, and as which error it's raised.

    In `says` and `fits` an ellipsis stands for any text. `fits` is what has to be said, if that
    isn't `says` word for word. With `by_status` the status decides too: otherwise it's only the
    usual one, as Amazon says nearly everything with 400. `modelled` marks words that are the
    simulator's, because Amazon's own aren't documented.
    """

    key: str
    says: str
    means: str
    kind: type[MCFError]
    todo: str = ""
    by: By = By.AMAZON
    status: str = "400"
    by_status: bool = False
    code: str = "InvalidInput"
    details: str = ""
    operations: tuple[str, ...] = ()
    body: Body | None = Body.WORDS
    fits: tuple[str, ...] = ()
    modelled: bool = False
    seen: str = ""

    @property
    def advice(self) -> str:
        """What the seller can do."""
        return self.todo or self.kind.default_advice

    def is_meant(self, said: Said) -> bool:
        """Whether an answer says this."""
        return (
            self.by is said.by
            and self.body in (None, said.body)
            and (not self.by_status or like(self.status.replace("x", "…"), str(said.status)))
            and (not self.operations or said.operation in self.operations)
            and (self.body is not Body.WORDS or self._is_worded(said.words))
        )

    def is_quoted(self, text: str) -> bool:
        """Whether a text is these words, as they are kept when nothing else is known of it."""
        if self.fits == _ANY or self.details:
            return False
        by_words = () if self.by_status else self.fits
        return any(like(template, text) for template in (self.says, *self._silences(), *by_words))

    def _silences(self) -> tuple[str, ...]:
        """What is said here of an answer without words of its own, or around Amazon's words."""
        status = self.status.replace("x", "…") or "…"
        if self.by is By.LOGIN:
            answered = f"Login with Amazon answered with HTTP {status} and {self.says}."
            return answered, f"Login with Amazon refused: {self.says}"
        if self.says in {held.value for held in Body}:
            return (f"… (…, HTTP {status}, {self.says}).",)
        return (f"…{self.says}…",) if self.body is None else ()

    def _is_worded(self, words: tuple[str, ...]) -> bool:
        return any(like(template, word) for template in self.fits or (self.says,) for word in words)


_ANY = ("…",)


def like(template: str, text: str) -> bool:
    """Whether a text is as the template says; an ellipsis stands for any text."""
    return _pattern(template).fullmatch(text.strip()) is not None


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, template.split("…"))), re.DOTALL)


_STOCK = "getInventorySummaries"
_PREVIEW = "getFulfillmentPreview"
_CREATE = "createFulfillmentOrder"
_GET = "getFulfillmentOrder"
_LIST = "listAllFulfillmentOrders"
_UPDATE = "updateFulfillmentOrder"
_CANCEL = "cancelFulfillmentOrder"
_TRACK = "getPackageTrackingDetails"
_RETURN = "createFulfillmentReturn"
_NEWER = {
    "getOrderPreview": _PREVIEW,
    "createOrder": _CREATE,
    "getOrder": _GET,
    "listOrders": _LIST,
    "updateOrder": _UPDATE,
    "cancelOrder": _CANCEL,
}
_MODELS = "https://github.com/amzn/selling-partner-api-models/issues"
_DOCS = "https://github.com/amzn/selling-partner-api-docs/issues"
_LIBRARY = "https://github.com/saleweaver/python-amazon-sp-api/issues"
_ASKED_ANEW = (
    "The program has asked for a new token and tried again by itself. Wait a minute; if it stays, "
    "authorize the app again and use the new refresh token."
)
_LOOKED_UP = "Wait a minute: what was read is read again, and an order is looked up by its number."


def _wrong(parameter: str) -> str:
    return f"Value … for parameter {parameter} is invalid. Reason: InvalidValue."


def _wrongly(*parameters: str) -> tuple[str, ...]:
    return tuple(f"Value … for parameter {parameter} is invalid…" for parameter in parameters)


def _missing(parameters: str) -> str:
    return f"The following required parameters are missing: [{parameters}]"


# fmt: off
_LOGIN = (
    Message("login-throttled", "no token", "Too many logins in a short time.", LWAUnavailable,
            "Wait a minute. If it comes again, another program logs in with the same app.",
            by=By.LOGIN, status="429", by_status=True, code="", body=None, modelled=True),
    Message("login-down", "no JSON", "Login with Amazon is out of order, so nothing can be asked "
            "of Amazon.", LWAUnavailable,
            "Wait a minute; the program logs in again by itself. It isn't your credentials.",
            by=By.LOGIN, status="5xx", by_status=True, code="", body=None),
    Message("login-page", "no JSON", "Something else answered in place of Login with Amazon.",
            LWAUnavailable, by=By.LOGIN, status="", code="", body=Body.PAGE),
    Message("login-no-token", "no token", "An answer came, but it holds no access token.",
            LWAUnavailable, by=By.LOGIN, status="", code="", body=Body.OTHER),
    Message("client-rejected", "Client authentication failed",
            "The client id or the client secret is wrong, or the secret has expired.",
            CredentialsRejected, by=By.LOGIN, status="401", code="invalid_client",
            fits=("invalid_client", "Client authentication failed…"), seen=f"{_DOCS}/3030"),
    Message("grant-revoked", "The request has an invalid grant parameter : refresh_token. User may "
            "have revoked or didn't grant the permission.",
            "The refresh token is wrong, or the authorization was withdrawn.",
            GrantRevoked, by=By.LOGIN, code="invalid_grant",
            fits=("invalid_grant", "…invalid grant parameter…"),
            seen=f"{_DOCS}/2379"),
    Message("other-app", "Not authorized for requested operation",
            "The refresh token was issued to another app than the client id's.", GrantRevoked,
            "Take client id, client secret and refresh token from the same app: authorize this app "
            "again and put its refresh token into AMAZON_SP_API_REFRESH_TOKEN.",
            by=By.LOGIN, code="unauthorized_client",
            fits=("unauthorized_client", "Not authorized for requested operation…")),
    Message("credential-missing", "The request is missing a required parameter : …",
            "One of the three credentials arrived empty.", AuthError,
            "Fill in AMAZON_SP_API_CLIENT_ID, AMAZON_SP_API_CLIENT_SECRET and "
            "AMAZON_SP_API_REFRESH_TOKEN, all three.",
            by=By.LOGIN, code="invalid_request",
            fits=("invalid_request", "…missing a required parameter…")),
)
_NETWORK = (
    Message("login-unreached", "Login with Amazon could not be reached (…).",
            "No connection to Login with Amazon: nothing was sent.",
            LWAUnavailable, by=By.NETWORK, status="", code="", body=None),
    Message("never-connected", "Amazon could not be reached: …",
            "No connection to Amazon: nothing was sent, nothing happened.",
            ConnectionFailed, by=By.NETWORK, status="", code="", body=None),
    Message("answer-lost", "No answer came in time: …",
            "The connection broke before Amazon's answer came. What was sent may have happened.",
            AnswerLost, by=By.NETWORK, status="", code="", body=None),
)
_ANY_CALL = (
    Message("no-authorization", "The request's Authorization header is not formatted correctly or "
            "does not contain a valid token.", "Amazon doesn't take the access token.",
            TokenExpired, _ASKED_ANEW,
            status="401", by_status=True, code="Unauthorized", body=None, modelled=True),
    Message("token-expired", "Access to requested resource is denied.",
            "The access token is too old, although it was issued for an hour.",
            TokenExpired, _ASKED_ANEW,
            status="403", by_status=True, code="Unauthorized",
            details="The access token you provided has expired.", fits=("…expired…",),
            seen=f"{_MODELS}/646"),
    Message("token-rejected", "Access to requested resource is denied.",
            "The access token isn't one that Amazon knows.", TokenExpired, _ASKED_ANEW,
            status="403", by_status=True, code="Unauthorized",
            details="The access token you provided is revoked, malformed or invalid.",
            fits=("…revoked…", "…malformed…"), seen=f"{_MODELS}/2333"),
    Message("data-denied", "Application does not have access to one or more requested data "
            "elements: [shippingAddress]", "The app may not see buyers' addresses.", NotAuthorized,
            "Add the role Amazon Fulfillment to the app under Apps & Services > Develop Apps, "
            "authorize it again and put the new refresh token into AMAZON_SP_API_REFRESH_TOKEN.",
            status="403", code="Unauthorized", fits=("…does not have access to…[…]…",)),
    Message("order-denied", "Access to requested resource is denied.",
            "Amazon doesn't let the app read this order or parcel.", NotAuthorized,
            "If others can be read, the app is fine: look at this one in Seller Central. If none "
            "can, the app lacks the role Amazon Fulfillment: add it, authorize the app again and "
            "use the new refresh token.",
            status="403", by_status=True, code="Unauthorized", body=None,
            operations=(_GET, _TRACK)),
    Message("role-missing", "Access to requested resource is denied.",
            "Amazon knows the app, but it may not do this: a role is missing, or the account isn't "
            "allowed.", NotAuthorized,
            status="403", by_status=True, code="Unauthorized", body=None),
    Message("quota-exceeded", "You exceeded your quota for the requested resource.",
            "Amazon is busy: it got more calls than it takes, perhaps from another program that "
            "uses the same app.", Throttled,
            status="429", by_status=True, code="QuotaExceeded", body=None),
    Message("internal-error", "We encountered an internal error. Please try again.",
            "Something broke at Amazon. Whether it happened isn't known.", ServiceUnavailable,
            _LOOKED_UP + " If it's always the same order, check its address and SKUs.",
            status="5xx", by_status=True, code="InternalFailure", fits=("…internal error…",),
            seen=f"{_MODELS}/5230"),
    Message("bad-gateway", Body.EMPTY.value,
            "Amazon's front door answers, what is behind it doesn't.", ServiceUnavailable,
            status="5xx", by_status=True, code="", body=Body.EMPTY, seen=f"{_LIBRARY}/527"),
    Message("unavailable", Body.PAGE.value,
            "Amazon is out of order, or being maintained.",
            ServiceUnavailable,
            status="5xx", by_status=True, code="", body=None, seen=f"{_MODELS}/4667"),
    Message("redirect", "sent the call to another address",
            "SP-API never does that: a proxy or a login page of the network answered.",
            UnexpectedAnswer,
            "Check the network, the proxy and AMAZON_SP_API_ENDPOINT. " + _LOOKED_UP,
            status="3xx", by_status=True, code="", body=None),
    Message("empty-answer", Body.EMPTY.value,
            "An answer without content isn't a success at Amazon: what happened isn't known.",
            UnexpectedAnswer, _LOOKED_UP,
            status="", code="", body=Body.EMPTY, seen=f"{_MODELS}/4850"),
    Message("web-page", Body.PAGE.value,
            "Amazon's front door, a proxy or a firewall answered in place of SP-API.",
            UnexpectedAnswer,
            _LOOKED_UP + " If every call ends so, check the proxy and AMAZON_SP_API_ENDPOINT.",
            status="", code="", body=Body.PAGE, seen=f"{_MODELS}/939"),
    Message("cut-off", Body.CUT.value,
            "The connection broke in the middle of the answer: what happened isn't known.",
            UnexpectedAnswer, _LOOKED_UP, status="", code="", body=Body.CUT),
    Message("garbled", Body.GARBLED.value,
            "The answer came whole, but it breaks the rules of JSON in a way that can't be read "
            "around: what happened isn't known.",
            UnexpectedAnswer,
            _LOOKED_UP + " If it stays, an entry at Amazon is spoiled: ask its seller support.",
            status="", code="", body=Body.GARBLED),
    Message("foreign-answer", Body.OTHER.value,
            "Something on the way answered, a proxy perhaps; it isn't Amazon's answer.",
            UnexpectedAnswer,
            _LOOKED_UP + " If every call ends so, check the proxy and AMAZON_SP_API_ENDPOINT.",
            status="", code="", body=Body.OTHER),
    Message("too-large", "The request is too large.", "More text than Amazon takes in one call.",
            RequestRefused, "Shorten comments and gift messages, or split the order.",
            status="413", by_status=True, code="RequestTooLarge", fits=_ANY, modelled=True),
    Message("no-resource", "The specified resource does not exist.",
            "Amazon knows nothing under this number.", NotFound,
            status="404", by_status=True, code="NotFound", fits=_ANY, modelled=True),
)
_LOOK_UPS = (
    Message("unknown-order", "Requested order '…' not found",
            "Amazon has no order of this number: it never arrived, the number is mistyped, or "
            "another account sent it.", NotFound,
            "Compare the number with the Tracking page. A just-created order can take a moment to "
            "be found.", operations=(_GET, _UPDATE, _CANCEL, _RETURN), fits=("…not found",)),
    Message("unknown-parcel", "null", "Amazon knows no parcel of this number, and says just that.",
            NotFound, "Check the number. A new parcel can take a while to be known, and is asked "
            "for again.", operations=(_TRACK,), fits=("null", "…not found")),
    Message("no-stock-here", "Invalid request, please check your input.",
            "Amazon tells no stock for this account here: it has nothing in Amazon's warehouses "
            "(FBA), or doesn't sell in this marketplace.", RequestRefused,
            "Check that AMAZON_MARKETPLACE_ID is the marketplace you sell in. If no stock was sent "
            "to Amazon yet, do that in Seller Central first: orders can ship from there only.",
            operations=(_STOCK,), fits=("Invalid request, please check your input.",
            "Invalid Input"), seen="https://github.com/ericcj/amz_sp_api/issues/28"),
    Message("page-expired", "Next token is invalid or expired",
            "The next page of a list was asked for too late; Amazon gives 30 seconds for stock.",
            PageTokenExpired, operations=(_STOCK, _LIST),
            fits=("…Next token is invalid or expired…",), seen=f"{_MODELS}/4946"),
    Message("orders-page-expired", _wrong("NextToken"),
            "The next page of the orders was asked for with a token that Amazon doesn't know.",
            PageTokenExpired, operations=(_LIST,), fits=_wrongly("NextToken"), modelled=True),
    Message("changes-too-old", "Query startDateTime cannot not be earlier than 19",
            "Changes of stock were asked for that are older than 18 months.", RequestRefused,
            "Nothing is lost: read the stock as a whole in place of its changes.",
            operations=(_STOCK,), fits=("…startDateTime cannot not be earlier than…",),
            seen=f"{_MODELS}/358"),
    Message("changes-since-when", "Query parameter [startDateTime] value is not a valid ISO "
            "date-time object", "Changes of stock were asked for since a time that isn't one.",
            RequestRefused, "Give the time like 2026-01-31T09:00:00Z.",
            operations=(_STOCK,), seen=f"{_DOCS}/1595"),
)
_CHANGES = (
    Message("cancelled-twice", "Value … for parameter SellerFulfillmentOrderId is invalid. Reason: "
            "DuplicateCancelRequest.", "The order was cancelled before.", OrderNotUpdatable,
            "Nothing to do: nothing of it ships.",
            operations=(_CANCEL,), fits=("…DuplicateCancelRequest…",)),
    Message("too-late-to-cancel", _wrong("SellerFulfillmentOrderId"),
            "Picking has begun or the order is closed: Amazon cancels only what is Received or "
            "Planning.", OrderNotUpdatable, operations=(_CANCEL,), fits=_ANY, modelled=True),
    Message("too-late-to-change", "Value OrderNotUpdatable for parameter … is invalid. Reason: 1 "
            "error:\nThis order is not updatable. Items in the order are already in working or "
            "completed shipments. \n.", "Amazon is already working on the order, or it isn't on "
            "hold.", OrderNotUpdatable,
            "The order ships as it is. While it's Received or Planning it can still be cancelled "
            "and sent again, changed, under a new number.",
            operations=(_UPDATE,), fits=("…OrderNotUpdatable…", "…not on hold…")),
    Message("quantity-short", _wrong("Items.Quantity"),
            "There are too few units that can ship for what is asked.", RequestRefused,
            "Ask for fewer, or wait until there are more; the order stays as it was.",
            operations=(_UPDATE,), fits=_wrongly("Items.Quantity"), modelled=True),
    Message("unknown-line", _wrong("Items.SellerFulfillmentOrderItemId"),
            "The order has no line of this id.", RequestRefused,
            "Look the order up on Tracking; its lines can't be added to.",
            operations=(_UPDATE,), fits=_wrongly("Items.SellerFulfillmentOrderItemId"),
            modelled=True),
    Message("all-returned", "No inventory available for Items.SellerFulfillmentOrderItemId: ….",
            "All units of the line that shipped are in returns already.", RequestRefused,
            "Refresh the order: its page shows the returns that Amazon knows.",
            operations=(_RETURN,),
            fits=("No inventory available for Items.SellerFulfillmentOrderItemId…",)),
)
_ORDERS = (
    Message("duplicate-order", "A create request already exists for MerchantFulfillmentOrderId : …",
            "This order number was used before; Amazon takes each only once.", DuplicateOrder,
            operations=(_CREATE,), fits=("…A create request already exists…",)),
    Message("unknown-sku", "the SellerSKU for Item Id: … is invalid.",
            "The line with this id has a SKU that isn't sold from Amazon's warehouses here: "
            "mistyped, of another marketplace, or shipped by yourself.", RequestRefused,
            "Amazon has no such SKU in this marketplace: check it.",
            operations=(_CREATE, _PREVIEW), fits=("…the SellerSKU for Item Id…",),
            seen=f"{_MODELS}/2979"),
    Message("export", "Value NotEligibleForExport for parameter Item is invalid",
            "A product of the order may not leave the country of this marketplace.",
            RequestRefused, "Ship it from stock in the buyer's country, or by another carrier; in "
            "Seller Central, FBA Export says which products may go abroad.",
            operations=(_CREATE, _PREVIEW),
            fits=("…NotEligibleForExport…",), seen=f"{_DOCS}/1136"),
    Message("brexit", "This order cannot be fulfilled due to Brexit preventing cross-border "
            "fulfillment via EFN…", "Amazon doesn't ship between the United Kingdom and the "
            "European Union: these goods can't cross that border.",
            RequestRefused, "Ship it from stock on the buyer's side: choose that marketplace with "
            "AMAZON_MARKETPLACE_ID, or send stock to a warehouse there first.",
            operations=(_CREATE, _PREVIEW), fits=("…cross-border fulfillment via EFN…",),
            seen=f"{_DOCS}/1094"),
    Message("value-currency", "The field PerUnitDeclaredValue has a value of …, was expecting …",
            "The declared value is in another currency than the marketplace's.", RequestRefused,
            "Give the value in the marketplace's currency: Canadian dollars in Canada, pounds in "
            "the United Kingdom.", fits=("The field … has a value of …, was expecting …",)),
    Message("parameters-invalid", "The following parameters are invalid: {…}",
            "Amazon doesn't take a price, or another amount, of a line.", RequestRefused,
            "Leave the price of one unit out, or give it in the marketplace's currency; it's "
            "needed for cash on delivery only.", fits=("The following parameters are invalid:…",)),
    Message("feature-elsewhere", "Region does not support feature: …",
            "This extra doesn't exist in this marketplace; a blank box and other carriers only "
            "aren't offered in Europe and Australia.", RequestRefused,
            "Leave the extra out.", fits=("Region does not support feature…",),
            seen=f"{_MODELS}/4983"),
    Message("no-features-here", "API not available in region",
            "Amazon offers no extras of packaging and carrier in this marketplace.",
            RequestRefused, "Send the order without extras.", seen=f"{_MODELS}/4983"),
    Message("feature-name", "Must be BLANK_BOX or BLOCK_AMZL or …",
            "Amazon doesn't know an extra of this name.", RequestRefused,
            "Choose one of the extras that the form offers, or none.",
            fits=("Must be … or …",), seen=f"{_MODELS}/4983"),
    Message("country", _wrong("CountryCode"), "The country of the address is missing or misspelt.",
            RequestRefused, "Give the country as two letters, like US.",
            fits=("…parameter CountryCode is invalid…",)),
    Message("preview-country", "The request must contain the parameter Address.CountryCode.",
            "The address has no country.", RequestRefused,
            "Give the country as two letters, like US.", operations=(_PREVIEW,)),
    Message("marketplace", _wrong("SellerId"),
            "The account doesn't sell in this marketplace, or a seller in Europe didn't say in "
            "which.", RequestRefused, "Check that AMAZON_MARKETPLACE_ID is one you sell in.",
            fits=_wrongly("SellerId"), seen=f"{_MODELS}/1759"),
    Message("window-missing", _missing("DeliveryWindow"),
            "Scheduled delivery needs the time window that the recipient chose.", RequestRefused,
            "Choose another speed: this program has no field for a delivery window.",
            operations=(_CREATE,), modelled=True),
    Message("payment-missing", _missing("PaymentInformation"),
            "Orders that ship in India need to say how they were paid.", RequestRefused,
            "Place orders that ship in India in Seller Central: this program has no field for "
            "payments.", operations=(_CREATE,), modelled=True),
    Message("declared-value-missing", _missing("PerUnitDeclaredValue"),
            "Every line that ships in India needs a declared value.", RequestRefused,
            "Give each line the value of one unit, in rupees.",
            operations=(_CREATE,), modelled=True),
    Message("neighbour-missing", _missing("NeighborName, HouseNumber"),
            "To leave a parcel with a neighbour, Amazon has to know with whom.", RequestRefused,
            "Name the neighbour and the house number, or choose another place.",
            operations=(_CREATE,), modelled=True),
    Message("fields-missing", _missing("…"), "A field that Amazon needs is empty.", RequestRefused,
            "Fill in the fields that Amazon names, above all postal code and city.",
            fits=("…required parameters are missing…",), seen=f"{_MODELS}/236"),
    Message("city-in-japan", _wrong("City"), "Japanese addresses have no city field at Amazon.",
            RequestRefused, "Leave the city empty and put it into the state or the first line.",
            fits=_wrongly("City"), modelled=True),
    Message("order-number", _wrong("SellerFulfillmentOrderId"),
            "The order number is longer than 40 characters, or none.", RequestRefused,
            "Use 40 characters at most: letters, digits, hyphen, underscore and full stop.",
            operations=(_CREATE,), fits=_wrongly("SellerFulfillmentOrderId", "OrderId"),
            modelled=True),
    Message("shown-number", _wrong("DisplayableOrderId"),
            "The number on the packing slip has characters that Amazon can't print, two spaces in "
            "a row, or more than 40 characters.", RequestRefused,
            "Use 40 characters at most of Western European script, without double spaces.",
            fits=_wrongly("DisplayableOrderId"), modelled=True),
    Message("shown-comment", _wrong("DisplayableOrderComment"),
            "The comment on the packing slip is longer than 750 characters.", RequestRefused,
            "Shorten the comment to 750 characters.",
            fits=_wrongly("DisplayableOrderComment"), modelled=True),
    Message("sku-length", _wrong("SellerSku"), "A SKU is longer than 50 characters.",
            RequestRefused, "Copy the SKU from the Inventory page: Amazon's have 50 at most.",
            fits=_wrongly("SellerSku"), modelled=True),
    Message("line-id", _wrong("SellerFulfillmentOrderItemId"),
            "The id of a line is longer than 50 characters.", RequestRefused,
            "Number the lines 1, 2, 3.",
            fits=_wrongly("SellerFulfillmentOrderItemId"), modelled=True),
    Message("line-id-twice", _wrong("Items.SellerFulfillmentOrderItemId"),
            "Two lines have the same id.", RequestRefused,
            "Give every line an id of its own; the same SKU may be on several lines.",
            operations=(_CREATE, _PREVIEW), fits=_wrongly("Items.SellerFulfillmentOrderItemId"),
            modelled=True),
    Message("quantity", _wrong("Quantity"), "A quantity isn't a whole number of at least 1.",
            RequestRefused, "Give each line a quantity from 1 to 250.",
            fits=_wrongly("Quantity", "Amount"), modelled=True),
    Message("too-many-lines", "An order can have at most 100 line items.",
            "The order has more than 100 lines.", RequestRefused,
            "Split it into several orders, each with a number of its own.",
            operations=(_CREATE, _PREVIEW), modelled=True),
    Message("too-many-units", "An order can have at most 250 units.",
            "All quantities together are more than 250.", RequestRefused,
            "Split it into several orders, each with a number of its own.",
            operations=(_CREATE, _PREVIEW), modelled=True),
    Message("gift-message", _wrong("GiftMessage"), "A gift message is longer than 512 characters.",
            RequestRefused, "Shorten the gift message to 512 characters.",
            fits=_wrongly("GiftMessage"), modelled=True),
    Message("line-comment", _wrong("DisplayableComment"),
            "The comment of a line is longer than 250 characters.", RequestRefused,
            "Shorten the comment of the line to 250 characters.",
            fits=_wrongly("DisplayableComment"), modelled=True),
    Message("notification-email", _wrong("NotificationEmails"),
            "An e-mail address for notifications is longer than 64 characters.", RequestRefused,
            "Use a shorter address, or none: the order ships without notifications too.",
            fits=_wrongly("NotificationEmails"), modelled=True),
    Message("speed", _wrong("ShippingSpeedCategory"),
            "This speed doesn't exist here; scheduled delivery is for Japan only.", RequestRefused,
            "Choose one of the speeds that the preview offers.",
            fits=_wrongly("ShippingSpeedCategory", "ShippingSpeedCategories", "ServiceTiers"),
            modelled=True),
    Message("action", _wrong("FulfillmentAction"),
            "It's neither Ship nor Hold, or Hold with scheduled delivery.", RequestRefused,
            "Ship it at once, or hold it with another speed: what is scheduled can't be held.",
            fits=_wrongly("FulfillmentAction", "action"), modelled=True),
    Message("policy", _wrong("FulfillmentPolicy"),
            "It's none of FillOrKill, FillAll and FillAllAvailable.", RequestRefused,
            "Choose what is to happen when a unit is missing: one of the three.",
            fits=_wrongly("FulfillmentPolicy", "policy"), modelled=True),
    Message("feature", _wrong("FeatureName"),
            "This extra doesn't exist in this marketplace; signature confirmation is for the "
            "United States only.", RequestRefused, "Leave the extra out, or choose another.",
            fits=_wrongly("FeatureName"), modelled=True),
    Message("feature-policy", _wrong("FeatureFulfillmentPolicy"),
            "An extra is neither Required nor NotRequired.", RequestRefused,
            "Say of each extra whether it's Required or NotRequired.",
            fits=_wrongly("FeatureFulfillmentPolicy"), modelled=True),
    Message("window", _wrong("DeliveryWindow"), "The delivery window ends before it begins.",
            RequestRefused, "Choose one of the windows of the preview.",
            fits=_wrongly("DeliveryWindow", "DeliveryInterval"), modelled=True),
    Message("drop-off", _wrong("DropOffLocation.Type"),
            "Amazon doesn't leave parcels at such a place.", RequestRefused,
            "Choose another place, or leave it to the carrier.",
            fits=_wrongly("DropOffLocation.Type"), modelled=True),
    Message("amount", "missing value for decimal type", "An amount of money isn't a number.",
            RequestRefused, "Give amounts as digits with a full stop, like 12.50.",
            seen=f"{_DOCS}/891"),
    Message("moment", "timestamp must follow ISO8601", "A date isn't one.", RequestRefused,
            "Give dates like 2026-01-31T09:00:00Z."),
)
_GENERAL = (
    Message("wrong-value", _wrong("…"), "Amazon doesn't take the value of the field it names.",
            RequestRefused, "Correct the field that Amazon names.", fits=_wrongly("…")),
    Message("parameter-missing", "The request must contain the parameter …",
            "The field that Amazon names is empty.", RequestRefused,
            "Fill in the field that Amazon names."),
    Message("invalid-request", "Invalid request, please check your input.",
            "Something is wrong, and Amazon doesn't say what. It has said so with HTTP 200 too.",
            RequestRefused, "Check that AMAZON_MARKETPLACE_ID is one you sell in, and of an order "
            "the address, the SKUs and the quantities.", seen=f"{_MODELS}/2768"),
    Message("invalid-input", "Invalid Input", "Something is wrong, and Amazon doesn't say what.",
            RequestRefused, "Ask for a preview of the same order, which may name the reason; then "
            "check its address, SKUs and quantities."),
)
# fmt: on

CHAPTERS = {
    "Logging in": _LOGIN,
    "No answer at all": _NETWORK,
    "Any call": _ANY_CALL,
    "Looking something up": _LOOK_UPS,
    "Changing and cancelling an order": _CHANGES,
    "New orders and previews": _ORDERS,
    "Whatever else is wrong": _GENERAL,
}
MESSAGES = tuple(entry for chapter in CHAPTERS.values() for entry in chapter)


def worded(text: str) -> Message | None:
    """The entry whose words a text is, whoever said it to whatever; None for others.

    For texts that are kept without what they were the answer to.
    """
    quoted = [entry for entry in MESSAGES if entry.is_quoted(text)]
    anywhere = (each for each in quoted if each.says == quoted[0].says and not each.operations)
    return next(anywhere, quoted[0] if quoted else None)


def find(said: Said) -> Message | None:
    """The entry that an answer means; None for words that aren't in the catalogue.

    An operation of 2026-07-04 is understood like the one of 2020-07-01 that does the same.
    """
    said = replace(said, operation=_NEWER.get(said.operation, said.operation))
    return next((entry for entry in MESSAGES if entry.is_meant(said)), None)


@dataclass(frozen=True, slots=True)
class Notice:
    """Bad news that comes with a success: what Amazon shows, what it means and what to do."""

    shown: str
    means: str
    todo: str


def _status(status: Status, todo: str) -> Notice:
    return Notice(status.value, status.meaning, todo)


# fmt: off
STATUSES = (
    _status(FulfillmentOrderStatus.INVALID,
            "Check the address and the stock, then send it again under a new number."),
    _status(FulfillmentOrderStatus.UNFULFILLABLE,
            "Look at Inventory: ship another SKU, restock, or refund the buyer."),
    _status(FulfillmentOrderStatus.PARTIAL,
            "See on the order what is missing; send that under a new number, or refund it."),
    _status(FulfillmentOrderStatus.CANCELLED,
            "If you didn't cancel it, it was on hold for 14 days, or Amazon did: send it again "
            "under a new number."),
    Notice("Planning, past its ship date",
           "Amazon's records count units that can't be picked yet, in transfer for example "
           f"({_MODELS}/5260).",
           "Cancel it and send it again under a new number; that sometimes ships the same day."),
)
REASONS = (
    Notice("ItemQuantityNotAvailable", "Fewer units can ship than were asked for.",
           "Lower the quantity, or wait for what is inbound."),
    Notice("DeliverySLAUnavailable", "Amazon doesn't deliver to this address at this speed.",
           "Choose another speed."),
    Notice("InvalidDestinationAddress", "Amazon can't deliver to this address.",
           "Check postal code, city and state with the buyer."),
    Notice("SKU_NOT_ELIGIBLE", "This product can't have what was chosen for packaging and carrier.",
           "Leave that out, or send the product in an order of its own."),
)
