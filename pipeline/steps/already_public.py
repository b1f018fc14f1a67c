"""What releases that are still public tell of the cells of a new one: the ledger of what is public.

It is read from the signed release folders each time. Beside them stands, sealed in the review zone
with the candidate of each, which rows it was counted from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from pipeline.contracts import Contracts
from pipeline.disclosure.layout import Cells
from pipeline.disclosure.protect import Public as Known
from pipeline.disclosure.shape import Codes, Counts, Mask
from pipeline.disclosure.vintages import moved
from pipeline.errors import DisclosureError, Place
from pipeline.lineage import released_columns
from pipeline.steps.changed_since import Since
from pipeline.steps.counting import disclosure_geography, record_place
from pipeline.steps.same_territories import (
    Former,
    comparable,
    former_of,
    places_of,
    states_of,
)
from pipeline.steps.workspace import Workspace
from pipeline.storage.manifest import verify_release
from pipeline.storage.releases import Release

NOT_KEYS = {"obs_status", "conf_status", "coverage"}


@dataclass(frozen=True)
class Public:
    """One release that is still public.

    Attributes:
        release_id: its name.
        candidate: what it was made of.
        cells: table that hides some → its cells of all periods: the columns of released cells.
        observations: as it shows them.
        coverage: as it shows it.
        facts: what is sealed of its candidate.
        units: open table of units → its cells of all periods.
        former: its territories, where they are others than those of now. `cells`, `observations`
            and `coverage` then hold what is of the same areas alone.
    """

    release_id: str
    candidate: str
    cells: Mapping[str, pd.DataFrame]
    observations: pd.DataFrame
    coverage: pd.DataFrame
    facts: Mapping[str, Any]
    units: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    former: Former | None = None

    def shows(self, tables: AbstractSet[str], period: str) -> bool:
        """Tell whether it shows anything of these tables in a period."""
        cells = self.former.cells if self.former else self.cells
        return any((cells[name]["time_period"] == period).any() for name in tables & cells.keys())

    def state_of(self, period: str, population: str, territory: Codes) -> Codes:
        """Return the candidate from whose rows each smallest territory was counted."""
        standing = self.standing(period, population)
        if self.former is not None:
            return states_of(self.former, territory, standing, self.candidate)
        return np.array([standing.get(code, self.candidate) for code in territory.tolist()])

    def standing(self, period: str, population: str) -> dict[str, str]:
        """Return smallest territory that stands → the candidate for which it was counted."""
        told = self.facts["standing"].get(period, {}).get(population, {})
        return {code: state for state, codes in told.items() for code in codes}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPeriod:
    """What is public of one period, the last release first, and who changed since.

    Attributes:
        period: the period.
        releases: those that show something of it.
        since: candidate → table → what it counted of those rows, and who changed since.
    """

    period: str
    releases: tuple[Public, ...]
    since: Mapping[str, Mapping[str, Since]]

    def showing(self, tables: AbstractSet[str]) -> PublicPeriod | None:
        """Return the same with the releases that show any of these tables; None without."""
        found = tuple(each for each in self.releases if each.shows(tables, self.period))
        return replace(self, releases=found) if found else None


def read_public(workspace: Workspace) -> list[Public]:
    """Return all releases that are still public, the last one first.

    Raises:
        DisclosureError: a release shows a table, dimension or level that the contracts lack, or
            protects a table in another way, or counts territories in other areas, so that it
            cannot be weighed with the new one; or it shows every zero of one that protects them
            now.
        StorageError: a release was altered, or its candidate is gone.
    """
    order = in_order(workspace)
    releases = sorted(workspace.releases.releases(), key=lambda one: order(one.release_id))
    return [_read(workspace, each) for each in reversed(releases)]


def in_order(workspace: Workspace) -> Callable[[str], int]:
    """Return what gives the place of a release among all that ever were, the oldest first.

    As the ledger tells of them: two may bear the same second. One that it lacks yet comes last.
    """
    told = [str(entry.facts["release"]) for entry in workspace.ledger.entries("release")]
    order = {name: number for number, name in enumerate(dict.fromkeys(told))}
    return lambda name: order.get(name, len(order))


def _read(workspace: Workspace, release: Release) -> Public:
    verify_release(release.folder, workspace.ring.public_key)
    candidate = str(release.facts["candidate"])
    folder = release.folder / "parquet"
    former = _former(workspace, release)
    found: dict[str, pd.DataFrame] = {}
    units: dict[str, pd.DataFrame] = {}
    for path in sorted((folder / "cells").glob("*.parquet")):
        cells = pq.read_table(path).to_pandas()
        if _hides(path.stem, cells, workspace, release):
            _check_zeros(path.stem, workspace.project.contracts, release)
            found[path.stem] = cells
        elif path.stem in workspace.project.contracts.tables:
            units[path.stem] = cells
    told = {
        name: pq.read_table(folder / f"{name}.parquet").to_pandas()
        for name in ("observations", "coverage")
    }
    if former is not None:
        _check_joint(found, workspace, release)
        former = replace(former, cells=found)
        found, told = (
            {name: comparable(frame, former) for name, frame in frames.items()}
            for frames in (found, told)
        )
    return Public(
        release_id=release.release_id,
        candidate=candidate,
        cells=found,
        **told,
        facts=workspace.review.facts(candidate),
        units=units,
        former=former,
    )


def _former(workspace: Workspace, release: Release) -> Former | None:
    project, folder = workspace.project, release.folder / "parquet"
    territories, typologies = (
        pq.read_table(folder / f"{name}.parquet").to_pandas()
        for name in ("territories", "typologies")
    )
    contracts = project.contracts
    places = places_of(territories, typologies, contracts, release=release.release_id)
    now = disclosure_geography(contracts, project.geography).in_order()
    return former_of(places, now, contracts, project.geography.changes)


def _check_joint(
    hiding: Mapping[str, pd.DataFrame], workspace: Workspace, release: Release
) -> None:
    """Check that what a release with other territories hides can be weighed as relations.

    Raises:
        DisclosureError: amounts of units, or figures that were moved, cannot.
    """
    for name in hiding:
        table = workspace.project.contracts.tables[name]
        if table.is_perturbed or table.amounts is not None:
            raise moved(1, release=release.release_id, table=name)


def protections(workspace: Workspace) -> dict[str, str]:
    """Return table → how it is protected, with all that its releases must share.

    The epoch of a pseudonym domain is part of it where cell keys are made of its pseudonyms.
    """
    contracts = workspace.project.contracts
    told = {}
    for name, table in contracts.tables.items():
        told[name] = contracts.protection(table)
        if table.key_columns:
            domain = record_place(workspace, table).domain
            told[name] += f" epoch={workspace.ring.epochs.get(domain, 1)}"
    return told


def _hides(name: str, cells: pd.DataFrame, workspace: Workspace, release: Release) -> bool:
    """Tell whether a published table hides something by the contracts of today."""
    contracts = workspace.project.contracts
    table = contracts.tables.get(name)
    if table is not None and table.method == "none":
        return False
    if table is None or set(cells.columns) != set(released_columns(contracts, name)):
        raise _elsewhere(name, count=len(cells), release=release.release_id)
    if release.facts.get("methods", {}).get(name, "suppression") != protections(workspace)[name]:
        place = Place(table=name, file=release.release_id)
        raise DisclosureError("disclosure.public_method", place=place)
    return not cells.empty


def _check_zeros(name: str, contracts: Contracts, release: Release) -> None:
    """Check that a release does not tell, by its zeros, what the new one takes to be uncertain."""
    protected = release.facts.get("protected_zeros", [])
    if name in contracts.protected_zeros() and name not in protected:
        place = Place(table=name, file=release.release_id)
        raise DisclosureError("disclosure.zeros_are_public", place=place)


@dataclass(frozen=True)
class Said:
    """What one release says of each cell of a system.

    Attributes:
        is_there: the release has the cell.
        hidden: it hides it.
        value: what it shows; NaN where it shows nothing.
    """

    is_there: Mask
    hidden: Mask
    value: np.ndarray[tuple[int], np.dtype[np.float64]]

    @cached_property
    def shown(self) -> Mask:
        """The cells whose value it shows."""
        return ~np.isnan(self.value)


def said_of(cells: Cells, frames: Mapping[str, pd.DataFrame], release: Public, period: str) -> Said:
    """Return what a release says of the cells of one population and period.

    Args:
        cells: of the system, in its order.
        frames: table → keys of its cells in the same order.
        release: that is public.
        period: the period.

    Raises:
        DisclosureError: it shows cells that the new one lacks.
    """
    is_there, hidden = (np.zeros(len(cells), dtype=bool) for _ in range(2))
    value = np.full(len(cells), np.nan)
    for name, frame in frames.items():
        if name not in release.cells:
            continue
        mine = np.flatnonzero(cells.of(name))
        said = release.cells[name]
        said = said[said["time_period"] == period]
        measure = next(c for c in said if c not in NOT_KEYS and c not in frame.columns)
        places = mine[positions(frame, said, list(frame.columns), table=name)]
        is_there[places] = True
        hidden[places] = (said["conf_status"] == "C").to_numpy()
        value[places] = said[measure].to_numpy(dtype=np.float64, na_value=np.nan)
    return Said(is_there, hidden, value)


def known_of(
    cells: Cells, frames: Mapping[str, pd.DataFrame], public: PublicPeriod | None
) -> Known | None:
    """Return what is public of a table of amounts, by its values alone; None when nothing is.

    What has one value in all releases and now is taken to have stayed; where any value is another,
    the rest may have moved too, and is hidden last.

    Raises:
        DisclosureError: a release shows cells that the new one lacks.
    """
    before = public.showing(frames.keys()) if public else None
    if before is None:
        return None
    said = [said_of(cells, frames, each, before.period) for each in before.releases]
    equal = np.any([each.value == cells.value for each in said], axis=0)
    is_same = all((each.value == cells.value)[each.shown].all() for each in said)
    nowhere = np.zeros_like(equal)
    return Known(
        hidden=np.any([each.hidden for each in said], axis=0),
        shown=equal if is_same else nowhere,
        moved=nowhere if is_same else equal,
    )


def positions(frame: pd.DataFrame, said: pd.DataFrame, keys: list[str], *, table: str) -> Counts:
    """Return for each public cell the position of the same cell in the new release."""
    index = pd.MultiIndex.from_frame(frame[keys].astype("str"))
    places = index.get_indexer(pd.MultiIndex.from_frame(said[keys].astype("str")))
    if lacking := int(np.count_nonzero(places < 0)):
        raise _elsewhere(table, count=lacking, release="")
    return places


def _elsewhere(table: str, *, count: int, release: str) -> DisclosureError:
    place = Place(table=table, file=release or None)
    return DisclosureError("disclosure.public_elsewhere", place=place, count=count)
