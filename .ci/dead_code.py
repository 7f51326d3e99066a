"""Looks for code of the program, or of that in the folder named, that nothing but tests uses.

Exit code 1 when some is found, or when an exception isn't needed any more. Two looks: vulture finds
names that nothing in the program says, and of what stands at the top of a module also that is found
which the program says of other modules only.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from vulture import Vulture

ROOT = (Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parent.parent).resolve()
PROGRAM = ("app.py", "mcf/**/*.py", "pages/**/*.py")
"""Where dead code is looked for."""

USERS = ("examples/*.py", "docs/*.py")
"""What may use it besides the program itself. Tests aren't among them."""

DECORATORS = ["@*.command", "@field_validator", "@model_validator", "@field_serializer"]
"""What click and pydantic call: they keep what they decorate."""

FILLED = {"BaseModel", "Enum", "StrEnum", "IntEnum", "Struct", "TypedDict"}
"""Classes, with those below them, whose fields and members are names of an answer or a file."""

EXCEPTIONS = {
    "CharacterDataHandler": "expat calls it",
    "EndElementHandler": "expat calls it",
    "StartDoctypeDeclHandler": "expat calls it",
    "StartElementHandler": "expat calls it",
    "__getattr__": "Python calls it for a module's names",
    "__version__": "who imports the library reads it",
    "_check_response": "python-amazon-sp-api calls it",
    "_lock_stream_lock": "concurrent-log-handler calls it",
    "_value_": "an enum reads it",
    "access_log": "uvicorn reads it",
    "app": "Streamlit serves it",
    "buffer_text": "expat reads it",
    "cache_ok": "SQLAlchemy reads it",
    "customer_returns": "a column of the ledger, written by name",
    "down_revision": "Alembic reads it",
    "elsewhere_units": "a rule of planning, read by the name that a spreadsheet has",
    "excess_days": "a rule of planning, read by the name that a spreadsheet has",
    "fold": "a mail's policy calls it",
    "get_auth": "python-amazon-sp-api calls it",
    "handleError": "logging calls it",
    "impl": "SQLAlchemy reads it",
    "lead_spread_days": "a rule of planning, read by the name that a spreadsheet has",
    "lead_time_days": "a rule of planning, read by the name that a spreadsheet has",
    "low_units": "a rule of planning, read by the name that a spreadsheet has",
    "maxLockAttempts": "concurrent-log-handler reads it",
    "minimum_units": "a rule of planning, read by the name that a spreadsheet has",
    "msg": "logging reads it",
    "order_days": "a rule of planning, read by the name that a spreadsheet has",
    "process_bind_param": "SQLAlchemy calls it",
    "process_result_value": "SQLAlchemy calls it",
    "protocol": "pickle hands it over",
    "put_away_days": "a rule of planning, read by the name that a spreadsheet has",
    "second_lead_time_days": "a rule of planning, read by the name that a spreadsheet has",
    "should_exit": "uvicorn reads it",
    "storage_fee": "a column of the stock's ages, written by name",
    "supplier_days": "a rule of planning, read by the name that a spreadsheet has",
    "surcharge": "a column of the stock's ages, written by name",
    "text_factory": "sqlite3 reads it",
    "trace": "a with statement hands it over",
    "transport_days": "a rule of planning, read by the name that a spreadsheet has",
    "units_181": "a column of the stock's ages, written by name",
    "units_271": "a column of the stock's ages, written by name",
    "units_366": "a column of the stock's ages, written by name",
    "units_91": "a column of the stock's ages, written by name",
    "upgrade": "Alembic calls it",
}
"""Names that are used in a way that can't be seen, and what uses them."""


def main() -> int:
    paths = [path for pattern in (*PROGRAM, *USERS) for path in sorted(ROOT.glob(pattern))]
    trees = {path: ast.parse(path.read_text("utf-8"), str(path)) for path in paths}
    given = public(trees)
    dead = {it for it in (*unsaid(trees), *said_of_others(trees)) if it[2] not in given}
    unneeded = sorted(EXCEPTIONS.keys() - {name for _, _, name in dead})
    unexcused = sorted(finding for finding in dead if finding[2] not in EXCEPTIONS)
    for path, line, name in unexcused:
        print(
            f"{path.relative_to(ROOT)}:{line}: {name}: nothing but tests uses it", file=sys.stderr
        )
    for name in unneeded:
        print(f".ci/dead_code.py: {name}: the exception isn't needed", file=sys.stderr)
    if unexcused or unneeded:
        print(
            "Take it out, with the tests of it alone; what other tests need goes into a helper"
            " of theirs. What is used in a way that can't be seen goes into EXCEPTIONS.",
            file=sys.stderr,
        )
        return 1
    print(f"No dead code in {len(paths)} files, with {len(EXCEPTIONS)} exceptions.")
    return 0


Finding = tuple[Path, int, str]


def public(trees: dict[Path, ast.Module]) -> set[str]:
    """The names that `mcf` gives to who imports it: texts in its table of homes."""
    nodes = ast.walk(trees[ROOT / "mcf" / "__init__.py"])
    constants = (node.value for node in nodes if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str)}


def unsaid(trees: dict[Path, ast.Module]) -> Iterator[Finding]:
    """What vulture finds, without fields that an answer or a file fills."""
    vulture = Vulture(ignore_decorators=DECORATORS)
    vulture.scavenge([str(path) for path in trees])
    filled = set(fields(trees))
    for item in vulture.get_unused_code():
        if (item.filename, item.first_lineno) not in filled:
            yield item.filename, item.first_lineno, item.name


def fields(trees: dict[Path, ast.Module]) -> Iterator[tuple[Path, int]]:
    """Where the fields and members of classes below FILLED are."""
    classes = [
        (path, node)
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    ]
    filled: set[str] = set()
    below = set(FILLED)
    while below - filled:
        filled |= below
        below = {node.name for _, node in classes if filled & set(map(last_name, node.bases))}
    for path, node in classes:
        if node.name in filled:
            yield from (
                (path, part.lineno)
                for part in node.body
                if isinstance(part, ast.Assign | ast.AnnAssign)
            )


def said_of_others(trees: dict[Path, ast.Module]) -> Iterator[Finding]:
    """What stands at the top of a module and isn't named in it nor asked of it by another."""
    modules = {module_of(path): path for path in trees}
    asked = {it for path, tree in trees.items() for it in asked_in(path, tree, modules)}
    for module, path in modules.items():
        readings = read_in(trees[path])
        for node in trees[path].body:
            for name in defined(node):
                is_asked = bool(asked & {(module, name), (None, name)})
                if not is_asked and not readings[name].difference(ast.walk(node)):
                    yield path, node.lineno, name


def asked_in(
    path: Path, tree: ast.Module, modules: dict[str, Path]
) -> Iterator[tuple[str | None, str]]:
    """What a file asks of modules: module and name; None for a module that can't be told."""
    homes = imports(path, tree, modules)
    for home in homes.values():
        module, _, name = home.rpartition(".")
        yield module, name
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            if place := home_of(node.value, homes):
                yield place, node.attr
            elif not isinstance(node.value, ast.Name | ast.Attribute):
                yield None, node.attr


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path, tree: ast.Module, modules: dict[str, Path]) -> dict[str, str]:
    """Names in a file that stand for modules of the program or for what is in them, dotted."""
    homes = {}
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                whole = alias.name if alias.asname else alias.name.partition(".")[0]
                homes[alias.asname or whole] = whole
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *filter(None, [node.module])])
            for alias in node.names:
                homes[alias.asname or alias.name] = f"{base}.{alias.name}"
    roots = {module.partition(".")[0] for module in modules}
    return {name: home for name, home in homes.items() if home.partition(".")[0] in roots}


def home_of(node: ast.expr, homes: dict[str, str]) -> str | None:
    """The dotted name of what an expression stands for; None when it isn't an imported one."""
    if isinstance(node, ast.Name):
        return homes.get(node.id)
    if isinstance(node, ast.Attribute):
        home = home_of(node.value, homes)
        return f"{home}.{node.attr}" if home else None
    return None


def defined(node: ast.stmt) -> Iterator[str]:
    """The names that a statement at the top of a module gives, without those click keeps."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        if not any(is_kept(decorator) for decorator in node.decorator_list):
            yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (
            target.id
            for target in targets
            if isinstance(target, ast.Name) and target.id != "__all__"
        )


def is_kept(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return any(fnmatchcase(f"@{ast.unparse(called)}", pattern) for pattern in DECORATORS)


def read_in(tree: ast.Module) -> defaultdict[str, set[ast.AST]]:
    """Where a module reads a name of its own, by name."""
    readings = defaultdict(set)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            readings[node.id].add(node)
    return readings


def last_name(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2].partition("[")[0]


if __name__ == "__main__":
    sys.exit(main())
