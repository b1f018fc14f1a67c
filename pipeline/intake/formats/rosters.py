"""A OneRoster bundle: the file in it that a dataset asks for, by the version that it says it has.

The manifest says of each file whether it is `bulk`, all that the sender has, or `delta`, records
that changed since; of these each says in its status whether it is deleted. Fields that no column
names are left behind, passwords among them: they are never sealed as text.

Source: 1EdTech, OneRoster CSV Binding 1.1 and 1.2.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts.datasets import Dataset
from pipeline.contracts.formats import OneRosterFormat, RosterFile
from pipeline.errors import DeliveryError, Place
from pipeline.intake.damage import damage_problems
from pipeline.intake.encoding import decode
from pipeline.intake.formats.archives import Archive
from pipeline.intake.formats.faults import Faults
from pipeline.intake.formats.table_text import header_line, lines_of
from pipeline.intake.formats.zip_listing import LOCAL
from pipeline.intake.records import Records, count_records, find_records
from pipeline.intake.whole import text_cells

_MANIFEST, _DELIMITER = "manifest.csv", ","
_ROWS = 1 << 16
_MODES: Mapping[str, Literal["full", "delta"]] = {"bulk": "full", "delta": "delta"}


def table_of_roster(
    pieces: Iterable[bytes], dataset: Dataset, place: Place
) -> Generator[bytes, None, tuple[int, Literal["full", "delta"]]]:
    """Yield the text of the file of a bundle in which a dataset stands; its lines are the file's.

    Returns:
        The records of that file, the header not among them, counted apart; whether they are all
        that the sender has, or changes alone.

    Raises:
        DeliveryError: it is no such bundle, holds what changed where all is awaited, or the file
            is damaged, lacks a field, or does not say of each change whether it is a deletion.
    """
    form, data = dataset.format, b"".join(pieces)
    if not isinstance(form, OneRosterFormat) or not data.startswith(LOCAL):
        raise DeliveryError("delivery.not_oneroster", place=place)
    archive = Archive(data, place)
    told = _manifest(archive, place)
    version = told.get("oneroster.version", "")
    wanted = next((each for name, each in form.versions.items() if name == version), None)
    if wanted is None:
        versions = ", ".join(form.versions)
        raise DeliveryError("delivery.oneroster_version", place=place, versions=versions)
    member = f"{wanted.file}.csv"
    mode = _MODES.get(told.get(f"file.{wanted.file}", ""))
    if mode is None or member not in archive.names:
        raise DeliveryError("delivery.oneroster_absent", place=place)
    if mode == "delta" and dataset.mode == "full":
        raise DeliveryError("delivery.oneroster_delta", place=place)
    body = decode(archive.read(member), "utf-8", place=place).body
    body = _without_blank_names(body)
    names, records = _layout(body, wanted, place)
    chosen = _fields(names, wanted, dataset, place)
    cells = text_cells(body, records, [str(n) for n in range(len(names))], _DELIMITER)
    if mode == "delta" and dataset.deletions is not None:
        status = dataset.deletions.column
        _check_status(cells[str(chosen[status])], records, replace(place, column=status))
    yield header_line(list(chosen))
    table = cells.select([str(at) for at in chosen.values()])
    for batch in table.to_batches(max_chunksize=_ROWS):
        yield lines_of(batch.columns)
    return count_records(body) - 1, mode


def _check_status(cells: pa.ChunkedArray, records: Records, place: Place) -> None:
    """Check that each changed record says whether it is deleted: blank is for bulk alone."""
    blank = np.flatnonzero(pc.equal(cells, "").to_numpy())
    if blank.size:
        line = int(records.lines[blank[0] + 1])
        raise DeliveryError(
            "delivery.oneroster_status", place=replace(place, line=line), count=int(blank.size)
        )


def _manifest(archive: Archive, place: Place) -> dict[str, str]:
    """Return what a bundle says of itself."""
    if _MANIFEST not in archive.names:
        raise DeliveryError("delivery.not_oneroster", place=place)
    text = decode(archive.read(_MANIFEST), "utf-8", place=place).body.decode("utf-8")
    try:
        rows = [row for row in csv.reader(text.splitlines(), strict=True) if row]
    except csv.Error:
        rows = []
    if rows[:1] != [["propertyName", "value"]] or any(len(row) != len(rows[0]) for row in rows):
        raise DeliveryError("delivery.not_oneroster", place=place)
    if len({name for name, _ in rows}) < len(rows):
        raise DeliveryError("delivery.not_oneroster", place=place)
    return {name: value.strip() for name, value in rows}


def _without_blank_names(body: bytes) -> bytes:
    """Return a file without the blank names at the end of its header, where no row has their cells.

    Known programs write such files: commas behind the last name, and none behind the rows.
    """
    first, end, rest = body.partition(b"\n")
    named = first.rstrip(b",\r")
    second = rest.partition(b"\n")[0]
    if len(named) == len(first.rstrip(b"\r")) or second.endswith((b",", b",\r")):
        return body
    return named + first[len(first.rstrip(b"\r")) :] + end + rest


def _layout(body: bytes, wanted: RosterFile, place: Place) -> tuple[list[str], Records]:
    """Return the names in the first line of a file and its records, or tell every fault."""
    first = body.partition(b"\n")[0].removesuffix(b"\r").decode("utf-8")
    if not first.strip():
        raise DeliveryError("delivery.empty", place=place)
    if "\r" in first:
        raise DeliveryError("delivery.returns", place=replace(place, line=1))
    names = next(csv.reader([first]), [])
    records = find_records(body, delimiter=_DELIMITER, width=len(names))
    if records is None:
        columns = {
            each: column for column, told in wanted.fields.items() for each in _alternatives(told)
        }
        counts, problems = damage_problems(
            body, delimiter=_DELIMITER, names=[columns.get(name) for name in names], place=place
        )
        raise DeliveryError("delivery.layout", place=place, count=counts.total(), problems=problems)
    if records.starts.size == 1:
        raise DeliveryError("delivery.no_rows", place=place)
    return names, records


def _fields(
    names: Sequence[str], wanted: RosterFile, dataset: Dataset, place: Place
) -> Mapping[str, int]:
    """Return column → which field it is, in the contract's order."""
    faults, counts = Faults(place), Counter(names)
    chosen: dict[str, int] = {}
    for column in dataset.columns:
        found = [each for each in _alternatives(wanted.fields[column.name]) if each in counts]
        if not found:
            faults.add("delivery.missing_column", column=column.name)
        elif sum(counts[each] for each in found) > 1:
            count = sum(counts[each] for each in found)
            faults.add("delivery.repeated_column", column=column.name, count=count)
        else:
            chosen[column.name] = names.index(found[0])
    faults.check()
    return chosen


def _alternatives(told: str | tuple[str, ...]) -> tuple[str, ...]:
    return (told,) if isinstance(told, str) else told
