"""What the house forbids in source, and no import arrow can show."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "pipeline").rglob("*.py"))
PURE = ("privacy", "disclosure", "contracts")
LONGEST_MODULE = 350

# Modules that may put names into SQL text, and why a bound parameter cannot do it there.
SQL_BUILDERS: dict[str, str] = {}

STATEMENT = re.compile(
    r"""\s*(
        select\b.*\b(from|where)\b | with\s+[\w?]+\s+as\b | from\s+[\w?]+\s+select\b
      | insert\s+into\b | delete\s+from\b | update\s+[\w?]+\s+set\b | set\s+[\w?]+\s*=
      | (create|drop|alter)\s+(or\s+replace\s+)?(temp|temporary|table|view|schema|macro|type)\b
      | copy\s+(\(|[\w?]+\s+(to|from)\b) | (attach|detach|pragma|install)\b
    )""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
IMPURE_ARROW = {"csv", "dataset", "feather", "fs", "ipc", "json", "parquet"}
IMPURE_CALLS = {"open", "print", "input", "breakpoint", "exec", "eval"}

Finder = Callable[[ast.AST], Iterator[int]]


def environment_reads(tree: ast.AST) -> Iterator[int]:
    """Yield the lines that read the environment of the process."""
    names = {"environ", "environb", "getenv", "getenvb", "putenv"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in names:
            yield node.lineno
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from (node.lineno for alias in node.names if alias.name in names)


def asserts(tree: ast.AST) -> Iterator[int]:
    """Yield the lines that guard by `assert`, which `python -O` removes."""
    return (node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert))


def prints(tree: ast.AST) -> Iterator[int]:
    """Yield the lines that print, where a value could reach a log."""
    return (
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    )


def impure_acts(tree: ast.AST) -> Iterator[int]:
    """Yield the lines that open a file or import what does."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in IMPURE_CALLS:
                yield node.lineno
            case ast.ImportFrom(module="pyarrow", names=aliases):
                yield from (node.lineno for alias in aliases if alias.name in IMPURE_ARROW)
            case ast.ImportFrom(module=str(module)) if module.startswith("pyarrow."):
                if module.split(".")[1] in IMPURE_ARROW:
                    yield node.lineno
            case ast.Import(names=aliases):
                modules = (alias.name.split(".") for alias in aliases)
                yield from (
                    node.lineno
                    for parts in modules
                    if parts[0] == "pyarrow" and IMPURE_ARROW & set(parts[1:])
                )


def formatted_sql(tree: ast.AST) -> Iterator[int]:
    """Yield the lines where a value is formatted into what looks like an SQL statement."""
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr(values=parts) if any(
                isinstance(part, ast.FormattedValue) for part in parts
            ):
                text = "".join(
                    str(part.value) if isinstance(part, ast.Constant) else "?" for part in parts
                )
            case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod() | ast.Add()):
                text = text.replace("%s", "?") + "?"
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format")):
                text = re.sub(r"\{\w*\}", "?", text)
            case _:
                continue
        if STATEMENT.match(text):
            yield node.lineno


def findings(finder: Finder, sources: list[Path]) -> list[str]:
    """Return the address of all that a finder finds in some sources."""
    return [
        f"{source.relative_to(ROOT)}:{line}"
        for source in sources
        for line in finder(ast.parse(source.read_text(encoding="utf-8")))
    ]


def sources_outside(*rooms: str) -> list[Path]:
    """Return the modules of the pipeline that lie in none of these rooms."""
    folders = [ROOT / "pipeline" / room for room in rooms]
    return [
        source
        for source in SOURCES
        if not any(source == folder or folder in source.parents for folder in folders)
    ]


def test_only_settings_reads_the_environment() -> None:
    assert findings(environment_reads, sources_outside("settings.py")) == []


def test_no_guard_is_an_assert_that_vanishes_under_optimisation() -> None:
    assert findings(asserts, SOURCES) == []


def test_only_commands_print() -> None:
    assert findings(prints, sources_outside("cli.py", "cli", "docs.py", "docs")) == []


def test_pure_rooms_open_nothing() -> None:
    inside = [s for s in SOURCES if s.relative_to(ROOT / "pipeline").parts[0] in PURE]
    assert findings(impure_acts, inside) == []


def test_values_reach_sql_as_bound_parameters() -> None:
    assert findings(formatted_sql, sources_outside(*SQL_BUILDERS)) == []


def test_each_declared_sql_builder_still_builds_sql() -> None:
    idle = [
        name
        for name in SQL_BUILDERS
        if not findings(formatted_sql, [s for s in SOURCES if s not in sources_outside(name)])
    ]
    assert idle == []


def test_no_module_is_longer_than_one_can_hold_in_mind() -> None:
    long = {
        str(source.relative_to(ROOT)): lines
        for source in SOURCES
        if (lines := len(source.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }
    assert long == {}


@pytest.mark.parametrize(
    ("finder", "refused"),
    [
        (environment_reads, "import os\nos.environ['X']"),
        (environment_reads, "import os\nos.getenv('X')"),
        (environment_reads, "from os import environ"),
        (asserts, "assert is_signed"),
        (prints, "print(row)"),
        (impure_acts, "open('rows.csv')"),
        (impure_acts, "import pyarrow.parquet as pq"),
        (impure_acts, "from pyarrow import csv"),
        (impure_acts, "from pyarrow.parquet import ParquetFile"),
        (formatted_sql, "f'select a from {table}'"),
        (formatted_sql, "f'''\n  SELECT a\n  FROM t WHERE b = {value}'''"),
        (formatted_sql, "f'create or replace table {name} as select 1'"),
        (formatted_sql, "f\"PRAGMA add_parquet_key('k', '{key}')\""),
        (formatted_sql, "f\"copy {table} to '{path}'\""),
        (formatted_sql, "'delete from %s' % table"),
        (formatted_sql, "'select a from {}'.format(table)"),
        (formatted_sql, "'select a from ' + table"),
    ],
)
def test_each_rule_sees_what_it_forbids(finder: Finder, refused: str) -> None:
    assert list(finder(ast.parse(refused)))


@pytest.mark.parametrize(
    ("finder", "accepted"),
    [
        (environment_reads, "def f(environment: dict[str, str]): return environment['X']"),
        (impure_acts, "import pyarrow as pa\nfrom pyarrow import compute"),
        (formatted_sql, "con.execute('select a from t where b = ?', [value])"),
        (formatted_sql, "f'{count} rows selected from the file'"),
        (formatted_sql, "f'set {name} in the policy'"),
    ],
)
def test_no_rule_sees_what_is_allowed(finder: Finder, accepted: str) -> None:
    assert not list(finder(ast.parse(accepted)))
