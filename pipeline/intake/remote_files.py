"""A file of another machine or folder, read as a stream: no copy of it is written anywhere.

Over TLS or SSH alone, from a server that proves who it is.
"""

from __future__ import annotations

import http
import http.client
import time
import urllib.error
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from pipeline.errors import DeliveryError, Place, SourceError
from pipeline.intake.addresses import Address, Found, read_address
from pipeline.intake.https_files import open_https, open_object

# A server that sends fewer bytes a second, after some minutes, may hold whoever waits for ever.
PATIENCE_SECONDS, _SLOWEST = 300, 10_000
_PIECE, _MEGABYTE = 1 << 20, 1_000_000
_ABSENT = {"FileNotFoundError", f"HTTP{http.HTTPStatus.NOT_FOUND}", f"HTTP{http.HTTPStatus.GONE}"}
_FAILURES = (OSError, http.client.HTTPException, ValueError)


@dataclass(frozen=True, slots=True)
class Remote:
    """A file that is open and not read yet.

    Attributes:
        version: what its server says of it; equal as long as it is the same; None when unsaid.
        modified: when it was changed last, if that is known.
        size: of it in bytes, if that is known.
        most_mb: megabytes that are received at most.
        place: dataset and file.
    """

    version: str | None
    modified: datetime | None
    size: int | None
    most_mb: int
    place: Place
    _read: Callable[[int], bytes] = field(repr=False)

    def blocks(self) -> Iterator[bytes]:
        """Yield its bytes.

        Raises:
            DeliveryError: it is larger than allowed.
            SourceError: it is cut short, or its server breaks off or sends next to nothing.
        """
        most, received = self.most_mb * _MEGABYTE, 0
        if self.size is not None and self.size > most:
            raise DeliveryError("delivery.fetch_size", place=self.place, most=self.most_mb)
        began = time.monotonic()
        while block := self._block():
            received += len(block)
            if time.monotonic() - began > PATIENCE_SECONDS + received / _SLOWEST:
                raise SourceError("delivery.fetch_slow", place=self.place)
            if received > most:
                raise DeliveryError("delivery.fetch_size", place=self.place, most=self.most_mb)
            yield block
        if self.size is not None and received != self.size:
            raise SourceError("delivery.fetch_cut", place=self.place)

    def _block(self) -> bytes:
        try:
            return self._read(_PIECE)
        except _FAILURES as error:
            kind = type(error).__name__
        raise SourceError("delivery.fetch_failed", place=self.place, kind=kind)


@contextmanager
def open_remote(
    secret: str, path: str, *, most_mb: int, place: Place, now: datetime
) -> Iterator[Remote]:
    """Open a file under an address.

    Args:
        secret: the address, such as `https://user:password@host/folder`, `file:///folder`,
            `sftp://user:password@host/folder` or `s3://key:secret@host/bucket/folder`, and for
            SFTP the keys of its server; told to nobody.
        path: of the file under it.
        most_mb: megabytes that are received at most.
        place: dataset and file, for refusals.
        now: the time, for servers that ask when somebody asks.

    Raises:
        DeliveryError: the address is of another kind, or its server is not to be trusted.
        SourceError: there is no such file, or its server does not give it.
    """
    found, kind = None, ""
    try:
        found = _found(read_address(secret), path, place=place, now=now)
    except urllib.error.HTTPError as error:
        kind = f"HTTP{error.code}"
    except _FAILURES as error:
        reason = getattr(error, "reason", error)
        kind = type(reason).__name__
    if kind in _ABSENT:
        raise SourceError("delivery.fetch_absent", place=place)
    if kind:
        raise SourceError("delivery.fetch_failed", place=place, kind=kind)
    if found is None:
        raise DeliveryError("delivery.fetch_address", place=place)
    try:
        yield Remote(found.version, found.modified, found.size, most_mb, place, found.read)
    finally:
        found.close()


def _found(address: Address, path: str, *, place: Place, now: datetime) -> Found | None:
    """Return what is there; None for an address of another kind."""
    match address.scheme:
        case "file":
            return _local(Path(unquote(address.path)), path)
        case "https" if address.host:
            return open_https(address, path)
        case "s3" if address.host and address.path:
            if not address.user or not address.password:
                raise DeliveryError("delivery.fetch_credentials", place=place)
            return open_object(address, path, now=now)
        case "sftp" if address.host:
            try:
                from pipeline.intake.sftp_files import open_sftp  # noqa: PLC0415  a part of its own
            except ModuleNotFoundError:
                raise DeliveryError("delivery.fetch_part", place=place) from None
            return open_sftp(address, path, place=place)
        case _:
            return None


def _local(folder: Path, path: str) -> Found:
    file = (folder / path).resolve(strict=True)
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        raise PermissionError
    stream = file.open("rb")
    facts = file.stat()
    modified = datetime.fromtimestamp(facts.st_mtime, UTC)
    version = f"{facts.st_size} {facts.st_mtime_ns}"
    return Found(stream.read, stream.close, version, modified, facts.st_size)
