"""Where a parcel's page is at its carrier: an address for each carrier whose form is public. Pure.

Amazon tells at most a carrier's first page. The forms are those that the carriers' own search
boxes lead to.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from mcf.amazon.labels import carrier

_PAGES = {
    "UPS": "https://www.ups.com/track?loc=en_US&tracknum={}",
    "UPS Mail Innovations": "https://www.ups.com/track?loc=en_US&tracknum={}",
    "FedEx": "https://www.fedex.com/fedextrack/?trknbr={}",
    "FedEx SmartPost": "https://www.fedex.com/fedextrack/?trknbr={}",
    "USPS": "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
    "DHL": "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}",
    "DHL eCommerce": "https://webtrack.dhlecs.com/orders?trackingNumber={}",
    "DHL Global Mail": "https://webtrack.dhlecs.com/orders?trackingNumber={}",
    "OnTrac": "https://www.ontrac.com/tracking/?number={}",
    "LaserShip": "https://www.ontrac.com/tracking/?number={}",
    "Royal Mail": "https://www.royalmail.com/track-your-item#/tracking-results/{}",
    "Evri": "https://www.evri.com/track/parcel/{}",
    "GLS": "https://gls-group.com/track/{}",
    "Canada Post": "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={}",
    "Australia Post": "https://auspost.com.au/mypost/track/details/{}",
    "La Poste": "https://www.laposte.fr/outils/suivre-vos-envois?code={}",
    "Colissimo": "https://www.laposte.fr/outils/suivre-vos-envois?code={}",
    "Japan Post": "https://trackings.post.japanpost.jp/services/srv/search/direct?reqCodeNo1={}",
}
_ALIKE = {re.sub(r"\W", "", name).casefold(): page for name, page in _PAGES.items()}
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{5,38}[A-Za-z0-9]")


def page(code: object, number: object) -> str | None:
    """The https address that opens this parcel at its carrier.

    None for a carrier without one, Amazon's own among them, and for what is no parcel's number.
    """
    if not isinstance(code, str) or not isinstance(number, str):
        return None
    form = _ALIKE.get(re.sub(r"\W", "", carrier(code)).casefold())
    if form is None or not _NUMBER.fullmatch(number.strip()):
        return None
    return form.format(quote(re.sub(r"[ -]", "", number), safe=""))
