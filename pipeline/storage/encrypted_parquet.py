"""Encrypted Parquet: one random key per file, which never leaves memory unwrapped.

Rows, names and statistics are encrypted (AES-256-GCM, footer too). A wrapped key opens for one
address, one encrypted content and one number of rows, so a file that was altered, cut, swapped
or brought back from another time is refused before it is decoded.
"""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.parquet.encryption import (
    create_decryption_properties,
    create_encryption_properties,
)

from pipeline.errors import StorageError
from pipeline.storage.atomic import write_atomically
from pipeline.storage.batches import Part
from pipeline.storage.keys import KEY_BYTES, KeyRing
from pipeline.storage.signed import altered, canonical_json


def write_part(
    rows: pa.Table, path: Path, ring: KeyRing, *, address: tuple[str, ...], senders: tuple[str, ...]
) -> Part:
    """Write rows as one encrypted file and return what must be known to read it.

    Args:
        rows: at least one.
        path: of the file; mode 0600.
        ring: wraps the file's data key.
        address: dataset, period and batch; needed again to read.
        senders: whose rows these are.
    """
    key = secrets.token_bytes(KEY_BYTES)
    sink = pa.BufferOutputStream()
    properties = create_encryption_properties(key)
    pq.write_table(rows, sink, compression="zstd", encryption_properties=properties)
    encrypted = sink.getvalue()
    digest = hashlib.sha256(encrypted).hexdigest()
    with write_atomically(path) as stream:
        stream.write(encrypted)
    context = _context(address, path.name, digest, rows.num_rows)
    return Part(
        name=path.name,
        sha256=digest,
        rows=rows.num_rows,
        wrapped_key=ring.wrap(key, context=context).hex(),
        senders=senders,
    )


def read_part(part: Part, path: Path, ring: KeyRing, *, address: tuple[str, ...]) -> pa.Table:
    """Return the rows of an encrypted file.

    Raises:
        StorageError: the file is missing or is not, to the byte, the one that was written here.
    """
    try:
        encrypted = path.read_bytes()
        if hashlib.sha256(encrypted).hexdigest() != part.sha256:
            raise altered(path)
        context = _context(address, path.name, part.sha256, part.rows)
        key = ring.unwrap(bytes.fromhex(part.wrapped_key), context=context)
        properties = create_decryption_properties(key)
        source = pa.BufferReader(encrypted)
        rows = pq.ParquetFile(source, decryption_properties=properties).read()
    except (OSError, ValueError, pa.ArrowException, StorageError):
        raise altered(path) from None
    if rows.num_rows != part.rows:
        raise altered(path)
    return rows


def _context(address: tuple[str, ...], name: str, sha256: str, rows: int) -> bytes:
    return canonical_json(["protected", *address, name, sha256, rows])
