"""Encrypt a stream to a file and read it back: no plain copy ever touches the disk.

A sealed file is a header (format, the id of its data key, context, nonce prefix) and chunks of
64 KiB, each AES-256-GCM under that random key, which lies in the vault. The nonce of a chunk is
prefix, position and whether it is the last (the STREAM construction); what each chunk
authenticates is the header. So a chunk that was altered, moved, dropped or added is refused, and
so is a file that stands in the place of another: its context is not the one that was asked for.

Source: Hoang, Reyhanitabar, Rogaway and Vizár, Online Authenticated-Encryption, CRYPTO 2015.
"""

from __future__ import annotations

import hashlib
import io
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pipeline.errors import Place, StorageError
from pipeline.storage.atomic import write_atomically
from pipeline.storage.key_table import ID_BYTES, DataKey
from pipeline.storage.keys import KeyRing

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
MAGIC = b"CARTABLE SEALED\x02"
FORMER_MAGIC = b"CARTABLE SEALED\x01"
SUFFIX = ".sealed"
PREFIX_BYTES = 7
COUNTER_BYTES = 4


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was sealed: where it lies, and the SHA-256 (hex) and bytes of the plain content."""

    path: Path
    sha256: str
    size: int


def seal(
    source: BinaryIO,
    target: Path,
    ring: KeyRing,
    *,
    context: bytes,
    key: DataKey | None = None,
    on_bytes: Callable[[int], None] | None = None,
) -> Sealed:
    """Encrypt a stream to `target`, whole or not at all; at most two chunks are in memory.

    Args:
        source: read to its end; short reads are allowed.
        target: replaced if it exists; mode 0600, missing parents are made with mode 0700.
        ring: its vault keeps the file's random data key.
        context: what the file is, such as `b"delivery:<id>"`; needed again to open it.
        key: drawn from the vault, and to be kept there by the caller before the file is shown;
            by default a new one that is kept.
        on_bytes: called with the number of plain bytes of each chunk once it is sealed.

    Returns:
        The path, and the hash and size of the plain content.

    Raises:
        StorageError: the source cannot be read or the target cannot be written.
    """
    if key is None:
        with ring.vault.adding(1) as [kept]:
            return seal(source, target, ring, context=context, key=kept, on_bytes=on_bytes)
    prefix = secrets.token_bytes(PREFIX_BYTES)
    digest, size = hashlib.sha256(), 0
    with write_atomically(target) as stream:
        header = MAGIC + key.id + len(context).to_bytes(2, "big") + context + prefix
        cipher = _ChunkCipher(key.key, header)
        stream.write(header)
        for position, (chunk, is_last) in enumerate(_chunks(source)):
            digest.update(chunk)
            size += len(chunk)
            stream.write(cipher.encrypt(chunk, position=position, is_last=is_last))
            if on_bytes is not None:
                on_bytes(len(chunk))
    return Sealed(path=target, sha256=digest.hexdigest(), size=size)


def open_sealed(
    path: Path, ring: KeyRing, *, context: bytes, key: DataKey | None = None
) -> BinaryIO:
    """Open a sealed file as a readable binary stream, forward only.

    Each chunk is verified before a byte of it is returned, and the file's end when the stream
    reaches it: read to the end before you rely on the content being whole.

    Args:
        path: of the file.
        ring: its vault keeps the file's data key.
        context: what the file is.
        key: under which it was sealed, where the vault does not keep it.

    Raises:
        StorageError: the file is missing, was altered, was sealed with other keys or is
            another file than `context` says; raised here or while reading.
    """
    try:
        file = path.open("rb")
    except OSError:
        raise StorageError("storage.sealed_missing", place=Place(file=str(path))) from None
    try:
        header = _asked_header(file, path, context)
        data_key = key.key if key else ring.vault.key(header.key_id, file=path)
        cipher = _ChunkCipher(data_key, header.data)
        return io.BufferedReader(_SealedReader(file, cipher, path=path), buffer_size=CHUNK_BYTES)
    except (ValueError, OSError):
        file.close()
        raise _altered(path) from None
    except BaseException:
        file.close()
        raise


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the chunks.

    Attributes:
        key_id: of the file's data key.
        context: what the file is.
        data: all of the header, as it stands there.
    """

    key_id: bytes
    context: bytes
    data: bytes


def read_header(path: Path) -> Header | None:
    """Return the header of a sealed file, nothing of it verified; None for another kind of file.

    Raises:
        StorageError: by its name or beginning it is a sealed file, and its header is damaged or
            of the former format.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        is_sealed = path.suffix == SUFFIX or file.read(len(MAGIC)) in (MAGIC, FORMER_MAGIC)
        if not is_sealed:
            return None
        file.seek(0)
        try:
            return _read_header(file, path)
        except ValueError:
            raise _altered(path) from None


def proven_key(path: Path, ring: KeyRing, *, context: bytes) -> bytes:
    """Return the id of the data key of a sealed file, after its first chunk proved its header.

    Raises:
        StorageError: as `open_sealed`.
    """
    with open_sealed(path, ring, context=context) as stream:
        stream.read(1)
    header = read_header(path)
    if header is None:
        raise _altered(path)
    return header.key_id


class _ChunkCipher:
    """Encrypts and decrypts the chunks of one file by their position."""

    def __init__(self, data_key: bytes, header: bytes) -> None:
        self._cipher = AESGCM(data_key)
        self._prefix = header[-PREFIX_BYTES:]
        self._bound = hashlib.sha256(header).digest()

    def encrypt(self, chunk: bytes, *, position: int, is_last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(position, is_last=is_last), chunk, self._bound)

    def decrypt(self, sealed: bytes, *, position: int, is_last: bool) -> bytes:
        return self._cipher.decrypt(self._nonce(position, is_last=is_last), sealed, self._bound)

    def _nonce(self, position: int, *, is_last: bool) -> bytes:
        return self._prefix + position.to_bytes(COUNTER_BYTES, "big") + bytes([is_last])


class _SealedReader(io.RawIOBase):
    """The plain bytes of a sealed file, chunk by verified chunk."""

    def __init__(self, file: BinaryIO, cipher: _ChunkCipher, *, path: Path) -> None:
        self._file = file
        self._cipher = cipher
        self._path = path
        self._position = 0
        self._ahead = file.read(CHUNK_BYTES + TAG_BYTES)
        self._rest = memoryview(b"")
        self._is_verified = True
        self._is_ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        if not self._rest and not self._is_ended:
            self._rest = memoryview(self._next_chunk())
        view = memoryview(buffer).cast("B")
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def close(self) -> None:
        self._file.close()
        super().close()

    def _next_chunk(self) -> bytes:
        """Return the next plain chunk; after one refusal every later call refuses too."""
        if not self._is_verified:
            raise _altered(self._path)
        self._is_verified = False
        try:
            sealed, self._ahead = self._ahead, self._file.read(CHUNK_BYTES + TAG_BYTES)
            is_last = not self._ahead
            plain = self._cipher.decrypt(sealed, position=self._position, is_last=is_last)
        except (InvalidTag, ValueError, OSError):
            raise _altered(self._path) from None
        self._position += 1
        self._is_ended = is_last
        self._is_verified = True
        return plain


def _chunks(source: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Yield full chunks and whether each is the last; an empty source is one empty chunk."""
    chunk = _read_full(source)
    while following := _read_full(source):
        yield chunk, False
        chunk = following
    yield chunk, True


def _read_full(source: BinaryIO) -> bytes:
    """Return one chunk, shorter only at the end of the source."""
    parts, missing = [], CHUNK_BYTES
    try:
        while missing and (part := source.read(missing)):
            parts.append(part)
            missing -= len(part)
    except OSError:
        raise StorageError("storage.source_unreadable") from None
    return b"".join(parts)


def _asked_header(file: BinaryIO, path: Path, context: bytes) -> Header:
    header = _read_header(file, path)
    if header.context != context:
        raise ValueError
    return header


def _read_header(file: BinaryIO, path: Path) -> Header:
    fixed = len(MAGIC) + ID_BYTES + 2
    start = file.read(fixed)
    if start[: len(MAGIC)] == FORMER_MAGIC:
        raise StorageError("storage.former_format", place=Place(file=str(path)))
    if start[: len(MAGIC)] != MAGIC:
        raise ValueError
    length = int.from_bytes(start[-2:], "big")
    rest = file.read(length + PREFIX_BYTES)
    if len(start) != fixed or len(rest) != length + PREFIX_BYTES:
        raise ValueError
    return Header(start[len(MAGIC) : -2], rest[:length], start + rest)


def _altered(path: Path) -> StorageError:
    return StorageError("storage.sealed_altered", place=Place(file=str(path)))
