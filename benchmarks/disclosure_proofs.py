"""Measure the proofs of a nation's pattern: what is kept, how large it is, how long a replay takes.

Writes benchmarks/results/disclosure-proofs.json. Example:
    make bench NAME=disclosure-proofs COMMUNES=2000 WIDTH=3
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from benchmarks.disclosure.measure import FEWEST, report
from benchmarks.disclosure.nations import nation
from benchmarks.disclosure.proofs import proofs_of, territories_of
from pipeline.disclosure.protect import protect
from pipeline.disclosure.verifier import verify
from pipeline.disclosure.witnesses import select, veil
from pipeline.steps.witnessing import witness_tables
from pipeline.storage.sealed_tables import table_stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The proofs of one nation.

    `drawn_anew_pct` is the share of hidden cells that count another number in the table that is
    kept than was counted; by chance alone some count the same.
    """

    communes: int
    source: str
    width: int
    hidden: int
    proven: int
    narrowest: int
    worlds_found: int
    worlds_kept: int
    select_seconds: float
    veil_seconds: float
    verify_seconds: float
    bytes: int
    bytes_per_hidden_cell: float
    drawn_anew_pct: float


def measure() -> Run:
    """Protect a nation, keep its proofs, and replay them."""
    communes, width = int(os.environ.get("COMMUNES", "35000")), int(os.environ.get("WIDTH", "3"))
    threads = int(os.environ.get("THREADS", "2"))
    drawn = nation(communes, seed=int(os.environ.get("SEED", "0")))
    system, geography = drawn.system(linked=False), drawn.geography(linked=False)
    pattern = protect(system, width=width, preferences=FEWEST, threads=threads)
    hidden, found = pattern.hidden, pattern.audit
    began = time.perf_counter()
    worlds = select(system, hidden, found.changes, asked=found.asked)
    selected = time.perf_counter()
    kept = veil(
        system,
        hidden,
        worlds,
        asked=found.asked,
        random=np.random.default_rng(),
        threads=threads,
    )
    veiled = time.perf_counter()
    proofs = proofs_of(system, hidden, kept, geography, code_lists=drawn.code_lists)
    ready = time.perf_counter()
    [ranges] = verify(proofs, territories_of(geography))
    verified = time.perf_counter()
    spans = [high - low for at, (low, high) in ranges.items() if proofs[0].shown[at] is None]
    [lattice] = system.lattices
    names = {"ref_area": geography.in_order().territory.tolist()}
    names |= {name: [*drawn.code_lists[name]] for name in lattice.dimensions}
    tables = map(pa.Table.from_pandas, witness_tables(kept, lattice, names))
    size = sum(len(table_stream(table)) for table in tables)
    value = system.membership @ kept.persons
    return Run(
        communes=communes,
        source=drawn.source,
        width=width,
        hidden=len(spans),
        proven=sum(span >= width for span in spans),
        narrowest=min(spans),
        worlds_found=found.worlds,
        worlds_kept=kept.changes.shape[0],
        select_seconds=round(selected - began, 2),
        veil_seconds=round(veiled - selected, 2),
        verify_seconds=round(verified - ready, 2),
        bytes=size,
        bytes_per_hidden_cell=round(size / len(spans), 2),
        drawn_anew_pct=round(100 * float(np.mean((value != system.cells.value)[hidden])), 1),
    )


if __name__ == "__main__":
    report("disclosure-proofs", measure())
