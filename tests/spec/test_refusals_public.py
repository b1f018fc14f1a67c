"""Public collections of hard files and strings: read exactly, or refused; never altered."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.contracts.datasets import Dataset
from pipeline.errors import DeliveryError
from pipeline.intake import Reading, Reference, read_delivery, refusal_problems
from pipeline.project import load_project
from pipeline.settings import INSTALLATION

TEST_DATA = os.environ.get("CARTABLE_TEST_DATA")
pytestmark = pytest.mark.skipif(
    TEST_DATA is None, reason="CARTABLE_TEST_DATA does not name a folder of test files"
)
LABEL = {"en": "x", "fr": "x"}
# Its two halves hold different telephone numbers, as its source says.
KNOWN_WRONG = "location_coordinates"


def adversarial(*parts: str) -> Path:
    return Path(str(TEST_DATA)).joinpath("adversarial", *parts)


def contract(names: list[str], delimiter: str, tall: Collection[str] = ()) -> Dataset:
    shared = {"label": LABEL, "type": "text", "role": "attribute", "privacy": {"rule": "keep"}}
    return Dataset.model_validate(
        {
            "dataset": "sample",
            "label": LABEL,
            "description": LABEL,
            "unit": "place",
            "counts_persons": False,
            "purpose": LABEL,
            "source": "test",
            "schedule": "0 0 * * *",
            "format": {"kind": "csv", "encoding": "utf-8", "delimiter": delimiter},
            "mode": "full",
            "key": tuple(name for name in names if name not in tall)[:1],
            "max_refused_pct": 0.0,
            "columns": tuple(
                {**shared, "name": name, "required": False, "max_lines": 5 if name in tall else 1}
                for name in names
            ),
        }
    )


def read(data: bytes, names: list[str], delimiter: str, *, tall: Collection[str] = ()) -> Reading:
    return read_delivery(
        io.BytesIO(data),
        contract(names, delimiter, tall),
        {},
        file="sample.csv",
        reference=Reference(),
    )


def test_csv_spectrum_reads_exactly_all_but_the_file_that_is_known_to_be_wrong() -> None:
    read_count = 0
    for path in sorted(adversarial("csv-spectrum", "csvs").glob("*.csv")):
        if path.stem == KNOWN_WRONG:
            continue
        expected: list[dict[str, Any]] = json.loads(
            adversarial("csv-spectrum", "json", f"{path.stem}.json").read_text(encoding="utf-8")
        )
        tall = {name for row in expected for name, cell in row.items() if "\n" in (cell or "")}
        reading = read(path.read_bytes(), list(expected[0]), ",", tall=tall)
        accepted = [{k: v or "" for k, v in row.items()} for row in reading.accepted.to_pylist()]
        # The collection gives the line break of a cell as LF, whatever the file has.
        assert [_with_feeds(row) for row in accepted] == [_with_feeds(row) for row in expected]
        read_count += 1
        if tall:
            with pytest.raises(DeliveryError, match=r"delivery\.line_break"):
                read(path.read_bytes(), list(expected[0]), ",")
    assert read_count == 11


def _with_feeds(row: dict[str, str]) -> dict[str, str]:
    return {name: cell.replace("\r\n", "\n") for name, cell in row.items()}


def test_each_naughty_string_comes_back_or_is_refused() -> None:
    strings: list[str] = json.loads(adversarial("blns", "blns.json").read_text(encoding="utf-8"))
    read_count = 0
    for string in strings:
        sheet = io.StringIO()
        csv.writer(sheet, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(
            [("id", "naughty"), ("1", string)]
        )
        try:
            reading = read(sheet.getvalue().encode(), ["id", "naughty"], ";")
        except DeliveryError as refusal:
            # A byte order mark is a sign of files laid end to end, wherever it stands; controls of
            # latin-1 and some signs behind an Â are what is left of letters that were misread.
            codes = {problem.code for problem in refusal.problems or [refusal.problem]}
            assert codes <= {"delivery.mark_inside", "row.mojibake"}
        else:
            assert reading.accepted.to_pylist() == [{"id": "1", "naughty": string or None}]
            read_count += 1
    assert read_count >= len(strings) - 6


def test_naughty_strings_in_every_text_column_come_back_or_are_refused_on_one_line() -> None:
    """Each string in each text column of the pupils, and in the name of the file."""
    strings: list[str] = json.loads(adversarial("blns", "blns.json").read_text(encoding="utf-8"))
    project = load_project(INSTALLATION)
    pupils = project.contracts.datasets["pupils"]
    dataset = pupils.model_copy(update={"max_refused_pct": 100.0})
    schools = Reference(values={"schools.school_code": pa.array(["0350001A"])})
    names = [column.name for column in dataset.columns]
    plain = "{:09d}AB;Doe;Ann;01/02/2012;F;1 rue;a@example.org;0350001A;CP;oui;nsp"
    for name in (column.name for column in dataset.columns if column.type == "text"):
        rows = []
        for number, string in enumerate(strings):
            row = plain.format(number).split(";")
            row[names.index(name)] = string.replace("\ufeff", "")
            rows.append(row)
        sheet = io.StringIO()
        csv.writer(sheet, delimiter=";", lineterminator="\n").writerows([names, *rows])
        file = strings[-1 - names.index(name)] + "\x1b[31m\u2028.csv"
        reading = read_delivery(
            io.BytesIO(sheet.getvalue().encode()),
            dataset,
            project.contracts.codelists,
            file=file,
            reference=schools,
        )
        refused = {line - 2 for line in reading.refused["line"].to_pylist()}
        kept = [row[names.index(name)] for at, row in enumerate(rows) if at not in refused]
        assert [cell or "" for cell in reading.accepted[name].to_pylist()] == kept
        assert len(kept) + len(refused) == reading.counted == len(strings)
        for problem in refusal_problems(
            reading.refused, dataset, project.contracts.codelists, file=file
        ):
            for language in ("en", "fr"):
                assert len(problem.words(language).splitlines()) == 1
