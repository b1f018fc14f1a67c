"""Small JSON files under a signature: of the installation, of the delegate, of the DPO.

A file has one form only: canonical JSON of its body and the Ed25519 signature over purpose and
body. Any other byte, another purpose or another's signature is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from pipeline.errors import Place, StorageError
from pipeline.storage.atomic import write_atomically

_FIELD = (1 << 255) - 19
_EIGHTH = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
# Ordinates of the points of orders 4, 1, 2 and, twice, 8.
_SMALL_ORDER = frozenset({0, 1, _FIELD - 1, _EIGHTH, _FIELD - _EIGHTH})


class Verifier(Protocol):
    """Whose signature is checked."""

    @property
    def public_key(self) -> bytes:
        """The raw Ed25519 public key, 32 bytes."""


class Signer(Verifier, Protocol):
    """Who signs."""

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature (64 bytes) of a message."""


def canonical_json(content: object) -> bytes:
    """Return the one JSON form of a content: sorted keys, no space, ASCII, no NaN."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("ascii")


def write_signed(path: Path, body: Mapping[str, Any], signer: Signer, *, purpose: str) -> None:
    """Write a body and its signature, whole or not at all, mode 0600.

    Args:
        path: replaced if it exists.
        body: plain types; ids, counts and hashes.
        signer: the installation's keys, or a person's.
        purpose: what the file is and where it stands; needed again to read it.
    """
    with write_atomically(path) as stream:
        stream.write(_form(body, signer.sign(_message(body, purpose))))


def read_signed(path: Path, signer: Verifier, *, purpose: str) -> dict[str, Any]:
    """Return the body of a signed file.

    Raises:
        StorageError: the file is missing or altered, stands in the place of another, or was
            signed by another.
    """
    try:
        data = path.read_bytes()
        content = json.loads(data)
        body: dict[str, Any] = content["body"]
        signature = bytes.fromhex(content["signature"])
        check_signature(signer.public_key, signature, _message(body, purpose))
        if data != _form(body, signature):
            raise altered(path)
    except (OSError, ValueError, KeyError, TypeError, InvalidSignature, RecursionError):
        raise altered(path) from None
    return body


def check_signature(public_key: bytes, signature: bytes, message: bytes) -> None:
    """Check an Ed25519 signature by a raw public key.

    Raises:
        InvalidSignature: it is not that key's signature of that message.
        ValueError: the key is none, or one of a handful under which anybody signs anything.
    """
    if _is_weak(public_key):
        raise ValueError(len(public_key))
    Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)


def _is_weak(public_key: bytes) -> bool:
    """Return whether a key is a point of small order, or is not written as points are.

    Under a point of order 1, 2, 4 or 8 signatures can be made that hold of many messages, by
    whoever likes. The curve has eight of them, of five ordinates; x and -x share one.

    Source: RFC 8032, 5.1.3 and 8.1; Chalkias, Garillot and Nikolaenko (2020),
    Taming the many EdDSAs.
    """
    ordinate = int.from_bytes(public_key, "little") & ((1 << 255) - 1)
    return ordinate >= _FIELD or ordinate in _SMALL_ORDER


def altered(path: Path) -> StorageError:
    """Return the refusal of a file that is not as it was written."""
    return StorageError("storage.altered", place=Place(file=str(path)))


def _message(body: Mapping[str, Any], purpose: str) -> bytes:
    return b"cartable " + purpose.encode() + b"\n" + canonical_json(body)


def _form(body: Mapping[str, Any], signature: bytes) -> bytes:
    return canonical_json({"body": body, "signature": signature.hex()}) + b"\n"
