"""Memory that an ingest frees is used again while it runs, and handed back at its end."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pyarrow as pa
import pytest

from pipeline.steps.memory import used_again

MB = 1 << 20


# A process of its own: what other tests hold and free meanwhile would count as well.
MEASURE = """
import resource
import numpy as np
from pathlib import Path
from pipeline.steps.memory import used_again

def held():
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()

def use(blocks):
    each = [np.ones(8 << 20, np.uint8) for _ in range(blocks)]
    each.clear()

before = held()
with used_again():
    use(20)
    within = held()
print(within - before, held() - before)
"""


def test_what_was_freed_is_kept_in_the_block_and_handed_back_at_its_end() -> None:
    run = subprocess.run(
        [sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True
    )
    within, after = map(int, run.stdout.split())
    assert within > 100 * MB
    assert after < 60 * MB


def test_the_pool_of_tables_is_as_it_was_before_also_after_a_refusal() -> None:
    before = pa.default_memory_pool().backend_name

    def refuse() -> None:
        with used_again():
            assert pa.default_memory_pool().backend_name == "system"
            raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        refuse()
    assert pa.default_memory_pool().backend_name == before


def test_without_such_a_library_all_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    before = pa.default_memory_pool().backend_name
    with used_again():
        assert pa.default_memory_pool().backend_name == before
