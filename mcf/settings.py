"""What the program is told from outside: the environment, then `.env`."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Self
from urllib.parse import quote, urlsplit

from pydantic import SecretStr

from mcf import access_settings, alert_settings, database_url, env_file, public_url
from mcf.access_settings import AccessSettings, CredentialDates, PrivacySettings
from mcf.alert_settings import AlertSettings
from mcf.env_file import EnvFile
from mcf.errors import SettingsError
from mcf.logs import redacted
from mcf.marketplaces import (
    DEFAULT_MARKETPLACE,
    DEFAULT_REGION,
    ENDPOINTS,
    LWA_ENDPOINT,
    MARKETPLACES,
    SANDBOX_ENDPOINTS,
    Marketplace,
)

"""This machine: nothing that goes there needs to be encrypted."""
CREDENTIAL_VARIABLES = (
    "AMAZON_SP_API_CLIENT_ID",
    "AMAZON_SP_API_CLIENT_SECRET",
    "AMAZON_SP_API_REFRESH_TOKEN",
)
VARIABLES = (
    *CREDENTIAL_VARIABLES,
    "AMAZON_SELLER_ID",
    "AMAZON_MARKETPLACE_ID",
    "AMAZON_SP_API_REGION",
    "AMAZON_REGION",
    "AMAZON_SP_API_MODE",
    "AMAZON_SP_API_ENDPOINT",
    "AMAZON_LWA_ENDPOINT",
    "MCF_OUTBOUND_VERSION",
    "MCF_DATA_DIR",
    "MCF_DATABASE_URL",
    "MCF_KEEP_RECIPIENTS_DAYS",
    "MCF_KEEP_DRAFTS_DAYS",
    "MCF_ORDER_LIMIT",
    "MCF_PUBLIC_URL",
    "MCF_ALERT_WEBHOOK",
    "MCF_ALERT_WEBHOOK_SECRET",
    "MCF_ALERT_EMAIL_TO",
    "MCF_ALERT_EMAIL_FROM",
    "MCF_ALERT_SMTP",
    *alert_settings.LOGIN_VARIABLES,
    "MCF_ALERT_DIGEST",
    "MCF_ALERT_ZONE",
    *access_settings.VARIABLES,
)
"""All that is read from outside."""
_KEPT_DAYS = 30
_MOST_DAYS = 3650
_DATABASES = ("sqlite:", "postgresql:", "postgresql+psycopg:")
STORE_FILE = "mcf.sqlite3"
_PLACES = ("MCF_DATA_DIR", "MCF_DATABASE_URL")
FOUND = Path("(.env beside app.py)")
"""In the place of a path: the file that is found beside `app.py`, or in the current folder."""


class Mode(StrEnum):
    """Which Amazon is called."""

    DEMO = "demo"
    SANDBOX = "sandbox"
    LIVE = "live"


class OutboundVersion(StrEnum):
    """Which version of Fulfillment Outbound is spoken.

    https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api-v2026-07-04-reference
    """

    V2020_07_01 = "2020-07-01"
    V2026_07_04 = "2026-07-04"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The three LWA credentials; `repr` hides them all.

    https://developer-docs.amazon.com/sp-api/docs/viewing-your-application-information-and-credentials
    """

    client_id: SecretStr
    client_secret: SecretStr
    refresh_token: SecretStr

    @property
    def shape_warnings(self) -> tuple[str, ...]:
        """Sentences about credentials that don't look like Amazon's; empty when all do."""
        looks = (
            ("AMAZON_SP_API_CLIENT_ID", self.client_id, ("amzn1.application-oa2-client.",)),
            ("AMAZON_SP_API_REFRESH_TOKEN", self.refresh_token, ("Atzr|",)),
        )
        return tuple(
            f"{name} doesn't begin with {' or '.join(starts)}: was another value pasted?"
            for name, secret, starts in looks
            if not secret.get_secret_value().startswith(starts)
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """Validated settings; make them with `Settings.from_env()`.

    `endpoint` and `lwa_endpoint` are None in demo mode unless they were set: then the program
    starts its own simulator and calls that.
    """

    mode: Mode
    credentials: Credentials
    seller_id: str
    marketplace: Marketplace
    region: str
    endpoint: str | None
    lwa_endpoint: str | None
    data_dir: Path
    database_url: SecretStr | None = None
    outbound_version: OutboundVersion = OutboundVersion.V2020_07_01
    keep_recipients_days: int = 30
    """How long after an order its recipient is offered again; 0 offers none."""
    keep_drafts_days: int = 30
    order_limit: Decimal | None = None
    """In the marketplace's currency: an order that costs more is confirmed twice."""
    alerts: AlertSettings = field(default_factory=AlertSettings)
    """Whom alerts are told."""
    public_url: str | None = None
    """Where people reach the dashboard, without a slash at its end; None: alerts have no link."""
    access: AccessSettings = field(default_factory=AccessSettings)
    privacy: PrivacySettings = field(default_factory=PrivacySettings)
    credential_dates: CredentialDates = field(default_factory=CredentialDates)
    env_file: Path | None = field(default=None, compare=False)
    """The file `.env` that was read, if there was one."""
    warnings: tuple[str, ...] = field(default=(), compare=False)
    """Sentences about what was set and has no effect, and about where things are."""

    @classmethod
    def from_env(
        cls, environ: Mapping[str, str] | None = None, dotenv: Path | None = FOUND
    ) -> Self:
        """The settings of this process; raises `SettingsError` naming the variable and the remedy.

        A variable of the environment wins over the same one in the file `.env` beside `app.py`; an
        empty one counts as not set. `dotenv` names another file, None none.
        """
        environ = os.environ if environ is None else environ
        _require_harmless_library_variables(environ)
        file = env_file.read(env_file.found() if dotenv is FOUND else dotenv) if dotenv else None
        warnings = _warnings(environ, file)
        try:
            values = _collect(environ, file)
            made = cls._of(values)
        except SettingsError as error:
            # What has no effect may be the very reason why another variable is missing.
            quoted = environ.get(error.variable, "").strip().startswith(("'", '"'))
            marks = ["Leave out the quotation marks around the value."] if quoted else []
            error.advice = " ".join([error.advice, *marks, *warnings])
            raise
        read = file.path if file is not None and file.values else None
        data = made.data_dir if values.keys().isdisjoint(_PLACES) else None
        places = env_file.elsewhere(read, data, Path(made.mode) / STORE_FILE)
        return replace(made, env_file=read, warnings=(*warnings, *places))

    @classmethod
    def _of(cls, values: Mapping[str, str]) -> Self:
        mode = _mode(values)
        marketplace = _marketplace(values)
        region = _region(values)
        _require_same_region(marketplace, region)
        endpoint, lwa = _endpoints(values, mode, region)
        return cls(
            mode=mode,
            credentials=_credentials(values, mode),
            seller_id=_word(values, "AMAZON_SELLER_ID"),
            marketplace=marketplace,
            region=region,
            endpoint=endpoint,
            lwa_endpoint=lwa,
            data_dir=_data_dir(values, mode),
            database_url=_database_url(values),
            outbound_version=_outbound_version(values),
            keep_recipients_days=_days(values, "MCF_KEEP_RECIPIENTS_DAYS", least=0),
            keep_drafts_days=_days(values, "MCF_KEEP_DRAFTS_DAYS", least=1),
            order_limit=_order_limit(values),
            alerts=alert_settings.alert_settings(values),
            public_url=_public_url(values),
            access=access_settings.access_settings(values),
            privacy=access_settings.privacy_settings(values),
            credential_dates=_credential_dates(values, mode),
        )

    @property
    def account(self) -> str:
        """The name under which the store keeps this account's rows apart from another's.

        It's the seller id; without one it's made from the client id, which no other account has.
        """
        if self.seller_id or self.mode is Mode.DEMO:
            return self.seller_id or self.mode.value
        digest = hashlib.sha256(self.credentials.client_id.get_secret_value().encode())
        return f"app-{digest.hexdigest()[:16]}"

    @property
    def home(self) -> Path:
        """The folder of this mode's own data: demo, sandbox and live never share one."""
        return self.data_dir / self.mode.value

    @property
    def store_place(self) -> str:
        """What may be said of where the data is: a folder, or a database without its login."""
        if self.database_url is None:
            return str(self.home.resolve())
        return database_url.place(self.database_url.get_secret_value())

    @property
    def awaited(self) -> str | None:
        """The database on another machine that has to answer before anything is shown, or None."""
        place = self.store_place
        return place if place.startswith("PostgreSQL") else None

    @property
    def store_url(self) -> str:
        """SQLAlchemy's address of the store; may hold a password, so it's never logged."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{quote((self.home / STORE_FILE).as_posix(), safe='/:')}"


def env_file_warning(path: Path | None = None) -> str | None:
    """What to do when others on this machine can read the file of credentials; None otherwise.

    Windows has no such permissions.
    """
    path = env_file.found() if path is None else path
    if os.name != "posix" or not path.is_file() or not path.stat().st_mode & 0o077:
        return None
    name = path.name
    there = "" if path.parent == Path() else f" in {path.parent}"
    return (
        f"Others on this machine can read {name}{there}, which holds credentials. "
        f"Run{there}: chmod 600 {name}"
    )


def _public_url(values: Mapping[str, str]) -> str | None:
    url = values.get("MCF_PUBLIC_URL")
    problem = public_url.problem(url) if url else None
    if problem is not None:
        raise SettingsError("MCF_PUBLIC_URL", problem, advice=public_url.HOW)
    return public_url.tidy(url) if url else None


def _require_harmless_library_variables(environ: Mapping[str, str]) -> None:
    # python-amazon-sp-api reads these two at import and fails with a bare ValueError or KeyError.
    if environ.get("AWS_ENV", "PRODUCTION") not in ("PRODUCTION", "SANDBOX"):
        raise SettingsError(
            "AWS_ENV",
            f"is {environ['AWS_ENV']!r}, with which the library python-amazon-sp-api won't start.",
            advice="Unset it; the mode is chosen with AMAZON_SP_API_MODE.",
        )
    if "SP_API_DEFAULT_MARKETPLACE" in environ:
        raise SettingsError(
            "SP_API_DEFAULT_MARKETPLACE",
            "makes the library python-amazon-sp-api ignore the marketplace it's given, or fail.",
            advice="Unset it; the marketplace is chosen with AMAZON_MARKETPLACE_ID.",
        )


def _collect(environ: Mapping[str, str], file: EnvFile | None) -> dict[str, str]:
    from_env = _given(environ)
    if file is None:
        return from_env
    from_file = {k: v for k, v in _given(file.values).items() if k not in from_env}
    for name in sorted(file.guessed & from_file.keys()):
        raise SettingsError(
            name,
            f"holds letters beyond ASCII, and {file.path} isn't in UTF-8, so they can't be told.",
            advice="Save the file again as text in UTF-8.",
        )
    return env_file.placed(from_file) | from_env


def _warnings(environ: Mapping[str, str], file: EnvFile | None) -> tuple[str, ...]:
    """What was set and has no effect."""
    set_there = {name for name, value in environ.items() if value.strip()}
    sentences = env_file.strange(set_there, VARIABLES, in_file=False)
    if file is not None:
        written = {name for name, value in file.values.items() if (value or "").strip()}
        sentences += env_file.strange(written - set_there, VARIABLES, in_file=True)
        sentences += file.warnings
    return tuple(sentences)


def _given(source: Mapping[str, str | None]) -> dict[str, str]:
    relevant = {k: v for k, v in source.items() if k.startswith(("AMAZON_", "MCF_"))}
    return {k: v.strip() for k, v in relevant.items() if v and v.strip()}


def _mode(values: Mapping[str, str]) -> Mode:
    present = [name for name in CREDENTIAL_VARIABLES if name in values]
    named = values.get("AMAZON_SP_API_MODE", "").lower()
    if named and named not in set(Mode):
        raise SettingsError(
            "AMAZON_SP_API_MODE",
            f"{named!r} is not a mode.",
            advice="Use demo, sandbox or live, or leave it empty.",
        )
    if named == Mode.DEMO or (not named and not present):
        return Mode.DEMO
    missing = [name for name in CREDENTIAL_VARIABLES if name not in values]
    if missing:
        wanted = f"{named} mode needs" if named else "some credentials are set, so Amazon needs"
        raise SettingsError(
            missing[0],
            f"{wanted} all three credentials; missing: {', '.join(missing)}.",
            advice="Set all three, or none of them (AMAZON_SP_API_MODE=demo) to see the demo.",
        )
    return Mode(named) if named else Mode.LIVE


def _credentials(values: Mapping[str, str], mode: Mode) -> Credentials:
    if mode is Mode.DEMO:
        return DEMO_CREDENTIALS
    return Credentials(*(SecretStr(_word(values, name)) for name in CREDENTIAL_VARIABLES))


def _credential_dates(values: Mapping[str, str], mode: Mode) -> CredentialDates:
    # Checked in the demo too, where nothing ends.
    dates = access_settings.credential_dates(values)
    return CredentialDates() if mode is Mode.DEMO else dates


def _word(values: Mapping[str, str], name: str) -> str:
    value = values.get(name, "")
    if value.startswith(("'", '"')) or any(c.isspace() or not c.isprintable() for c in value):
        raise SettingsError(
            name,
            "holds a space, a line break or a quotation mark.",
            advice="Copy the value again, without what stands around it.",
        )
    return value


def _marketplace(values: Mapping[str, str]) -> Marketplace:
    wanted = values.get("AMAZON_MARKETPLACE_ID", DEFAULT_MARKETPLACE)
    if wanted in MARKETPLACES:
        return MARKETPLACES[wanted]
    by_country = {m.country_code: m for m in MARKETPLACES.values()}
    meant = by_country.get(wanted.upper().replace("UK", "GB")) or MARKETPLACES.get(wanted.upper())
    choices = ", ".join(f"{m.id} ({m.country_code})" for m in MARKETPLACES.values())
    raise SettingsError(
        "AMAZON_MARKETPLACE_ID",
        f"{wanted!r} is not one of Amazon's marketplace ids.",
        advice=f"For {meant.name} use {meant.id}." if meant else f"Use one of: {choices}.",
    )


def _region(values: Mapping[str, str]) -> str:
    names = [n for n in ("AMAZON_SP_API_REGION", "AMAZON_REGION") if n in values]
    if len({values[name] for name in names}) > 1:
        raise SettingsError(
            "AMAZON_SP_API_REGION",
            f"is {values[names[0]]!r}, but AMAZON_REGION is {values[names[1]]!r}.",
            advice="Set only one of the two.",
        )
    region = values[names[0]] if names else DEFAULT_REGION
    if region not in ENDPOINTS:
        raise SettingsError(
            names[0],
            f"{region!r} is not a region of SP-API.",
            advice="Use us-east-1 (Americas), eu-west-1 (Europe, India) or us-west-2 (Far East).",
        )
    return region


def _require_same_region(marketplace: Marketplace, region: str) -> None:
    if marketplace.region != region:
        raise SettingsError(
            "AMAZON_MARKETPLACE_ID",
            f"{marketplace.id} ({marketplace.name}) belongs to {marketplace.region}, "
            f"but the region is {region}.",
            advice=f"Set AMAZON_SP_API_REGION={marketplace.region}, or choose a marketplace of "
            f"{region}.",
        )


def _endpoints(values: Mapping[str, str], mode: Mode, region: str) -> tuple[str | None, str | None]:
    endpoint = _url(values, "AMAZON_SP_API_ENDPOINT")
    lwa = _url(values, "AMAZON_LWA_ENDPOINT")
    if lwa and urlsplit(lwa).path in ("", "/"):
        lwa = lwa.rstrip("/") + "/auth/o2/token"
    if mode is Mode.DEMO:
        return endpoint, lwa or (f"{endpoint}/auth/o2/token" if endpoint else None)
    default = (SANDBOX_ENDPOINTS if mode is Mode.SANDBOX else ENDPOINTS)[region]
    return endpoint or default, lwa or LWA_ENDPOINT


def _url(values: Mapping[str, str], name: str) -> str | None:
    url = _word(values, name)
    if not url:
        return None
    host = _host(url)
    if host is None:
        raise SettingsError(
            name,
            f"{redacted(url)!r} is not an address.",
            advice="Give it as https://host or http://127.0.0.1:8600.",
        )
    if url.startswith("http:") and host not in public_url.LOOPBACK:
        raise SettingsError(
            name,
            f"{host} would get the credentials unencrypted.",
            advice="Use https; http is for this machine (127.0.0.1) only.",
        )
    return url.rstrip("/")


def _host(url: str) -> str | None:
    parts = public_url.parts(url, ("http", "https"))
    return parts.hostname if parts else None


def _outbound_version(values: Mapping[str, str]) -> OutboundVersion:
    named = values.get("MCF_OUTBOUND_VERSION", OutboundVersion.V2020_07_01)
    if named not in set(OutboundVersion):
        raise SettingsError(
            "MCF_OUTBOUND_VERSION",
            f"{named!r} is not a version of Fulfillment Outbound that is spoken here.",
            advice=f"Use {' or '.join(OutboundVersion)}, or leave it empty for the first.",
        )
    return OutboundVersion(named)


def _days(values: Mapping[str, str], name: str, *, least: int) -> int:
    text = values.get(name, str(_KEPT_DAYS))
    if not re.fullmatch(r"[0-9]{1,4}", text) or not least <= int(text) <= _MOST_DAYS:
        raise SettingsError(
            name,
            f"{text!r} is not a number of days.",
            advice=f"Use a whole number from {least} to {_MOST_DAYS}, or leave it empty for "
            f"{_KEPT_DAYS}.",
        )
    return int(text)


def _order_limit(values: Mapping[str, str]) -> Decimal | None:
    text = values.get("MCF_ORDER_LIMIT")
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,4})?", text):
        raise SettingsError(
            "MCF_ORDER_LIMIT",
            f"{text!r} is not an amount of money.",
            advice="Use digits and at most one point, like 250 or 99.50, or leave it empty for no "
            "limit.",
        )
    return Decimal(text)


def _data_dir(values: Mapping[str, str], mode: Mode) -> Path:
    folder = values.get("MCF_DATA_DIR")
    if folder is None:
        return env_file.data_folder(Path(mode) / STORE_FILE)
    try:
        return Path(folder).expanduser()
    except RuntimeError:
        raise SettingsError(
            "MCF_DATA_DIR",
            "begins with ~, but there is no such home directory.",
            advice="Give the folder's full path.",
        ) from None


def _database_url(values: Mapping[str, str]) -> SecretStr | None:
    url = values.get("MCF_DATABASE_URL")
    if url is None:
        return None
    if not url.startswith(_DATABASES):
        raise SettingsError(
            "MCF_DATABASE_URL",
            "is not the address of a database that is supported.",
            advice="Use sqlite:///path/to/file or postgresql+psycopg://user:password@host/name.",
        )
    problem = database_url.problem(url)
    if problem is not None:
        raise SettingsError("MCF_DATABASE_URL", problem, advice=database_url.HOW)
    return SecretStr(url)


DEMO_CREDENTIALS = Credentials(SecretStr("demo"), SecretStr("demo"), SecretStr("demo"))
