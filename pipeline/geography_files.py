"""Read the territory files of a project into a Geography, or say what does not fit."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping

from pipeline.contracts import Territories
from pipeline.contracts.geography import Geography, Territory, class_by_measure
from pipeline.contracts.territories import Typology
from pipeline.errors import ContractError, Place, Problem

# Path from the project's root → what the file holds; None when there is no such file.
Read = Callable[[str], bytes | None]


def read_geography(read: Read, territories: Territories) -> Geography:
    """Return the territories that `contracts/territories.yml` points to.

    Args:
        read: reads a file of the project; whoever gives it knows what was read.
        territories: the contract.

    Raises:
        ContractError: a file is missing, a column is, or a code does not fit: each with its line.
    """
    files = territories.files
    problems: list[Problem] = []
    known: dict[tuple[str, str], Territory] = {}
    wanted = {level.level for level in territories.levels}
    for line, row in _rows(read, files.territories, ("level", "code", "name", "inhabitants")):
        if row["level"] not in wanted or not (row["inhabitants"] or "0").isdecimal():
            problems.append(_at(files.territories, line, "contract.bad_territory"))
            continue
        key = (row["level"], row["code"])
        inhabitants = int(row["inhabitants"]) if row["inhabitants"] else None
        known[key] = Territory(*key, row["name"], inhabitants)
    parents = {}
    classes: dict[str, dict[str, str]] = {name: {} for name in territories.typologies}
    listed = [t.column for t in territories.typologies.values() if t.column is not None]
    columns = (*(level.level for level in territories.levels), *listed)
    for line, row in _rows(read, files.base, columns):
        if any((level, row[level]) not in known for level in wanted):
            problems.append(_at(files.base, line, "contract.unknown_territory"))
            continue
        parents[row[territories.base_level]] = {
            level.level: row[level.level] for level in territories.levels
        }
        base = known[territories.base_level, row[territories.base_level]]
        for name, typology in territories.typologies.items():
            found = _class(typology, row, base)
            if found is None:
                problems.append(_at(files.base, line, "contract.unclassified"))
            else:
                classes[name][base.code] = found
    changes = {}
    for line, row in _rows(read, files.changes, ("old_code", "new_code")) if files.changes else ():
        if row["new_code"] not in parents:
            problems.append(_at(str(files.changes), line, "contract.unknown_territory"))
        changes[row["old_code"]] = row["new_code"]
    if problems:
        raise ContractError("contract.invalid", count=len(problems), problems=problems)
    return Geography(
        base_level=territories.base_level,
        territories=known,
        parents=parents,
        classes=classes,
        changes=changes,
    )


def _class(typology: Typology, row: Mapping[str, str], base: Territory) -> str | None:
    if typology.column is not None:
        named = row[typology.column]
        return named if named in {c.code for c in typology.classes} else None
    return None if base.inhabitants is None else class_by_measure(typology, base.inhabitants)


def _at(file: str, line: int, code: str) -> Problem:
    return Problem(code=code, place=Place(file=file, line=line))


def _rows(read: Read, file: str, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    content = read(file)
    if content is None:
        raise ContractError("contract.missing_file", place=Place(file=file))
    reader = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""), strict=True)
    if missing := sorted(set(columns) - set(reader.fieldnames or ())):
        raise ContractError("contract.missing_column", place=Place(file=file, column=missing[0]))
    yield from ((reader.line_num, row) for row in reader)
