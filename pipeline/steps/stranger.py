"""Read what is published as a stranger would: tables, rates and territories, no other fact.

What a table counts, of which population, and how a rate is made stand in the contracts, which are
public too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from pipeline.contracts import Contracts
from pipeline.contracts.tables import Table as TableContract
from pipeline.disclosure.adversary import (
    Former,
    Published,
    Table,
    Territories,
)
from pipeline.steps.reopening import reopened
from pipeline.steps.strangers_figures import Frames, all_derived, all_rates, numbers, text
from pipeline.steps.strangers_map import in_pieces, is_other


def read_folder(folder: Path) -> dict[str, pd.DataFrame]:
    """Return the published tables of a release folder, from its Parquet files."""
    parquet = folder / "parquet"
    return {
        path.relative_to(parquet).with_suffix("").as_posix(): pq.read_table(path).to_pandas()
        for path in sorted(parquet.rglob("*.parquet"))
    }


def as_published(
    frames: Frames,
    contracts: Contracts,
    *,
    earlier: Sequence[Frames] = (),
    later: Sequence[Frames] = (),
    changes: Mapping[str, str] | None = None,
) -> Published:
    """Return all that is public, as the adversary takes it.

    Args:
        frames: what a release publishes.
        contracts: what its tables and rates are.
        earlier: what every other release that is still public publishes, oldest first.
        later: the same of those that came after it.
        changes: code of a merged smallest territory → code of that which it is part of, as the
            statistical office publishes it.
    """
    names = [name for name in contracts.tables if f"cells/{name}" in frames]
    prefix = contracts.territories.prefixes[contracts.territories.base_level]
    merged = {prefix + old: prefix + new for old, new in (changes or {}).items()}
    now = _territories(frames, contracts)
    beside = [*earlier, *later]
    then = [_territories(one, contracts) if "territories" in one else now for one in beside]
    others = [number for number, one in enumerate(then) if is_other(one, now)]
    before = sum(number < len(earlier) for number in others)
    vintages = [then[number] for number in others]
    formers = in_pieces([*vintages[:before], now, *vintages[before:]], merged)
    now = formers.pop(before)
    return Published(
        territories=now,
        tables={name: _table(frames, contracts.tables[name], contracts) for name in names},
        rates=all_rates(frames, contracts, names, beside),
        derived=all_derived(frames, contracts, names, beside),
        earlier=[
            _persons(one, contracts) for number, one in enumerate(beside) if number not in others
        ],
        former=[
            Former(territories=own, tables=_exact(beside[number], contracts))
            for number, own in zip(others, formers, strict=True)
        ],
        elsewhere=_elsewhere(frames, contracts, names),
        protected_zeros=frozenset(contracts.protected_zeros()),
        reopened=reopened(frames, contracts, beside),
    )


def amounts_as_published(
    frames: Frames, contracts: Contracts, *, earlier: Sequence[Frames] = ()
) -> Published:
    """Return what is public of amounts that are not open, taken as the adversary takes persons.

    Each table of amounts counts units of its own, Mbit/s for instance; tables of units tell where
    there are none.

    Args:
        frames: what a release publishes.
        contracts: what its tables are.
        earlier: what every other release that is still public publishes.
    """
    whole = as_published(frames, contracts)
    units = {name: table for name, table in whole.tables.items() if table.counts == "units"}
    return replace(
        whole,
        tables={**units, **_amounts(frames, contracts)},
        rates=(),
        derived=(),
        former=(),
        needed=_needed(whole, contracts),
        earlier=[_amounts(release, contracts) for release in earlier],
    )


def _amounts(frames: Frames, contracts: Contracts) -> dict[str, Table]:
    return {
        name: replace(
            _table(frames, table, contracts), counts="persons", population=name, is_exact=True
        )
        for name, table in contracts.tables.items()
        if table.amounts is not None and f"cells/{name}" in frames
    }


def _needed(published: Published, contracts: Contracts) -> dict[str, Table]:
    """Return table of amounts → the table of that without which they are 0, if it is published."""
    found = {}
    for name, contract in contracts.tables.items():
        if contract.needed is not None and contract.needed[0] in published.tables:
            table = published.tables[contract.needed[0]]
            found[name] = replace(table, value={n: table.value[n] for n in contract.needed[1:]})
    return found


def _persons(frames: Frames, contracts: Contracts) -> dict[str, Table]:
    return {
        name: _table(frames, table, contracts)
        for name, table in contracts.tables.items()
        if table.counts == "persons" and f"cells/{name}" in frames
    }


def _exact(frames: Frames, contracts: Contracts) -> dict[str, Table]:
    """Return the tables of persons, and those of units that say where there is nobody."""
    return {
        name: _table(frames, table, contracts)
        for name, table in contracts.tables.items()
        if table.amounts is None and f"cells/{name}" in frames
    }


def _elsewhere(frames: Frames, contracts: Contracts, names: Sequence[str]) -> list[Table]:
    beside = {
        f"cells/{name}": frames[f"elsewhere/{name}"]
        for name in names
        if f"elsewhere/{name}" in frames
    }
    tables = [contracts.tables[name] for name in names if f"cells/{name}" in beside]
    return [_table(beside, table, contracts) for table in tables]


def _table(frames: Frames, table: TableContract, contracts: Contracts) -> Table:
    cells = frames[f"cells/{table.table}"]
    code = {name: text(cells[name]) for name in table.dimensions}
    share = contracts.extreme_pct(table)
    return Table(
        name=table.table,
        population=table.population,
        counts=table.counts,
        territory_of=table.territory_of,
        codes={name: tuple(sorted(contracts.codes(name))) for name in code},
        period=text(cells["time_period"]),
        level=text(cells["area_level"]),
        area=text(cells["ref_area"]),
        code=code,
        value={name: numbers(cells[name]) for name in table.measure_names},
        hidden=(cells["conf_status"] == "C").to_numpy(dtype=np.bool_),
        is_exact=not table.is_perturbed and table.amounts is None,
        sensitive={} if share is None else contracts.sensitive(table),
        extreme_pct=share or 0.0,
    )


def _territories(frames: Frames, contracts: Contracts) -> Territories:
    """Follow the parents of every hierarchy, from the smallest territories up."""
    rows = frames["territories"]
    level = contracts.territories.base_level
    base = tuple(sorted(set(rows.loc[rows["level"] == level, "id"])))
    parents: dict[str, set[str]] = {}
    for area, parent in zip(rows["id"], rows["parent_id"], strict=True):
        parents.setdefault(area, set())
        if isinstance(parent, str):
            parents[area].add(parent)
    members: dict[str, list[int]] = {area: [] for area in parents}
    for place, area in enumerate(base):
        for holder in _holders(area, parents):
            members[holder].append(place)
    classes = frames["typologies"]
    by_area = {
        str(name): dict(zip(own["id"], own["code"], strict=True))
        for name, own in classes.groupby("typology")
    }
    return Territories(
        base=base,
        members={area: np.array(found, dtype=np.int64) for area, found in members.items()},
        classes={
            name: np.array([found.get(area, "") for area in base], dtype=np.str_)
            for name, found in by_area.items()
        },
    )


def _holders(area: str, parents: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = {area}
    while waiting:
        holder = waiting.pop()
        found.add(holder)
        waiting |= parents.get(holder, set()) - found
    return found
