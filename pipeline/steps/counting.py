"""Count protected rows into inner cells, and prove that no row was lost on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import Contracts, Table
from pipeline.contracts.geography import Geography
from pipeline.contracts.method_checks import record_column
from pipeline.contracts.tables import RECORD_KEY, RECORD_KEYS
from pipeline.disclosure.shape import Geography as Places
from pipeline.disclosure.shape import Inner
from pipeline.engines import run_query
from pipeline.errors import Place, QualityError
from pipeline.lineage import tables_read
from pipeline.privacy.pseudonyms import record_keys
from pipeline.project import Project
from pipeline.steps.listing import Identified, identified_in
from pipeline.steps.restricting import counted_rows
from pipeline.steps.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Counted:
    """The inner cells of one table in one period.

    Attributes:
        table: the table's contract.
        period: the period.
        cells: territory_code, the table's dimensions but typologies, its measures, and what is
            behind amounts.
    """

    table: Table
    period: str
    cells: pa.Table

    def inner(self, measure: str, dimensions: tuple[str, ...]) -> Inner:
        """Return one measure as the inner cells that disclosure control works on."""
        return Inner(
            table=self.table.table,
            territory=_text(self.cells["territory_code"]),
            codes={name: _text(self.cells[name]) for name in dimensions},
            count=np.asarray(self.cells[measure].to_numpy(), dtype=np.int64),
        )


def count_period(workspace: Workspace, period: str) -> dict[str, Counted]:
    """Return table → inner cells, for every table whose datasets have rows in the period.

    Raises:
        QualityError: the counts of a table do not add up to the rows of its population.
    """
    project = workspace.project
    rows: dict[str, pa.Table] = {}
    counted: dict[str, Counted] = {}
    for name, table in project.contracts.tables.items():
        sql = project.counts[name]
        read = tables_read(sql)
        if not all(workspace.protected.batches(dataset, period) for dataset in read):
            continue
        for dataset in read - rows.keys():
            current = workspace.protected.current(dataset, period)
            rows[dataset] = at_reference(
                project, dataset, counted_rows(workspace, dataset, period, current)
            )
        given = {dataset: rows[dataset] for dataset in read}
        if table.key_columns:
            given[table.population] = with_record_keys(workspace, table, given[table.population])
        cells = run_query(sql, given, name=name, parameters=project.contracts.bound_count(table))
        _check_sum(table, cells, rows[table.population].num_rows, period)
        if table.key_columns:
            _check_keys(table, cells, given[table.population], period)
        counted[name] = Counted(table, period, cells)
    return counted


def at_reference(project: Project, dataset: str, rows: pa.Table) -> pa.Table:
    """Return rows whose smallest territories are those of the reference vintage.

    Rows keep the codes that held when they were taken in: a merger since is applied here.
    """
    geography = project.geography
    changes = {old: new for old, new in geography.changes.items() if old not in geography.parents}
    for name, column in project.contracts.kept_columns(dataset).items():
        if column.territory != geography.base_level or not changes:
            continue
        place = pc.index_in(rows[name], value_set=pa.array(list(changes), rows[name].type))
        if place.null_count < len(place):
            merged = pc.take(pa.array(list(changes.values()), rows[name].type), place)
            codes = pc.coalesce(merged, rows[name])
            rows = rows.set_column(rows.schema.get_field_index(name), name, codes)
    return rows


def _check_sum(table: Table, cells: pa.Table, expected: int, period: str) -> None:
    counted = "units" if table.amounts else table.measure_names[0]
    found = int(np.sum(cells[counted].to_numpy()))
    if found != expected:
        raise QualityError(
            "quality.rows_lost",
            place=Place(table=table.table, dataset=table.population),
            count=abs(expected - found),
            period=period,
        )


def record_place(workspace: Workspace, table: Table) -> Identified:
    """Return where the population of a table under cell keys names its persons."""
    dataset = workspace.project.contracts.datasets[table.population]
    name = record_column(dataset)
    return next(one for one in identified_in(dataset) if one.kept_as == name)


def with_record_keys(workspace: Workspace, table: Table, rows: pa.Table) -> pa.Table:
    """Return the rows of a population with the record key of each person, in memory only."""
    place = record_place(workspace, table)
    keys = record_keys(rows[place.kept_as], key=workspace.ring.record_key(place.domain))
    return rows.append_column(RECORD_KEY, keys)


def _check_keys(table: Table, cells: pa.Table, rows: pa.Table, period: str) -> None:
    """Refuse a query that loses, repeats or scales record keys."""
    if pc.sum(cells[RECORD_KEYS]) != pc.sum(rows[RECORD_KEY]):
        place = Place(table=table.table, dataset=table.population)
        raise QualityError("quality.record_keys_lost", place=place, period=period)


def disclosure_geography(contracts: Contracts, geography: Geography) -> Places:
    """Return the territories as the arrays that disclosure control works on."""
    bases = sorted(geography.parents)
    upper = [
        level.level for level in contracts.territories.levels if level.level != geography.base_level
    ]
    return Places(
        base=geography.base_level,
        territory=np.array(bases),
        upper={
            level: np.array([geography.parents[base][level] for base in bases]) for level in upper
        },
        typology={
            name: np.array([classes[base] for base in bases])
            for name, classes in geography.classes.items()
        },
    )


def code_lists(contracts: Contracts) -> dict[str, tuple[str, ...]]:
    """Return dimension → codes, for every dimension of every table."""
    names = {name for table in contracts.tables.values() for name in table.dimensions}
    return {name: contracts.codes(name) for name in sorted(names)}


def person_dimensions(table: Table, contracts: Contracts) -> tuple[str, ...]:
    """Return the dimensions that rows themselves have: all but typologies."""
    typologies: Mapping[str, object] = contracts.territories.typologies
    return tuple(name for name in table.dimensions if name not in typologies)


def _text(column: pa.ChunkedArray) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    return np.array(column.to_pylist(), dtype=np.str_)
