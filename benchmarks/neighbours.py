"""Attack two releases that differ by one pupil: how often is the pupil's cell named?

A pupil is added, taken away, or gets another school, sex, level or answer; each time a second
release is made beside the first, by the code that candidates are made with. A tenth as many times
the pupil is one of a change that shows. Writes benchmarks/results/neighbours.json. Example:
    make bench NAME=neighbours NEIGHBOURS=100
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.disclosure.two_releases import (
    Attacker,
    changed_by_one,
    nation,
    same,
    with_more,
)
from pipeline.disclosure.protect import Pattern, protect
from pipeline.disclosure.system import System

RESULTS = Path(__file__).parent / "results" / "neighbours.json"


def remembered() -> Callable[..., Pattern]:
    """Return the search for patterns, which answers what it was asked before at once."""
    known: dict[bytes, Pattern] = {}

    def find(system: System, **given: Any) -> Pattern:
        public = given.get("public")
        masks = (public.hidden, public.shown, public.moved) if public else ()
        asked = b"".join(each.tobytes() for each in (system.atoms, system.cells.k, *masks))
        if asked not in known:
            known[asked] = protect(system, **given)
        return known[asked]

    return find


def attack(neighbours: int, *, communes: int = 8, seed: int = 1) -> dict[str, float]:
    """Return how many second releases were the first again, and how often a cell was named."""
    began = time.perf_counter()
    drawn, pupils = nation(communes, seed)
    made = replace(drawn, protecting=remembered())
    first, attacker = made.release(pupils), Attacker(made)
    schools = made.schools["school_code"].tolist()
    equal = named = shown = named_inside = 0
    for each in range(neighbours):
        second = made.release(changed_by_one(pupils, schools, each), first)
        equal += same(first, second)
        named += bool(attacker.named(first, second))
    for each in range(neighbours // 10):
        school = schools[each % len(schools)]
        many = with_more(pupils, 120, school=school, seed=each)
        second = made.release(changed_by_one(many, [school], each), first)
        shown += not same(first, second)
        named_inside += bool(attacker.named(first, second))
    return {
        "neighbours": neighbours,
        "equal": equal,
        "named": named,
        "inside_a_change": neighbours // 10,
        "inside_shown": shown,
        "inside_named": named_inside,
        "seconds": round(time.perf_counter() - began, 1),
    }


if __name__ == "__main__":
    found = attack(int(os.environ.get("NEIGHBOURS", "1000")))
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2))
