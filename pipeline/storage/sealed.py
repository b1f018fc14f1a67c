"""Encrypt a stream to a file and read it back: no plain copy ever touches the disk.

A sealed file is a header (format, wrapped data key, nonce prefix) and chunks of 64 KiB, each
AES-256-GCM under a random data key of that file. The nonce of a chunk is prefix, position and
whether it is the last (the STREAM construction); what each chunk authenticates is the header
and the context. So a chunk that was altered, moved, dropped or added is refused, and so is a
file that stands in the place of another.

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
from pipeline.storage.keys import KEY_BYTES, KeyRing

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
MAGIC = b"CARTABLE SEALED\x01"
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
    on_bytes: Callable[[int], None] | None = None,
) -> Sealed:
    """Encrypt a stream to `target`, whole or not at all; at most two chunks are in memory.

    Args:
        source: read to its end; short reads are allowed.
        target: replaced if it exists; mode 0600, missing parents are made with mode 0700.
        ring: wraps the file's random data key.
        context: what the file is, such as `b"delivery:<id>"`; needed again to open it.
        on_bytes: called with the number of plain bytes of each chunk once it is sealed.

    Returns:
        The path, and the hash and size of the plain content.

    Raises:
        StorageError: the source cannot be read or the target cannot be written.
    """
    data_key = secrets.token_bytes(KEY_BYTES)
    wrapped = ring.wrap(data_key, context=context)
    prefix = secrets.token_bytes(PREFIX_BYTES)
    header = MAGIC + len(wrapped).to_bytes(2, "big") + wrapped + prefix
    cipher = _ChunkCipher(data_key, header=header, prefix=prefix, context=context)
    digest, size = hashlib.sha256(), 0
    with write_atomically(target) as stream:
        stream.write(header)
        for position, (chunk, is_last) in enumerate(_chunks(source)):
            digest.update(chunk)
            size += len(chunk)
            stream.write(cipher.encrypt(chunk, position=position, is_last=is_last))
            if on_bytes is not None:
                on_bytes(len(chunk))
    return Sealed(path=target, sha256=digest.hexdigest(), size=size)


def open_sealed(path: Path, ring: KeyRing, *, context: bytes) -> BinaryIO:
    """Open a sealed file as a readable binary stream, forward only.

    Each chunk is verified before a byte of it is returned, and the file's end when the stream
    reaches it: read to the end before you rely on the content being whole.

    Raises:
        StorageError: the file is missing, was altered, was sealed with other keys or is
            another file than `context` says; raised here or while reading.
    """
    try:
        file = path.open("rb")
    except OSError:
        raise StorageError("storage.sealed_missing", place=Place(file=str(path))) from None
    try:
        header = _read_header(file)
        wrapped, prefix = header[len(MAGIC) + 2 : -PREFIX_BYTES], header[-PREFIX_BYTES:]
        data_key = ring.unwrap(wrapped, context=context)
        cipher = _ChunkCipher(data_key, header=header, prefix=prefix, context=context)
        return io.BufferedReader(_SealedReader(file, cipher, path=path), buffer_size=CHUNK_BYTES)
    except (StorageError, ValueError, OSError):
        file.close()
        raise _altered(path) from None
    except BaseException:
        file.close()
        raise


class _ChunkCipher:
    """Encrypts and decrypts the chunks of one file by their position."""

    def __init__(self, data_key: bytes, *, header: bytes, prefix: bytes, context: bytes) -> None:
        self._cipher = AESGCM(data_key)
        self._prefix = prefix
        self._bound = hashlib.sha256(header + context).digest()

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


def _read_header(file: BinaryIO) -> bytes:
    start = file.read(len(MAGIC) + 2)
    if start[: len(MAGIC)] != MAGIC:
        raise ValueError
    length = int.from_bytes(start[len(MAGIC) :], "big") + PREFIX_BYTES
    rest = file.read(length)
    if len(rest) != length:
        raise ValueError
    return start + rest


def _altered(path: Path) -> StorageError:
    return StorageError("storage.sealed_altered", place=Place(file=str(path)))
