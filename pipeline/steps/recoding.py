"""Propose the least recoding that reaches the policy's k, and apply the signed one to what is held.

A delivery that comes in is recoded while it is taken in. Rows that were held before the recoding
was signed are rewritten in place, and what they were is destroyed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.contracts.ladders import Ladder, ladder_of
from pipeline.contracts.recoding_checks import needs, words_of
from pipeline.contracts.recodings import SUPPRESS
from pipeline.engines import count_combinations
from pipeline.engines.grouping import ROWS
from pipeline.errors import Place, PrivacyError
from pipeline.privacy.recode import recode
from pipeline.privacy.recode_search import Search, search_recoding
from pipeline.privacy.risk import measure_risk
from pipeline.privacy.risk_cells import cells_of
from pipeline.steps.policy import require_policy
from pipeline.steps.receipt import Receipt
from pipeline.steps.risk import asked, limits_of, quasi_identifiers
from pipeline.steps.risk_history import recoding_digest
from pipeline.steps.workspace import Workspace
from pipeline.storage.shredding import shred_withdrawn

TOLD = "recoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """The least recoding of one dataset and period that reaches the policy's k.

    Attributes:
        dataset: the contract.
        period: such as `2021`.
        k: what the policy asks.
        rows: how many were looked at.
        k_now: rows in the smallest class, as they are held.
        search: what was found.
        ladders: of the columns that may be coarsened.
        needed: column that may not be coarsened → what needs it as it is.
    """

    dataset: str
    period: str
    k: int
    rows: int
    k_now: int
    search: Search
    ladders: Mapping[str, Ladder]
    needed: Mapping[str, str]

    def columns(self) -> dict[str, int | str]:
        """Return what the contract must say: column → steps, or `suppress`."""
        steps = self.search.steps or {}
        return {
            name: SUPPRESS if step == self.ladders[name].top else step
            for name, step in steps.items()
            if step
        }


def propose(workspace: Workspace, dataset: str, period: str | None = None) -> Proposed:
    """Find the least recoding of the rows in force that reaches the policy's k.

    A recoding that the contracts hold already is where the search begins. What it finds is
    nothing but a proposal: it holds once it stands in the contracts and they are signed.

    Args:
        workspace: the project and the zones.
        dataset: a contract on persons.
        period: default: the latest of which rows are held.

    Raises:
        PrivacyError: no such dataset, it counts no persons, no row is held, or a value stands
            nowhere in the hierarchy of its column.
        StorageError: the rows cannot be read.
    """
    contract, period = asked(workspace, dataset, period)
    project = workspace.project
    contracts, quasi = project.contracts, quasi_identifiers(contract)
    queries = {table: words_of(sql) for table, sql in project.counts.items()}
    needed = needs(contracts, queries, dataset)
    kept = contracts.kept_columns(dataset)
    ladders = {
        name: ladder_of(kept[name], contracts, project.geography)
        for name in quasi
        if name not in needed
    }
    recoding = contracts.recodings.get(dataset, {}).get(period)
    in_force = recoding.columns if recoding else {}
    rows = workspace.protected.current(dataset, period)
    counted = count_combinations(rows, quasi, name=dataset)
    cells = cells_of(counted, quasi_identifiers=quasi, sensitive=(), rows=ROWS)
    limits = limits_of(workspace)
    return Proposed(
        dataset=dataset,
        period=period,
        k=limits.k,
        rows=rows.num_rows,
        k_now=measure_risk(cells, limits).k,
        search=search_recoding(
            cells,
            ladders,
            k=limits.k,
            floor={name: ladders[name].step(steps) for name, steps in in_force.items()},
        ),
        ladders=ladders,
        needed={name: needed[name] for name in quasi if name in needed},
    )


def apply_recoding(workspace: Workspace, dataset: str, period: str | None = None) -> Receipt:
    """Rewrite the rows held so far as the signed recoding keeps them, and destroy what they were.

    Superseded rows are rewritten too. Run again it changes nothing, and ends what a kill cut
    short: where nothing is left to rewrite and the ledger does not tell of the recoding, it is
    told of all batches that are held under it.

    Args:
        workspace: the project, the keys and the zones.
        dataset: a contract on persons.
        period: default: the latest of which rows are held.

    Raises:
        PrivacyError: the contracts hold no recoding for it, or a value stands nowhere in the
            hierarchy of its column; nothing was changed.
        PolicyError: the rules are not those that are signed; nothing was changed.
        StorageError: a file is missing or altered, or the disk refuses.
    """
    require_policy(workspace)
    _, period = asked(workspace, dataset, period)
    contracts, geography = workspace.project.contracts, workspace.project.geography
    recoding = contracts.recodings.get(dataset, {}).get(period)
    if recoding is None:
        place = Place(dataset=dataset)
        raise PrivacyError("risk.not_in_force", place=place, name=dataset, period=period)
    done = workspace.protected.rewrite(
        dataset,
        period,
        lambda rows: recode(rows, dataset, period, contracts=contracts, geography=geography),
    )
    shred_withdrawn(workspace.home, workspace.ring)
    about = {"dataset": dataset, "period": period, "recoding": recoding_digest(recoding)}
    counts = {"batches": len(done.batches), "files": done.parts}
    if done.batches:
        workspace.ledger.append(TOLD, **about, **counts)
    elif workspace.ledger.find(TOLD, **about) is None:
        held = workspace.protected.batches(dataset, period)
        files = sum(len(batch.parts) for batch in held)
        workspace.ledger.append_once(TOLD, **about, batches=len(held), files=files)
    return Receipt(
        step="risk apply",
        changed=bool(done.batches),
        ids={"dataset": dataset, "period": period},
        counts=counts,
        hashes={"recoding": about["recoding"]},
    )
