"""Refusals of rows, counted by column and rule, told by line; never by content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from pipeline.contracts.codelists import CodeList
from pipeline.contracts.datasets import Column, Dataset
from pipeline.errors import Fact, Place, Problem
from pipeline.intake.diagnosis import SIGNS

LINES_TOLD = 10
SPELLINGS_TOLD = 12
_PARTS = {
    "row.required": "required",
    "row.code": "codelist",
    "row.integer": "type",
    "row.decimal": "type",
    "row.date": "format",
    "row.date_impossible": "format",
    "row.pattern": "pattern",
    "row.minimum": "minimum",
    "row.maximum": "maximum",
    "row.reference": "references",
    "row.territory": "territory",
}
_DATES = ("row.date_serial", "row.date_time", "row.date_iso", "row.date_short", "row.date_swapped")


def refusal_problems(
    refused: pa.Table, dataset: Dataset, codelists: Mapping[str, CodeList], *, file: str
) -> tuple[Problem, ...]:
    """Return one problem per column and rule, the contract's columns in order.

    Args:
        refused: the refused rows of a reading: line, column, rule; other columns are not read.
        dataset: its contract.
        codelists: those of the project.
        file: name of the delivered file.
    """
    lines: dict[tuple[str, str], list[int]] = {}
    for line, column, rule in zip(
        *(refused[name].to_pylist() for name in ("line", "column", "rule")), strict=True
    ):
        lines.setdefault((column, rule), []).append(line)
    order = [column.name for column in dataset.columns]
    return tuple(
        Problem(
            code=rule,
            place=Place(
                dataset=dataset.dataset,
                file=file,
                line=found[0],
                column=name,
                rule=_written_at(dataset.column(name), rule),
            ),
            count=len(found),
            facts=(("lines", told_lines(found)), *_asked(rule, dataset.column(name), codelists)),
        )
        for (name, rule), found in sorted(
            lines.items(), key=lambda item: (order.index(item[0][0]), item[0][1])
        )
    )


def _written_at(column: Column, rule: str) -> str:
    """Return where in the dataset's contract a rule stands."""
    if rule in SIGNS:
        part: str | None = _asks(column)
    else:
        part = _PARTS.get(rule)
    return f"columns.{column.name}.{part}" if part else "key"


def _asks(column: Column) -> str:
    """Return the part of a column's contract that says most of its form."""
    parts = ("pattern", "codelist", "references", "territory", "format")
    return next((part for part in parts if getattr(column, part) is not None), "type")


def told_lines(lines: Sequence[int]) -> str:
    """Return the first lines of some, as they are told."""
    told = ", ".join(str(line) for line in lines[:LINES_TOLD])
    return f"{told}, …" if len(lines) > LINES_TOLD else told


def _asked(
    rule: str, column: Column, codelists: Mapping[str, CodeList]
) -> tuple[tuple[str, Fact], ...]:
    """Return what the contract asks for, for the remedy."""
    if rule == "row.code":
        spellings = list(codelists[str(column.codelist)].spellings)
        told = ", ".join(spellings[:SPELLINGS_TOLD])
        return (("asked", told), ("list", str(column.codelist)))
    asked = {
        "row.decimal": column.decimal,
        "row.date": _written_date(column.format or ""),
        "row.date_impossible": _written_date(column.format or ""),
        **dict.fromkeys(_DATES, _written_date(column.format or "")),
        "row.decimal_mark": column.decimal,
        "row.pattern": column.pattern,
        "row.minimum": column.minimum,
        "row.maximum": column.maximum,
        "row.reference": column.references,
        "row.territory": column.territory,
    }.get(rule)
    if isinstance(asked, float):
        asked = f"{asked:.15g}"
    return () if asked is None else (("asked", asked),)


def _written_date(form: str) -> str:
    return form.replace("%d", "DD").replace("%m", "MM").replace("%Y", "YYYY")
