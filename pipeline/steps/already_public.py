"""What releases that are still public tell of the cells of a new one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from pipeline.contracts import Contracts
from pipeline.disclosure.layout import Cells
from pipeline.disclosure.protect import Public
from pipeline.errors import DisclosureError, Place
from pipeline.lineage import released_columns
from pipeline.steps.counting import record_place
from pipeline.steps.workspace import Workspace
from pipeline.storage.manifest import verify_release
from pipeline.storage.releases import Release

NOT_KEYS = {"obs_status", "conf_status", "coverage"}


def read_public_cells(workspace: Workspace) -> dict[str, pd.DataFrame]:
    """Return the cells of tables that hide some, in all releases that are still public, by table.

    One row per release and cell; columns: those of released cells, measures as floats.

    Raises:
        DisclosureError: a release shows a table, dimension or level that the contracts lack, or
            protects a table in another way, so that it cannot be weighed with the new one; or it
            shows every zero of one that protects them now.
        StorageError: a release was altered.
    """
    found: dict[str, list[pd.DataFrame]] = {}
    for release in workspace.releases.releases():
        verify_release(release.folder, workspace.ring.public_key)
        for path in sorted((release.folder / "parquet" / "cells").glob("*.parquet")):
            cells = pq.read_table(path).to_pandas()
            if _hides(path.stem, cells, workspace, release):
                _check_zeros(path.stem, workspace.project.contracts, release)
                found.setdefault(path.stem, []).append(cells)
    return {name: pd.concat(frames, ignore_index=True) for name, frames in found.items()}


def of_period(cells: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return the cells of one period."""
    return cells[cells["time_period"] == period]


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


def public_cells(
    cells: Cells, frames: Mapping[str, pd.DataFrame], public: Mapping[str, pd.DataFrame]
) -> Public | None:
    """Return what is public of the cells of one population and period; None when nothing is.

    Args:
        cells: of the system, in its order.
        frames: table → keys of its cells in the same order.
        public: table → cells of this period in public releases.

    Raises:
        DisclosureError: a release shows cells that the new one lacks.
    """
    hidden = np.zeros(len(cells.value), dtype=bool)
    shown = np.zeros(len(cells.value), dtype=bool)
    is_same, is_any = True, False
    for name, frame in frames.items():
        if name not in public:
            continue
        is_any = True
        mine = np.flatnonzero(cells.table == name)
        said = public[name]
        measure = next(c for c in said if c not in NOT_KEYS and c not in frame.columns)
        places = _positions(frame, said, list(frame.columns), table=name)
        is_hidden = (said["conf_status"] == "C").to_numpy()
        is_shown = said[measure].notna().to_numpy()
        today = cells.value[mine][places]
        equal = is_shown & (said[measure].to_numpy(dtype=np.float64, na_value=-1.0) == today)
        hidden[mine[places[is_hidden]]] = True
        shown[mine[places[equal]]] = True
        is_same &= bool((equal == is_shown).all())
    return Public(hidden=hidden, shown=shown, is_same=is_same) if is_any else None


def _positions(
    frame: pd.DataFrame, said: pd.DataFrame, keys: list[str], *, table: str
) -> np.ndarray:
    """Return for each public cell the position of the same cell in the new release."""
    index = pd.MultiIndex.from_frame(frame[keys].astype("str"))
    places = index.get_indexer(pd.MultiIndex.from_frame(said[keys].astype("str")))
    if lacking := int(np.count_nonzero(places < 0)):
        raise _elsewhere(table, count=lacking, release="")
    return places


def _elsewhere(table: str, *, count: int, release: str) -> DisclosureError:
    place = Place(table=table, file=release or None)
    return DisclosureError("disclosure.public_elsewhere", place=place, count=count)
