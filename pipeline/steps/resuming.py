"""Protect tables, taking up what a preparation that was stopped had found already.

What is kept is found by a keyed hash of everything that it follows from: relations, counts, rules,
what is public, and the code that searches. It is not believed: all is proven anew, in integers.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from scipy import sparse

import pipeline.disclosure
from pipeline.disclosure.audit import Progress
from pipeline.disclosure.protect import Found, Pattern, protect, protect_again
from pipeline.disclosure.system import System
from pipeline.errors import DisclosureError
from pipeline.storage.patterns import PatternStore

_SEARCHED_BY = ("numpy", "scipy", "highspy")
_ASKED = {"width", "primary", "public"}
"""What the proof of a pattern asks for, of what it was sought with."""
_WORTH = 5.0
"""Seconds from which on what was found is kept: to seal it takes some, too."""


class Resuming:
    """Protects tables, and keeps what it finds until it is withdrawn.

    Args:
        store: where it is kept.
    """

    def __init__(self, store: PatternStore) -> None:
        self._store = store

    def protect(
        self,
        system: System,
        *,
        threads: int = 1,
        on_progress: Progress | None = None,
        **given: Any,
    ) -> Pattern:
        """Return the pattern of tables; see `pipeline.disclosure.protect.protect`.

        Args:
            system: the relations and exact counts.
            threads: how many parts are worked on at the same time.
            on_progress: called with the cells protected so far and those to protect.
            given: all that the pattern follows from beside the system, as `protect` takes it.

        Raises:
            DisclosureError: as it does.
            StorageError: the disk refuses.
        """
        key = self._store.name(hash_of((_code(), system, given)))
        kept = self._store.read(key)
        if kept is not None:
            asked = {name: given[name] for name in _ASKED & given.keys()}
            # What does not prove itself again is sought again.
            with suppress(DisclosureError):
                return protect_again(system, found=_found(kept, system), threads=threads, **asked)
        begun = time.monotonic()
        pattern = protect(system, threads=threads, on_progress=on_progress, **given)
        if time.monotonic() - begun >= _WORTH:
            self._store.keep(key, _table(pattern))
        return pattern


def _table(pattern: Pattern) -> pa.Table:
    """Return a pattern as one row of lists."""
    worlds = pattern.audit.changes
    row = {
        "primary": np.flatnonzero(pattern.primary),
        "secondary": np.flatnonzero(pattern.secondary),
        "bound": np.array([pattern.bound]),
        "indptr": worlds.indptr,
        "indices": worlds.indices,
        "data": worlds.data,
    }
    return pa.table({name: pa.array([values]) for name, values in row.items()})


def _found(kept: pa.Table, system: System) -> Found:
    row = {name: kept[name][0].values.to_numpy() for name in kept.column_names}
    masks = {name: np.zeros(len(system.cells), dtype=bool) for name in ("primary", "secondary")}
    for name, mask in masks.items():
        mask[row[name]] = True
    shape = (len(row["indptr"]) - 1, len(system.atoms))
    worlds = sparse.csr_array((row["data"], row["indices"], row["indptr"]), shape=shape)
    return Found(
        primary=masks["primary"],
        secondary=masks["secondary"],
        bound=int(row["bound"][0]),
        worlds=worlds,
    )


def _code() -> tuple[str, ...]:
    """Return what a pattern depends on beside what is given: the code that searches for it."""
    files = sorted(Path(pipeline.disclosure.__path__[0]).rglob("*.py"))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files))
    return (digest.hexdigest(), *(version(name) for name in _SEARCHED_BY))


def hash_of(value: object) -> str:
    """Return the SHA-256, in hex, of plain types, arrays, matrices and dataclasses of these.

    Raises:
        TypeError: it holds something else, of which the hash would not tell all.
    """
    digest = hashlib.sha256()
    _feed(digest, value)
    return digest.hexdigest()


def _feed(digest: hashlib._Hash, value: object) -> None:
    digest.update(f"{type(value).__name__}:".encode())
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufU":
        digest.update(f"{value.dtype.str}{value.shape}:".encode())
        digest.update(value.tobytes())
    elif isinstance(value, np.generic):
        _feed(digest, value.item())
    elif isinstance(value, sparse.csr_array):
        _feed(digest, (value.shape, value.indptr, value.indices, value.data))
    elif is_dataclass(value) and not isinstance(value, type):
        _feed(digest, {each.name: getattr(value, each.name) for each in fields(value)})
    elif isinstance(value, Mapping):
        _feed(digest, sorted(value.items()))
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        digest.update(f"{len(value)}:".encode())
        for each in value:
            _feed(digest, each)
    elif value is None or isinstance(value, bool | int | float | str):
        digest.update(f"{value!r};".encode())
    else:
        raise TypeError(type(value).__name__)
