"""Who changed since a release was counted, counted as the published tables count them.

The rows of then are those of the batches that were in force then: the protected zone keeps them
until the end of the period's retention, without whoever was erased. No list of persons is kept for
this, and none leaves here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import Dataset, Table
from pipeline.contracts.tables import RECORD_KEY
from pipeline.disclosure.revision import Changes
from pipeline.disclosure.shape import Inner
from pipeline.engines import run_query
from pipeline.lineage import tables_read
from pipeline.project import Project
from pipeline.steps.counting import Counted, at_reference, person_dimensions
from pipeline.steps.listing import identified_in
from pipeline.steps.restricting import counted_rows
from pipeline.steps.workspace import Workspace
from pipeline.storage.batches import among

Rows = Mapping[str, pa.Table]
"""Dataset → rows."""

_GONE = "select * from former except all select * from later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """One table of persons as a release counted it, and who changed since.

    Attributes:
        then: the inner cells of then, as the rows that are kept give them.
        changes: who changed.
        as_taken_in: the same as `then`, in territories as they were when the rows were taken in.
    """

    then: Inner
    changes: Changes
    as_taken_in: Inner


def rows_of(
    workspace: Workspace, datasets: Collection[str], period: str, batches: Collection[str] | None
) -> Rows | None:
    """Return the rows that are counted of each dataset; None where one had none.

    Args:
        workspace: the zones.
        datasets: their names.
        period: the period.
        batches: versions of those that were in force; None: those of now.
    """
    found: dict[str, pa.Table] = {}
    for name in sorted(datasets):
        held = workspace.protected.batches(name, period)
        if not (held if batches is None else among(held, batches)):
            return None
        rows = workspace.protected.current(name, period, among=batches)
        found[name] = counted_rows(workspace, name, period, rows)
    return found


def changed_since(
    project: Project, counted: Sequence[Counted], taken_in: Rows, rows: Rows
) -> dict[str, Since]:
    """Return for each table of one population what it counted then, and who changed since.

    Args:
        project: the rules and the queries.
        counted: the tables as they are counted now.
        taken_in: rows of all datasets that the tables read, as they were.
        rows: the same as they are.
    """
    population = counted[0].table.population
    then, now = (
        {name: at_reference(project, name, own) for name, own in each.items()}
        for each in (taken_in, rows)
    )
    parts = _parts(project, population, then, now)
    found = {}
    for one in counted:
        count = _Count(project, one.table)
        found[one.table.table] = Since(
            then=count(then[population], then),
            changes=Changes(
                left=count(parts.left, then),
                joined=count(parts.joined, now),
                before=count(parts.before, then),
                after=count(parts.after, now),
            ),
            as_taken_in=count(taken_in[population], taken_in),
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """The rows of a population that are other rows than they were."""

    left: pa.Table
    joined: pa.Table
    before: pa.Table
    after: pa.Table


def _parts(project: Project, population: str, then: Rows, now: Rows) -> _Parts:
    former, later = then[population], now[population]
    gone, new = _gone(former, later), _gone(later, former)
    same = _gone(former, gone)
    dataset = project.contracts.datasets[population]
    elsewhere = same.filter(_in_changed(dataset, same, then, now))
    before, after = pa.concat_tables([gone, elsewhere]), pa.concat_tables([new, elsewhere])
    places = identified_in(dataset)
    if not places:
        return _Parts(left=gone[:0], joined=new[:0], before=before, after=after)
    name = places[0].kept_as
    is_left = pc.invert(pc.is_in(before[name], value_set=later[name].combine_chunks()))
    is_joined = pc.invert(pc.is_in(after[name], value_set=former[name].combine_chunks()))
    return _Parts(
        left=before.filter(is_left),
        joined=after.filter(is_joined),
        before=before.filter(pc.invert(is_left)),
        after=after.filter(pc.invert(is_joined)),
    )


def _gone(former: pa.Table, later: pa.Table) -> pa.Table:
    """Return the rows of one table that another lacks, as often as it lacks them."""
    if former.equals(later):
        return former[:0]
    if not former.num_rows or not later.num_rows:
        return former
    names = [name for name in former.column_names if name in later.column_names]
    tables = {"former": former.select(names), "later": later.select(names)}
    return run_query(_GONE, tables, name="changed").cast(tables["former"].schema)


def _in_changed(population: Dataset, rows: pa.Table, then: Rows, now: Rows) -> pa.Array:
    """Return which rows refer to a row of another dataset that changed, such as their school's."""
    found = pa.array(np.zeros(rows.num_rows, dtype=bool))
    for column in population.kept:
        dataset, _, key = (column.references or "").partition(".")
        if dataset in then and dataset != population.dataset:
            changed = [
                _gone(one[dataset], other[dataset])[key].combine_chunks()
                for one, other in ((then, now), (now, then))
            ]
            values = pa.concat_arrays(changed)
            found = pc.or_(found, pc.is_in(rows[column.kept_as], value_set=values))
    return found


class _Count:
    """Count rows of a population as one table does."""

    def __init__(self, project: Project, table: Table) -> None:
        self._table, self._sql = table, project.counts[table.table]
        self._dimensions = person_dimensions(table, project.contracts)
        self._bound = project.contracts.bound_count(table)

    def __call__(self, rows: pa.Table, among: Rows) -> Inner:
        if not rows.num_rows:
            none = np.empty(0, dtype=np.str_)
            return Inner(
                table=self._table.table,
                territory=none,
                codes=dict.fromkeys(self._dimensions, none),
                count=np.empty(0, dtype=np.int64),
            )
        read = {name: among[name] for name in tables_read(self._sql)}
        if self._table.key_columns:
            # The query adds up record keys, of which nothing is asked here.
            keys = pa.array(np.zeros(rows.num_rows, dtype=np.uint32))
            rows = rows.append_column(RECORD_KEY, keys)
        tables = {**read, self._table.population: rows}
        cells = run_query(self._sql, tables, name=self._table.table, parameters=self._bound)
        counted = Counted(self._table, "", cells)
        return counted.inner(self._table.measure_names[0], self._dimensions)
