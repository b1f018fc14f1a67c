"""Gather what is public of a period and who changed since, and what stands because of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.contracts import Contracts
from pipeline.contracts.geography import Geography
from pipeline.lineage import tables_read
from pipeline.steps.already_public import Public, PublicPeriod
from pipeline.steps.arriving import coverage
from pipeline.steps.changed_since import Since, changed_since, rows_of
from pipeline.steps.counting import Counted
from pipeline.steps.workspace import Workspace

# The methods under which changes of few persons wait.
_WAITING = {"suppression", "cell_key"}
_CAME = ["expected", "received", "late"]


def public_period(
    workspace: Workspace,
    counted: Mapping[str, Counted],
    public: Sequence[Public],
    period: str,
) -> PublicPeriod | None:
    """Return what is public of a period; None when nothing is.

    Args:
        workspace: the project and zones.
        counted: table → its inner cells of now.
        public: all releases that are public, the last one first.
        period: the period.
    """
    waiting = {name: one for name, one in counted.items() if one.table.method in _WAITING}
    releases = tuple(each for each in public if each.shows(counted.keys(), period))
    if not releases:
        return None
    persons = [one for one in waiting.values() if one.table.counts == "persons"]
    since: dict[str, dict[str, Since]] = {}
    territory = np.array(sorted(workspace.project.geography.parents))
    for population, group in _populations(persons).items():
        states = {
            state
            for release in releases
            for state in release.state_of(period, population, territory).tolist()
        }
        for state in sorted(states):
            found = _since(workspace, group, period, state)
            since.setdefault(state, {}).update(found)
    return PublicPeriod(period=period, releases=releases, since=since)


def _populations(counted: Iterable[Counted]) -> dict[str, list[Counted]]:
    found: dict[str, list[Counted]] = {}
    for one in counted:
        found.setdefault(one.table.population, []).append(one)
    return found


def _since(
    workspace: Workspace, counted: Sequence[Counted], period: str, state: str
) -> dict[str, Since]:
    """Return who changed since a candidate was counted; nothing where its rows are gone."""
    read = set().union(*(tables_read(workspace.project.counts[o.table.table]) for o in counted))
    batches = workspace.review.facts(state)["batches"].get(period, [])
    then = rows_of(workspace, read, period, batches)
    now = rows_of(workspace, read, period, None)
    if then is None or now is None:
        return {}
    return changed_since(workspace.project, counted, then, now)


def batches_in_force(workspace: Workspace) -> dict[str, list[str]]:
    """Return period → versions of the batches from which its rows are taken."""
    found: dict[str, list[str]] = {}
    for batch in workspace.protected.batches():
        found.setdefault(batch.period, []).append(batch.version)
    return {period: sorted(ids) for period, ids in sorted(found.items())}


def coverages(
    workspace: Workspace,
    counted: Mapping[str, Counted],
    public: PublicPeriod | None,
    standing: Mapping[str, Mapping[str, Sequence[str]]],
) -> list[pd.DataFrame]:
    """Return the coverage of each population of a period, as its figures have it.

    Args:
        workspace: the project and zones.
        counted: table → its inner cells.
        public: what is public of the period.
        standing: population → candidate → smallest territories that stand as counted for it.
    """
    found = []
    contracts, geography = workspace.project.contracts, workspace.project.geography
    for name, [one, *_] in sorted(_populations(counted.values()).items()):
        now = coverage(workspace, contracts.datasets[name], one.period)
        stood = [code for codes in standing.get(name, {}).values() for code in codes]
        found.append(coverage_then(now, public, stood, contracts=contracts, geography=geography))
    return found


def coverage_then(
    now: pd.DataFrame,
    public: PublicPeriod | None,
    standing: Iterable[str],
    *,
    contracts: Contracts,
    geography: Geography,
) -> pd.DataFrame:
    """Return the coverage of a dataset and period as the figures have it.

    A territory that stands as it was is covered as it was then: who delivered since is not in its
    figures, nor in those of the territories above it.

    Args:
        now: one row per territory, as `coverage` returns it.
        public: what is public of the period.
        standing: codes of the smallest territories that stand.
        contracts: the rules.
        geography: the territories.
    """
    codes = sorted(standing)
    if public is None or not codes:
        return now
    shown = public.releases[0].coverage
    dataset = now["dataset"].iloc[0]
    then = shown[(shown["dataset"] == dataset) & (shown["time_period"] == public.period)]
    prefixes, base = contracts.territories.prefixes, geography.base_level
    changes = {}
    before, after = then.set_index("ref_area")[_CAME], now.set_index("ref_area")[_CAME]
    areas = [prefixes[base] + code for code in codes]
    difference = (before.reindex(areas) - after.loc[areas]).fillna(0).set_axis(codes)
    for level, prefix in prefixes.items():
        inside = pd.Series({code: geography.parents[code][level] for code in codes})
        for area, change in difference.groupby(inside).sum().iterrows():
            changes[f"{prefix}{area}"] = change
    moved = pd.DataFrame(changes).T.reindex(now["ref_area"]).fillna(0).set_axis(now.index)
    found = now.copy()
    found[_CAME] = (now[_CAME] + moved[_CAME]).astype("int64")
    found["missing"] = found["expected"] - found["received"]
    share = found["received"] / found["expected"].where(found["expected"] > 0)
    found["coverage"] = found["scope_share"] * share.fillna(1.0)
    return found
