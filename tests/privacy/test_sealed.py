"""A sealed file gives back its content whole, or refuses; no plain copy touches the disk."""

from __future__ import annotations

import hashlib
import io
import os
import random
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import StorageError
from pipeline.storage.key_table import ID_BYTES
from pipeline.storage.keys import KeyRing
from pipeline.storage.sealed import (
    CHUNK_BYTES,
    FORMER_MAGIC,
    MAGIC,
    PREFIX_BYTES,
    TAG_BYTES,
    Sealed,
    open_sealed,
    seal,
)

CONTEXT = b"delivery:1"
HEADER_BYTES = len(MAGIC) + ID_BYTES + 2 + len(CONTEXT) + PREFIX_BYTES
STEP = CHUNK_BYTES + TAG_BYTES
REFUSALS = {
    "storage.sealed_altered",
    "storage.key_forgotten",  # an altered id names a key that never was
    "storage.former_format",  # an altered version may be that of the former format
}


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    folder = tmp_path_factory.mktemp("ring")
    return KeyRing.create(folder / "keys", home=folder / "home")


def sealed_bytes(content: bytes, ring: KeyRing, path: Path, *, context: bytes = CONTEXT) -> bytes:
    seal(io.BytesIO(content), path, ring, context=context)
    return path.read_bytes()


def opened(path: Path, ring: KeyRing, *, context: bytes = CONTEXT) -> bytes:
    with open_sealed(path, ring, context=context) as stream:
        return stream.read()


def is_refused(altered: bytes, path: Path, ring: KeyRing) -> bool:
    """Whether reading to the end is refused; what came before is at most true content."""
    path.write_bytes(altered)
    try:
        opened(path, ring)
    except StorageError as error:
        return error.problem.code in REFUSALS
    return False


SIZES = [
    0,
    1,
    CHUNK_BYTES - 1,
    CHUNK_BYTES,
    CHUNK_BYTES + 1,
    2 * CHUNK_BYTES - 1,
    2 * CHUNK_BYTES,
    3 * CHUNK_BYTES + 7,
]


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_comes_back(tmp_path: Path, ring: KeyRing, size: int) -> None:
    content = os.urandom(size)
    path = tmp_path / "zone" / "file.sealed"
    found = seal(io.BytesIO(content), path, ring, context=CONTEXT)
    assert found == Sealed(path, hashlib.sha256(content).hexdigest(), size)
    assert opened(path, ring) == content
    chunks = max(1, -(-size // CHUNK_BYTES))
    assert path.stat().st_size == HEADER_BYTES + size + chunks * TAG_BYTES


@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_reads_of_any_size_add_up(
    data: st.DataObject, ring: KeyRing, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = random.Random(1).randbytes(data.draw(st.integers(0, 2 * CHUNK_BYTES + 9)))
    path = tmp_path_factory.mktemp("reads") / "file"
    seal(io.BytesIO(content), path, ring, context=CONTEXT)
    parts = []
    with open_sealed(path, ring, context=CONTEXT) as stream:
        while part := stream.read(data.draw(st.integers(1, 2 * CHUNK_BYTES))):
            parts.append(part)
    assert b"".join(parts) == content


class _Dribble(io.RawIOBase):
    """A source that gives a few bytes at a time, as a pipe may."""

    def __init__(self, content: bytes) -> None:
        self.rest = content

    def read(self, size: int = -1) -> bytes:
        taken, self.rest = self.rest[: min(size, 1000)], self.rest[min(size, 1000) :]
        return taken


def test_a_source_of_short_reads_is_sealed_alike(tmp_path: Path, ring: KeyRing) -> None:
    content = os.urandom(CHUNK_BYTES + 5)
    seal(_Dribble(content), tmp_path / "f", ring, context=CONTEXT)
    assert opened(tmp_path / "f", ring) == content
    assert (tmp_path / "f").stat().st_size == HEADER_BYTES + len(content) + 2 * TAG_BYTES


def test_progress_adds_up_to_the_size(tmp_path: Path, ring: KeyRing) -> None:
    steps: list[int] = []
    content = bytes(2 * CHUNK_BYTES + 5)
    seal(io.BytesIO(content), tmp_path / "f", ring, context=CONTEXT, on_bytes=steps.append)
    assert steps == [CHUNK_BYTES, CHUNK_BYTES, 5]


def test_the_stream_only_reads_forward(tmp_path: Path, ring: KeyRing) -> None:
    sealed_bytes(b"abc", ring, tmp_path / "f")
    with open_sealed(tmp_path / "f", ring, context=CONTEXT) as stream:
        assert stream.readable()
        assert not stream.seekable()
        assert not stream.writable()


def test_the_same_content_never_looks_the_same(tmp_path: Path, ring: KeyRing) -> None:
    one = sealed_bytes(b"a" * 1000, ring, tmp_path / "1")
    other = sealed_bytes(b"a" * 1000, ring, tmp_path / "2")
    assert one[len(MAGIC) :][:ID_BYTES] != other[len(MAGIC) :][:ID_BYTES]
    assert one[HEADER_BYTES:] != other[HEADER_BYTES:]


def test_only_the_owner_has_rights(tmp_path: Path, ring: KeyRing) -> None:
    sealed_bytes(b"abc", ring, tmp_path / "zone" / "set" / "file")
    assert stat.S_IMODE((tmp_path / "zone").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "zone" / "set").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "zone" / "set" / "file").stat().st_mode) == 0o600


class _Watched(io.RawIOBase):
    """A source that looks at what lies on the disk each time it is read."""

    def __init__(self, folder: Path, marker: bytes) -> None:
        self.folder, self.marker = folder, marker
        self.seen: list[bytes] = []
        self.left = 40

    def read(self, size: int = -1) -> bytes:
        self.seen += [path.read_bytes() for path in self.folder.iterdir()]
        self.left -= 1
        return (self.marker * size)[:size] if self.left > 0 else b""


def test_no_plain_byte_is_on_the_disk_while_sealing(tmp_path: Path, ring: KeyRing) -> None:
    marker = b"KOUAME-APPOLINAIRE-"
    source = _Watched(tmp_path, marker)
    seal(source, tmp_path / "file", ring, context=CONTEXT)
    assert max(map(len, source.seen)) > CHUNK_BYTES
    assert not any(marker in content for content in source.seen)
    assert marker not in (tmp_path / "file").read_bytes()
    assert marker in opened(tmp_path / "file", ring)


class _Failing(io.RawIOBase):
    def __init__(self, error: Exception) -> None:
        self.error = error
        self.good = 3

    def read(self, size: int = -1) -> bytes:
        if not self.good:
            raise self.error
        self.good -= 1
        return bytes(size)


@pytest.mark.parametrize(
    ("raised", "expected"),
    [(OSError(5, "secret"), StorageError), (RuntimeError("stop"), RuntimeError)],
)
def test_a_failed_source_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, ring: KeyRing, raised: Exception, expected: type[Exception]
) -> None:
    before = sealed_bytes(b"before", ring, tmp_path / "f")
    with pytest.raises(expected) as refused:
        seal(_Failing(raised), tmp_path / "f", ring, context=CONTEXT)
    assert "secret" not in repr(refused.value)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("f", before)]


def test_a_full_disk_leaves_the_old_file_and_says_so(
    tmp_path: Path, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sealed_bytes(b"before", ring, tmp_path / "f")

    def full(_: int) -> None:
        raise OSError(28, "secret")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left") as refused:
        seal(io.BytesIO(b"after"), tmp_path / "f", ring, context=CONTEXT)
    assert refused.value.problem.code == "storage.cannot_write"
    assert "secret" not in repr(refused.value)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("f", before)]


def test_a_missing_file_is_refused(tmp_path: Path, ring: KeyRing) -> None:
    with pytest.raises(StorageError, match=r"storage\.sealed_missing"):
        open_sealed(tmp_path / "none", ring, context=CONTEXT)


def test_another_ring_or_context_is_refused_before_any_byte(tmp_path: Path, ring: KeyRing) -> None:
    path = tmp_path / "f"
    sealed_bytes(b"abc", ring, path)
    other = KeyRing.create(tmp_path / "other", home=tmp_path / "other-home")
    with pytest.raises(StorageError, match=r"storage\.key_forgotten"):
        open_sealed(path, other, context=CONTEXT)
    for context in (b"delivery:2", b""):
        with pytest.raises(StorageError, match=r"storage\.sealed_altered"):
            open_sealed(path, ring, context=context)


def test_each_flipped_byte_of_a_small_file_is_refused(tmp_path: Path, ring: KeyRing) -> None:
    content = sealed_bytes(b"a small file", ring, tmp_path / "f")
    for position in range(len(content)):
        altered = bytearray(content)
        altered[position] ^= 1 << position % 8
        assert is_refused(bytes(altered), tmp_path / "f", ring), position


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, 2 * CHUNK_BYTES, 2 * CHUNK_BYTES + 9])
def test_a_file_cut_or_grown_near_any_edge_is_refused(
    tmp_path: Path, ring: KeyRing, size: int
) -> None:
    content = sealed_bytes(os.urandom(size), ring, tmp_path / "f")
    edges = [0, len(MAGIC), HEADER_BYTES, *range(HEADER_BYTES, len(content), STEP)]
    cuts = {edge + shift for edge in (*edges, len(content)) for shift in (-TAG_BYTES, -1, 0, 1)}
    for cut in sorted(cut for cut in cuts if 0 <= cut < len(content)):
        assert is_refused(content[:cut], tmp_path / "f", ring), cut
    for more in (b"\0", bytes(TAG_BYTES), content[HEADER_BYTES:], content[-TAG_BYTES:]):
        assert is_refused(content + more, tmp_path / "f", ring)


def test_chunks_moved_dropped_or_doubled_are_refused(tmp_path: Path, ring: KeyRing) -> None:
    content = sealed_bytes(os.urandom(4 * CHUNK_BYTES), ring, tmp_path / "f")
    header = content[:HEADER_BYTES]
    a, b, c, d = (content[HEADER_BYTES + i * STEP :][:STEP] for i in range(4))
    assert header + a + b + c + d == content
    for order in (
        (b, a, c, d),
        (a, c, b, d),
        (a, b, d, c),
        (d, a, b, c),
        (b, c, d),
        (a, b, d),
        (a, b, c),
        (a, a, b, c, d),
        (a, b, c, d, d),
        (a, b, c, a),
    ):
        assert is_refused(header + b"".join(order), tmp_path / "f", ring)


def test_parts_of_another_file_are_refused(tmp_path: Path, ring: KeyRing) -> None:
    plain = os.urandom(2 * CHUNK_BYTES)
    one = sealed_bytes(plain, ring, tmp_path / "1")
    two = sealed_bytes(plain, ring, tmp_path / "2")
    key = slice(len(MAGIC), len(MAGIC) + ID_BYTES)
    prefix = slice(HEADER_BYTES - PREFIX_BYTES, HEADER_BYTES)
    edge = HEADER_BYTES + STEP
    for mixed in (
        two[:HEADER_BYTES] + one[HEADER_BYTES:],
        one[: key.start] + two[key] + one[key.stop :],
        one[: prefix.start] + two[prefix] + one[prefix.stop :],
        one[:edge] + two[edge:],
        two[:HEADER_BYTES] + one[HEADER_BYTES:edge] + two[edge:],
    ):
        assert is_refused(mixed, tmp_path / "f", ring)


def _altered(content: bytes, draw: random.Random) -> bytes:
    """One random change of the kinds that a disk, a person or an attacker makes."""
    at, to = sorted(draw.sample(range(len(content) + 1), 2))
    match draw.randrange(6):
        case 0:
            return content[:at] + bytes([content[at] ^ draw.randrange(1, 256)]) + content[at + 1 :]
        case 1:
            return content[:at] + draw.randbytes(draw.randrange(1, 40)) + content[at:]
        case 2:
            return content[:at] + content[to:]
        case 3:
            return content[:to] + content[at:to] + content[to:]
        case 4:
            return content[:at]
        case _:
            return content[to:] + content[at:to] + content[:at]


def test_a_thousand_random_alterations_are_all_refused(tmp_path: Path, ring: KeyRing) -> None:
    draw = random.Random(20_210_901)
    contents = [
        sealed_bytes(draw.randbytes(size), ring, tmp_path / "f")
        for size in (0, 3, 300, CHUNK_BYTES + 30)
    ]
    refused = tried = 0
    while tried < 1000:
        content = contents[min(tried // 320, 3)]
        altered = _altered(content, draw)
        if altered != content:
            tried += 1
            refused += is_refused(altered, tmp_path / "f", ring)
    assert refused == 1000


def test_a_version_altered_to_the_former_one_is_refused(tmp_path: Path, ring: KeyRing) -> None:
    content = sealed_bytes(b"content", ring, tmp_path / "f")
    assert is_refused(FORMER_MAGIC + content[len(MAGIC) :], tmp_path / "f", ring)


def test_no_byte_of_an_altered_chunk_comes_out_and_a_refusal_stands(
    tmp_path: Path, ring: KeyRing
) -> None:
    plain = os.urandom(3 * CHUNK_BYTES)
    altered = bytearray(sealed_bytes(plain, ring, tmp_path / "f"))
    altered[HEADER_BYTES + STEP + 100] ^= 1
    (tmp_path / "f").write_bytes(altered)
    with open_sealed(tmp_path / "f", ring, context=CONTEXT) as stream:
        assert stream.read(CHUNK_BYTES) == plain[:CHUNK_BYTES]
        for _ in range(3):
            with pytest.raises(StorageError, match=r"storage\.sealed_altered"):
                stream.read(1)
