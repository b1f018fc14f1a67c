"""Read what is public and what was sealed into the proofs that the verifier checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd
import pyarrow.parquet as pq

from pipeline.contracts import NOT_APPLICABLE, TOTAL, Contracts, Table
from pipeline.disclosure.proof import Address, Proof, Territories
from pipeline.dissemination.reference import reference_frames
from pipeline.errors import DisclosureError
from pipeline.steps.in_force import release_in_force
from pipeline.steps.witnessing import PERSONS, REOPENED, TOLD, WORLDS
from pipeline.steps.workspace import Workspace
from pipeline.storage.manifest import verify_release
from pipeline.storage.releases import Release

CANDIDATE = "candidate-"
Frames = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True, kw_only=True)
class Public:
    """What everybody reads of a release, or would read of a candidate.

    Attributes:
        name: of the release or candidate.
        candidate: its candidate.
        content: hash of what was approved; None where it is still to be.
        cells: table → released cells.
        territories: one row per territory and hierarchy.
        typologies: one row per smallest territory and typology.
        others: what every other release that is public shows: table → released cells.
    """

    name: str
    candidate: str
    content: str | None
    cells: Frames
    territories: pd.DataFrame
    typologies: pd.DataFrame
    others: tuple[Frames, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was sealed with a candidate.

    Attributes:
        asked: table → by how much each hidden cell must vary.
        least: table → what every hidden cell is known to be at least.
        tables: rows of persons and changes; see `proof_tables`.
    """

    asked: Mapping[str, int]
    least: Mapping[str, int]
    tables: Frames


def read_public(workspace: Workspace, name: str | None) -> Public:
    """Return what a release shows, by its own files alone, or what a candidate would.

    Args:
        workspace: the zones and the contracts.
        name: of either; default: the release in force.

    Raises:
        DisclosureError: none is in force.
        StorageError: there is none of this name, its tables are destroyed, or a file is missing,
            changed or added.
    """
    if name is not None and name.startswith(CANDIDATE):
        others = public_cells(workspace, but=None)
        return replace(_candidate(workspace, name), others=others)
    release = release_in_force(workspace) if name is None else workspace.releases.release(name)
    if release is None:
        raise DisclosureError("disclosure.nothing_released")
    verify_release(release.folder, workspace.ring.public_key)
    return replace(_release(release), others=public_cells(workspace, but=release.release_id))


def public_cells(workspace: Workspace, *, but: str | None) -> tuple[Frames, ...]:
    """Return the cells of every release that is public, but of one.

    Raises:
        StorageError: a file of one is missing, changed or added.
    """
    others = [each for each in workspace.releases.releases() if each.release_id != but]
    for each in others:
        verify_release(each.folder, workspace.ring.public_key)
    return tuple(_cells(each) for each in others)


def _cells(release: Release) -> dict[str, pd.DataFrame]:
    folder = release.folder / "parquet" / "cells"
    return {path.stem: pq.read_table(path).to_pandas() for path in folder.glob("*.parquet")}


def _release(release: Release) -> Public:
    folder = release.folder / "parquet"
    return Public(
        name=release.release_id,
        candidate=str(release.facts["candidate"]),
        content=str(release.facts["content"]),
        cells=_cells(release),
        territories=pq.read_table(folder / "territories.parquet").to_pandas(),
        typologies=pq.read_table(folder / "typologies.parquet").to_pandas(),
    )


def _candidate(workspace: Workspace, name: str) -> Public:
    tables = {key: each.to_pandas() for key, each in workspace.review.tables(name).items()}
    project = workspace.project
    reference = reference_frames(
        project.contracts, project.geography, tables["coverage"], described=()
    )
    cells = {key.removeprefix("cells_"): f for key, f in tables.items() if key.startswith("cells_")}
    return Public(
        name=name,
        candidate=name,
        content=None,
        cells=cells,
        territories=reference["territories"],
        typologies=reference["typologies"],
    )


def territories_of(public: Public, contracts: Contracts) -> Territories:
    """Return what each smallest territory belongs to, by the published lists."""
    listed = public.territories
    parents: dict[str, dict[str, str | None]] = {}
    for hierarchy, child, parent in zip(
        listed["hierarchy"], listed["id"], listed["parent_id"], strict=True
    ):
        parents.setdefault(hierarchy, {})[child] = parent if isinstance(parent, str) else None
    smallest = listed.loc[listed["level"] == contracts.territories.base_level, "id"].unique()
    classes: dict[str, dict[str, str]] = {}
    typed = public.typologies
    for typology, territory, code in zip(
        typed["typology"], typed["id"], typed["code"], strict=True
    ):
        classes.setdefault(typology, {})[territory] = code
    return Territories(areas={base: _above(base, parents) for base in smallest}, classes=classes)


def _above(base: str, parents: Mapping[str, Mapping[str, str | None]]) -> tuple[str, ...]:
    areas = {base: None}
    for parent_of in parents.values():
        area = parent_of.get(base)
        while area is not None:
            areas[area] = None
            area = parent_of.get(area)
    return tuple(areas)


def proofs_of(public: Public, kept: Kept, contracts: Contracts) -> Iterator[list[Proof]]:
    """Yield the proofs of each population and period, all its tables together; amounts alone.

    Args:
        public: what is published.
        kept: the proofs as they were sealed.
        contracts: they say which tables count the same persons.

    Raises:
        DisclosureError: a table that hides something has no proof.
    """
    amounts = [(table,) for table in contracts.tables.values() if table.amounts]
    for tables in (*contracts.populations().values(), *amounts):
        shown = [each for each in tables if _is_hidden_in(public, each.table, kept)]
        periods = {period for each in shown for period in public.cells[each.table]["time_period"]}
        for period in sorted(periods):
            of = [each for each in shown if _is_in(public.cells[each.table], period)]
            own = replace(
                public, cells={name: _of(each, period) for name, each in public.cells.items()}
            )
            sealed = replace(kept, tables={n: _of(each, period) for n, each in kept.tables.items()})
            yield [_proof(each, own, sealed, contracts) for each in of]


def _is_hidden_in(public: Public, table: str, kept: Kept) -> bool:
    """Return whether a table is published and hides cells, or could."""
    cells = public.cells.get(table, pd.DataFrame({"conf_status": []}))
    return bool(len(cells)) and (table in kept.least or bool((cells["conf_status"] == "C").any()))


def _is_in(frame: pd.DataFrame, period: str) -> bool:
    return bool((frame["time_period"] == period).any())


def _proof(table: Table, public: Public, kept: Kept, contracts: Contracts) -> Proof:
    """Return the proof of one table in one period."""
    name = table.table
    if not {f"{PERSONS}{name}", f"{WORLDS}{name}"} <= kept.tables.keys() or name not in kept.least:
        raise DisclosureError("disclosure.proof_unusable", name=public.name)
    persons, changes = kept.tables[f"{PERSONS}{name}"], kept.tables[f"{WORLDS}{name}"]
    counted_by = tuple(each for each in table.dimensions if each in persons.columns)
    rows = list(zip(persons["ref_area"], *(persons[each] for each in counted_by), strict=True))
    worlds: dict[int, dict[int, int]] = {}
    for world, row, change in zip(
        changes["world"].tolist(), changes["row"].tolist(), changes["persons"].tolist(), strict=True
    ):
        moved = worlds.setdefault(world, {})
        moved[row] = moved.get(row, 0) + change
    told = kept.tables.get(f"{TOLD}{name}", public.cells[name].head(0))
    empty = _known_empty(table, public.cells, contracts) - _reopened(kept, name)
    return Proof(
        table=name,
        dimensions=table.dimensions,
        counted_by=counted_by,
        least=kept.least[name],
        shown=_shown(public.cells[name], table) | _shown(told, table),
        rows=rows,
        persons=persons["persons"].tolist(),
        empty=frozenset(
            place
            for place, (territory, *codes) in enumerate(rows)
            if any((territory, *pair) in empty for pair in zip(counted_by, codes, strict=True))
        ),
        worlds=worlds,
    )


def _of(frame: pd.DataFrame, period: str) -> pd.DataFrame:
    return frame[frame["time_period"] == period]


def _shown(cells: pd.DataFrame, table: Table) -> dict[Address, int | None]:
    """Return address → published count, None where it is hidden; of whom nobody told, nobody."""
    addresses = zip(cells["ref_area"], *(cells[name] for name in table.dimensions), strict=True)
    count = cells[table.measure_names[0]].fillna(0).astype("int64").tolist()
    hidden = (cells["conf_status"] == "C").tolist()
    return {
        at: None if is_hidden else n
        for at, n, is_hidden in zip(addresses, count, hidden, strict=True)
    }


def _reopened(kept: Kept, table: str) -> set[tuple[str, str, str]]:
    """Return where persons stand as counted before their units went: territory, dimension, code."""
    found = kept.tables.get(f"{REOPENED}{table}")
    names = ("ref_area", "dimension", "code")
    return set() if found is None else set(zip(*(found[name] for name in names), strict=True))


def _known_empty(table: Table, shown: Frames, contracts: Contracts) -> set[tuple[str, str, str]]:
    """Return territory, dimension and code where a published table of units says there is none.

    A territory without a school of a sector has no pupil of it: whoever reads both tables knows.
    """
    base = contracts.territories.base_level
    found: set[tuple[str, str, str]] = set()
    for name, cells in shown.items():
        other = contracts.tables[name]
        is_open = other.counts == "units" and other.amounts is None
        if not is_open or other.territory_of != table.territory_of:
            continue
        own = cells[cells["area_level"] == base]
        for dimension in set(other.levels.get(base, ())) & set(table.dimensions):
            rest = [each for each in other.dimensions if each != dimension]
            none = own[
                (own[other.measure_names[0]].fillna(0) == 0)
                & (own[dimension] != TOTAL)
                & own[rest].isin([TOTAL, NOT_APPLICABLE]).all(axis=1)
            ]
            found |= {
                (area, dimension, code)
                for area, code in zip(none["ref_area"], none[dimension], strict=True)
            }
    return found
