"""When Amazon's credentials end: the client secret, and the authorisation of a public app. Pure.

Amazon tells neither to a program, so both are reckoned from days that are set:
`MCF_CLIENT_SECRET_MADE` and `MCF_AUTHORIZED_ON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from mcf.access_settings import CredentialDates
from mcf.wording import many

SECRET_LASTS = timedelta(days=180)
"""https://developer-docs.amazon.com/sp-api/docs/rotating-your-apps-lwa-credentials"""
AUTHORIZATION_LASTS = timedelta(days=365)
"""https://developer-docs.amazon.com/sp-api/docs/authorize-public-applications"""
TOLD_BEFORE = (30, 7, 1)
"""So many days before an end it's told."""
_URGENT_DAYS = 7
_ROTATED = (
    "Make a new one in Seller Central under Apps and Services, Develop Apps, LWA credentials, put "
    "it into AMAZON_SP_API_CLIENT_SECRET, set MCF_CLIENT_SECRET_MADE to that day, and start again. "
    "The refresh token stays as it is."
)
_AUTHORIZED_AGAIN = (
    "Authorise the app again in Seller Central under Apps and Services, Manage Your Apps, put the "
    "new refresh token into AMAZON_SP_API_REFRESH_TOKEN, set MCF_AUTHORIZED_ON to that day, and "
    "start again."
)


@dataclass(frozen=True, slots=True)
class CredentialEnd:
    """A credential, the first day on which it doesn't work any more, and what to do before."""

    key: str
    name: str
    day: date
    remedy: str

    def days_left(self, today: date) -> int:
        """The days for which it still works; 0 or less when it doesn't."""
        return (self.day - today).days

    def reached(self, today: date) -> int | None:
        """The least of `TOLD_BEFORE` that is reached; 0 when it ended, None when it's far away."""
        left = self.days_left(today)
        if left <= 0:
            return 0
        return min((days for days in TOLD_BEFORE if left <= days), default=None)

    def is_urgent(self, today: date) -> bool:
        """Whether it ends within a week, or has ended."""
        return self.days_left(today) <= _URGENT_DAYS

    def says(self, today: date) -> str:
        """How long it still works, or since when it doesn't."""
        left = self.days_left(today)
        if left > 0:
            return f"{self.name} ends in {many(left, 'day')}"
        return f"{self.name} has ended" if left else f"{self.name} ends today"


def ends(dates: CredentialDates) -> Iterator[CredentialEnd]:
    """The ends that can be reckoned from what is set; none for what isn't known."""
    if dates.secret_made is not None:
        day = dates.secret_made + SECRET_LASTS
        yield CredentialEnd("secret", "Amazon's client secret", day, _ROTATED)
    if dates.authorized is not None:
        day = dates.authorized + AUTHORIZATION_LASTS
        yield CredentialEnd("authorization", "The authorisation at Amazon", day, _AUTHORIZED_AGAIN)


def near(dates: CredentialDates, today: date) -> list[CredentialEnd]:
    """Those that end within 30 days or have ended, the first first."""
    close = [end for end in ends(dates) if end.reached(today) is not None]
    return sorted(close, key=lambda end: end.day)
