"""Files of HTTPS servers and of S3 object stores: one request each, the certificate checked.

What leads elsewhere is not followed: another address may be no HTTPS, or not the one that was
agreed. An object is asked for once and as a whole, so that it is never made of two versions.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http
import ssl
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, unquote, urlunsplit

from pipeline.intake.addresses import Address, Found

WAIT_SECONDS = 30
_EMPTY = hashlib.sha256(b"").hexdigest()
_REGION = "us-east-1"


def open_https(address: Address, path: str) -> Found:
    """Open a file of an HTTPS server, by the user's password where the address has one.

    Raises:
        OSError: the server is not who it says, or does not give the file.
        ValueError: it gives another thing than was asked for.
    """
    headers = {"Accept-Encoding": "identity"}
    if address.user is not None:
        pair = f"{address.user}:{address.password or ''}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    where = (f"{address.path}/{quote(path)}", address.query)
    answer = _answer(address.server, where, headers)
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        answer.close()
        raise ValueError
    return _found(answer)


def open_object(address: Address, path: str, *, now: datetime) -> Found:
    """Open an object of an S3 store: `s3://key:secret@host/bucket/folder?region=…`.

    Args:
        address: host of the store, bucket and folder, and the key, with its secret, that signs.
        path: of the object under the folder.
        now: with which the request is signed; a store refuses one of another time.

    Raises:
        OSError: as `open_https`.
        ValueError: as `open_https`.
    """
    # Signed as a store will write it, however the address does.
    where = quote(f"{unquote(address.path)}/{path}", safe="/~")
    headers = {
        "Host": address.server,
        "X-Amz-Content-Sha256": _EMPTY,
        "X-Amz-Date": now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"),
    }
    signature = _signature(address, where, headers)
    # What a store says of an encoding is what whoever put the object there said of it.
    return _found(_answer(address.server, (where, ""), {**headers, "Authorization": signature}))


def _signature(address: Address, where: str, headers: Mapping[str, str]) -> str:
    """Return the header that signs a request.

    Source: Amazon S3 API Reference, Authenticating Requests (AWS Signature Version 4).
    """
    names = ";".join(sorted(name.lower() for name in headers))
    told = "".join(f"{name.lower()}:{headers[name]}\n" for name in sorted(headers, key=str.lower))
    request = f"GET\n{where}\n\n{told}\n{names}\n{_EMPTY}"
    instant = headers["X-Amz-Date"]
    steps = [instant[:8], address.option("region", _REGION), "s3", "aws4_request"]
    scope = "/".join(steps)
    digest = hashlib.sha256(request.encode()).hexdigest()
    key = f"AWS4{address.password}".encode()
    for step in [*steps, f"AWS4-HMAC-SHA256\n{instant}\n{scope}\n{digest}"]:
        key = hmac.digest(key, step.encode(), "sha256")
    said = f"Credential={address.user}/{scope}, SignedHeaders={names}, Signature={key.hex()}"
    return f"AWS4-HMAC-SHA256 {said}"


def _answer(server: str, where: tuple[str, str], headers: Mapping[str, str]) -> Any:
    url = urlunsplit(("https", server, *where, ""))
    request = urllib.request.Request(url, headers=dict(headers))  # noqa: S310  https, above
    context = ssl.create_default_context()
    opener = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=context), _StayHandler()
    )
    answer = opener.open(request, timeout=WAIT_SECONDS)
    if answer.status != http.HTTPStatus.OK:
        answer.close()
        raise ValueError
    return answer


class LengthUnsaidError(ValueError):
    """A server does not say how long a file is: nothing would tell that it was cut short."""


def _found(answer: Any) -> Found:
    told = answer.headers
    if "Content-Length" not in told and not answer.chunked:
        answer.close()
        raise LengthUnsaidError
    length, changed, tag = (told.get(n) for n in ("Content-Length", "Last-Modified", "ETag"))
    modified = _date(changed) if changed else None
    version = f"{tag} {changed} {length}" if tag or changed else None
    size = None if length is None else int(length)
    # What is there, not all that was asked for: a server that drips is seen to.
    return Found(answer.read1, answer.close, version, modified, size)


def _date(told: str) -> datetime | None:
    """Return a date that a server tells, in UTC where it tells no zone; None where it is none."""
    try:
        date = parsedate_to_datetime(told)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


class _StayHandler(urllib.request.HTTPRedirectHandler):
    """Follows nothing."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Refuse; the answer is then an error like any other."""
        return
