"""Encrypted Parquet: one random key per file, which lies in the vault.

Rows, names and statistics are encrypted (AES-256-GCM, footer too), bound to the address of the
file. What was noted when it was written (content hash, rows, key) stands under a signature, so
a file that was altered, cut, swapped or brought back from another time is refused before it is
decoded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.parquet.encryption import (
    create_decryption_properties,
    create_encryption_properties,
)

from pipeline.coded import is_coded, tidied
from pipeline.storage.atomic import write_atomically
from pipeline.storage.batches import Part
from pipeline.storage.key_table import DataKey
from pipeline.storage.keys import KeyRing
from pipeline.storage.signed import altered, canonical_json
from pipeline.storage.state import hash_in_order

Mark = Callable[[str], str]


def write_part(
    rows: pa.Table,
    path: Path,
    key: DataKey,
    *,
    address: tuple[str, ...],
    senders: tuple[str, ...],
    mark: Mark,
) -> Part:
    """Write rows as one encrypted file and return what must be known to read it.

    Args:
        rows: in their own order; the columns stand in the file even without a row.
        path: of the file; mode 0600.
        key: a data key of the vault, for this file alone.
        address: dataset, period and batch; needed again to read.
        senders: whose rows these are.
        mark: makes of a hash what is noted of the rows: whoever lacks its key learns nothing.
    """
    sink = pa.BufferOutputStream()
    properties = create_encryption_properties(
        key.key, aad_prefix=_context(address, path.name), store_aad_prefix=False
    )
    # Pseudonyms are as good as random: nothing of them repeats or can be made smaller.
    rows = pa.table({name: _told(rows[name]) for name in rows.column_names})
    random = {field.name for field in rows.schema if pa.types.is_fixed_size_binary(field.type)}
    names = rows.column_names
    pq.write_table(
        rows,
        sink,
        compression={name: "none" if name in random else "zstd" for name in names},
        use_dictionary=[name for name in names if name not in random],
        encryption_properties=properties,
        # What was coded is text to whoever reads it.
        store_schema=False,
    )
    encrypted = sink.getvalue()
    digest = hashlib.sha256(encrypted).hexdigest()
    with write_atomically(path) as stream:
        stream.write(encrypted)
    return Part(
        name=path.name,
        sha256=digest,
        rows=rows.num_rows,
        key_id=key.id.hex(),
        senders=senders,
        content=mark(hash_in_order(rows)),
    )


def read_part(
    part: Part,
    path: Path,
    ring: KeyRing,
    *,
    address: tuple[str, ...],
    columns: list[str] | None = None,
) -> pa.Table:
    """Return the rows of an encrypted file, of all columns or of some.

    Raises:
        StorageError: the file is missing or is not, to the byte, the one that was written here,
            or its key was forgotten.
    """
    key = ring.vault.key(bytes.fromhex(part.key_id), file=path)
    try:
        encrypted = path.read_bytes()
        if hashlib.sha256(encrypted).hexdigest() != part.sha256:
            raise altered(path)
        properties = create_decryption_properties(key, aad_prefix=_context(address, path.name))
        source = pa.BufferReader(encrypted)
        rows = pq.ParquetFile(source, decryption_properties=properties).read(columns)
    except (OSError, ValueError, pa.ArrowException):
        raise altered(path) from None
    if rows.num_rows != part.rows:
        raise altered(path)
    return rows


def _told(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    """Return a column that tells of its own rows alone."""
    return tidied(column) if is_coded(column) else column


def _context(address: tuple[str, ...], name: str) -> bytes:
    return canonical_json(["protected", *address, name])
