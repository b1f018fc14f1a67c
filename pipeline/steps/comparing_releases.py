"""What is public, what changed from one release to another, and what waits.

Everything but the territories that wait is read from what everybody can read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from pipeline.contracts import NOT_APPLICABLE, TOTAL, Table
from pipeline.steps.already_public import in_order
from pipeline.steps.standing import STANDS_FROM
from pipeline.steps.workspace import Workspace
from pipeline.storage.manifest import verify_release
from pipeline.storage.releases import Release

IN_FORCE, PUBLIC, WITHDRAWN = "in force", "public", "withdrawn"
_AFTER_KEYS = (
    *("obs_value", "obs_low", "obs_high", "obs_status", "conf_status", "coverage"),
    *("unit_measure", STANDS_FROM),
)
CHANGES = ("changed", "newly_shown", "newly_hidden", "gone")
_COUNTS = ("cells", *CHANGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDiff:
    """What changed from one release to another.

    Attributes:
        tables: one row per table, period and level: cells, how many show another value, show one
            where there was none, hide one that was shown, and are gone.
        figures: one row per observation whose value is another: its address, before, after.
        waiting: one row per period, population and reason (see `pipeline.steps.revising`) for which
            changes wait: in how many territories.
    """

    tables: list[dict[str, Any]]
    figures: pd.DataFrame
    waiting: list[dict[str, Any]]


def list_releases(workspace: Workspace) -> list[dict[str, Any]]:
    """Return every release that ever was, oldest first: what it shows, hides and lets stand.

    Raises:
        StorageError: a file of a release is missing, changed or added.
    """
    current = workspace.releases.current()
    rows = [
        _listed(workspace, release, is_current=release == current)
        for release in workspace.releases.releases()
    ]
    published = {
        str(entry.facts["release"]): entry.at for entry in workspace.ledger.entries("release")
    }
    names = [str(entry.facts["release"]) for entry in workspace.ledger.entries("withdrawal")]
    gone = [{"release": name, "created": published[name], "state": WITHDRAWN} for name in names]
    order = in_order(workspace)
    return sorted([*gone, *rows], key=lambda row: order(str(row["release"])))


def _listed(workspace: Workspace, release: Release, *, is_current: bool) -> dict[str, Any]:
    found = _observations(workspace, release)
    return {
        "release": release.release_id,
        "created": release.created,
        "state": IN_FORCE if is_current else PUBLIC,
        "periods": ", ".join(release.facts["periods"]),
        "shown": int(found["obs_value"].notna().sum()),
        "hidden": int((found["conf_status"] == "C").sum()),
        "standing": int(found[STANDS_FROM].notna().sum()),
    }


def compare_releases(workspace: Workspace, before: str, after: str) -> ReleaseDiff:
    """Return what changed from one release to another.

    Args:
        workspace: the zones.
        before: a release that is public.
        after: another.

    Raises:
        StorageError: one is not public, or a file of it is missing, changed or added.
    """
    releases = [workspace.releases.release(name) for name in (before, after)]
    one, other = (_observations(workspace, release) for release in releases)
    contracts = workspace.project.contracts
    return ReleaseDiff(
        tables=[
            row
            for name in contracts.tables
            for row in compare_cells(
                contracts.tables[name], *(_cells(each, name) for each in releases)
            )
        ],
        figures=_figures(one, other),
        waiting=_waiting(workspace, releases[1]),
    )


def compare_cells(table: Table, before: pd.DataFrame, after: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one row per period and level of a table: its cells, and how many are another.

    A cell of several measures is another when one of them is. What one of both does not cross, or
    does not measure, is compared as the other's totals.

    Args:
        table: the contract.
        before: its cells in the earlier release; empty where it had none.
        after: its cells in the later one.
    """
    if before.empty and after.empty:
        return []
    sides = [frame for frame in (before, after) if len(frame)]
    dimensions = [name for name in table.dimensions if all(name in frame for frame in sides)]
    measures = [name for name in table.measure_names if all(name in frame for frame in sides)]
    keys = ["time_period", "area_level", "ref_area", *dimensions]
    columns = [*keys, *measures]
    sides = [
        _whole(frame, columns) if len(frame) else pd.DataFrame(columns=columns)
        for frame in (before, after)
    ]
    both = sides[0].merge(sides[1], on=keys, how="outer", indicator=True, validate="1:1")
    then, now = (
        both[[f"{name}_{side}" for name in measures]].set_axis(measures, axis="columns")
        for side in "xy"
    )
    is_gone = both["_merge"] == "left_only"
    marks = pd.DataFrame(
        {
            "cells": ~is_gone,
            "changed": (then.notna() & now.notna() & (then != now)).any(axis="columns"),
            "newly_shown": (then.isna() & now.notna()).any(axis="columns"),
            "newly_hidden": (then.notna() & now.isna()).any(axis="columns") & ~is_gone,
            "gone": is_gone,
        }
    )
    marks = marks.astype("int64").assign(
        table=table.table, period=both["time_period"], area_level=both["area_level"]
    )
    where = ["table", "period", "area_level"]
    sums = marks.groupby(where, sort=False, as_index=False)[list(_COUNTS)].sum()
    return [{str(key): value for key, value in row.items()} for row in sums.to_dict("records")]


def _whole(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the cells that are totals of every dimension beside these columns."""
    others = [
        name
        for name in frame.select_dtypes(exclude="number")
        if name not in {*columns, *_AFTER_KEYS}
    ]
    return frame.loc[frame[others].isin([TOTAL, NOT_APPLICABLE]).all(axis="columns"), columns]


def _observations(workspace: Workspace, release: Release) -> pd.DataFrame:
    verify_release(release.folder, workspace.ring.public_key)
    path = release.folder / "parquet" / "observations.parquet"
    found: pd.DataFrame = pq.read_table(path).to_pandas()
    return found


def _cells(release: Release, table: str) -> pd.DataFrame:
    path = release.folder / "parquet" / "cells" / f"{table}.parquet"
    found: pd.DataFrame = pq.read_table(path).to_pandas() if path.exists() else pd.DataFrame()
    return found


def _figures(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    keys = [str(name) for name in after if name not in _AFTER_KEYS and name in before]
    said = [_whole(frame, [*keys, "obs_value"]) for frame in (before, after)]
    both = said[0].merge(said[1], on=keys, how="outer", suffixes=("_before", "_after"))
    then, now = both["obs_value_before"], both["obs_value_after"]
    is_other = (then != now) & ~(then.isna() & now.isna())
    found = both.assign(difference=now - then)[is_other]
    return found.sort_values(keys, ignore_index=True)


def _waiting(workspace: Workspace, release: Release) -> list[dict[str, Any]]:
    facts: Mapping[str, Any] = workspace.review.facts(str(release.facts["candidate"]))
    return [
        {"period": period, "dataset": population, "why": why, "territories": count}
        for period, populations in sorted(facts["waiting"].items())
        for population, reasons in sorted(populations.items())
        for why, count in reasons.items()
    ]
