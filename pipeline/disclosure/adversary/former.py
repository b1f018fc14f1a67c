"""What releases with other territories tell of the persons of a release.

A commune that was merged, or that moved to another community, is a difference of figures of both
releases. Where they show the same rows, all that either shows is one set of sums, and what either
hides is sought.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from pipeline.disclosure.adversary.earlier import Named
from pipeline.disclosure.adversary.knowledge import (
    Former,
    Indices,
    Published,
    Table,
    Territories,
)
from pipeline.disclosure.adversary.lattice import Lattice

_Key = tuple[str, bytes, frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Told:
    """What former releases tell of one period.

    Args:
        shown: unknowns and value of each cell that they show of the same rows.
        hidden: unknowns and name of each cell that they hide of the same rows.
        crossed: cells of the same persons that one release shows and the other hides.
        changed: hidden cells that a former release of other rows shows.
        nowhere: unknowns of whom its tables of units say that there are none.
    """

    shown: list[tuple[Indices, int]] = field(default_factory=list)
    hidden: list[tuple[Indices, Named]] = field(default_factory=list)
    crossed: list[Named] = field(default_factory=list)
    changed: list[Named] = field(default_factory=list)
    nowhere: list[Indices] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    name: Named
    area: str
    places: Indices
    codes: Mapping[str, str]
    value: int | None


def of_former(published: Published, period: str, found: Mapping[str, Lattice]) -> Told:
    """Return what releases with other territories tell of one period."""
    told = Told()
    tables = {table.name: table for table in published.persons if table.name in found}
    if not published.former:
        return told
    here = {name: _cells(table, published.territories, period) for name, table in tables.items()}
    for release in published.former:
        own = {
            name: _cells(table, release.territories, period)
            for name, table in release.tables.items()
            if name in tables
        }
        for population in {tables[name].population for name in own}:
            pairs = [
                (then, here[name].get(key), found[name])
                for name, cells in own.items()
                if tables[name].population == population
                for key, then in cells.items()
            ]
            if _add(told, pairs):
                told.nowhere.extend(_nowhere(release, found, period, population))
    return told


def _add(told: Told, pairs: Sequence[tuple[_Cell, _Cell | None, Lattice]]) -> bool:
    """Add what a former release tells of one population; return whether its rows are the same."""
    both = [(then, now) for then, now, _ in pairs if now is not None]
    if any(
        then.value != now.value
        for then, now in both
        if then.value is not None and now.value is not None
    ):
        told.changed.extend(
            now.name for then, now in both if now.value is None and then.value is not None
        )
        return False
    told.crossed.extend(
        now.name for then, now in both if (then.value is None) != (now.value is None)
    )
    for then, _, lattice in pairs:
        unknowns = lattice.among(then.places, then.codes)
        if then.value is None:
            told.hidden.append((unknowns, then.name))
        else:
            told.shown.append((unknowns, then.value))
    return True


def _nowhere(
    release: Former, found: Mapping[str, Lattice], period: str, population: str
) -> Iterator[Indices]:
    """Yield the unknowns of a population where units of then say that nobody was."""
    for table in release.tables.values():
        if table.counts != "units" or not table.is_exact:
            continue
        for cell in _cells(table, release.territories, period).values():
            if cell.value != 0 or not cell.codes or not release.territories.is_base(cell.area):
                continue
            for lattice in found.values():
                own = lattice.table
                is_told = own.population == population and own.territory_of == table.territory_of
                if is_told and lattice.knows_codes(cell.codes):
                    yield lattice.among(cell.places, cell.codes)


def _cells(table: Table, territories: Territories, period: str) -> dict[_Key, _Cell]:
    """Return the cells of a table by the persons that they count."""
    return dict(_keyed(table, territories, period))


def _keyed(table: Table, territories: Territories, period: str) -> Iterator[tuple[_Key, _Cell]]:
    for number in np.flatnonzero(table.period == period).tolist():
        is_hidden = bool(table.hidden[number])
        if not is_hidden and np.isnan(table.shown[number]):
            continue
        own, area = table.own(number), str(table.area[number])
        places = np.sort(territories.places(area, own))
        codes = {name: code for name, code in own.items() if name not in territories.classes}
        cell = _Cell(
            name=(table.name, number, str(table.level[number])),
            area=area,
            places=places,
            codes=codes,
            value=None if is_hidden else round(float(table.shown[number])),
        )
        yield (table.name, places.tobytes(), frozenset(codes.items())), cell
