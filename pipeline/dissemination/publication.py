"""What is to be published, checked once more before anything is written.

The tables come here protected. This module does not protect: it refuses frames that do not
have exactly the declared columns and codes, and any hidden cell that still bears a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.contracts import NOT_APPLICABLE, TOTAL, Contracts
from pipeline.contracts.geography import Geography
from pipeline.dissemination.columns import PublishedTable
from pipeline.dissemination.dictionary import published_tables
from pipeline.errors import DisclosureError, Place, Problem

OBS_STATUSES = ("A", "D", "E", "Q", "L", "M")
CONF_STATUSES = ("F", "C")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Everything that a release publishes, released cells only.

    Attributes:
        contracts: the rules in force; labels, units and dimensions come from them.
        geography: the territories at the reference vintage.
        outlines: GeoJSON of the base level, property `code`; None: no map.
        observations: one row per indicator x territory x period x dimensions; obs_value NaN
            where hidden (Q, conf_status C) or impossible (M).
        tables: table → its released cells; every measure NaN where conf_status is C.
        coverage: one row per territory x period x dataset: what was expected and came.
        releases: one row per release, this one among them.
    """

    contracts: Contracts
    geography: Geography
    outlines: Mapping[str, Any] | None
    observations: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    coverage: pd.DataFrame
    releases: pd.DataFrame

    def frames(self) -> Iterator[tuple[PublishedTable, pd.DataFrame]]:
        """Yield each given table with its frame; tables made from contracts are not among them."""
        given = {
            ("main", "observations"): self.observations,
            ("main", "coverage"): self.coverage,
            ("main", "releases"): self.releases,
        } | {("cells", name): frame for name, frame in self.tables.items()}
        for table in published_tables(self.contracts):
            if table.key in given:
                yield table, given[table.key]


def check_publication(publication: Publication) -> None:
    """Refuse a publication that is not exactly what the contracts declare.

    Raises:
        DisclosureError: with every table that has a missing or undeclared column, an unknown
            code, or a hidden cell that bears a value. No value is named.
    """
    problems = [
        Problem(code="publication.no_table", place=Place(table=name))
        for name in sorted(set(publication.contracts.tables) ^ set(publication.tables))
    ]
    known_areas = _known_areas(publication)
    for table, frame in publication.frames():
        columns = list(_column_problems(table, frame))
        problems += columns or [
            *_code_problems(publication.contracts, table, frame, known_areas),
            *_hidden_problems(publication.contracts, table, frame),
        ]
    if problems:
        raise DisclosureError("publication.refused", count=len(problems), problems=problems)


def _known_areas(publication: Publication) -> frozenset[str]:
    prefixes = publication.contracts.territories.prefixes
    return frozenset(prefixes[level] + code for level, code in publication.geography.territories)


def _column_problems(table: PublishedTable, frame: pd.DataFrame) -> Iterator[Problem]:
    declared = set(table.column_names)
    for code, names in (
        ("publication.missing_column", declared - set(frame.columns)),
        ("publication.undeclared_column", set(map(str, frame.columns)) - declared),
    ):
        for name in sorted(names):
            yield Problem(code=code, place=Place(table=table.name, column=name))
    if frame.columns.has_duplicates:
        yield Problem(code="publication.undeclared_column", place=Place(table=table.name))


def _code_problems(
    contracts: Contracts, table: PublishedTable, frame: pd.DataFrame, areas: frozenset[str]
) -> Iterator[Problem]:
    allowed: dict[str, frozenset[str]] = {
        "ref_area": areas,
        "area_level": frozenset(contracts.territories.prefixes),
        "obs_status": frozenset(OBS_STATUSES),
        "conf_status": frozenset(CONF_STATUSES),
        "indicator": frozenset(i.code for i in contracts.indicators.indicators),
        "dataset": frozenset(contracts.datasets),
        "unit_measure": frozenset(contracts.indicators.units),
    }
    for column in table.columns:
        if column.codelist is not None and column.name not in allowed:
            codes = contracts.codes(column.codelist)
            allowed[column.name] = frozenset((*codes, TOTAL, NOT_APPLICABLE))
    for name in table.column_names:
        if name in allowed and (unknown := int((~frame[name].isin(allowed[name])).sum())):
            place = Place(table=table.name, column=name)
            yield Problem(code="publication.unknown_code", place=place, count=unknown)
    if repeated := int(frame.duplicated(list(table.order)).sum()):
        yield Problem(code="publication.repeated", place=Place(table=table.name), count=repeated)


def _hidden_problems(
    contracts: Contracts, table: PublishedTable, frame: pd.DataFrame
) -> Iterator[Problem]:
    if "conf_status" not in frame.columns:
        return
    if table.schema == "cells":
        values = frame[list(contracts.tables[table.name].measure_names)]
        told = values
    else:
        values, told = frame[["obs_value"]], frame[["obs_value", "obs_low", "obs_high"]]
    hidden = frame["conf_status"].eq("C")
    withheld = frame["obs_status"].isin(("Q", "L", "M"))
    bare = hidden & (told.notna().any(axis="columns") | frame["obs_status"].ne("Q"))
    # A value that is missing without a status would read as unknown or as zero.
    unsaid = withheld.ne(values.isna().any(axis="columns"))
    for code, wrong in (("publication.hidden_value", bare), ("publication.unsaid", unsaid)):
        if count := int(wrong.sum()):
            yield Problem(code=code, place=Place(table=table.name), count=count)
