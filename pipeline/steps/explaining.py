"""Explain, for the review zone alone, why the figures of a territory are hidden.

Which rule hides a figure stands with the exact counts, and goes with them when a release is
decided; what follows from what is public can be told for as long as the release is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.contracts import Contracts
from pipeline.contracts.indicators import split_part
from pipeline.disclosure.adversary import Published
from pipeline.errors import ContractError, StorageError
from pipeline.steps.attacking import candidate_frames
from pipeline.steps.choices import check_choice
from pipeline.steps.disclosing import candidate_of
from pipeline.steps.hidden_figures import WHOLE, Figure, Group, Hidden, named
from pipeline.steps.known_elsewhere import ELSEWHERE
from pipeline.steps.progress import SILENT, Progress
from pipeline.steps.receipt import Receipt
from pipeline.steps.stranger import amounts_as_published, as_published, read_folder
from pipeline.steps.strangers_figures import Frames
from pipeline.steps.territory_names import find_territory
from pipeline.steps.witnessing import TOLD
from pipeline.steps.workspace import Workspace
from pipeline.storage.clear_files import check_clear_target, write_clear
from pipeline.storage.manifest import verify_release


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenRate:
    """Name a rate that is hidden, and those of its counts that are.

    Attributes:
        indicator: its code.
        codes: dimension → code, totals left out.
        counts: table and figure of its hidden counts.
    """

    indicator: str
    codes: Mapping[str, str]
    counts: tuple[tuple[str, Figure], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Say why the figures of a territory are hidden in a period.

    Attributes:
        territory: its identifier.
        period: the period.
        names: identifier → name, of every territory.
        figures: the hidden counts and amounts.
        rates: the hidden rates.
        receipt: what may be told of it.
    """

    territory: str
    period: str
    names: Mapping[str, str] = field(repr=False)
    figures: tuple[Hidden, ...]
    rates: tuple[HiddenRate, ...]
    receipt: Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """What is public of a candidate or release, and its exact cells where they are kept."""

    name: str
    frames: Frames
    exact: Mapping[str, pd.DataFrame] | None
    earlier: Sequence[Frames]
    later: Sequence[Frames]
    changes: Mapping[str, str]


def explain(
    workspace: Workspace,
    territory: str,
    *,
    table: str | None = None,
    period: str | None = None,
    name: str | None = None,
    to: Path | None = None,
    progress: Progress = SILENT,
) -> Explanation:
    """Return why each figure of a territory is hidden; the ledger is told first.

    Args:
        workspace: the review zone, the contracts and the ledger.
        territory: its identifier, official code or name.
        table: of one table alone.
        period: such as `2021`; default: the latest.
        name: a candidate or release; default: the latest candidate.
        to: a new file outside of the zones, where it is to be written by `write_explanation`.
        progress: told of which tables figures are explained, and how many are.

    Raises:
        ContractError: there is no such territory, table or period, or several territories have
            that name.
        DisclosureError: there is no candidate yet.
        StorageError: the counts are destroyed and no release shows them, or a file is altered, or
            the one to write is there already.
    """
    if to is not None:
        check_clear_target(to, workspace.home)
    contracts = workspace.project.contracts
    progress.stage("Reading what is public")
    opened = _open(workspace, candidate_of(workspace, name))
    listed = opened.frames["territories"]
    area = find_territory(listed, territory)
    tables = [each.removeprefix("cells/") for each in opened.frames if each.startswith("cells/")]
    if table is not None:
        check_choice("table", table, tables)
    periods = sorted(opened.frames["observations"]["time_period"].unique())
    if period is not None and period not in periods:
        raise ContractError("contract.unknown_name", kind="period", name=period)
    chosen = period or periods[-1]
    workspace.ledger.append(
        "opening", zone="review", candidate=opened.name, table="explanation", reason="opinion"
    )
    groups = _groups(opened, contracts, chosen)
    figures = [
        figure
        for group in groups
        if table in {None, *group.names}
        for figure in group.explain(area, progress)
        if table in {None, *figure.tables}
    ]
    rates = _rates(opened, groups, contracts, area=area, period=chosen, table=table)
    return Explanation(
        territory=area,
        period=chosen,
        names=dict(zip(listed["id"], listed["name"], strict=True)),
        figures=tuple(figures),
        rates=tuple(rates),
        receipt=Receipt(
            step="disclosure explain",
            changed=True,
            ids={"candidate": opened.name},
            counts={"hidden": len(figures), "rates": len(rates)},
        ),
    )


def write_explanation(
    workspace: Workspace, found: Explanation, to: Path, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Write an explanation to a new JSON file of its reader, outside of the zones.

    Raises:
        StorageError: the file is there already, or in a zone.
    """
    content = {
        "territory": found.territory,
        "period": found.period,
        "figures": [asdict(each) for each in found.figures],
        "rates": [asdict(each) for each in found.rates],
        "words": list(rows),
    }
    text = json.dumps(content, indent=1, ensure_ascii=False)
    write_clear(to, f"{text}\n".encode(), workspace.home)


def _open(workspace: Workspace, candidate: str) -> _Opened:
    public = workspace.releases.releases()
    made = [str(each.facts["candidate"]) for each in public]
    own = made.index(candidate) if candidate in made else len(made)
    read = [read_folder(each.folder) for each in public]
    changes = workspace.project.geography.changes
    beside: dict[str, Any] = {"earlier": read[:own], "later": read[own + 1 :], "changes": changes}
    if workspace.review.has_counts(candidate):
        kept = {name: one.to_pandas() for name, one in workspace.review.tables(candidate).items()}

        def named(prefix: str) -> dict[str, pd.DataFrame]:
            return {n.removeprefix(prefix): f for n, f in kept.items() if n.startswith(prefix)}

        frames = candidate_frames(
            workspace,
            cells=named("cells_"),
            observations=kept["observations"],
            coverage=kept["coverage"],
            elsewhere=named(ELSEWHERE),
        )
        return _Opened(name=candidate, frames=frames, exact=named("exact_"), **beside)
    if own < len(made):
        verify_release(public[own].folder, workspace.ring.public_key)
        frames = {**read[own], **_told(workspace, candidate)}
        return _Opened(name=candidate, frames=frames, exact=None, **beside)
    raise StorageError("storage.counts_destroyed")


def _told(workspace: Workspace, candidate: str) -> dict[str, pd.DataFrame]:
    """Return what others publish, as it was sealed with the proofs of a release."""
    if not workspace.review.has_proofs(candidate):
        return {}
    return {
        f"elsewhere/{name.removeprefix(TOLD)}": table.to_pandas()
        for name, table in workspace.review.proofs(candidate).items()
        if name.startswith(TOLD)
    }


def _groups(opened: _Opened, contracts: Contracts, period: str) -> list[Group]:
    """Return what counts the same persons, and each table of amounts, in one period."""
    width = int(contracts.policy.protection_width.value)
    earlier, later = opened.earlier, opened.later
    whole = as_published(
        opened.frames, contracts, earlier=earlier, later=later, changes=opened.changes
    )
    amounts = amounts_as_published(opened.frames, contracts, earlier=[*earlier, *later])
    return [
        Group(published, names, opened.exact, contracts, period=period, width=least)
        for published, least in ((whole, width), (amounts, 1))
        for names in _together(published)
    ]


def _together(published: Published) -> list[list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for table in published.persons:
        found.setdefault((table.population, table.territory_of), []).append(table.name)
    return [*found.values()]


def _rates(
    opened: _Opened,
    groups: Sequence[Group],
    contracts: Contracts,
    *,
    area: str,
    period: str,
    table: str | None,
) -> list[HiddenRate]:
    """Return the hidden rates of an area: each has a hidden count."""
    found = opened.frames["observations"]
    own = found[
        (found["ref_area"] == area)
        & (found["time_period"] == period)
        & (found["conf_status"] == "C")
    ]
    rates = []
    for one in contracts.indicators.indicators:
        if one.kind == "count" or one.is_derived or (table is not None and table not in one.tables):
            continue
        parts = [split_part(part) for part in one.formula.parts] if one.formula else []
        for row in own[own["indicator"] == one.code][list(one.dimensions)].to_dict("records"):
            codes = {str(n): str(c) for n, c in row.items() if c not in WHOLE}
            counts = [
                (name, (area, frozenset({**codes, **more}.items()))) for name, _, more in parts
            ]
            hidden = [
                (name, named(address))
                for name, address in counts
                for group in groups
                if name in group.names and address in group.sums.hidden
            ]
            rates.append(HiddenRate(indicator=one.code, codes=codes, counts=tuple(hidden)))
    return rates
