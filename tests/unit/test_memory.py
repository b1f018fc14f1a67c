"""Memory that an ingest frees is used again while it runs, and handed back at its end."""

from __future__ import annotations

import ctypes
import resource
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pipeline.steps.memory import used_again

MB = 1 << 20


def held() -> int:
    """Return the bytes of memory that this process holds."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * resource.getpagesize()


def use(blocks: int) -> None:
    """Write into blocks of memory and free them."""
    each = [np.ones(8 * MB, np.uint8) for _ in range(blocks)]
    each.clear()


def test_what_was_freed_is_kept_in_the_block_and_handed_back_at_its_end() -> None:
    before = held()
    with used_again():
        use(20)
        assert held() > before + 100 * MB
    assert held() < before + 60 * MB


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
