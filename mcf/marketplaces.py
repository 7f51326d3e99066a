"""Amazon's marketplaces and the regional endpoints that serve them.

https://developer-docs.amazon.com/sp-api/docs/marketplace-ids
https://developer-docs.amazon.com/sp-api/docs/sp-api-endpoints
"""

from __future__ import annotations

from typing import NamedTuple
from zoneinfo import ZoneInfo


class Marketplace(NamedTuple):
    """One of Amazon's shops: its id, country, region and currency."""

    id: str
    country_code: str
    name: str
    region: str
    currency: str

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which Amazon reckons the marketplace's days.

        https://advertising.amazon.com/API/docs/en-us/reference/2/profiles
        """
        return ZoneInfo(_ZONES[self.country_code])

    @property
    def pools_europe(self) -> bool:
        """Whether Amazon reports stock as a pan-European sum here, not per country."""
        return self.country_code in _EUROPEAN_UNION

    @property
    def elsewhere(self) -> frozenset[str]:
        """Countries of other marketplaces whose stock isn't counted here."""
        here = _EUROPEAN_UNION if self.pools_europe else {self.country_code}
        others = {each.country_code for each in MARKETPLACES.values()} - here
        return frozenset(others | {"UK"} if "GB" in others else others)


ENDPOINTS = {
    "us-east-1": "https://sellingpartnerapi-na.amazon.com",
    "eu-west-1": "https://sellingpartnerapi-eu.amazon.com",
    "us-west-2": "https://sellingpartnerapi-fe.amazon.com",
}
SANDBOX_ENDPOINTS = {k: v.replace("https://", "https://sandbox.") for k, v in ENDPOINTS.items()}
LWA_ENDPOINT = "https://api.amazon.com/auth/o2/token"

_ZONES = {
    **dict.fromkeys(("US", "CA", "MX"), "America/Los_Angeles"),
    "BR": "America/Sao_Paulo",
    "GB": "Europe/London",
    "IE": "Europe/Dublin",
    "DE": "Europe/Berlin",
    "FR": "Europe/Paris",
    "IT": "Europe/Rome",
    "ES": "Europe/Madrid",
    "NL": "Europe/Amsterdam",
    "BE": "Europe/Brussels",
    "PL": "Europe/Warsaw",
    "SE": "Europe/Stockholm",
    "TR": "Europe/Istanbul",
    "AE": "Asia/Dubai",
    "SA": "Asia/Riyadh",
    "EG": "Africa/Cairo",
    "ZA": "Africa/Johannesburg",
    "IN": "Asia/Kolkata",
    "JP": "Asia/Tokyo",
    "AU": "Australia/Sydney",
    "SG": "Asia/Singapore",
}
_EUROPEAN_UNION = frozenset({"DE", "FR", "IT", "ES", "NL", "BE", "PL", "SE", "IE"})

MARKETPLACES = {
    row[0]: Marketplace(*row)
    for row in (
        ("ATVPDKIKX0DER", "US", "United States", "us-east-1", "USD"),
        ("A2EUQ1WTGCTBG2", "CA", "Canada", "us-east-1", "CAD"),
        ("A1AM78C64UM0Y8", "MX", "Mexico", "us-east-1", "MXN"),
        ("A2Q3Y263D00KWC", "BR", "Brazil", "us-east-1", "BRL"),
        ("A1F83G8C2ARO7P", "GB", "United Kingdom", "eu-west-1", "GBP"),
        ("A1PA6795UKMFR9", "DE", "Germany", "eu-west-1", "EUR"),
        ("A13V1IB3VIYZZH", "FR", "France", "eu-west-1", "EUR"),
        ("APJ6JRA9NG5V4", "IT", "Italy", "eu-west-1", "EUR"),
        ("A1RKKUPIHCS9HS", "ES", "Spain", "eu-west-1", "EUR"),
        ("A1805IZSGTT6HS", "NL", "Netherlands", "eu-west-1", "EUR"),
        ("AMEN7PMS3EDWL", "BE", "Belgium", "eu-west-1", "EUR"),
        ("A28R8C7NBKEWEA", "IE", "Ireland", "eu-west-1", "EUR"),
        ("A1C3SOZRARQ6R3", "PL", "Poland", "eu-west-1", "PLN"),
        ("A2NODRKZP88ZB9", "SE", "Sweden", "eu-west-1", "SEK"),
        ("A33AVAJ2PDY3EV", "TR", "Türkiye", "eu-west-1", "TRY"),
        ("A2VIGQ35RCS4UG", "AE", "United Arab Emirates", "eu-west-1", "AED"),
        ("A17E79C6D8DWNP", "SA", "Saudi Arabia", "eu-west-1", "SAR"),
        ("ARBP9OOSHTCHU", "EG", "Egypt", "eu-west-1", "EGP"),
        ("AE08WJ6YKNBMC", "ZA", "South Africa", "eu-west-1", "ZAR"),
        ("A21TJRUUN4KGV", "IN", "India", "eu-west-1", "INR"),
        ("A1VC38T7YXB528", "JP", "Japan", "us-west-2", "JPY"),
        ("A39IBJ37TRP1C6", "AU", "Australia", "us-west-2", "AUD"),
        ("A19VAU5U5O7RUS", "SG", "Singapore", "us-west-2", "SGD"),
    )
}
DEFAULT_MARKETPLACE = "ATVPDKIKX0DER"
DEFAULT_REGION = "us-east-1"
