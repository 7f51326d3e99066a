"""The marketplaces the simulated seller takes part in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One marketplace, with Amazon's identifier.

    https://developer-docs.amazon.com/sp-api/docs/marketplace-ids
    """

    id: str
    country: str
    name: str
    currency: str
    language: str
    domain: str
    centres: tuple[str, ...]


US = Marketplace(
    "ATVPDKIKX0DER", "US", "Amazon.com", "USD", "en_US", "www.amazon.com",
    ("PHX3", "ONT8", "MDW2", "ABE8", "DFW7", "RNO4"),
)  # fmt: skip

MARKETPLACES = {
    place.id: place
    for place in (
        US,
        Marketplace("A2EUQ1WTGCTBG2", "CA", "Amazon.ca", "CAD", "en_CA", "www.amazon.ca",
                    ("YYZ4", "YVR2")),
        Marketplace("A1AM78C64UM0Y8", "MX", "Amazon.com.mx", "MXN", "es_MX", "www.amazon.com.mx",
                    ("MEX1",)),
        Marketplace("A2Q3Y263D00KWC", "BR", "Amazon.com.br", "BRL", "pt_BR", "www.amazon.com.br",
                    ("GRU5",)),
        Marketplace("A1F83G8C2ARO7P", "GB", "Amazon.co.uk", "GBP", "en_GB", "www.amazon.co.uk",
                    ("BHX4", "LTN4")),
        Marketplace("A1PA6795UKMFR9", "DE", "Amazon.de", "EUR", "de_DE", "www.amazon.de",
                    ("LEJ1", "DTM2")),
        Marketplace("A13V1IB3VIYZZH", "FR", "Amazon.fr", "EUR", "fr_FR", "www.amazon.fr",
                    ("ORY4",)),
        Marketplace("APJ6JRA9NG5V4", "IT", "Amazon.it", "EUR", "it_IT", "www.amazon.it",
                    ("MXP5",)),
        Marketplace("A1RKKUPIHCS9HS", "ES", "Amazon.es", "EUR", "es_ES", "www.amazon.es",
                    ("MAD4",)),
        Marketplace("A1VC38T7YXB528", "JP", "Amazon.co.jp", "JPY", "ja_JP", "www.amazon.co.jp",
                    ("NRT5", "KIX2")),
        Marketplace("A39IBJ37TRP1C6", "AU", "Amazon.com.au", "AUD", "en_AU", "www.amazon.com.au",
                    ("MEL1",)),
        Marketplace("A21TJRUUN4KGV", "IN", "Amazon.in", "INR", "en_IN", "www.amazon.in",
                    ("BOM5",)),
    )
}  # fmt: skip

BY_COUNTRY = {place.country: place for place in MARKETPLACES.values()}
