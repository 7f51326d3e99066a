"""Whom alerts are told: read, or refused with the variable and the remedy."""

from __future__ import annotations

from datetime import time

import pytest

from mcf.alert_settings import AlertSettings
from mcf.errors import SettingsError
from mcf.settings import Settings


def settings(**environ: str) -> Settings:
    return Settings.from_env(environ, dotenv=None)


def refused(**environ: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        settings(**environ)
    return caught.value


WEBHOOK = "https://hooks.example.com/services/made-up-path"
MAIL = {
    "MCF_ALERT_EMAIL_TO": "owner@localhost, night.shift@localhost",
    "MCF_ALERT_EMAIL_FROM": "desk@localhost",
    "MCF_ALERT_SMTP": "smtp://mail.example.com",
}
WITH_LOGIN = "smtp://desk:correct-horse@mail.example.com"  # pragma: allowlist secret
LOGIN = {"MCF_ALERT_SMTP_USER": "desk", "MCF_ALERT_SMTP_PASSWORD": "correct-horse"}


def test_alerts_are_told_nowhere_unless_a_channel_is_set() -> None:
    assert settings().alerts == AlertSettings()
    assert settings().alerts.webhook is None
    assert settings().alerts.mail is None


def test_alerts_may_go_to_a_webhook_by_mail_and_at_a_time_of_day() -> None:
    found = settings(
        **MAIL,
        **LOGIN,
        MCF_ALERT_WEBHOOK=WEBHOOK,
        MCF_ALERT_DIGEST="07:30",
        MCF_ALERT_ZONE="Asia/Tokyo",
    ).alerts

    assert found.webhook is not None
    assert found.webhook.host == "hooks.example.com"
    assert found.mail is not None
    assert found.mail.to == ("owner@localhost", "night.shift@localhost")
    assert (found.mail.host, found.mail.port, found.mail.is_tls) == ("mail.example.com", 587, False)
    assert (found.digest, str(found.zone)) == (time(7, 30), "Asia/Tokyo")


def test_mail_that_is_encrypted_from_the_start_has_a_port_of_its_own() -> None:
    found = settings(**MAIL | {"MCF_ALERT_SMTP": "smtps://mail.example.com/"}).alerts.mail

    assert found is not None
    assert (found.port, found.is_tls) == (465, True)


def test_a_webhook_on_this_machine_needs_no_encryption() -> None:
    found = settings(MCF_ALERT_WEBHOOK="http://127.0.0.1:9000/hook").alerts.webhook

    assert found is not None
    assert found.host == "127.0.0.1"


@pytest.mark.parametrize(
    ("wrong", "variable", "told"),
    [
        ({"MCF_ALERT_WEBHOOK": "hooks.example.com"}, "MCF_ALERT_WEBHOOK", "not an address"),
        ({"MCF_ALERT_WEBHOOK": "https://[half"}, "MCF_ALERT_WEBHOOK", "not an address"),
        ({"MCF_ALERT_WEBHOOK": "https://a b"}, "MCF_ALERT_WEBHOOK", "not an address"),
        ({"MCF_ALERT_WEBHOOK": "http://hooks.example.com"}, "MCF_ALERT_WEBHOOK", "unencrypted"),
        (
            {"MCF_ALERT_WEBHOOK": WEBHOOK, "MCF_ALERT_WEBHOOK_SECRET": "short"},
            "MCF_ALERT_WEBHOOK_SECRET",
            "shorter than 16",
        ),
        (
            {"MCF_ALERT_WEBHOOK_SECRET": "long-enough-but-alone"},
            "MCF_ALERT_WEBHOOK_SECRET",
            "no effect without MCF_ALERT_WEBHOOK",
        ),
        ({"MCF_ALERT_EMAIL_TO": "a@localhost"}, "MCF_ALERT_EMAIL_FROM", "need all of"),
        (LOGIN, "MCF_ALERT_SMTP_USER", "no effect without MCF_ALERT_SMTP"),
        (MAIL | {"MCF_ALERT_SMTP_USER": "desk"}, "MCF_ALERT_SMTP_USER", "a name and a password"),
        (
            MAIL | LOGIN | {"MCF_ALERT_SMTP_PASSWORD": "pferdestärke"},
            "MCF_ALERT_SMTP_PASSWORD",
            "beyond ASCII",
        ),
        (MAIL | {"MCF_ALERT_EMAIL_TO": "a@b, c"}, "MCF_ALERT_EMAIL_TO", "no e-mail address"),
        (
            MAIL | {"MCF_ALERT_EMAIL_FROM": "a@b\r\nBcc: c@d"},
            "MCF_ALERT_EMAIL_FROM",
            "no e-mail address",
        ),
        (MAIL | {"MCF_ALERT_SMTP": "mail.example.com:587"}, "MCF_ALERT_SMTP", "a mail server"),
        (
            MAIL | {"MCF_ALERT_SMTP": WITH_LOGIN},
            "MCF_ALERT_SMTP",
            "a mail server",
        ),
        ({"MCF_ALERT_DIGEST": "7:30"}, "MCF_ALERT_DIGEST", "'7:30' is not a time of day"),
        ({"MCF_ALERT_DIGEST": "24:00"}, "MCF_ALERT_DIGEST", "not a time of day"),
        ({"MCF_ALERT_ZONE": "Mars/Olympus"}, "MCF_ALERT_ZONE", "not a time zone"),
        ({"MCF_ALERT_ZONE": "../etc"}, "MCF_ALERT_ZONE", "not a time zone"),
        ({"MCF_ALERT_ZONE": "Europe"}, "MCF_ALERT_ZONE", "not a time zone"),
    ],
)
def test_alerts_that_could_not_be_told_are_refused_at_the_start(
    wrong: dict[str, str], variable: str, told: str
) -> None:
    error = refused(**wrong)

    assert error.variable == variable
    assert told in error.message
    assert not any(
        word in f"{error} {error.advice}" for word in ("horse", "made-up-path", "short ")
    )


def test_no_secret_and_nobody_is_seen_when_settings_of_alerts_are_printed() -> None:
    secret = "made-up-secret-of-a-receiver"
    found = settings(**MAIL, **LOGIN, MCF_ALERT_WEBHOOK=WEBHOOK, MCF_ALERT_WEBHOOK_SECRET=secret)

    seen = f"{found!r} {found.alerts} {found.alerts.mail}"

    assert "mail.example.com" in seen
    assert not any(word in seen for word in ("made-up", "horse", "owner", "desk@"))
