"""Holds the documents to the project: what they name must exist."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "docs/integration.md"}
    | {path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/**/*.md")}
)
VARIABLES = [
    "AMAZON_SP_API_CLIENT_ID",
    "AMAZON_SP_API_CLIENT_SECRET",
    "AMAZON_SP_API_REFRESH_TOKEN",
    "AMAZON_SELLER_ID",
    "AMAZON_MARKETPLACE_ID",
    "AMAZON_SP_API_REGION",
    "AMAZON_REGION",
    "AMAZON_SP_API_MODE",
    "AMAZON_SP_API_ENDPOINT",
    "AMAZON_LWA_ENDPOINT",
    "MCF_OUTBOUND_VERSION",
    "MCF_CLIENT_SECRET_MADE",
    "MCF_AUTHORIZED_ON",
    "MCF_DATA_DIR",
    "MCF_DATABASE_URL",
    "MCF_KEEP_RECIPIENTS_DAYS",
    "MCF_KEEP_DRAFTS_DAYS",
    "MCF_ORDER_LIMIT",
    "MCF_PUBLIC_URL",
    "MCF_OIDC_ISSUER",
    "MCF_OIDC_CLIENT_ID",
    "MCF_OIDC_CLIENT_SECRET",
    "MCF_OIDC_GROUPS_CLAIM",
    "MCF_OIDC_GROUP_ROLES",
    "MCF_ACCESS",
    "MCF_OWNER_EMAIL",
    "MCF_SESSION_HOURS",
    "MCF_ALERT_WEBHOOK",
    "MCF_ALERT_WEBHOOK_SECRET",
    "MCF_ALERT_EMAIL_TO",
    "MCF_ALERT_EMAIL_FROM",
    "MCF_ALERT_SMTP",
    "MCF_ALERT_SMTP_USER",
    "MCF_ALERT_SMTP_PASSWORD",
    "MCF_ALERT_DIGEST",
    "MCF_ALERT_ZONE",
]
VARIABLE = re.compile(r"\b(?:AMAZON|MCF|SP_API)_[A-Z_]*[A-Z]\b")
FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"```\w*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
LINK = re.compile(
    r"\]\(<?([^)\s>]+)>?[^)]*\)|(?:src|href)=\"([^\"]+)\"|^\[[^\]]+\]: *(\S+)", re.MULTILINE
)
MAKE = re.compile(r"\bmake((?: +[\w=./$\"-]+)+)")
MCF = re.compile(r"python(?:3|\.exe)? -m mcf((?: +[^\s|#;&`]+)*)")


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def code_in(text: str) -> list[str]:
    """The lines of code in a text, from blocks and spans: continued ones joined, no comments."""
    found = "\n".join(block or span for block, span in CODE.findall(text))
    return [re.sub(r"(^|\s)#.*", "", line) for line in found.replace("\\\n", " ").splitlines()]


def anchors(text: str) -> set[str]:
    """What a link can point to behind `#`, as GitHub names headings."""
    headings = re.findall(r"^#+ +(.+?) *$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead_links(name: str, text: str) -> list[str]:
    found = ["".join(groups) for groups in LINK.findall(FENCE.sub("", text))]
    local = [link for link in found if not re.match(r"[a-z]+:", link)]
    return [f"{name}: {link}" for link in local if not leads_somewhere(name, text, link)]


def leads_somewhere(name: str, text: str, link: str) -> bool:
    target, _, anchor = link.partition("#")
    path = (ROOT / name).parent / target
    if not path.exists():
        return False
    return not anchor or anchor in anchors(path.read_text("utf-8") if target else text)


def make_targets(text: str) -> set[str]:
    return set(re.findall(r"^([a-z]+):", text, re.MULTILINE))


def unknown_targets(name: str, text: str) -> list[str]:
    words = [word for line in code_in(text) for rest in MAKE.findall(line) for word in rest.split()]
    targets = [word for word in words if re.fullmatch(r"[a-z]+", word)]
    return [f"{name}: make {t}" for t in targets if t not in make_targets(read("Makefile"))]


def unknown_commands(name: str, text: str) -> list[str]:
    calls = [rest.split() for line in code_in(text) for rest in MCF.findall(line)]
    return [f"{name}: python -m mcf {' '.join(c)}" for c in calls if not is_command(c)]


def is_command(words: list[str]) -> bool:
    """Whether the command line has these subcommands, and the last of them these options."""
    command: click.Command = command_line()
    for word in words:
        if not isinstance(command, click.Group) or word.startswith("-"):
            break
        if word not in command.commands:
            return False
        command = command.commands[word]
    options = {opt for p in command.params for opt in (*p.opts, *p.secondary_opts)} | {"--help"}
    return {word.split("=")[0] for word in words if word.startswith("-")} <= options


def command_line() -> click.Group:
    """The group of mcf.cli that holds the subcommands."""
    values = vars(importlib.import_module("mcf.cli")).values()
    return next(v for v in values if isinstance(v, click.Group) and "simulate" in v.commands)


def unknown_variables(name: str, text: str) -> list[str]:
    files = (".env.example", ".ci/run", "Makefile", "mcf/settings.py")
    known = {v for file in files for v in named_in(file)}
    return [f"{name}: {v}" for v in sorted(set(VARIABLE.findall(text)) - known)]


def named_in(file: str) -> set[str]:
    return set(VARIABLE.findall(read(file)))


def unknown_files(name: str, text: str) -> list[str]:
    paths = re.findall(r"`((?:mcf|pages|tests|docs|examples)/[\w./]*\w)[`/]", text)
    return [f"{name}: {path}" for path in paths if not (ROOT / path).exists()]


CHECKS = [dead_links, unknown_targets, unknown_commands, unknown_variables, unknown_files]


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_a_document_names_exists(name: str, check: Callable[[str, str], list[str]]) -> None:
    assert check(name, read(name)) == []


@pytest.mark.parametrize("file", [".env.example", "docs/integration.md"])
def test_every_variable_is_explained(file: str) -> None:
    assert set(VARIABLES) - named_in(file) == set()


def test_every_variable_that_the_settings_read_can_be_set_from_the_example_file() -> None:
    read_by_settings = {v for v in named_in("mcf/settings.py") if v.startswith(("AMAZON", "MCF"))}
    offered = set(re.findall(r"^#? ?([A-Z_]+)=", read(".env.example"), re.MULTILINE))

    assert read_by_settings - offered == set()


def test_the_documented_marketplaces_are_those_the_program_knows() -> None:
    marketplaces = importlib.import_module("mcf.marketplaces").MARKETPLACES
    rows = re.findall(
        r"^\| `(\w+)` \| (\w\w) \| .* \| `([\w-]+)` \|$", read("docs/integration.md"), re.MULTILINE
    )

    assert sorted(rows) == sorted((m.id, m.country_code, m.region) for m in marketplaces.values())


def test_every_make_target_is_listed_by_make_help() -> None:
    makefile = read("Makefile")
    listed = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))

    assert make_targets(makefile) == listed


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (dead_links, "See [the guide](docs/nowhere.md)."),
        (dead_links, "![a picture](docs/nowhere.png)"),
        (dead_links, '<img src="docs/nowhere.png" alt="">'),
        (dead_links, "[guide]: docs/nowhere.md"),
        (dead_links, "[guide](README.md#no-such-heading)"),
        (dead_links, "# Here\n[there](#there)"),
        (unknown_targets, "Run `make coffee`."),
        (unknown_targets, "```sh\nmake PORT=8600 coffee\n```"),
        (unknown_commands, "Run `python -m mcf brew`."),
        (unknown_commands, "```sh\n.venv/bin/python -m mcf orders brew ID\n```"),
        (unknown_commands, "`python -m mcf simulate --coffee 3`"),
        (unknown_variables, "Set `AMAZON_SP_API_COFFEE`."),
        (unknown_files, "It stands in `mcf/coffee.py`."),
        (unknown_files, "It stands in the room `mcf/coffee/`."),
    ],
)
def test_what_does_not_exist_is_told(check: Callable[[str, str], list[str]], text: str) -> None:
    assert len(check("README.md", text)) == 1


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (
            dead_links,
            "# A heading: here\n[there](#a-heading-here) [m](Makefile) [x](https://a.example)",
        ),
        (unknown_targets, "We make coffee. `make run PORT=8600`\n```sh\nmake test # make tea\n```"),
        (
            unknown_commands,
            "`python -m mcf orders list --json` and `python -m mcf simulate --help`",
        ),
        (unknown_variables, "AMAZON_SP_API_MODE, MCF_REQUIRE_BROWSER and EVENT_101"),
        (unknown_files, "`mcf/settings.py`, `mcf/amazon/`, `tests/<room>/test_<file>.py`"),
    ],
)
def test_what_exists_is_not_told(check: Callable[[str, str], list[str]], text: str) -> None:
    assert check("README.md", text) == []
