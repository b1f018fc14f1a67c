"""Try other thresholds and methods on a table, side by side; nothing is kept or published.

The table is taken by itself: with others of its population, and with what others publish, more has
to be hidden, or is refused. Numbers of a method that the policy holds are used; where it holds
none, those that follow from the threshold.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.contracts import Contracts, Label
from pipeline.contracts.method_checks import leaves_zeros
from pipeline.contracts.policy import DifferentialPrivacy
from pipeline.disclosure.audit import Progress as Told
from pipeline.disclosure.cell_key import design_table
from pipeline.disclosure.noise import privatise
from pipeline.disclosure.protect import protect
from pipeline.disclosure.rounding import round_counts
from pipeline.disclosure.system import System, build_system
from pipeline.disclosure.utility import Utility
from pipeline.disclosure.what_if import Weighed, stand_in_keys, weigh
from pipeline.errors import ContractError, Language
from pipeline.papers.what_if import what_if_page
from pipeline.steps.counting import (
    code_lists,
    count_period,
    disclosure_geography,
    person_dimensions,
)
from pipeline.steps.drawing import check_drawn, discrete_gaussian
from pipeline.steps.ground import preferences_of
from pipeline.steps.laying_out import table_shape
from pipeline.steps.policy import require_policy
from pipeline.steps.progress import SILENT, Progress, share_told
from pipeline.steps.receipt import Receipt
from pipeline.steps.workspace import Workspace
from pipeline.storage.clear_files import check_clear_target, write_clear

METHODS = ("suppress", "cell_key", "rounding", "dp")
_RHO = 0.5
_REFUSED = Label(
    en=": refused here, for the policy protects zeros",
    fr=" : refusé ici, car la politique protège les zéros",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One method at one threshold.

    Attributes:
        method: of `METHODS`.
        threshold: counts of 1 to threshold - 1 are small.
        numbers: what the method was set to, in words.
        width: by how many persons a moved or hidden count stays uncertain, at least; None where
            only chances can be told.
        weighed: what is left, and what it tells.
        seconds: how long it took.
    """

    method: str
    threshold: int
    numbers: Label
    width: int | None
    weighed: Weighed
    seconds: float

    def facts(self) -> dict[str, Any]:
        """Return the trial over all levels, as a table or a page shows it."""
        whole = self.weighed.whole
        return {
            "method": self.method,
            "threshold": self.threshold,
            **_left(whole),
            "near_pct": round(100 * self.weighed.near, 2),
            "read_pct": round(100 * self.weighed.read, 2),
            "uncertain_by": self.width,
            "numbers": self.numbers,
        }

    def by_level(self) -> list[dict[str, Any]]:
        """Return the same for each level."""
        about = {"method": self.method, "threshold": self.threshold}
        return [
            {**about, "area_level": level, "cells": part.cells, **_left(part)}
            for level, part in self.weighed.levels.items()
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What was tried on a table: its name, the period and each trial."""

    table: str
    period: str
    trials: tuple[Trial, ...]

    def rows(self, language: Language) -> list[dict[str, Any]]:
        """Return one row per trial, over all levels."""
        return [
            {
                **each.facts(),
                "numbers": each.numbers.words(language),
                "seconds": round(each.seconds, 2),
            }
            for each in self.trials
        ]

    def levels(self) -> list[dict[str, Any]]:
        """Return one row per trial and level."""
        return [row for each in self.trials for row in each.by_level()]


def try_methods(
    workspace: Workspace,
    table: str,
    *,
    thresholds: Sequence[int],
    methods: Sequence[str],
    period: str | None = None,
    to: Path | None = None,
    progress: Progress = SILENT,
) -> WhatIf:
    """Return what each method would leave of a table of persons, and what it would tell.

    What is hidden under one threshold and not under the next tells small counts: the ledger is
    told first.

    Args:
        workspace: the project and the zones.
        table: a published table that counts persons.
        thresholds: each is tried with each method.
        methods: of `METHODS`.
        period: such as `2021`; default: the latest held.
        to: a new file outside of the zones, where it is to be written by `write_what_if`.
        progress: told which trial is made, and how far it is.

    Raises:
        ContractError: there is no such table of persons, or nothing of it is held.
        DisclosureError: a method cannot protect the table, or OpenDP is not installed.
        PolicyError: the rules are not those that are signed; nothing was read.
        StorageError: the file to write is there already.
    """
    require_policy(workspace)
    if to is not None:
        check_clear_target(to, workspace.home)
    contracts = workspace.project.contracts
    contract = contracts.tables.get(table)
    if contract is None or contract.counts != "persons":
        raise ContractError("contract.unknown_name", kind="table of persons", name=table)
    if "dp" in methods:
        check_drawn()
    held = sorted(workspace.protected.periods(contract.population))
    chosen = period or (held[-1] if held else "")
    one = count_period(workspace, chosen).get(table) if chosen in held else None
    if one is None:
        raise ContractError("contract.unknown_name", kind="period", name=chosen or "-")
    workspace.ledger.append(
        "opening", zone="review", table=f"what_if_{table}", period=chosen, reason="quality"
    )
    places = disclosure_geography(contracts, workspace.project.geography)
    inner = one.inner(contract.measure_names[0], person_dimensions(contract, contracts))
    trials = []
    for method in methods:
        for threshold in thresholds:
            shape = table_shape(contract, contracts, k=threshold)
            system = build_system([shape], [inner], code_lists(contracts), geography=places)
            tell = share_told(progress, f"{table} {chosen}: {method} {threshold}")
            start = time.perf_counter()
            shown, width, numbers = _TRIED[method](system, contracts, threshold, tell)
            if leaves_zeros(method, contract, contracts):
                numbers = Label(en=numbers.en + _REFUSED.en, fr=numbers.fr + _REFUSED.fr)
            trials.append(
                Trial(
                    method=method,
                    threshold=threshold,
                    numbers=numbers,
                    width=width,
                    weighed=weigh(system, shown, k=threshold),
                    seconds=time.perf_counter() - start,
                )
            )
    return WhatIf(table=table, period=chosen, trials=tuple(trials))


def write_what_if(
    workspace: Workspace, tried: WhatIf, file: Path, *, language: Language
) -> Receipt:
    """Write what was tried to a new file of its reader: JSON by its name, else a page with a plot.

    Raises:
        StorageError: the file is there already, or in a zone, or the disk refuses.
    """
    if file.suffix == ".json":
        told = {
            "period": tried.period,
            "trials": tried.rows(language),
            "levels": tried.levels(),
        }
        content = f"{json.dumps(told, indent=2, ensure_ascii=False)}\n"
    else:
        label = workspace.project.contracts.tables[tried.table].label
        rows = [each.facts() for each in tried.trials]
        content = what_if_page(label, tried.period, rows, language=language)
    write_clear(file, content.encode(), workspace.home)
    return Receipt(step="disclosure what-if", changed=True, ids={"file": file.name})


def _left(part: Utility) -> dict[str, float]:
    return {
        "hidden_pct": round(100 * (1 - part.cells_kept / part.cells), 2),
        "kept_pct": round(100 * part.persons_kept / max(part.persons, 1), 2),
        "mean_error": round(part.mean_error, 2),
    }


_Shown = tuple[NDArray[np.float64], int | None, Label]


def _suppressed(system: System, contracts: Contracts, _k: int, tell: Told) -> _Shown:
    width = int(contracts.policy.protection_width.value)
    preferences = preferences_of(contracts.policy.secondary, system)
    pattern = protect(system, width=width, preferences=preferences, on_progress=tell)
    shown = system.cells.value.astype(np.float64)
    shown[pattern.hidden] = np.nan
    return shown, width, Label(en="small counts hidden", fr="petits effectifs masqués")


def _keyed(system: System, contracts: Contracts, k: int, _tell: Told) -> _Shown:
    rule = contracts.policy.cell_key
    if rule is None:
        # Just above the least variance with which nothing results between 0 and k.
        variance = (k // 2) * (k - k // 2) + 1.0
        maximum, smallest = int(2 * variance), k
    else:
        variance, maximum = rule.variance.value, rule.maximum.value
        smallest = rule.smallest.value
    noise = design_table(variance=variance, maximum=maximum, smallest=smallest)
    shown = noise.perturb(system.cells.value, stand_in_keys(system)).astype(np.float64)
    return (
        shown,
        None,
        Label(
            en=f"variance {variance:g}, at most {maximum}, nothing between 0 and {smallest}",
            fr=f"variance {_french(variance)}, au plus {maximum}, rien entre 0 et {smallest}",
        ),
    )


def _rounded(system: System, contracts: Contracts, k: int, _tell: Told) -> _Shown:
    rule = contracts.policy.rounding
    least = max(k, int(contracts.policy.protection_width.value) + 1)
    base = least if rule is None else rule.base.value
    shown = round_counts(system, base=base).value.astype(np.float64)
    return shown, base - 1, Label(en=f"base {base}", fr=f"base {base}")


def _private(system: System, contracts: Contracts, _k: int, _tell: Told) -> _Shown:
    rule: DifferentialPrivacy | None = contracts.policy.dp
    rho = _RHO if rule is None else rule.rho.value
    scale = float(np.sqrt(len(system.grids) / (2 * rho)))
    told = privatise(system, scale=scale, draw=lambda counts, s: discrete_gaussian(counts, s)[0])
    return told.value.astype(np.float64), None, Label(en=f"rho {rho:g}", fr=f"rho {_french(rho)}")


def _french(value: float) -> str:
    return f"{value:g}".replace(".", ",")


_TRIED = {"suppress": _suppressed, "cell_key": _keyed, "rounding": _rounded, "dp": _private}
