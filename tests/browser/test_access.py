"""Signing in, with a real browser at a real provider of OpenID Connect."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import Browser, BrowserContext, Page, expect

from mcf.access.actor import MACHINE
from mcf.access.audit import Audit
from mcf.access.people import People
from mcf.access.provider_check import check
from mcf.settings import Settings
from mcf.store.database import Store
from pages.frame import gate
from tests.browser.conftest import Server, seen, served
from tests.providers import ENVIRON

PEOPLE = {
    "owner": {"email": "Owner@LOCALHOST", "email_verified": True},
    "ann": {"email": "ann@localhost", "email_verified": True},
    "eve": {"email": "eve@localhost", "email_verified": True},
    "bob": {"email": "bob@localhost", "email_verified": True, "groups": ["packers"]},
}


PROVIDER = """
import json, sys
from oidc_provider_mock import User, app
from werkzeug.serving import make_server
users = [User(sub=name, claims=told) for name, told in json.loads(sys.argv[1]).items()]
server = make_server("127.0.0.1", 0, app(user_claims=users), threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
"""


@dataclass
class Desk:
    """A dashboard at which people sign in, and its provider."""

    server: Server
    issuer: str

    @property
    def settings(self) -> Settings:
        """What its variables say."""
        folder = {"MCF_DATA_DIR": str(self.server.data), "AMAZON_SP_API_MODE": "demo"}
        return Settings.from_env({**self.server.environ, **folder}, dotenv=None)

    @contextmanager
    def people(self) -> Iterator[People]:
        """Those in its store, as a command beside the dashboard changes them."""
        given = self.settings
        place = {"account": given.account, "marketplace_id": given.marketplace.id}
        with Store(given.store_url, mode=given.mode.value, **place) as store:
            yield People(store, Audit(store))

    def sign_in(self, page: Page, name: str) -> None:
        """Signs in as somebody of the provider."""
        page.goto(self.server.address)
        page.get_by_role("button", name=re.compile("^Sign in")).click()
        page.get_by_role("button", name=name, exact=True).click()
        page.wait_for_url(f"{self.server.address}/**")


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of a provider at which the people sign in with a click."""
    # In a process of its own: it uses what is deprecated, which is an error in this one.
    command = [sys.executable, "-W", "ignore", "-c", PROVIDER, json.dumps(PEOPLE)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.kill()


@pytest.fixture(scope="module")
def desk(provider: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    environ = ENVIRON | {"MCF_OIDC_ISSUER": provider, "MCF_OIDC_GROUP_ROLES": "packers=operator"}
    with served(tmp_path_factory.mktemp("desk"), environ) as server:
        yield Desk(server, provider)


@pytest.fixture
def visitors(browser: Browser) -> Iterator[list[BrowserContext]]:
    """Two browsers of two people."""
    made = [browser.new_context(reduced_motion="reduce") for _ in range(2)]
    for context in made:
        context.set_default_timeout(120_000)
    expect.set_options(timeout=120_000)
    yield made
    for context in made:
        context.close()


def test_people_come_in_by_invitation_and_are_out_when_they_are_disabled(
    desk: Desk, visitors: list[BrowserContext]
) -> None:
    owners, anns = (context.new_page() for context in visitors)
    desk.sign_in(owners, "owner")
    seen(owners.get_by_text("Updated"))
    desk.sign_in(anns, "ann")
    seen(anns.get_by_text("Nobody with this e-mail address is invited here"))

    owners.get_by_role("link", name="People").click()
    owners.get_by_label("E-mail address with which they sign in").fill("ANN@localhost")
    owners.get_by_role("button", name="Invite", exact=True).click()
    seen(owners.get_by_text("may sign in now"))
    anns.reload()
    seen(anns.get_by_text("Updated"))
    assert anns.get_by_role("link", name="People").count() == 0

    with desk.people() as people:
        people.disable(MACHINE, "ann@localhost")
    anns.get_by_role("link", name="Inventory").click()
    seen(anns.get_by_text("You may not sign in here any more"))
    assert anns.get_by_text("Updated").count() == 0

    cookies = visitors[0].cookies()
    owners.get_by_role("button", name="owner").click()
    owners.get_by_role("button", name="Sign out").click()
    owners.wait_for_url(f"{desk.issuer}/**")
    visitors[0].clear_cookies()
    visitors[0].add_cookies(cookies)  # type: ignore[arg-type]
    owners.goto(desk.server.address)
    seen(owners.get_by_text("Your session has ended"))


def test_a_cookie_is_worth_what_the_store_says_of_its_session(desk: Desk) -> None:
    with httpx.Client(base_url=desk.server.address, follow_redirects=False) as visitor:
        cookie = signed_in(visitor, desk, "bob")
        assert visitor.get("/_stcore/metrics").status_code == 200
        assert "Max-Age=43200" in cookie

        out = visitor.get("/auth/logout")
        assert out.headers["location"].startswith(f"{desk.issuer}/oauth2/end_session")
        pairs = (part.split(";")[0] for part in cookie.split("\n"))
        copied = {"Cookie": "; ".join(pairs)}
        assert (
            httpx.get(f"{desk.server.address}/_stcore/metrics", headers=copied).status_code == 403
        )
        forged = {"Cookie": "_streamlit_user=" + json.dumps(PEOPLE["owner"])}
        assert (
            httpx.get(f"{desk.server.address}/_stcore/metrics", headers=forged).status_code == 403
        )


def signed_in(visitor: httpx.Client, desk: Desk, name: str) -> str:
    """The cookies that somebody gets who signs in, a line each."""
    page = visitor.get("/auth/login", params={"provider": way_in(desk)})
    at_provider = httpx.post(page.headers["location"], data={"sub": name})
    back = visitor.get(at_provider.headers["location"])
    stale = visitor.get(at_provider.headers["location"])
    assert stale.headers["location"] == "/?sign_in=failed"
    assert back.headers["location"] == "/"
    return "\n".join(back.headers.get_list("set-cookie"))


def way_in(desk: Desk) -> str:
    """The word that the button of the page puts into the address of the sign-in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gate.config, "set_option", lambda *_: None)
        patch.setattr(gate.st, "get_option", {"server.port": desk.server.port}.get)
        made: Any = gate.prepare(desk.settings)
    key = OctKey.import_key(made["auth"]["cookie_secret"])
    return jwt.encode({"alg": "HS256"}, {"provider": "default", "exp": time.time() + 60}, key)


def test_what_can_be_seen_of_the_provider_is_well(desk: Desk) -> None:
    told = {finding.name: finding.ok for finding in check(desk.settings)}

    assert all(told.values())
    assert "client" in told
