"""Whoever can write the ledger and all that lies beside it, and has no key, adds nothing to it."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import StorageError
from pipeline.storage.keys import KeyRing
from pipeline.storage.ledger import FILE, REPAIR, Entry, Fact, Ledger
from pipeline.storage.ledger_check import PublicKey, inspect_ledger
from pipeline.storage.ledger_entries import new_entry, parsed
from pipeline.storage.ledger_heads import HEAD
from pipeline.storage.signed import Signer

POLICY, OLD = "a" * 64, "b" * 64
AT = "2021-11-01T08:00:00.000000+00:00"
ALTERATIONS = 400

# What was done, in order; each of these, said once more at the end, would be a lie that pays.
DONE: tuple[tuple[str, dict[str, Fact]], ...] = (
    ("policy_signatory", {"role": "delegate", "key": POLICY}),
    ("policy_opinion", {"policy": OLD, "opinion": "favourable", "record": OLD}),
    ("policy_signature", {"policy": OLD, "record": OLD}),
    ("delivery", {"delivery": "pupils-2021-0123456789abcdef", "bytes": 12}),
    ("batch", {"batch": "pupils-2021-0123456789abcdef", "accepted": 3}),
    ("suppression", {"domain": "pupil", "version": 1, "list": OLD}),
    ("approval", {"candidate": "c1", "content": OLD, "approver": "delegate"}),
    ("release", {"release": "r1", "candidate": "c1", "content": OLD}),
    ("withdrawal", {"release": "r1", "by": "delegate"}),
    ("destroyed", {"zone": "deliveries", "delivery": "pupils-2021-0123456789abcdef"}),
    ("policy_opinion", {"policy": POLICY, "opinion": "unfavourable", "record": POLICY}),
    ("suppression", {"domain": "pupil", "version": 2, "list": POLICY}),
)
KINDS = sorted({kind for kind, _ in DONE})
Forge = Callable[[list[bytes], int, KeyRing], bytes]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "ledger"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere" / "head.json"


@pytest.fixture
def former(folder: Path, tmp_path: Path, copy: Path, ring: KeyRing) -> Path:
    """A head of before, which the installation signed too; the ledger is filled."""
    ledger = Ledger(folder, signer=ring, copies=[copy])
    for kind, facts in DONE:
        ledger.append(kind, **facts)
        if kind == "batch":
            shutil.copy(folder / HEAD, tmp_path / "former.json")
    return tmp_path / "former.json"


def following(lines: list[bytes], said: int, signer: Signer | None = None) -> Entry:
    """Return an entry that says again what was said before, chained to the last."""
    old, last = parsed(lines[said]), parsed(lines[-1])
    assert old
    return new_entry(last, old.kind, old.facts, at=AT, signer=signer)


def unsigned(lines: list[bytes], said: int, other: KeyRing) -> bytes:
    del other
    return following(lines, said).line


def signed_by_another(lines: list[bytes], said: int, other: KeyRing) -> bytes:
    return following(lines, said, other).line


def with_the_signature_of_before(lines: list[bytes], said: int, other: KeyRing) -> bytes:
    old, forged = parsed(lines[said]), following(lines, said, other)
    assert old
    return forged.line.replace(forged.signature.encode(), old.signature.encode())


def the_line_of_before(lines: list[bytes], said: int, other: KeyRing) -> bytes:
    del other
    return lines[said]


def two_unsigned(lines: list[bytes], said: int, other: KeyRing) -> bytes:
    first = unsigned(lines, said, other)
    return first + unsigned([*lines, first], 0, other)


def without_its_end(lines: list[bytes], said: int, other: KeyRing) -> bytes:
    return unsigned(lines, said, other)[:-1]


FORGE: tuple[Forge, ...] = (
    unsigned,
    signed_by_another,
    with_the_signature_of_before,
    the_line_of_before,
    two_unsigned,
    without_its_end,
)


def as_it_is(folder: Path, former: Path, copy: Path) -> None:
    del folder, former, copy


def removed(folder: Path, former: Path, copy: Path) -> None:
    del former, copy
    (folder / HEAD).unlink()


def put_back(folder: Path, former: Path, copy: Path) -> None:
    del copy
    shutil.copy(former, folder / HEAD)


def of_the_copy(folder: Path, former: Path, copy: Path) -> None:
    del former
    shutil.copy(copy, folder / HEAD)


HEADS = (as_it_is, removed, put_back, of_the_copy)


def reads(folder: Path, ring: KeyRing, kind: str, copies: list[Path]) -> list[Callable[[], object]]:
    """Return every way in which the ledger is read or added to, by a process of its own each."""

    def opened() -> Ledger:
        return Ledger(folder, signer=ring, copies=copies)

    return [
        lambda: list(opened().entries()),
        lambda: list(opened().entries(kind)),
        lambda: opened().find(kind),
        lambda: opened().head,
        lambda: opened().verify(),
        lambda: opened().check_heads(),
        lambda: opened().append(kind, rows=1),
        lambda: opened().append_once(kind, rows=1),
        lambda: list(Ledger(folder, publisher=PublicKey(ring.public_key)).entries(kind)),
        lambda: inspect_ledger(folder, PublicKey(ring.public_key)),
    ]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("forge", FORGE)
def test_what_another_hand_added_is_refused_by_name_and_never_signed(
    forge: Forge,
    head: Callable[[Path, Path, Path], None],
    former: Path,
    folder: Path,
    copy: Path,
    ring: KeyRing,
    tmp_path: Path,
) -> None:
    path = folder / FILE
    data, told = path.read_bytes(), copy.read_bytes()
    lines = data.splitlines(keepends=True)
    other = KeyRing.create(tmp_path / "other")
    for number, kind in enumerate(KINDS):
        said = next(n for n, (name, _) in enumerate(DONE) if name == kind)
        path.write_bytes(data + forge(lines, said, other))
        (folder / HEAD).write_bytes(told)
        head(folder, former, copy)
        before = path.read_bytes()
        for read in reads(folder, ring, kind, [copy] if number % 2 else []):
            with pytest.raises(StorageError, match=rf"[Ee]ntry {len(DONE) + 1}\b"):
                read()
        assert path.read_bytes() == before
        assert copy.read_bytes() == told
    path.write_bytes(data)
    (folder / HEAD).write_bytes(told)
    assert Ledger(folder, signer=ring, copies=[copy]).verify() == len(DONE)


def test_one_who_reads_on_sees_what_was_added_meanwhile(
    former: Path, folder: Path, copy: Path, ring: KeyRing
) -> None:
    assert former.exists()
    ledger = Ledger(folder, signer=ring, copies=[copy])
    assert ledger.find("policy_signature")
    path = folder / FILE
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines, following(lines, 2).line]))
    for read in (
        lambda: ledger.find("policy_signature"),
        lambda: list(ledger.entries()),
        lambda: ledger.append("approval", candidate="c1"),
    ):
        with pytest.raises(StorageError, match=r"storage\.ledger_forged"):
            read()


def test_random_forgeries_are_refused_every_time(
    former: Path, folder: Path, copy: Path, ring: KeyRing, tmp_path: Path
) -> None:
    path = folder / FILE
    data, told = path.read_bytes(), copy.read_bytes()
    whole = data.splitlines(keepends=True)
    other, dice = KeyRing.create(tmp_path / "other"), random.Random(3)
    for _ in range(ALTERATIONS):
        # At any place: what the head tells of is cut, altered or followed by more.
        kept = whole[: dice.randrange(1, len(whole) + 1)]
        rest = whole[len(kept) + dice.randrange(2) :]
        forged = dice.choice(FORGE)(kept, dice.randrange(len(kept)), other)
        path.write_bytes(b"".join([*kept, forged, *rest]))
        (folder / HEAD).write_bytes(told)
        dice.choice(HEADS)(folder, former, copy)
        for read in dice.sample(reads(folder, ring, dice.choice(KINDS), []), 3):
            with pytest.raises(StorageError):
                read()
    path.write_bytes(data)
    (folder / HEAD).write_bytes(told)
    assert inspect_ledger(folder, PublicKey(ring.public_key), copies=[copy]).entries == len(DONE)


def test_an_entry_that_a_kill_kept_from_its_head_is_believed_by_its_signature(
    former: Path, folder: Path, copy: Path, ring: KeyRing
) -> None:
    path = folder / FILE
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines, following(lines, 0, ring).line]))
    for head in (as_it_is, put_back):
        head(folder, former, copy)
        ledger = Ledger(folder, signer=ring)
        assert ledger.verify() == len(list(ledger.entries())) == len(DONE) + 1
        found = ledger.find("policy_signatory")
        assert found is not None
        assert found.seq == len(DONE) + 1


def test_a_signed_line_torn_at_any_byte_is_removed_by_the_next_append_and_said(
    former: Path, folder: Path, copy: Path, ring: KeyRing
) -> None:
    assert former.exists()
    path = folder / FILE
    data, told = path.read_bytes(), copy.read_bytes()
    line = following(data.splitlines(keepends=True), 4, ring).line
    for length in [*range(1, len(line) - 3, 11), len(line) - 3]:
        path.write_bytes(data + line[:length])
        for each in (folder / HEAD, copy):
            each.write_bytes(told)
        assert inspect_ledger(folder, PublicKey(ring.public_key)).torn_bytes == length
        Ledger(folder, signer=ring, copies=[copy]).append("batch", rows=9)
        entries = list(Ledger(folder, signer=ring, copies=[copy]).entries())
        assert [entry.kind for entry in entries[len(DONE) :]] == [REPAIR, "batch"]
        assert entries[len(DONE)].facts == {"bytes_removed": length}
    for lacking in (1, 2):
        path.write_bytes(data + line[:-lacking])
        for each in (folder / HEAD, copy):
            each.write_bytes(told)
        Ledger(folder, signer=ring, copies=[copy]).append("batch", rows=9)
        assert Ledger(folder, signer=ring).verify() == len(DONE) + 2


def test_nothing_is_read_without_the_head_that_was_there(
    former: Path, folder: Path, copy: Path, ring: KeyRing
) -> None:
    removed(folder, former, copy)
    *by_signature, from_outside = reads(folder, ring, "batch", [])
    for read in (*by_signature[:4], *by_signature[5:], from_outside):
        with pytest.raises(StorageError, match=r"ledger\.no_head"):
            read()
    # Every signature is right: this says no more than that, and `check_heads` the rest.
    assert by_signature[4]() == len(DONE)
