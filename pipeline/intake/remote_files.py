"""A file of another machine or folder, read as a stream: no copy of it is written anywhere.

Over HTTPS alone, with the certificate checked; what leads elsewhere is not followed.
"""

from __future__ import annotations

import base64
import http.client
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from pipeline.errors import DeliveryError, Place

_WAIT_SECONDS, _PIECE, _MEGABYTE = 30, 1 << 20, 1_000_000
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
            DeliveryError: it is larger than allowed, cut short, or its server breaks off.
        """
        most, received = self.most_mb * _MEGABYTE, 0
        if self.size is not None and self.size > most:
            raise DeliveryError("delivery.fetch_size", place=self.place, most=self.most_mb)
        while block := self._block():
            received += len(block)
            if received > most:
                raise DeliveryError("delivery.fetch_size", place=self.place, most=self.most_mb)
            yield block
        if self.size is not None and received != self.size:
            raise DeliveryError("delivery.fetch_cut", place=self.place)

    def _block(self) -> bytes:
        try:
            return self._read(_PIECE)
        except _FAILURES as error:
            kind = type(error).__name__
        raise DeliveryError("delivery.fetch_failed", place=self.place, kind=kind)


@contextmanager
def open_remote(address: str, path: str, *, most_mb: int, place: Place) -> Iterator[Remote]:
    """Open a file under an address: `https://user:password@host/folder` or `file:///folder`.

    Args:
        address: told to nobody.
        path: of the file under it.
        most_mb: megabytes that are received at most.
        place: dataset and file, for refusals.

    Raises:
        DeliveryError: the address is of another kind, or there is no such file.
    """
    opened, kind = None, ""
    try:
        opened = _opened(address, path)
    except urllib.error.HTTPError as error:
        kind = f"HTTP{error.code}"
    except _FAILURES as error:
        reason = getattr(error, "reason", error)
        kind = type(reason).__name__
    if kind:
        raise DeliveryError("delivery.fetch_failed", place=place, kind=kind)
    if opened is None:
        raise DeliveryError("delivery.fetch_address", place=place)
    stream, version, modified, size = opened
    try:
        yield Remote(version, modified, size, most_mb, place, stream.read)
    finally:
        stream.close()


def _opened(address: str, path: str) -> tuple[Any, str | None, datetime | None, int | None] | None:
    """Return a stream and what is said of it; None for an address of another kind."""
    parts = urlsplit(address)
    match parts.scheme:
        case "file":
            return _local(Path(unquote(parts.path)), path)
        case "https" if parts.hostname:
            return _https(address, path)
        case _:
            return None


def _local(folder: Path, path: str) -> tuple[Any, str, datetime, int]:
    file = (folder / path).resolve(strict=True)
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        raise FileNotFoundError
    stream = file.open("rb")
    facts = file.stat()
    modified = datetime.fromtimestamp(facts.st_mtime, UTC)
    return stream, f"{facts.st_size} {facts.st_mtime_ns}", modified, facts.st_size


def _https(address: str, path: str) -> tuple[Any, str | None, datetime | None, int | None]:
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    folder = parts.path.rstrip("/")
    url = urlunsplit(("https", host, f"{folder}/{quote(path)}", parts.query, ""))
    request = urllib.request.Request(url, headers={"Accept-Encoding": "identity"})  # noqa: S310  https, above
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        request.add_header("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}")
    context = ssl.create_default_context()
    opener = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=context), _StayHandler()
    )
    answer = opener.open(request, timeout=_WAIT_SECONDS)
    told = answer.headers
    length, changed, tag = (told.get(n) for n in ("Content-Length", "Last-Modified", "ETag"))
    is_as_asked = told.get("Content-Encoding", "identity") == "identity"
    if answer.status != http.HTTPStatus.OK or not is_as_asked:
        answer.close()
        raise ValueError
    modified = parsedate_to_datetime(changed) if changed else None
    version = f"{tag} {changed} {length}" if tag or changed else None
    return answer, version, modified, None if length is None else int(length)


class _StayHandler(urllib.request.HTTPRedirectHandler):
    """Follows nothing: another address may be no HTTPS, or not the one that was agreed."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Refuse; the answer is then an error like any other."""
        return
