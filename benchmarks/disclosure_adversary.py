"""Measure the adversary: what it finds, what it leaves alone, and how long it takes.

Patterns of small nations are made unsafe by showing one secondary cell again, until `UNSAFE` of
them are so by the oracle; adversary and oracle judge every pattern, safe or not. Then patterns that
hide small counts alone, and one nation of `COMMUNES` communes with overlapping levels. Writes
benchmarks/results/disclosure-adversary.json. Example:
    make bench NAME=disclosure-adversary UNSAFE=200 COMMUNES=2000
"""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.disclosure.attacks import (
    WIDTH,
    Case,
    Oracle,
    found,
    of_large_communes,
    primary_only,
    safe_case,
    weakened,
)
from pipeline.disclosure.adversary import Plan, attack
from pipeline.disclosure.adversary.attack import determined
from pipeline.disclosure.adversary.parts import parts
from pipeline.disclosure.adversary.puzzle import assemble

RESULT = Path(__file__).parent / "results" / "disclosure-adversary.json"
SMALL, SAFE, OF_EACH = 16, 50, 12
Figures = dict[str, float]


def planted(unsafe: int) -> Figures:
    """Return how adversary and oracle judge safe patterns, and those with a planted weakness."""
    figures: Figures = dict.fromkeys(
        ("unsafe", "unsafe_found", "safe", "safe_refused", "still_safe", "still_safe_refused"), 0
    )
    for number in range(SAFE):
        case = safe_case(SMALL, linked=bool(number % 2), seed=100 + number)
        _add(figures, "safe", case)
        for weak in weakened(case, seed=number, most=OF_EACH):
            if figures["unsafe"] < unsafe:
                _add(
                    figures,
                    "unsafe" if not Oracle(weak.system, weak.hidden).is_safe() else "still_safe",
                    weak,
                )
    return figures


def _add(figures: Figures, kind: str, case: Case) -> None:
    figures[kind] += 1
    outcome = case.verdict().outcome
    figures[f"{kind}_found" if kind == "unsafe" else f"{kind}_refused"] += outcome != "pass"


def primaries() -> Figures:
    """Return what is found where small counts alone are hidden, in nested nations, in percent.

    In a nation like France most communes have several small counts side by side: there the oracle
    says what can be known at all, and the adversary's share of that is told.
    """
    figures: Figures = {"primary": 0, "primary_large": 0}
    shares: dict[str, list[float]] = {}
    for seed in range(1, 4):
        like, large = (
            primary_only(safe_case(60, linked=False, seed=seed)),
            of_large_communes(600, seed=seed),
        )
        oracle = Oracle(like.system, like.hidden)
        ranges = np.array([oracle.range(cell) for cell in range(oracle.size)])
        known, narrow = found(like)
        shares.setdefault("primary_known_pct", []).append(100 * known.mean())
        shares.setdefault("primary_narrow_pct", []).append(100 * (known | narrow).mean())
        shares.setdefault("primary_known_of_knowable_pct", []).append(
            100 * (known & (ranges == 0)).sum() / (ranges == 0).sum()
        )
        figures["primary"] += len(known)
        known, _ = found(large)
        shares.setdefault("primary_large_known_pct", []).append(100 * known.mean())
        figures["primary_large"] += len(known)
    return figures | {name: round(float(min(each)), 1) for name, each in shares.items()}


def nation_of(communes: int) -> Figures:
    """Return seconds of the exact audit, and of the whole attack, on overlapping levels."""
    case = safe_case(communes, linked=True, seed=1, threads=2)
    published = case.published()
    clock, cpu = time.perf_counter(), time.process_time()
    puzzle = assemble(published, "2021")
    still = sum(int(np.count_nonzero(determined(part, seed=1))) for part in parts(puzzle))
    exact, exact_cpu = time.perf_counter() - clock, time.process_time() - cpu
    report = attack(published, Plan(width=WIDTH))
    return {
        "communes": communes,
        "figures": len(report.findings),
        "determined": still,
        "exact_seconds": round(exact, 1),
        "exact_cpu_seconds": round(exact_cpu, 1),
        "attack_seconds": round(time.perf_counter() - clock - exact, 1),
        "attack_cpu_seconds": round(time.process_time() - cpu - exact_cpu, 1),
        "intervals": len(report.intervals),
        "narrowest_interval": round(report.intervals[0], 2),
        "narrow": len(report.narrow),
        "undecided": len(report.undecided),
    }


def _parts() -> Iterator[Figures]:
    yield planted(int(os.environ.get("UNSAFE", "200")))
    yield primaries()
    yield nation_of(int(os.environ.get("COMMUNES", "2000")))


def main() -> None:
    """Measure, print, and write the figures."""
    figures: Figures = {}
    for some in _parts():
        figures |= some
        table = Table("", "disclosure-adversary")
        for name, value in some.items():
            table.add_row(name, f"{value:g}")
        Console().print(table)
    machine = {"processors": os.cpu_count(), "python": platform.python_version()}
    result = {"name": "disclosure-adversary", "machine": machine, "figures": figures}
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
