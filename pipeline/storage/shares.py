"""The root key in shares: any K custodians of N restore it, fewer learn nothing.

Shamir's scheme over GF(2^128) by pycryptodome, each half of the root with a polynomial of its
own. A share is one file; it tells its number, the threshold, the installation and the check
value of the root, and a checksum over all of it. What shares restore is the root: `vault.json`
has to be kept beside them, in one current copy.

Source: Shamir, How to share a secret, Communications of the ACM 22 (1979).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

from Crypto.Protocol.SecretSharing import Shamir
from pydantic import Field, ValidationError

from pipeline.contracts.base import Frozen
from pipeline.errors import Place, StorageError
from pipeline.storage.atomic import make_private_folder
from pipeline.storage.key_files import read_private, write_first
from pipeline.storage.roots import root_check
from pipeline.storage.signed import canonical_json

HALF_BYTES = 16
MOST_SHARES = 99

_Hex16 = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
_Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Number = Annotated[int, Field(ge=1, le=MOST_SHARES)]


class Share(Frozen):
    """What one custodian keeps.

    Attributes:
        version: of the format.
        installation: whose root it is.
        number: of the share, from 1.
        shares: how many there are.
        threshold: how many restore the root.
        root_check: tells the root, and nothing of it.
        first: the share of the root's first half.
        second: the share of its second half.
    """

    version: Literal[1] = 1
    installation: _Hex16
    number: _Number
    shares: _Number
    threshold: Annotated[int, Field(ge=2, le=MOST_SHARES)]
    root_check: _Hex32
    first: _Hex16 = Field(repr=False)
    second: _Hex16 = Field(repr=False)

    @property
    def checksum(self) -> str:
        """SHA-256, in hex, of all of it."""
        return hashlib.sha256(canonical_json(self.model_dump())).hexdigest()

    @property
    def backup(self) -> tuple[object, ...]:
        """What all shares of one backup have in common."""
        return self.version, self.installation, self.shares, self.threshold, self.root_check


class _ShareFile(Share):
    sum: _Hex32


def split_root(root: bytes, *, installation: str, shares: int, threshold: int) -> list[Share]:
    """Return the shares of a root key, 32 bytes.

    Raises:
        StorageError: the threshold is less than 2 or more than the shares, or there are too many.
    """
    if not 2 <= threshold <= shares <= MOST_SHARES:  # noqa: PLR2004 - one alone is no sharing
        raise StorageError("storage.shares_threshold", most=MOST_SHARES)
    halves = [
        dict(Shamir.split(threshold, shares, half, ssss=False))
        for half in (root[:HALF_BYTES], root[HALF_BYTES:])
    ]
    made = [
        Share(
            installation=installation,
            number=number,
            shares=shares,
            threshold=threshold,
            root_check=root_check(root),
            first=halves[0][number].hex(),
            second=halves[1][number].hex(),
        )
        for number in range(1, shares + 1)
    ]
    joined_root(made)
    return made


def joined_root(shares: Sequence[Share]) -> bytes:
    """Return the root key that shares restore, once every one of them agrees on it.

    Raises:
        StorageError: they are too few, of different backups, or one twice; or one is wrong.
    """
    if len({share.backup for share in shares}) != 1:
        raise StorageError("storage.shares_mixed")
    threshold, numbers = shares[0].threshold, {share.number for share in shares}
    if len(numbers) < len(shares):
        raise StorageError("storage.shares_mixed")
    if len(shares) < threshold:
        raise StorageError("storage.shares_too_few", count=len(shares), threshold=threshold)
    rest = [(*shares[: threshold - 1], share) for share in shares[threshold - 1 :]]
    roots = {_joined(chosen) for chosen in rest}
    root = roots.pop()
    if roots or not hmac.compare_digest(root_check(root), shares[0].root_check):
        raise StorageError("storage.shares_wrong")
    return root


def write_shares(shares: Sequence[Share], folder: Path) -> list[Path]:
    """Write each share to a file of its own, mode 0600, all of them or none; return the files.

    Raises:
        StorageError: a file of that name exists, or the disk refuses.
    """
    make_private_folder(folder)
    paths = [folder / f"share-{share.number:02d}-of-{share.shares:02d}.json" for share in shares]
    if any(path.exists() for path in paths):
        raise StorageError("storage.shares_exist", place=Place(file=str(folder)))
    written: list[Path] = []
    try:
        for share, path in zip(shares, paths, strict=True):
            file = _ShareFile(**share.model_dump(), sum=share.checksum)
            write_first(path, canonical_json(file.model_dump()) + b"\n")
            written.append(path)
    except StorageError:
        for path in written:
            with suppress(OSError):
                path.unlink()
        raise
    return paths


def read_share(path: Path) -> Share:
    """Return the share in a file.

    Raises:
        StorageError: it is missing, readable by others, or not as it was written.
    """
    data = read_private(path)
    try:
        file = _ShareFile.model_validate_json(data, strict=True)
        share = Share(**file.model_dump(exclude={"sum"}))
    except ValidationError:
        raise _altered(path) from None
    is_whole = data == canonical_json(file.model_dump()) + b"\n" and file.sum == share.checksum
    if not is_whole or not share.number <= share.shares >= share.threshold:
        raise _altered(path)
    return share


def _joined(shares: Sequence[Share]) -> bytes:
    halves = (
        [(share.number, bytes.fromhex(getattr(share, half))) for share in shares]
        for half in ("first", "second")
    )
    return b"".join(Shamir.combine(half, ssss=False) for half in halves)


def _altered(path: Path) -> StorageError:
    return StorageError("storage.share_altered", place=Place(file=str(path)))
