"""Measure pseudonyms per second on one core, against a loop that hashes row by row.

Seconds are those of the processor, so that what else runs on the machine does not count; the
wall clock stands beside them in each run. Writes benchmarks/results/pseudonyms.json. Example:
    python -m benchmarks.pseudonyms
"""

from __future__ import annotations

import hmac
import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import cryptography
import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from pipeline.contracts import Canonical
from pipeline.privacy.cmac import Cmac, Messages
from pipeline.privacy.pseudonyms import LENGTH_BYTES, pseudonymise
from pipeline.privacy.spelling import bytes_and_offsets

RESULTS = Path(__file__).parent / "results" / "pseudonyms.json"
IDS, MIXED_IDS, LOOPED_IDS, ID_BYTES, SEED, REPEATS = 5_000_000, 2_000_000, 200_000, 11, 1, 9
# Of the identifiers of mixed lengths, the share with an accent; all are in small letters.
ACCENTED = 0.2
KEY = bytes(range(32))
CANONICAL = Canonical(
    version=1,
    unicode="nfkc",
    case="upper",
    apostrophes="unified",
    hyphens="unified",
    invisible="removed",
    space="collapsed",
    leading_zeros="kept",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One measured way in one turn: identifiers, seconds of the processor and of the clock."""

    way: str
    ids: int
    cpu_seconds: float
    wall_seconds: float

    @property
    def ids_per_s(self) -> float:
        """Identifiers per second of the processor."""
        return self.ids / self.cpu_seconds


def national_ids() -> pa.Array:
    """Return 11-character identifiers, nine digits and two letters, as the contracts have them."""
    rng = np.random.default_rng(SEED)
    text = rng.integers(ord("0"), ord("9") + 1, (IDS, ID_BYTES), dtype=np.uint8)
    text[:, -2:] = rng.integers(ord("A"), ord("Z") + 1, (IDS, 2), dtype=np.uint8)
    offsets = np.arange(0, (IDS + 1) * ID_BYTES, ID_BYTES, dtype=np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(text.tobytes())]
    return pa.Array.from_buffers(pa.string(), IDS, buffers)


def mixed_ids() -> pa.Array:
    """Return identifiers of 5 to 60 bytes in small letters, some with an e acute."""
    rng = np.random.default_rng(SEED)
    sizes = rng.integers(5, 61, MIXED_IDS)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    text = rng.integers(ord("a"), ord("z") + 1, offsets[-1], dtype=np.uint8)
    places = offsets[:-1][rng.random(MIXED_IDS) < ACCENTED] + 1
    text[places], text[places + 1] = "é".encode()
    column = pa.Array.from_buffers(
        pa.string(), MIXED_IDS, [None, pa.py_buffer(offsets), pa.py_buffer(text)]
    )
    column.validate(full=True)
    return column


def ways() -> dict[str, tuple[int, Callable[[], object]]]:
    """Return what is measured: name → number of identifiers and what is done with them."""
    ids, mixed, cipher = national_ids(), mixed_ids(), Cmac(KEY)
    messages, mixed_messages = _messages(ids), _messages(mixed)
    texts = ids.slice(0, LOOPED_IDS).to_pylist()
    return {
        "ids": (IDS, lambda: pseudonymise([ids], keys=[KEY], canonical=CANONICAL)),
        "ids_cmac_only": (IDS, lambda: cipher.of(messages)),
        "ids_mixed": (
            MIXED_IDS,
            lambda: pseudonymise([mixed], keys=[KEY], canonical=CANONICAL),
        ),
        "ids_mixed_cmac_only": (MIXED_IDS, lambda: cipher.of(mixed_messages)),
        "hmac_loop": (
            LOOPED_IDS,
            lambda: [hmac.digest(KEY, text.encode(), "sha256") for text in texts],
        ),
    }


def _messages(ids: pa.Array) -> Messages:
    """Return the identifiers as they are, framed, so that only the MAC is left to do."""
    data, offsets = bytes_and_offsets(ids)
    sizes = np.diff(offsets).astype(np.int64)
    heads = np.uint64(1) | sizes.astype(np.uint64) << np.uint64(16)
    return Messages(heads, 1 + LENGTH_BYTES, data, offsets[:-1].astype(np.int64), sizes)


def measure(way: str, ids: int, work: Callable[[], object]) -> Run:
    """Do it once."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return Run(way=way, ids=ids, cpu_seconds=round(cpu, 4), wall_seconds=round(wall, 4))


def _report(runs: list[Run]) -> dict[str, object]:
    speed = {
        way: median(run.ids_per_s for run in runs if run.way == way)
        for way in dict.fromkeys(run.way for run in runs)
    }
    return {
        "name": "pseudonyms",
        "machine": {
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "system": platform.system(),
        },
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "pyarrow": pa.__version__,
            "cryptography": cryptography.__version__,
        },
        "figures": {
            "ids_per_s": round(speed["ids"]),
            "ids_per_s_cmac_only": round(speed["ids_cmac_only"]),
            "ids_per_s_mixed": round(speed["ids_mixed"]),
            "ids_per_s_mixed_cmac_only": round(speed["ids_mixed_cmac_only"]),
            "hmac_loop_ids_per_s": round(speed["hmac_loop"]),
            "ratio_to_hmac_loop": round(speed["ids"] / speed["hmac_loop"], 1),
        },
        "runs": [asdict(run) for run in runs],
    }


def main() -> None:
    """Measure in turn, print a table and write the figures."""
    todo = ways()
    for ids, work in todo.values():
        measure("warm", ids, work)
    runs = [measure(way, ids, work) for _ in range(REPEATS) for way, (ids, work) in todo.items()]
    report = _report(runs)
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    table = Table("way", "identifiers", "median M per s", "slowest", "fastest", title="pseudonyms")
    for way, (ids, _) in todo.items():
        speeds = [run.ids_per_s / 1e6 for run in runs if run.way == way]
        shown = (median(speeds), min(speeds), max(speeds))
        table.add_row(way, f"{ids:,}", *(f"{speed:.2f}" for speed in shown))
    console = Console()
    console.print(table)
    console.print(f"Figures: {RESULTS.relative_to(RESULTS.parents[2])}")


if __name__ == "__main__":
    main()
