"""What the environment and `.env` may say, and what is answered when they say it wrong."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mcf.errors import SettingsError
from mcf.marketplaces import ENDPOINTS, MARKETPLACES, SANDBOX_ENDPOINTS
from mcf.settings import Mode, Settings

CLIENT_ID = "amzn1.application-oa2-client.0123456789abcdef"
CLIENT_SECRET = "made-up-client-secret"
REFRESH_TOKEN = "Atzr|made-up-token"
SECRETS = (CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN)
CREDENTIALS = {
    "AMAZON_SP_API_CLIENT_ID": CLIENT_ID,
    "AMAZON_SP_API_CLIENT_SECRET": CLIENT_SECRET,
    "AMAZON_SP_API_REFRESH_TOKEN": REFRESH_TOKEN,
}


def settings(**environ: str) -> Settings:
    return Settings.from_env(environ, dotenv=None)


def live(**environ: str) -> Settings:
    return settings(**CREDENTIALS, **environ)


def refused(**environ: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        settings(**environ)
    return caught.value


def test_without_any_variable_the_demo_runs_in_the_united_states() -> None:
    found = settings()

    assert found.mode is Mode.DEMO
    assert found.marketplace.country_code == "US"
    assert found.region == "us-east-1"
    assert found.endpoint is None
    assert found.lwa_endpoint is None
    assert found.seller_id == ""
    assert found.account == "demo"
    assert found.data_dir == Path("data")


def test_the_newer_version_of_fulfillment_outbound_is_spoken_when_asked_for() -> None:
    assert settings().outbound_version == "2020-07-01"
    assert settings(MCF_OUTBOUND_VERSION="2026-07-04").outbound_version == "2026-07-04"


@pytest.mark.parametrize("named", ["2026", "v2026-07-04", "latest"])
def test_a_version_that_is_not_spoken_is_refused(named: str) -> None:
    error = refused(MCF_OUTBOUND_VERSION=named)

    assert error.variable == "MCF_OUTBOUND_VERSION"
    assert named in error.message
    assert "2020-07-01 or 2026-07-04" in error.advice


def test_recipients_and_drafts_are_kept_for_thirty_days_unless_told_otherwise() -> None:
    usual = settings()
    own = settings(MCF_KEEP_RECIPIENTS_DAYS="0", MCF_KEEP_DRAFTS_DAYS="3650")

    assert (usual.keep_recipients_days, usual.keep_drafts_days) == (30, 30)
    assert (own.keep_recipients_days, own.keep_drafts_days) == (0, 3650)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        *(
            ("MCF_KEEP_RECIPIENTS_DAYS", text)
            for text in ["-1", "3651", "1.5", "a week", "٣", "1_0"]
        ),
        *(("MCF_KEEP_DRAFTS_DAYS", text) for text in ["0", "3651", "00000"]),
    ],
)
def test_what_is_no_number_of_days_is_refused(name: str, told: str) -> None:
    error = refused(**{name: told})

    assert error.variable == name
    assert repr(told) in error.message
    assert "3650" in error.advice


@pytest.mark.parametrize("text", ["0", "250", "99.50", "1000000"])
def test_an_order_may_have_a_limit_in_money(text: str) -> None:
    assert settings().order_limit is None
    assert settings(MCF_ORDER_LIMIT=text).order_limit == Decimal(text)


@pytest.mark.parametrize("text", ["-1", "1,000", "99,50", "$5", "1e3", "nan", "inf", "5.", "٣"])
def test_what_is_no_amount_of_money_is_no_limit(text: str) -> None:
    error = refused(MCF_ORDER_LIMIT=text)

    assert error.variable == "MCF_ORDER_LIMIT"
    assert repr(text) in error.message
    assert "99.50" in error.advice


def test_all_three_credentials_mean_live() -> None:
    found = live()

    assert found.mode is Mode.LIVE
    assert found.endpoint == "https://sellingpartnerapi-na.amazon.com"
    assert found.lwa_endpoint == "https://api.amazon.com/auth/o2/token"
    assert found.credentials.client_id.get_secret_value() == CLIENT_ID
    assert found.credentials.client_secret.get_secret_value() == CLIENT_SECRET
    assert found.credentials.refresh_token.get_secret_value() == REFRESH_TOKEN


def test_sandbox_mode_calls_the_sandbox() -> None:
    found = live(AMAZON_SP_API_MODE="sandbox")

    assert found.mode is Mode.SANDBOX
    assert found.endpoint == "https://sandbox.sellingpartnerapi-na.amazon.com"
    assert found.lwa_endpoint == "https://api.amazon.com/auth/o2/token"


def test_a_mode_may_be_written_in_capitals() -> None:
    assert live(AMAZON_SP_API_MODE="LIVE").mode is Mode.LIVE


def test_demo_mode_ignores_credentials() -> None:
    found = live(AMAZON_SP_API_MODE="demo")

    assert found.mode is Mode.DEMO
    assert found.endpoint is None
    assert found.credentials.refresh_token.get_secret_value() == "demo"


def test_demo_mode_ignores_that_some_credentials_are_missing() -> None:
    found = settings(AMAZON_SP_API_MODE="demo", AMAZON_SP_API_CLIENT_ID=CLIENT_ID)

    assert found.mode is Mode.DEMO


@pytest.mark.parametrize("missing", CREDENTIALS)
def test_one_missing_credential_is_named_with_the_remedy(missing: str) -> None:
    some = {name: value for name, value in CREDENTIALS.items() if name != missing}

    error = refused(**some)

    assert error.variable == missing
    assert f"missing: {missing}." in error.message
    assert "AMAZON_SP_API_MODE=demo" in error.advice


@pytest.mark.parametrize("present", CREDENTIALS)
def test_two_missing_credentials_are_both_named(present: str) -> None:
    error = refused(**{present: CREDENTIALS[present]})

    missing = [name for name in CREDENTIALS if name != present]
    assert error.variable == missing[0]
    assert f"missing: {', '.join(missing)}." in error.message


@pytest.mark.parametrize("mode", ["sandbox", "live"])
def test_a_mode_that_calls_amazon_needs_credentials(mode: str) -> None:
    error = refused(AMAZON_SP_API_MODE=mode)

    assert f"{mode} mode needs all three credentials" in error.message
    assert ", ".join(CREDENTIALS) in error.message


def test_an_empty_credential_counts_as_missing() -> None:
    error = refused(**{**CREDENTIALS, "AMAZON_SP_API_CLIENT_SECRET": "  "})

    assert error.variable == "AMAZON_SP_API_CLIENT_SECRET"


def test_empty_variables_count_as_not_set() -> None:
    names = (*CREDENTIALS, "AMAZON_SP_API_MODE", "AMAZON_SP_API_ENDPOINT", "MCF_DATABASE_URL")
    empty = dict.fromkeys((*names, "AMAZON_MARKETPLACE_ID", "AMAZON_REGION", "MCF_DATA_DIR"), "")

    assert settings(**empty) == settings()


def test_blanks_around_a_value_are_dropped() -> None:
    assert live(AMAZON_SELLER_ID=" A1EXAMPLE \n").seller_id == "A1EXAMPLE"


def test_an_unknown_mode_is_refused_with_the_choices() -> None:
    error = refused(AMAZON_SP_API_MODE="production")

    assert error.variable == "AMAZON_SP_API_MODE"
    assert "'production'" in error.message
    assert "demo, sandbox or live" in error.advice


@pytest.mark.parametrize("name", CREDENTIALS)
@pytest.mark.parametrize("wrong", ['"in quotes"', "'in-quotes'", "two words", "a\x07bell"])
def test_a_credential_pasted_with_what_stood_around_it_is_refused_unseen(
    name: str, wrong: str
) -> None:
    error = refused(**{**CREDENTIALS, name: wrong})

    assert error.variable == name
    assert wrong not in str(error)
    assert "Copy the value again" in error.advice


def test_credentials_that_look_like_amazons_raise_no_warning() -> None:
    assert live().credentials.shape_warnings == ()


def test_swapped_credentials_are_warned_of_without_showing_them() -> None:
    swapped = settings(
        AMAZON_SP_API_CLIENT_ID=REFRESH_TOKEN,
        AMAZON_SP_API_CLIENT_SECRET=CLIENT_SECRET,
        AMAZON_SP_API_REFRESH_TOKEN=CLIENT_ID,
    )

    first, second = swapped.credentials.shape_warnings

    assert first.startswith("AMAZON_SP_API_CLIENT_ID doesn't begin with amzn1.application")
    assert second.startswith("AMAZON_SP_API_REFRESH_TOKEN doesn't begin with Atzr|")
    assert not any(secret in first + second for secret in SECRETS)


@pytest.mark.parametrize("marketplace_id", MARKETPLACES)
def test_every_marketplace_is_reached_in_its_region(marketplace_id: str) -> None:
    market = MARKETPLACES[marketplace_id]

    found = live(AMAZON_MARKETPLACE_ID=market.id, AMAZON_SP_API_REGION=market.region)

    assert found.marketplace == market
    assert found.endpoint == ENDPOINTS[market.region]


def test_no_two_marketplaces_share_an_id_or_a_country() -> None:
    assert len({m.country_code for m in MARKETPLACES.values()}) == len(MARKETPLACES) == 23


@pytest.mark.parametrize(("region", "host"), SANDBOX_ENDPOINTS.items())
def test_every_region_has_a_sandbox(region: str, host: str) -> None:
    assert urlsplit(host).hostname == f"sandbox.{urlsplit(ENDPOINTS[region]).hostname}"


@pytest.mark.parametrize(("country", "pooled"), [("DE", True), ("GB", False), ("US", False)])
def test_only_the_european_union_pools_its_stock(country: str, pooled: bool) -> None:
    (market,) = (m for m in MARKETPLACES.values() if m.country_code == country)

    assert market.pools_europe is pooled


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("US", "ATVPDKIKX0DER"),
        ("de", "A1PA6795UKMFR9"),
        ("GB", "A1F83G8C2ARO7P"),
        ("UK", "A1F83G8C2ARO7P"),
    ],
)
def test_a_country_code_gets_the_marketplace_id_as_advice(typed: str, meant: str) -> None:
    error = refused(AMAZON_MARKETPLACE_ID=typed)

    assert error.variable == "AMAZON_MARKETPLACE_ID"
    assert f"use {meant}." in error.advice


def test_an_unknown_marketplace_gets_the_whole_list_as_advice() -> None:
    error = refused(AMAZON_MARKETPLACE_ID="A0000000000000")

    assert "ATVPDKIKX0DER (US)" in error.advice
    assert "A1VC38T7YXB528 (JP)" in error.advice


def test_an_unknown_region_is_refused_with_the_choices() -> None:
    error = refused(AMAZON_SP_API_REGION="eu-central-1")

    assert error.variable == "AMAZON_SP_API_REGION"
    assert "'eu-central-1'" in error.message
    assert "us-east-1 (Americas)" in error.advice


@pytest.mark.parametrize("name", ["AMAZON_REGION", "AMAZON_SP_API_REGION"])
def test_either_region_variable_serves(name: str) -> None:
    found = live(**{name: "us-west-2", "AMAZON_MARKETPLACE_ID": "A1VC38T7YXB528"})

    assert found.region == "us-west-2"
    assert found.endpoint == "https://sellingpartnerapi-fe.amazon.com"


def test_the_region_variable_that_is_wrong_is_the_one_named() -> None:
    assert refused(AMAZON_REGION="moon").variable == "AMAZON_REGION"


def test_two_region_variables_may_agree() -> None:
    assert settings(AMAZON_REGION="us-east-1", AMAZON_SP_API_REGION="us-east-1") == settings()


def test_two_region_variables_must_not_contradict_each_other() -> None:
    error = refused(AMAZON_REGION="us-east-1", AMAZON_SP_API_REGION="eu-west-1")

    assert "'eu-west-1', but AMAZON_REGION is 'us-east-1'" in error.message
    assert "only one" in error.advice


def test_a_marketplace_of_another_region_is_refused_with_the_region_to_set() -> None:
    error = refused(AMAZON_MARKETPLACE_ID="A1PA6795UKMFR9")

    assert error.variable == "AMAZON_MARKETPLACE_ID"
    assert "(Germany) belongs to eu-west-1, but the region is us-east-1" in error.message
    assert "AMAZON_SP_API_REGION=eu-west-1" in error.advice


@pytest.mark.parametrize("name", ["AMAZON_SP_API_ENDPOINT", "AMAZON_LWA_ENDPOINT"])
def test_credentials_never_go_unencrypted_to_another_machine(name: str) -> None:
    error = refused(**CREDENTIALS, **{name: "http://proxy.example.com:8080"})

    assert error.variable == name
    assert "proxy.example.com would get the credentials unencrypted" in error.message
    assert "https" in error.advice


@pytest.mark.parametrize(
    "endpoint",
    ["http://127.0.0.1:8600", "http://localhost:8600", "http://[::1]:8600", "https://example.com"],
)
def test_this_machine_may_be_called_without_encryption(endpoint: str) -> None:
    found = live(AMAZON_SP_API_ENDPOINT=f"{endpoint}/")

    assert found.endpoint == endpoint
    assert found.lwa_endpoint == "https://api.amazon.com/auth/o2/token"


@pytest.mark.parametrize(
    "wrong",
    [
        "127.0.0.1:8600",
        "ftp://example.com",
        "https://",
        "http://127.0.0.1:port",
        "https://example.com:99999",
        "http://[::1",
    ],
)
def test_what_is_no_address_is_refused_with_an_example(wrong: str) -> None:
    error = refused(AMAZON_SP_API_ENDPOINT=wrong)

    assert f"{wrong!r} is not an address" in error.message
    assert "https://host" in error.advice


def test_an_address_with_a_blank_in_it_is_refused() -> None:
    assert "holds a space" in refused(AMAZON_SP_API_ENDPOINT="https://exa mple.com").message


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("http://127.0.0.1:1", "http://127.0.0.1:1/auth/o2/token"),
        ("http://127.0.0.1:1/", "http://127.0.0.1:1/auth/o2/token"),
        ("http://127.0.0.1:1/token", "http://127.0.0.1:1/token"),
    ],
)
def test_the_login_address_gets_its_path_when_it_has_none(given: str, used: str) -> None:
    assert settings(AMAZON_LWA_ENDPOINT=given).lwa_endpoint == used


def test_a_simulator_started_by_hand_is_also_where_the_demo_logs_in() -> None:
    found = settings(AMAZON_SP_API_ENDPOINT="http://127.0.0.1:8600")

    assert found.mode is Mode.DEMO
    assert found.endpoint == "http://127.0.0.1:8600"
    assert found.lwa_endpoint == "http://127.0.0.1:8600/auth/o2/token"


def test_the_env_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("AMAZON_SELLER_ID=A1FROMFILE\nMCF_DATA_DIR='two words'\n")

    found = Settings.from_env({}, dotenv=file)

    assert found.seller_id == "A1FROMFILE"
    assert found.data_dir == Path("two words")


def test_the_environment_wins_over_the_env_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("AMAZON_SELLER_ID=A1FROMFILE\n")

    found = Settings.from_env({"AMAZON_SELLER_ID": "A1FROMENV"}, dotenv=file)

    assert found.seller_id == "A1FROMENV"


def test_an_empty_variable_of_the_environment_leaves_the_env_file_in_force(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("AMAZON_SELLER_ID=A1FROMFILE\n")

    found = Settings.from_env({"AMAZON_SELLER_ID": ""}, dotenv=file)

    assert found.seller_id == "A1FROMFILE"


def test_a_name_without_a_value_in_the_env_file_counts_as_not_set(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("AMAZON_SP_API_CLIENT_ID\nAMAZON_SP_API_CLIENT_SECRET=\n")

    assert Settings.from_env({}, dotenv=file) == settings()


def test_a_missing_env_file_is_no_trouble(tmp_path: Path) -> None:
    assert Settings.from_env({}, dotenv=tmp_path / ".env") == settings()


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMAZON_SELLER_ID", "A1PROCESS")

    assert Settings.from_env(dotenv=None).seller_id == "A1PROCESS"


@pytest.mark.parametrize("value", ["SANDBOX", "PRODUCTION"])
def test_what_the_library_can_live_with_is_accepted(value: str) -> None:
    assert settings(AWS_ENV=value) == settings()


@pytest.mark.parametrize("value", ["sandbox", "", "staging"])
def test_an_aws_env_that_stops_the_library_is_refused(value: str) -> None:
    error = refused(AWS_ENV=value)

    assert error.variable == "AWS_ENV"
    assert "AMAZON_SP_API_MODE" in error.advice


@pytest.mark.parametrize("value", ["DE", ""])
def test_a_marketplace_meant_for_the_library_is_refused(value: str) -> None:
    error = refused(SP_API_DEFAULT_MARKETPLACE=value)

    assert error.variable == "SP_API_DEFAULT_MARKETPLACE"
    assert "AMAZON_MARKETPLACE_ID" in error.advice


@pytest.mark.parametrize("mode", ["demo", "sandbox", "live"])
def test_each_mode_has_a_store_of_its_own(mode: str) -> None:
    found = live(AMAZON_SP_API_MODE=mode, MCF_DATA_DIR="/srv/mcf")

    assert found.home == Path("/srv/mcf") / mode
    assert found.store_url == f"sqlite:////srv/mcf/{mode}/mcf.sqlite3"


def test_a_data_folder_may_be_in_the_home_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/example")

    assert settings(MCF_DATA_DIR="~/mcf").data_dir == Path("/home/example/mcf")


def test_a_data_folder_in_nobodys_home_directory_is_refused() -> None:
    error = refused(MCF_DATA_DIR="~no-such-user/mcf")

    assert error.variable == "MCF_DATA_DIR"
    assert "full path" in error.advice


@pytest.mark.parametrize(
    "url",
    ["sqlite:///mcf.db", "postgresql://db.example.com/m", "postgresql+psycopg://db.example.com/m"],
)
def test_a_database_of_ones_own_can_be_used(url: str) -> None:
    assert settings(MCF_DATABASE_URL=url).store_url == url


def test_a_database_that_is_not_supported_is_refused_without_its_password() -> None:
    error = refused(MCF_DATABASE_URL="mysql://user:hunter2@db.example.com/mcf")

    assert error.variable == "MCF_DATABASE_URL"
    assert "hunter2" not in f"{error} {error.advice} {error.to_dict()}"
    assert "postgresql+psycopg://" in error.advice


def test_no_secret_is_seen_when_settings_are_printed() -> None:
    found = live(MCF_DATABASE_URL="postgresql://user:hunter2@db.example.com/mcf")

    seen = f"{found!r} {found} {found.credentials!r} {found.credentials} {[found]}"

    assert "AMAZON" not in seen
    assert not any(secret in seen for secret in (*SECRETS, "hunter2"))


def test_no_secret_is_seen_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    found = live(MCF_DATABASE_URL="postgresql://user:hunter2@db.example.com/mcf")

    with caplog.at_level(logging.DEBUG):
        logging.getLogger("mcf.test").debug("%s %r", found, found.credentials)

    assert "Settings(" in caplog.text
    assert not any(secret in caplog.text for secret in (*SECRETS, "hunter2"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"AMAZON_SP_API_MODE": "nonsense"},
        {"AMAZON_SP_API_REGION": "moon"},
        {"AMAZON_SP_API_ENDPOINT": "http://[half"},
        {"MCF_DATABASE_URL": "mysql://user:hunter2@db.example.com/mcf"},
        {"AMAZON_SP_API_CLIENT_SECRET": f"{CLIENT_SECRET} {REFRESH_TOKEN}"},
    ],
)
def test_no_secret_is_seen_in_a_traceback(wrong: Mapping[str, str]) -> None:
    with pytest.raises(SettingsError) as caught:
        settings(**{**CREDENTIALS, **wrong})

    shown = "".join(traceback.format_exception(caught.value))
    assert "SettingsError" in shown
    assert not any(secret in shown for secret in (*SECRETS, "hunter2"))


def test_two_applications_without_a_seller_id_have_accounts_of_their_own() -> None:
    one = settings(**CREDENTIALS | {"AMAZON_SP_API_CLIENT_ID": "client.one"})
    other = settings(**CREDENTIALS | {"AMAZON_SP_API_CLIENT_ID": "client.two"})

    assert one.account != other.account
    assert live(AMAZON_SELLER_ID="A1EXAMPLE").account == "A1EXAMPLE"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MCF_ORDER_LIMIT", '"250"'),
        ("AMAZON_MARKETPLACE_ID", "'ATVPDKIKX0DER'"),
        ("AMAZON_SP_API_MODE", '"demo"'),
        ("AMAZON_SP_API_REGION", '"us-east-1"'),
        ("MCF_OUTBOUND_VERSION", '"2026-07-04"'),
        ("MCF_DATABASE_URL", '"sqlite:///x"'),
    ],
)
def test_quotation_marks_that_came_with_a_value_are_told(name: str, value: str) -> None:
    assert "Leave out the quotation marks" in refused(**{name: value}).advice


def test_the_id_of_a_marketplace_in_small_letters_names_the_one_meant() -> None:
    assert refused(AMAZON_MARKETPLACE_ID="atvpdkikx0der").advice == (
        "For United States use ATVPDKIKX0DER."
    )


@pytest.mark.parametrize("word", ["=?utf-8?q?x?=@example.com", "a=?b@example.com"])
def test_an_encoded_word_is_no_mailbox(word: str) -> None:
    mail = {"MCF_ALERT_EMAIL_TO": word, "MCF_ALERT_EMAIL_FROM": "a@example.com"}
    error = refused(**mail, MCF_ALERT_SMTP="smtp://127.0.0.1")

    assert "no e-mail address" in str(error)


def test_the_dashboards_address_loses_its_slash_and_a_misspelt_one_is_refused() -> None:
    assert settings().public_url is None
    assert settings(MCF_PUBLIC_URL="https://desk.example.com/").public_url == (
        "https://desk.example.com"
    )
    error = refused(MCF_PUBLIC_URL="desk.example.com")
    assert (error.variable, "not an address" in error.message) == ("MCF_PUBLIC_URL", True)
    assert "like https://desk.example.com" in error.advice
