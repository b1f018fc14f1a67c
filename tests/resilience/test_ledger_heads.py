"""The signed head: a ledger that lost its end is found out, and found out from outside."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import StorageError
from pipeline.storage.keys import KeyRing
from pipeline.storage.ledger import FILE, REPAIR, Ledger
from pipeline.storage.ledger_check import PublicKey, inspect_ledger
from pipeline.storage.ledger_entries import new_entry, parsed
from pipeline.storage.ledger_heads import HEAD, read_head

ENTRIES = 12
ALTERATIONS = 600
REFUSALS = {"ledger.cut", "storage.ledger_altered", "storage.ledger_forged"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "ledger"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere" / "head.json"


@pytest.fixture
def ledger(folder: Path, copy: Path, ring: KeyRing) -> Ledger:
    ledger = Ledger(folder, signer=ring, copies=[copy])
    for number in range(ENTRIES):
        ledger.append("batch", batch=f"pupils-2021-{number:016x}", rows=number)
    return ledger


def told(ring: KeyRing) -> PublicKey:
    return PublicKey(ring.public_key)


def test_the_head_is_told_beside_the_ledger_and_elsewhere(
    ledger: Ledger, folder: Path, copy: Path, ring: KeyRing
) -> None:
    found = inspect_ledger(folder, told(ring), copies=[copy])
    assert (found.entries, found.head, found.torn_bytes) == (ENTRIES, ledger.head, 0)
    assert [(head.seq, head.head) for head in found.heads] == [(ENTRIES, ledger.head)] * 2
    assert copy.read_bytes() == (folder / HEAD).read_bytes()
    assert copy.stat().st_mode & 0o777 == 0o600


def look(ledger: Ledger) -> None:
    ledger.verify()
    ledger.check_heads()


def swap_bytes(data: bytes, dice: random.Random) -> bytes:
    one, other = sorted(dice.sample(range(len(data)), 2))
    return (
        data[:one]
        + data[other : other + 1]
        + data[one + 1 : other]
        + data[one : one + 1]
        + data[other + 1 :]
    )


def swap_lines(data: bytes, dice: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    one, other = dice.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def insert_line(data: bytes, dice: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    lines.insert(dice.randrange(len(lines) + 1), dice.choice(lines))
    return b"".join(lines)


def delete_line(data: bytes, dice: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    del lines[dice.randrange(len(lines))]
    return b"".join(lines)


def flip(data: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << dice.randrange(8))]) + data[place + 1 :]


def insert_byte(data: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(data))
    return data[:place] + dice.randbytes(1) + data[place:]


def delete_byte(data: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(data))
    return data[:place] + data[place + 1 :]


def truncate(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


def truncate_lines(data: bytes, dice: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join(lines[: dice.randrange(len(lines))])


ALTER: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    flip,
    insert_byte,
    delete_byte,
    swap_bytes,
    truncate,
    insert_line,
    delete_line,
    swap_lines,
    truncate_lines,
)


def test_every_random_alteration_is_detected_from_outside(
    folder: Path, copy: Path, ring: KeyRing
) -> None:
    path, earlier = folder / FILE, []
    ledger = Ledger(folder, signer=ring, copies=[copy])
    for number in range(ENTRIES):
        ledger.append("batch", batch=f"pupils-2021-{number:016x}", rows=number)
        earlier.append(copy.read_bytes())
    data = path.read_bytes()
    dice = random.Random(2021)
    altered, codes = 0, set()
    while altered < ALTERATIONS:
        content = ALTER[altered % len(ALTER)](data, dice)
        if content == data:
            continue
        altered += 1
        path.write_bytes(content)
        # Whoever can write the ledger can put back a head of before beside it, but cannot sign.
        head = dice.choice(earlier[:-1]) if altered % 2 else earlier[-1]
        (folder / HEAD).write_bytes(head)
        with pytest.raises(StorageError) as refusal:
            inspect_ledger(folder, told(ring), copies=[copy])
        codes.add(refusal.value.problem.code)
        # A line that lacks its end alone lost nothing: its writer would only end it.
        if not (data.startswith(content) and len(data) - len(content) <= 2):
            with pytest.raises(StorageError):
                look(ledger)
    # What is refused is the ledger: the heads are genuine.
    assert codes == REFUSALS
    path.write_bytes(data)
    shutil.copy(copy, folder / HEAD)
    assert inspect_ledger(folder, told(ring), copies=[copy]).entries == ENTRIES


def test_a_ledger_put_back_as_a_whole_is_found_out_by_the_copy_alone(
    ledger: Ledger, folder: Path, copy: Path, ring: KeyRing, tmp_path: Path
) -> None:
    shutil.copytree(folder, tmp_path / "backup")
    ledger.append("release", release="r1")
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "backup", folder)
    assert inspect_ledger(folder, told(ring)).entries == ENTRIES
    with pytest.raises(StorageError, match=r"ledger\.cut"):
        inspect_ledger(folder, told(ring), copies=[copy])
    before = (folder / FILE).read_bytes(), copy.read_bytes()
    with pytest.raises(StorageError, match=r"ledger\.cut"):
        Ledger(folder, signer=ring, copies=[copy]).append("batch", rows=1)
    assert ((folder / FILE).read_bytes(), copy.read_bytes()) == before


def test_another_ending_of_the_same_length_is_found_out(
    ledger: Ledger, folder: Path, copy: Path, ring: KeyRing
) -> None:
    lines = (folder / FILE).read_bytes().splitlines(keepends=True)
    # Signed by the installation, in a ledger of which the heads know nothing.
    other = new_entry(parsed(lines[-2]), "batch", {"rows": 99}, at="2021-10-01", signer=ring)
    (folder / FILE).write_bytes(b"".join([*lines[:-1], other.line]))
    assert ledger.verify() == ENTRIES
    with pytest.raises(StorageError, match=r"ledger\.other"):
        inspect_ledger(folder, told(ring), copies=[copy])
    with pytest.raises(StorageError, match=r"ledger\.other"):
        ledger.append("batch", rows=1)


def test_a_ledger_that_is_gone_is_found_out(
    ledger: Ledger, folder: Path, copy: Path, ring: KeyRing
) -> None:
    (folder / FILE).unlink()
    for look in (
        ledger.check_heads,
        lambda: inspect_ledger(folder, told(ring)),
        lambda: ledger.append("batch"),
    ):
        with pytest.raises(StorageError, match=r"ledger\.cut"):
            look()
    shutil.rmtree(folder)
    with pytest.raises(StorageError, match=r"ledger\.cut"):
        Ledger(folder, signer=ring, copies=[copy]).append("batch")


def test_a_head_that_is_gone_or_altered_stops_the_append(
    ledger: Ledger, folder: Path, copy: Path, tmp_path: Path
) -> None:
    head = folder / HEAD
    data = head.read_bytes()
    head.unlink()
    with pytest.raises(StorageError, match=r"ledger\.no_head"):
        ledger.append("batch")
    head.write_bytes(data.replace(b'"seq":12', b'"seq":11'))
    with pytest.raises(StorageError, match=r"storage\.altered"):
        ledger.append("batch")
    other = KeyRing.create(tmp_path / "other")
    with pytest.raises(StorageError, match=r"storage\.ledger_forged: Entry 1 "):
        inspect_ledger(folder, told(other))
    shutil.copy(copy, head)
    assert ledger.append("batch").seq == ENTRIES + 1


def test_a_copy_that_is_missing_is_said_and_written_anew(
    ledger: Ledger, folder: Path, copy: Path, ring: KeyRing
) -> None:
    copy.unlink()
    with pytest.raises(StorageError, match=r"ledger\.no_copy"):
        inspect_ledger(folder, told(ring), copies=[copy])
    ledger.append("batch")
    assert len(inspect_ledger(folder, told(ring), copies=[copy]).heads) == 2


def test_a_head_left_behind_by_a_kill_is_brought_forward(
    ledger: Ledger, folder: Path, copy: Path, ring: KeyRing
) -> None:
    behind = (folder / HEAD).read_bytes()
    last = ledger.append("batch", batch="last")
    for path in (folder / HEAD, copy):
        path.write_bytes(behind)
    assert inspect_ledger(folder, told(ring), copies=[copy]).entries == ENTRIES + 1
    again = Ledger(folder, signer=ring, copies=[copy])
    assert again.append_once("batch", batch="last") == last
    for path in (folder / HEAD, copy):
        head = read_head(path, ring)
        assert head is not None
        assert (head.seq, head.head) == (last.seq, last.hash)


def test_a_torn_line_that_a_head_tells_of_is_not_repaired_away(
    ledger: Ledger, folder: Path
) -> None:
    path = folder / FILE
    torn = path.read_bytes()[:-100]
    path.write_bytes(torn)
    with pytest.raises(StorageError, match=r"ledger\.cut"):
        ledger.append("batch")
    assert path.read_bytes() == torn


def test_a_line_torn_before_it_was_told_is_said_and_repaired(
    ledger: Ledger, folder: Path, copy: Path, ring: KeyRing
) -> None:
    path = folder / FILE
    path.write_bytes(path.read_bytes() + b'{"at":"2021')
    assert inspect_ledger(folder, told(ring), copies=[copy]).torn_bytes == 11
    ledger.append("batch")
    assert [entry.kind for entry in ledger.entries()][-2:] == [REPAIR, "batch"]
    assert inspect_ledger(folder, told(ring), copies=[copy]).entries == ENTRIES + 2


def test_an_entry_that_is_altered_after_it_was_read_is_found_out_where_it_is_asked_for(
    ledger: Ledger, folder: Path
) -> None:
    asked = {"batch": f"pupils-2021-{3:016x}"}
    assert ledger.find("batch", **asked) is not None
    path = folder / FILE
    path.write_bytes(path.read_bytes().replace(b'"rows":3}', b'"rows":9}'))
    with pytest.raises(StorageError, match="entry 4;"):
        ledger.find("batch", **asked)


def test_what_others_added_and_a_file_put_back_are_seen(folder: Path, ring: KeyRing) -> None:
    one, other = (Ledger(folder, signer=ring) for _ in range(2))
    assert one.find("batch", batch="b1") is None
    entry = other.append("batch", batch="b1", rows=1)
    assert one.find("batch", batch="b1") == entry
    assert one.append_once("batch", batch="b1") == entry
    data = (folder / FILE).read_bytes()
    other.append("batch", batch="b2")
    assert one.head == other.head
    (folder / FILE).write_bytes(data)
    for look in (lambda: one.find("batch", batch="b2"), lambda: one.head, one.entries().__next__):
        with pytest.raises(StorageError, match=r"ledger\.cut"):
            look()


def test_the_index_finds_what_a_slow_search_finds(folder: Path) -> None:
    ledger = Ledger(folder)
    dice = random.Random(7)
    for _ in range(150):
        ledger.append(
            dice.choice(["batch", "refusal"]),
            batch=f"b{dice.randrange(20)}",
            digest=dice.choice(["a" * 64, "b" * 64]),
            rows=dice.randrange(3),
            is_new=dice.random() < 0.5,
        )
        entries = list(Ledger(folder).entries())
        facts = {"batch": f"b{dice.randrange(20)}", "rows": dice.randrange(3)}
        if dice.random() < 0.5:
            facts["digest"] = "a" * 64
        for asked in (facts, {}, {"digest": "b" * 64}, {"is_new": True}, {"absent": "x"}):
            holding = [e for e in entries if e.holds("batch", asked)]
            assert ledger.find("batch", **asked) == (holding[-1] if holding else None)
        assert list(ledger.entries("refusal")) == [e for e in entries if e.kind == "refusal"]
