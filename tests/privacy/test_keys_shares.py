"""Any K custodians restore the root key; fewer, wrong or mixed shares restore nothing."""

from __future__ import annotations

import itertools
import json
import os
import random
import resource
import stat
from functools import reduce
from operator import mul
from pathlib import Path

import pytest
from Crypto.Protocol.SecretSharing import _Element

from pipeline.errors import StorageError
from pipeline.storage.roots import root_check
from pipeline.storage.shares import Share, joined_root, read_share, split_root, write_shares
from pipeline.storage.signed import canonical_json

ROOT = bytes(range(32))
INSTALLATION = "0" * 32


def split(shares: int, threshold: int, root: bytes = ROOT) -> list[Share]:
    return split_root(root, installation=INSTALLATION, shares=shares, threshold=threshold)


@pytest.mark.parametrize(("shares", "threshold"), [(2, 2), (3, 2), (5, 3), (6, 6), (99, 2)])
def test_every_group_of_the_threshold_restores_the_root(shares: int, threshold: int) -> None:
    made = split(shares, threshold)
    groups = list(itertools.combinations(made, threshold))
    for group in random.Random(1).sample(groups, min(len(groups), 40)):
        assert joined_root(group) == ROOT
    assert joined_root(made[::-1]) == ROOT


@pytest.mark.parametrize(("shares", "threshold"), [(5, 1), (5, 0), (2, 3), (100, 3), (1, 1)])
def test_a_threshold_that_shares_nothing_is_refused(shares: int, threshold: int) -> None:
    with pytest.raises(StorageError, match=r"storage\.shares_threshold"):
        split(shares, threshold)


def test_fewer_than_the_threshold_are_refused() -> None:
    made = split(5, 3)
    for group in itertools.combinations(made, 2):
        with pytest.raises(StorageError, match=r"storage\.shares_too_few"):
            joined_root(group)


def test_shares_of_two_backups_or_one_share_twice_are_refused() -> None:
    made, other = split(5, 3), split(5, 3, os.urandom(32))
    for mixed in ([*made[:2], other[2]], [*made[:2], made[1]], [*made[:2], *split(4, 3)[2:3]]):
        with pytest.raises(StorageError, match=r"storage\.shares_mixed"):
            joined_root(mixed)


def test_shares_of_an_earlier_backup_of_the_same_root_are_refused() -> None:
    """They tell the same facts, but lie on another polynomial."""
    first, second = split(5, 3), split(5, 3)
    with pytest.raises(StorageError, match=r"storage\.shares_wrong"):
        joined_root([*first[:2], second[2]])
    with pytest.raises(StorageError, match=r"storage\.shares_wrong"):
        joined_root([*first[:4], second[4]])


def test_one_wrong_share_of_more_than_enough_is_refused_wherever_it_stands() -> None:
    made = split(5, 3)
    for position in range(5):
        wrong = list(made)
        wrong[position] = wrong[position].model_copy(update={"second": os.urandom(16).hex()})
        with pytest.raises(StorageError, match=r"storage\.shares_wrong"):
            joined_root(wrong)


def test_two_shares_of_three_fit_every_root() -> None:
    """What is missing could make any root: a third share is found for each, and joins with them."""
    made, other = split(3, 3), os.urandom(32)
    halves = {
        name: third_half([getattr(share, name) for share in made[:2]], half)
        for name, half in (("first", other[:16]), ("second", other[16:]))
    }
    told = {"root_check": root_check(other)}
    third = made[2].model_copy(update={**halves, **told})
    assert joined_root([*(share.model_copy(update=told) for share in made[:2]), third]) == other
    assert joined_root(made) == ROOT


def third_half(known: list[str], secret: bytes) -> str:
    """Return, in hex, what share 3 holds when shares 1 and 2 are known and this is the secret.

    By Lagrange: the secret is the sum of each share times the product of x_j / (x_j - x_i), and
    in a field of characteristic 2 sum and difference are the same.
    """
    x = [_Element(number) for number in (1, 2, 3)]
    weight = [
        reduce(mul, (x[j] * (x[j] + x[i]).inverse() for j in range(3) if j != i)) for i in range(3)
    ]
    rest = _Element(secret)
    for share, factor in zip(known, weight, strict=False):
        rest += _Element(bytes.fromhex(share)) * factor
    return (rest * weight[2].inverse()).encode().hex()


def test_a_file_is_its_custodians_alone_and_shows_nothing(tmp_path: Path) -> None:
    made = split(5, 3)
    paths = write_shares(made, tmp_path / "custodians")
    assert [path.name for path in paths] == [f"share-0{n}-of-05.json" for n in range(1, 6)]
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    assert [read_share(path) for path in paths] == made
    assert made[0].first not in repr(made[0])
    paths[2].chmod(0o640)
    with pytest.raises(StorageError, match=r"storage\.keys_open_to_others"):
        read_share(paths[2])


def test_all_files_are_written_or_none(tmp_path: Path) -> None:
    (tmp_path / "share-03-of-05.json").write_text("there")
    with pytest.raises(StorageError, match=r"storage\.shares_exist"):
        write_shares(split(5, 3), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["share-03-of-05.json"]


def test_every_altered_share_is_refused(tmp_path: Path) -> None:
    [path, *_] = write_shares(split(5, 3), tmp_path)
    content, dice = path.read_bytes(), random.Random(5)
    for position in range(len(content)):
        changed = bytearray(content)
        changed[position] ^= 1 << dice.randrange(8)
        path.write_bytes(changed)
        with pytest.raises(StorageError, match=r"storage\.share_altered"):
            read_share(path)
    for altered in (content[:-1], content + b"\n", b"", b"{}", b" " + content):
        path.write_bytes(altered)
        with pytest.raises(StorageError, match=r"storage\.share_altered"):
            read_share(path)


def test_a_share_with_a_checksum_of_its_own_making_still_has_to_agree(tmp_path: Path) -> None:
    made = split(3, 2)
    paths = write_shares(made, tmp_path)
    forged = made[0].model_copy(update={"first": os.urandom(16).hex()})
    body = {**json.loads(paths[0].read_text()), "first": forged.first, "sum": forged.checksum}
    paths[0].write_bytes(canonical_json(body) + b"\n")
    with pytest.raises(StorageError, match=r"storage\.shares_wrong"):
        joined_root([read_share(path) for path in paths[:2]])


def test_a_disk_that_is_full_leaves_no_part_of_a_share(tmp_path: Path) -> None:
    made, whole = split(3, 2), tmp_path / "whole"
    size = max(path.stat().st_size for path in write_shares(made, whole))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size // 2, before[1]))
    try:
        with pytest.raises(StorageError, match=r"storage\.cannot_write"):
            write_shares(made, tmp_path / "full")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list((tmp_path / "full").iterdir()) == []
    assert len(write_shares(made, tmp_path / "full")) == 3
