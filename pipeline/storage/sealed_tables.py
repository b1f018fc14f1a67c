"""Tables and JSON as sealed files: serialised in memory, encrypted on their way to the disk."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.storage.keys import KeyRing
from pipeline.storage.sealed import open_sealed, seal
from pipeline.storage.signed import altered, canonical_json


def seal_table(table: pa.Table, path: Path, ring: KeyRing, *, context: bytes) -> None:
    """Seal a table, as a compressed Arrow stream, to `path`."""
    seal(io.BytesIO(table_stream(table)), path, ring, context=context)


def table_stream(table: pa.Table) -> bytes:
    """Return a table as a compressed Arrow stream."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def open_table(path: Path, ring: KeyRing, *, context: bytes) -> pa.Table:
    """Return a sealed table; nothing is decoded before all of it is verified.

    Raises:
        StorageError: it is missing, altered, or another file than `context` says.
    """
    content = _verified(path, ring, context)
    try:
        return pa.ipc.open_stream(content).read_all()
    except pa.ArrowException:
        raise altered(path) from None


def seal_json(content: Mapping[str, Any], path: Path, ring: KeyRing, *, context: bytes) -> None:
    """Seal plain types, as canonical JSON, to `path`."""
    seal(io.BytesIO(canonical_json(content)), path, ring, context=context)


def open_json(path: Path, ring: KeyRing, *, context: bytes) -> dict[str, Any]:
    """Return the plain types of a sealed JSON file.

    Raises:
        StorageError: it is missing, altered, or another file than `context` says.
    """
    try:
        content: dict[str, Any] = json.loads(_verified(path, ring, context))
    except ValueError:
        raise altered(path) from None
    return content


def _verified(path: Path, ring: KeyRing, context: bytes) -> bytes:
    with open_sealed(path, ring, context=context) as stream:
        return stream.read()
