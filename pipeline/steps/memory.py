"""Memory of this process while it takes a delivery in: what is freed is used again at once.

Handed back to the system and asked for anew, each page of a block would be wiped again and again,
which takes an eighth of the time of an ingest. At the end all that is free is handed back.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

# Of mallopt(3): what is less than the first comes from the heap, of which so much may lie free.
_MMAP_THRESHOLD, _TRIM_THRESHOLD, _ARENA_MAX = -3, -1, -8
_OPTIONS = {_MMAP_THRESHOLD: 32 << 20, _TRIM_THRESHOLD: 512 << 20, _ARENA_MAX: 2}
# What the library itself lets lie free once it has seen blocks as large as the first.
_AFTERWARDS = 64 << 20


@contextmanager
def used_again() -> Iterator[None]:
    """Have memory that is freed in the block used again; where the C library cannot, as always."""
    library, pool = ctypes.CDLL(None), pa.default_memory_pool()
    option, trim = (getattr(library, name, None) for name in ("mallopt", "malloc_trim"))
    if option is None or trim is None:
        yield
        return
    for which, value in _OPTIONS.items():
        option(which, value)
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(pool)
        option(_TRIM_THRESHOLD, _AFTERWARDS)
        trim(0)
