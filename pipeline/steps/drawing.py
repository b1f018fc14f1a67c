"""Draw the noise of differential privacy once for each content, and count what it costs.

What a release that is still public shows of the same counts, drawn at the same rho, is shown again:
to draw anew would let noise be averaged away. Each new drawing costs its rho once it is released,
in the ledger, and is refused when the policy's budget of that table and period does not reach.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from pipeline.contracts.policy import DifferentialPrivacy
from pipeline.disclosure.noise import Private, privatise
from pipeline.disclosure.shape import Counts
from pipeline.disclosure.system import System
from pipeline.errors import DisclosureError, Place
from pipeline.steps.counting import Counted
from pipeline.steps.workspace import Workspace

KIND = "privacy_loss"
_MILLION = 1_000_000

Drawing = dict[str, Any]
"""table, period, mark (keyed hash of the counts), drawing (a random id), rho_millionths."""


@dataclass(frozen=True, slots=True)
class Drawings:
    """What was drawn for one candidate.

    Attributes:
        workspace: keys, releases and ledger.
        made: one entry per table and period, as a candidate and its release keep it.
    """

    workspace: Workspace
    made: list[Drawing] = field(default_factory=list)

    def shown(self, one: Counted, system: System, frame: pd.DataFrame) -> Private:
        """Return what is told of the cells of a table: as before, or drawn anew.

        Args:
            one: the table, counted.
            system: the table alone.
            frame: the keys of its cells, in the order of the system.

        Raises:
            DisclosureError: the budget is spent, or OpenDP is not installed.
        """
        policy = self.workspace.project.contracts.policy.dp
        place = Place(table=one.table.table)
        if policy is None:
            raise DisclosureError("disclosure.rule_unsupported", place=place)
        mark, rho = self._mark(one, system, frame), millionths(policy.rho.value)
        for release in self.workspace.releases.releases():
            for drawing in release.facts.get("drawings", []):
                # Bands and pages tell of the noise of the policy's rho: of no other one's.
                if (drawing["mark"], drawing["rho_millionths"]) == (mark, rho):
                    path = release.folder / "parquet" / "cells" / f"{one.table.table}.parquet"
                    self.made.append(drawing)
                    return _as_before(pq.read_table(path).to_pandas(), one, frame)
        drawing = {
            "table": one.table.table,
            "period": one.period,
            "mark": mark,
            "drawing": secrets.token_hex(8),
            "rho_millionths": rho,
        }
        check_budget(self.workspace, drawing)
        self.made.append(drawing)
        return _drawn(system, policy)

    def _mark(self, one: Counted, system: System, frame: pd.DataFrame) -> str:
        """Return a keyed hash of what is counted; without the keys it confirms no guess."""
        text = frame.assign(count=system.cells.value).to_csv(index=False, lineterminator="\n")
        digest = hashlib.sha256(f"{one.table.table}\n{text}".encode()).hexdigest()
        return self.workspace.ring.fingerprint(digest)


def millionths(rho: float) -> int:
    """Return rho as the ledger keeps it, rounded up."""
    return int(np.ceil(round(rho * _MILLION, 3)))


def check_budget(workspace: Workspace, drawing: Mapping[str, Any]) -> None:
    """Refuse a drawing that the budget of its table and period does not reach.

    Raises:
        DisclosureError: it is spent.
    """
    policy = workspace.project.contracts.policy.dp
    spent = sum(
        int(str(entry.facts["rho_millionths"]))
        for entry in workspace.ledger.entries(KIND)
        if (entry.facts["table"], entry.facts["period"]) == (drawing["table"], drawing["period"])
        and entry.facts["drawing"] != drawing["drawing"]
    )
    budget = 0 if policy is None else millionths(policy.budget.value)
    if spent + drawing["rho_millionths"] > budget:
        raise DisclosureError(
            "disclosure.budget_spent",
            place=Place(table=drawing["table"]),
            period=drawing["period"],
            spent=f"{spent / _MILLION:g}",
            budget=f"{budget / _MILLION:g}",
            rho=f"{drawing['rho_millionths'] / _MILLION:g}",
        )


def spend(workspace: Workspace, drawings: Sequence[Mapping[str, Any]]) -> None:
    """Tell in the ledger what a release costs, before it is shown; again changes nothing.

    Raises:
        DisclosureError: a budget is spent meanwhile; nothing is told of any.
    """
    for drawing in drawings:
        check_budget(workspace, drawing)
    for drawing in drawings:
        facts = {name: drawing[name] for name in ("table", "period", "drawing", "rho_millionths")}
        workspace.ledger.append_once(KIND, **facts)


def _as_before(cells: pd.DataFrame, one: Counted, frame: pd.DataFrame) -> Private:
    keys = list(frame.columns)
    names = [one.table.measure_names[0], *one.table.measured_columns]
    there = cells[cells["time_period"] == one.period].set_index(keys)[names]
    found = there.reindex(pd.MultiIndex.from_frame(frame[keys]))
    # Of a territory of which nobody delivered nothing is shown, then as now.
    told = found.fillna(0).to_numpy(dtype=np.float64).astype(np.int64)
    return Private(*told.T)


def _drawn(system: System, policy: DifferentialPrivacy) -> Private:
    levels = len(system.grids)
    scale = drawn_scale(policy, levels)

    def draw(counts: Counts, scale: float) -> Counts:
        noisy, rho = discrete_gaussian(counts, scale)
        if levels * rho > policy.rho.value:
            raise DisclosureError("disclosure.rule_unsupported")
        return noisy

    return privatise(system, scale=scale, draw=draw)


def drawn_scale(policy: DifferentialPrivacy, levels: int) -> float:
    """Return the standard deviation of the noise of a table of so many levels.

    It is a hair more than the policy's, so that floats do not round the cost above what is spent.
    """
    return policy.scale(levels) * (1 + 1e-9)


def check_drawn() -> None:
    """Refuse where OpenDP is not installed, before anything is worked out that would need it.

    Raises:
        DisclosureError: it is not.
    """
    try:
        import opendp.prelude  # noqa: F401 - to see whether it can be
    except ImportError:
        raise DisclosureError("disclosure.opendp_missing") from None


def discrete_gaussian(counts: Counts, scale: float) -> tuple[Counts, float]:
    """Return counts with OpenDP's noise, and what it costs where one count may differ by 1.

    Raises:
        DisclosureError: OpenDP is not installed.
    """
    check_drawn()
    import opendp.prelude as dp

    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T="i64")
    mechanism: Any = dp.m.make_gaussian(*space, scale=scale)
    return np.array(mechanism(counts.tolist()), dtype=np.int64), float(mechanism.map(d_in=1))
