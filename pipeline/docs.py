"""Write the reference pages from the contracts and the commands, so that they cannot drift.

`python -m pipeline.docs` writes `docs/reference/`; with `--check` it compares and fails.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import date

import typer
from typer.core import TyperGroup

from pipeline.cli import app
from pipeline.contracts import Column, Contracts, Dataset, describe
from pipeline.contracts.datasets import Alias
from pipeline.contracts.formats import (
    CsvFormat,
    FileFormat,
    JsonLinesFormat,
    OneRosterFormat,
    ParquetFormat,
    SqlFormat,
    XlsxFormat,
)
from pipeline.errors import CartableError, ExitCode
from pipeline.intake.header import delimiter_name
from pipeline.project import load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.policy_tables import preferences_in_words, table_rules_in_words

FOLDER = INSTALLATION / "docs" / "reference"
NOTE = "<!-- Written by `make docs` from the contracts and the commands. Edit those instead. -->"


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with `--check` return 1 when one is not as it would be written."""
    pages = reference_pages(load_project(INSTALLATION).contracts)
    if "--check" not in arguments:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name, text in pages.items():
            (FOLDER / name).write_text(text, encoding="utf-8")
        return 0
    stale = [
        name
        for name, text in pages.items()
        if not (FOLDER / name).is_file() or (FOLDER / name).read_text(encoding="utf-8") != text
    ]
    for name in stale:
        sys.stderr.write(f"docs/reference/{name} is not up to date: run `make docs`\n")
    return 1 if stale else 0


def reference_pages(contracts: Contracts) -> dict[str, str]:
    """Return file name → text of every reference page."""
    return {
        "commands.md": _commands(),
        "datasets.md": _datasets(contracts),
        "indicators.md": _indicators(contracts),
        "policy.md": _policy(contracts),
        "tables.md": _tables(contracts),
    }


def _page(title: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", NOTE, *parts]) + "\n"


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(
        "| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def _commands() -> str:
    group = typer.main.get_command(app)
    return _page("Commands", *_group(group, "cartable"), "## Exit codes", _exit_codes())


def _exit_codes() -> str:
    meanings = {
        ExitCode.OK: "Done, or nothing to do.",
        ExitCode.UNEXPECTED: "Stopped on an error that it does not know.",
        ExitCode.USAGE: "The command was not given as it must be.",
        **{kind.exit_code: str(kind.__doc__) for kind in CartableError.__subclasses__()},
    }
    rows = [(str(int(code)), meanings[code]) for code in ExitCode]
    return _table(("code", "meaning"), rows)


def _group(command: object, path: str) -> list[str]:
    parts = []
    if not isinstance(command, TyperGroup):
        return [_command(command, path)]
    if command.invoke_without_command:
        parts.append(_command(command, path))
    for name, child in command.commands.items():
        parts += _group(child, f"{path} {name}")
    return parts


def _command(command: object, path: str) -> str:
    words = [f"## {path}", str(getattr(command, "help", "")).strip()]
    rows = []
    for parameter in getattr(command, "params", []):
        names = ", ".join(getattr(parameter, "opts", []))
        if names and names != "--help":
            rows.append((f"`{names}`", getattr(parameter, "help", "") or ""))
    if rows:
        words.append(_table(("argument or option", "meaning"), rows))
    return "\n\n".join(words)


def _datasets(contracts: Contracts) -> str:
    parts = []
    for name, dataset in contracts.datasets.items():
        rows = [
            (f"`{c.name}`", c.label.en, _type(c), c.role.replace("_", " "), describe(c.privacy).en)
            for c in dataset.columns
        ]
        header = ("column", "what", "type", "role", "what is kept")
        limit = f"A file is refused as a whole above {dataset.max_refused_pct:g} % of refused rows."
        parts += [
            f"## {name}",
            f"{dataset.description.en} Purpose: {dataset.purpose.en}",
            f"Source: {dataset.source}. {limit}",
            _file(dataset),
            _table(header, rows),
        ]
    return _page("Datasets: what comes in, and what is kept of it", _WRITING, *parts)


def _file(dataset: Dataset) -> str:
    """Return how the contract wants a file of the dataset written."""
    said = [_written_as(dataset.format)]
    for sign in sorted({c.decimal for c in dataset.columns if c.type == "decimal"}):
        names = _names(c for c in dataset.columns if c.type == "decimal" and c.decimal == sign)
        said.append(f"Decimal sign `{sign}`: {names}.")
    for form in sorted({str(c.format) for c in dataset.columns if c.type == "date"}):
        names = _names(c for c in dataset.columns if c.format == form)
        example = date(2012, 12, 31).strftime(form)
        said.append(f"Dates such as `{example}`: {names}.")
    for column in dataset.columns:
        said += [_alias(column, alias) for alias in column.aliases]
        if column.max_lines > 1:
            said.append(f"`{column.name}` may take {column.max_lines} lines, in quotes.")
    key = ", ".join(f"`{name}`" for name in dataset.row_key)
    empty = _names(c for c in dataset.columns if not c.required) or "no cell"
    doubles = dataset.double_enrolment
    if doubles is not None:
        said.append(doubles.words.en)
    return " ".join([*said, f"One row for each {key}. May be empty: {empty}."])


def _written_as(form: FileFormat) -> str:
    match form:
        case CsvFormat():
            delimiter = delimiter_name(form.delimiter)
            said = f"CSV in {form.encoding}, cells apart by `{delimiter}`"
        case JsonLinesFormat():
            said = "JSON Lines"
        case ParquetFormat():
            said = "Parquet"
        case XlsxFormat():
            sheet = f"the sheet `{form.sheet}`" if form.sheet else "one sheet"
            said = f"XLSX, {sheet}"
        case OneRosterFormat(versions=versions):
            told = ", ".join(f"`{each.file}.csv` of {v}" for v, each in versions.items())
            said = f"a OneRoster bundle, {told}"
        case SqlFormat():
            said = f"none; fetched from `{form.relation}` of `{form.connection}`"
        case _:
            said = f"an Ed-Fi interchange in {form.syntax.upper()}, each `{form.resource}`"
    return f"File: {said}."


def _alias(column: Column, alias: Alias) -> str:
    """Return in which files another name stands for a column."""
    since = f" from {alias.from_}" if alias.from_ else ""
    until = f" to {alias.to}" if alias.to else ""
    return f"`{alias.name}` may stand for `{column.name}`{since}{until}."


def _names(columns: Iterable[Column]) -> str:
    return ", ".join(f"`{column.name}`" for column in columns)


_WRITING = """\
## How to write a file

What breaks a rule on the layout (header, rows, quotes, encoding, packing) refuses the file whole; a
wrong cell, or a row that is a total or empty, refuses its row. Nothing is guessed, trimmed or
repaired.

- **Header.** The first line names each column of the contract once, in any order, and no other. A
  column has another name in the years for which the contract declares it, and in no other way.
- **Rows.** One row is one line, with as many cells as the header; no blank line, no
  note, no total. All lines end alike (LF or CRLF). The last one may lack its end only where a cut
  would show: its last cell stands in quotes, is a date, or a code that no other begins with; or
  where it is free text, of which only a control file can tell whether it was cut.
- **Quotes.** A cell that holds the delimiter or a quote stands whole in double quotes, and a quote
  in it is doubled: `"3; rue ""des Lilas"" bis"`. No cell holds a line break, since a quote that was
  left open would take the rows behind it into its cell, unless the dataset says so of a column.
- **Encoding.** As the dataset says below, every byte of it. A byte order mark may stand at the
  start, and nowhere else. Text that was read in another encoding and written again (`Ã©` for `é`)
  refuses its row.
- **Packing.** As it is, by gzip, or as a zip with this one file in it and nothing else: no
  password, no folder beside it, nothing packed twice.
- **JSON Lines.** One object a line, in UTF-8: each column of the contract once in each, `null`
  where it is empty, and no other name. Codes and texts in quotes, numbers without; no `NaN`, no
  value in a value.
- **Parquet.** Columns of the contract's types: text for codes and texts, whole numbers, dates; no
  nesting, no encryption, and no number where a code is wanted: its leading zeros are gone.
- **XLSX.** One sheet, or the one that the dataset names below: the header in its first row, then a
  row for each row. Nothing hidden, merged or computed, no macros, no password. Codes stand in cells
  of text, dates in cells that show a date.
- **OneRoster.** The bundle as its version writes it, a zip with `manifest.csv`; the same bundle is
  delivered for each dataset that stands in it. Fields that the dataset does not name are left out.
  Files that the manifest calls `delta` are for datasets of `mode: delta`; each record in them has
  a status.
- **Ed-Fi.** An interchange in XML, without document type, or in JSON, a list of objects or one a
  line, packed or not. Codes of descriptors are what stands behind their `#`.
- **Empty cells.** Only a cell with nothing in it is empty: `NA`, `null`, `-` and a space are
  values.
- **Numbers.** Digits, with `-` before them if need be: no space, thousands separator, `+`, exponent
  or unit. A decimal number has the sign of its column and digits on both sides of it.
- **Dates and codes.** Dates have all their digits (`01`, not `1`). Codes are spelled as in
  `contracts/codelists.yml`, capitals and leading zeros too.

## How to name a file of the inbox

A file that is put into the folder `CARTABLE_INBOX` is taken in by its name:

    <dataset>_<year>.csv                  pupils_2021.csv
    <dataset>_<year>_<mark>.csv           pupils_2021_corrected.csv

`dataset` is one of those below, spelled as there; `year` is the first year of the school year, four
digits; the mark is any text. The ending is that of the format: `.csv`, `.jsonl`, `.json`, `.xml`,
each packed or not (`.csv.gz`, `.csv.zip`), `.parquet`, `.xlsx`, or `.zip` for a OneRoster bundle.
The file lies in the inbox itself, not in a folder of it. What is named or placed otherwise is taken
in by no schedule: `cartable inbox` names it and `cartable doctor` counts it, until it is named so,
taken in by hand (`cartable ingest`, which asks for dataset and year and no name), or taken away.
Names that begin with a dot are left to transfers and systems.

## What to say of a file beside it

A file under the same name with `.control.yml` behind it may tell, one fact a line as `name: value`:

- `records`: how many rows there are, the header not among them;
- `sha256`: of the file as it is sent, in hexadecimal digits;
- `as_of`: the date of the data, `2021-10-15`, or with an hour, `2021-10-15T08:30:00+02:00`;
- `period`: the first year of the school year; `mode`: `full` or `delta`;
- `sum_<column>`: what a column adds up to, where the dataset asks for it, with a point before
  decimals;
- `end: true`, as the last line, once both files are whole: until then the file waits."""


def _type(column: Column) -> str:
    detail = column.codelist or column.format or column.pattern
    return f"{column.type} `{detail}`" if detail else column.type


def _tables(contracts: Contracts) -> str:
    parts = []
    for name, table in contracts.tables.items():
        rules = " ".join(table_rules_in_words(table, contracts, "en"))
        caveat = [f"Caveat: {table.caveat.en}"] if table.caveat else []
        rows = [(level, ", ".join(crossed) or "totals") for level, crossed in table.levels.items()]
        parts += [
            f"## {name}",
            f"{table.description.en} {rules} Source: {table.source}.",
            *caveat,
            _table(("level", "dimensions crossed"), rows),
        ]
    return _page("Tables: what is published", *parts)


def _indicators(contracts: Contracts) -> str:
    units = contracts.indicators.units
    rows = [
        (
            f"`{i.code}`",
            i.label.en,
            i.definition.en,
            units[i.unit].en,
            ", ".join(i.dimensions) or "none",
            i.source,
        )
        for i in contracts.indicators.indicators
    ]
    header = ("code", "label", "definition", "unit", "breakdowns", "source")
    return _page("Indicators", _table(header, rows))


def _policy(contracts: Contracts) -> str:
    policy = contracts.policy
    numbers = {
        **{f"threshold, {name}": signed for name, signed in policy.thresholds.items()},
        **{f"extreme share, {name}": signed for name, signed in policy.extremes.items()},
        **{
            f"amounts, {name}, {limit}": signed
            for name, rule in policy.amounts.items()
            for limit, signed in rule
        },
        "protection width": policy.protection_width,
        **{f"{section}, {name}": signed for section, name, signed in policy.method_numbers},
        **{f"microdata, {name}": signed for name, signed in policy.microdata if signed},
        **{f"correction, {name}": signed for name, signed in policy.replacement},
        "retention, deliveries": policy.retention.deliveries,
        "retention, quarantine": policy.retention.quarantine,
        "retention, protected": policy.retention.protected,
        "retention, review": policy.retention.review,
        "retention, proofs": policy.retention.proofs,
        "retention, registers": policy.retention.registers,
        **{f"target, {name}": signed for name, signed in policy.targets.items()},
        **{
            f"unit cost, {name}": signed
            for name, signed in (policy.unit_costs.costs if policy.unit_costs else {}).items()
        },
    }
    rows = [(name, f"{n.value:g} {n.unit}", n.reason, n.source) for name, n in numbers.items()]
    return _page(
        f"Policy: {policy.policy}, version {policy.version}",
        policy.purpose.en,
        f"Legal basis: {policy.legal_basis.en}.",
        f"Zeros: {', '.join(f'{name} {told}' for name, told in policy.zeros.items())}.",
        preferences_in_words(policy, "en"),
        _table(("number", "value", "reason", "source"), rows),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
