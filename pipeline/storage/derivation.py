"""Derive keys and encrypt small secrets: HKDF-SHA256 and AES-256-GCM, each for one purpose."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


def derive(secret: bytes, purpose: str, *parts: str) -> bytes:
    """Return 32 bytes of HKDF-SHA256 of a secret for one purpose; parts are length-prefixed.

    Source: RFC 5869.
    """
    fields = [field.encode() for field in ("cartable", purpose, *parts)]
    info = b"".join(len(field).to_bytes(4, "big") + field for field in fields)
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=info).derive(secret)


def encrypted(key: bytes, plain: bytes, *, context: bytes) -> bytes:
    """Return nonce, ciphertext and tag; only the same key and context open them."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context)


def decrypted(key: bytes, sealed: bytes, *, context: bytes) -> bytes | None:
    """Return what was encrypted, or None when it was altered or made under other keys."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
    except (InvalidTag, ValueError):
        return None
