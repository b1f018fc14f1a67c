"""Who delivered: arrivals by sender and period, and the coverage of each territory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import Dataset
from pipeline.errors import Place, QualityError
from pipeline.intake import arrivals, due_date
from pipeline.steps.counting import at_reference
from pipeline.steps.workspace import Workspace

# A sender that is declared not to deliver; and what the ledger calls that.
NON_RESPONSE = "non_response"
NOT_ANSWERED = "non_response"


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The senders of one dataset and period.

    Attributes:
        dataset: the dataset's name.
        period: the period.
        senders: one row per sender: sender, status, territory_code (of the sender).
    """

    dataset: str
    period: str
    senders: pd.DataFrame

    def count(self, status: str) -> int:
        """Return how many senders have a status."""
        return int((self.senders["status"] == status).sum())


def read_arrivals(workspace: Workspace, dataset: Dataset, period: str) -> Arrivals | None:
    """Return who of the expected senders came; None when the contract expects nobody by name."""
    expected = dataset.expected
    if expected is None:
        return None
    other, _, column = expected.each.partition(".")
    if not workspace.protected.batches(other, period):
        return None
    register = at_reference(workspace.project, other, workspace.protected.current(other, period))
    first: dict[str, datetime] = {}
    for batch in workspace.protected.batches(dataset.dataset, period):
        # Changes to what never came are no delivery of a sender.
        if batch.mode == "delta":
            continue
        received = datetime.fromisoformat(batch.received or batch.as_of)
        for sender in batch.senders:
            first[sender] = min(received, first.get(sender, received))
    table = arrivals(
        register[column].to_pylist(),
        due_date(expected, period),
        first,
        workspace.clock().date(),
    )
    territory = _territory_column(workspace, other)
    places = pd.DataFrame(
        {"sender": register[column].to_pylist(), "territory_code": register[territory].to_pylist()}
    )
    told = _not_answering(workspace, dataset.dataset, period)
    waits = pc.is_in(table["status"], value_set=pa.array(["missing", "expected"]))
    silent = pc.and_(waits, pc.is_in(table["sender"], value_set=pa.array(told, pa.string())))
    status = pc.if_else(silent, NON_RESPONSE, table["status"])
    table = table.set_column(table.schema.get_field_index("status"), "status", status)
    senders = table.to_pandas().merge(places, on="sender", how="left", validate="one_to_one")
    return Arrivals(dataset.dataset, period, senders)


def _not_answering(workspace: Workspace, dataset: str, period: str) -> list[str]:
    """Return the senders of which it is declared, last, that they will not deliver."""
    last = {
        str(entry.facts["sender"]): entry.facts["reason"]
        for entry in workspace.ledger.entries(NOT_ANSWERED)
        if (entry.facts["dataset"], entry.facts["period"]) == (dataset, period)
    }
    return [sender for sender, reason in last.items() if reason != "lifted"]


def coverage(workspace: Workspace, dataset: Dataset, period: str) -> pd.DataFrame:
    """Return the coverage of each territory by one dataset in one period.

    Coverage = share of the territory's inhabitants inside the project x share of its expected
    senders that delivered. One row per territory: ref_area, area_level, time_period, dataset,
    expected, received, late, missing (senders), scope_share, coverage (0 to 1).
    """
    geography = workspace.project.geography
    prefixes = workspace.project.contracts.territories.prefixes
    by_base = _by_base(read_arrivals(workspace, dataset, period))
    inhabitants = _inhabitants(workspace, period)
    rows = []
    for level, prefix in prefixes.items():
        for code, members in geography.members(level).items():
            inside = by_base.reindex(list(members)).fillna(0).sum()
            expected, came = int(inside["expected"]), int(inside["received"])
            scope = _scope_share(inhabitants, geography.base_level, members, (level, code))
            rows.append(
                {
                    "ref_area": prefix + code,
                    "area_level": level,
                    "time_period": period,
                    "dataset": dataset.dataset,
                    "expected": expected,
                    "received": came,
                    "late": int(inside["late"]),
                    "missing": expected - came,
                    "scope_share": scope,
                    "coverage": scope * (came / expected if expected else 1.0),
                }
            )
    return pd.DataFrame(rows)


def _by_base(arrived: Arrivals | None) -> pd.DataFrame:
    columns = ["expected", "received", "late"]
    if arrived is None:
        return pd.DataFrame(columns=columns, dtype="int64")
    senders = arrived.senders[arrived.senders["status"] != "unexpected"]
    marks = pd.DataFrame(
        {
            "territory_code": senders["territory_code"],
            "expected": 1,
            "received": senders["status"].isin(["received", "late"]).astype(int),
            "late": (senders["status"] == "late").astype(int),
        }
    )
    return marks.groupby("territory_code")[columns].sum()


def _inhabitants(workspace: Workspace, period: str) -> Mapping[tuple[str, str], int] | None:
    population = workspace.project.contracts.territories.population
    if population is None:
        return None
    if not workspace.protected.batches(population.dataset, period):
        raise QualityError(
            "quality.population_missing", place=Place(dataset=population.dataset), period=period
        )
    rows = workspace.protected.current(population.dataset, period)
    keys = zip(rows[population.level].to_pylist(), rows[population.code].to_pylist(), strict=True)
    return dict(zip(keys, rows[population.inhabitants].to_pylist(), strict=True))


def _scope_share(
    inhabitants: Mapping[tuple[str, str], int] | None,
    base_level: str,
    members: tuple[str, ...],
    territory: tuple[str, str],
) -> float:
    if inhabitants is None:
        return 1.0
    covered = sum(inhabitants.get((base_level, member), 0) for member in members)
    whole = inhabitants.get(territory, covered)
    return min(covered / whole, 1.0) if whole else 1.0


def _territory_column(workspace: Workspace, dataset: str) -> str:
    contracts = workspace.project.contracts
    return next(
        name
        for name, column in contracts.kept_columns(dataset).items()
        if column.territory == contracts.territories.base_level
    )
