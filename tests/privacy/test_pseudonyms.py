"""Pseudonyms are AES-256-CMAC over framed canonical fields, whatever the layout of the column."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.cmac import CMAC
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contracts import Canonical
from pipeline.errors import PrivacyError
from pipeline.privacy.canonical import canonicalise
from pipeline.privacy.cmac import Messages, cmac
from pipeline.privacy.pseudonyms import FRAME_VERSION, pseudonymise

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
VECTORS = Path(__file__).parent / "vectors"
CANONICAL = Canonical(
    version=1,
    unicode="nfkc",
    case="upper",
    apostrophes="unified",
    hyphens="unified",
    invisible="removed",
    space="collapsed",
    leading_zeros="kept",
)

# NIST SP 800-38B, appendix D.3 (AES-256), as in its examples of 2016.
SP_800_38B_KEY = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
SP_800_38B_MESSAGE = (
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
)
SP_800_38B_MACS = {
    0: "028962f61b7bf89efc6b551f4667d983",
    16: "28a7023f452e8f82bd4bf28d8c37c35c",
    20: "156727dc0878944a023c1fe03bad6d93",
    40: "aaf3d8f1de5640c232f5b169b9c911e6",
    64: "e1992190549f6ed5696a2c056c315410",
}
# RFC 4493, section 4 (AES-128).
RFC_4493_KEY = "2b7e151628aed2a6abf7158809cf4f3c"
RFC_4493_MACS = {
    0: "bb1d6929e95937287fa37d129b756746",
    16: "070a16b46b4d4144f79bdd9dd04a287c",
    40: "dfa66747de9ae63030ca32611497c827",
    64: "51f0bebf7e3b9d92fc49741779363cfe",
}


def macs(messages: list[bytes], key: bytes, *, head: int = 0) -> list[bytes]:
    """MACs of messages, the first `head` bytes of each given apart."""
    offsets = np.cumsum([0, *(len(m) - head for m in messages)], dtype=np.int64)
    heads = np.array([int.from_bytes(m[:head], "little") for m in messages], dtype=np.uint64)
    data = np.frombuffer(b"".join(m[head:] for m in messages), dtype=np.uint8)
    found = cmac(Messages(heads, head, data, offsets[:-1], np.diff(offsets)), key=key)
    return [row.tobytes() for row in found]


def mac_of_one(message: bytes, key: bytes) -> bytes:
    reference = CMAC(algorithms.AES(key))
    reference.update(message)
    return reference.finalize()


def pseudonym_of_one(fields: list[str], key: bytes) -> bytes:
    """The slow, obvious way: frame one row, MAC it with the library."""
    message = bytes([FRAME_VERSION])
    for field in fields:
        canonical = canonicalise(pa.array([field]), CANONICAL)[0].as_py().encode()
        message += len(canonical).to_bytes(2, "big") + canonical
    return mac_of_one(message, key)


def pseudonyms(columns: Sequence[pa.Array | pa.ChunkedArray], *, key: bytes = KEY) -> pa.Array:
    return pseudonymise(columns, keys=[key], canonical=CANONICAL)


@pytest.mark.parametrize(
    ("key", "expected"), [(SP_800_38B_KEY, SP_800_38B_MACS), (RFC_4493_KEY, RFC_4493_MACS)]
)
def test_the_published_vectors_pass_in_one_column(key: str, expected: dict[int, str]) -> None:
    message = bytes.fromhex(SP_800_38B_MESSAGE)
    found = macs([message[:size] for size in expected], bytes.fromhex(key))
    assert [mac.hex() for mac in found] == list(expected.values())


def test_wycheproof_vectors_pass() -> None:
    vectors = json.loads((VECTORS / "aes_cmac.json").read_text(encoding="utf-8"))
    assert len(vectors["rows"]) == 306
    for number, key, message, mac, is_valid in vectors["rows"]:
        [found] = macs([bytes.fromhex(message)], bytes.fromhex(key))
        assert (found.hex() == mac) == is_valid, number


@settings(deadline=None)
@given(st.data(), st.integers(0, 7))
def test_a_column_has_the_macs_of_its_rows(data: st.DataObject, head: int) -> None:
    messages = data.draw(st.lists(st.binary(min_size=head, max_size=70), max_size=20))
    assert macs(messages, KEY, head=head) == [mac_of_one(m, KEY) for m in messages]


def test_more_rows_than_one_slice_and_some_of_many_blocks() -> None:
    messages = [b"x" * (i % 40) for i in range(70_000)]
    messages[40_000] = b"y" * 5_000
    expected = [mac_of_one(b"x" * size, KEY) for size in range(40)] * 1750
    expected[40_000] = mac_of_one(messages[40_000], KEY)
    assert macs(messages, KEY) == expected


fields = st.text(max_size=40).map(lambda text: "x" + text)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(fields, fields), max_size=6))
def test_a_composite_key_is_framed_field_by_field(rows: list[tuple[str, str]]) -> None:
    columns = [pa.array([row[i] for row in rows], pa.string()) for i in (0, 1)]
    found = pseudonyms(columns).to_pylist()
    assert found == [pseudonym_of_one(list(row), KEY) for row in rows]


def test_fields_cannot_run_into_each_other() -> None:
    left = pseudonyms([pa.array(["AB", "A"]), pa.array(["C", "BC"])]).to_pylist()
    assert left[0] != left[1]
    assert left[0] != pseudonyms([pa.array(["ABC"])])[0].as_py()


def test_the_order_of_the_parts_counts() -> None:
    a, b = pa.array(["DIALLO"]), pa.array(["AWA"])
    assert pseudonyms([a, b]) != pseudonyms([b, a])


def test_another_key_gives_other_pseudonyms() -> None:
    ids = pa.array([f"{i:09}AB" for i in range(1000)])
    ours, theirs = pseudonyms([ids]), pseudonyms([ids], key=OTHER_KEY)
    assert ours.type == pa.binary(16)
    assert len(set(ours.to_pylist())) == 1000
    assert not set(ours.to_pylist()) & set(theirs.to_pylist())


def test_the_layout_of_a_column_does_not_matter() -> None:
    ids = [f"N\u2019Diaye {i}" for i in range(50)]
    expected = pseudonyms([pa.array(ids)])
    chunked = pa.chunked_array([ids[:7], [], ids[7:]])
    sliced = pa.array(["before", *ids, "after"]).slice(1, 50)
    for layout in (chunked, sliced, pa.array(ids, pa.large_string())):
        assert pseudonyms([layout]) == expected
    again = pseudonyms([pa.array([*ids, ids[0]]).slice(50, 1)])
    assert again[0] == expected[0]


def test_the_same_person_typed_otherwise_has_the_same_pseudonym() -> None:
    typed = pa.array(["N'DIAYE", "n\u2019diaye", "\u200bN\uff07Diaye", "  N'Diaye\u00a0"])
    assert len(set(pseudonyms([typed]).to_pylist())) == 1


def test_the_mapping_never_changes_silently() -> None:
    """Pseudonyms already stored depend on these bytes: a failure here means a new version."""
    assert FRAME_VERSION == 1
    found = pseudonyms([pa.array(["123456789AB"])])[0].as_py()
    assert found == mac_of_one(b"\x01\x00\x0b123456789AB", KEY)


def test_an_empty_column_gives_an_empty_column() -> None:
    for empty in (pa.array([], pa.string()), pa.chunked_array([], pa.string())):
        assert pseudonyms([empty]) == pa.array([], pa.binary(16))


@pytest.mark.parametrize("missing", [None, "", " \t", "\u200b\ufeff"])
def test_a_missing_or_blank_identifier_is_refused(missing: str | None) -> None:
    with pytest.raises(PrivacyError) as refusal:
        pseudonyms([pa.array(["A1", missing, "A2", missing], pa.string())])
    assert refusal.value.problem.code == "privacy.identifier_missing"
    assert refusal.value.problem.count == 2


def test_an_identifier_may_have_65535_bytes_and_no_more() -> None:
    [longest] = pseudonyms([pa.array(["x" * 65_535])]).to_pylist()
    assert longest == mac_of_one(b"\x01\xff\xff" + b"X" * 65_535, KEY)
    with pytest.raises(PrivacyError, match=r"privacy\.identifier_too_long: 1 "):
        pseudonyms([pa.array(["x" * 65_536])])


def test_a_column_that_is_no_text_is_refused() -> None:
    for column in (pa.array([1.5]), pa.array([b"\x01"]), pa.nulls(2)):
        with pytest.raises(PrivacyError, match=r"privacy\.identifier_not_text"):
            pseudonyms([column])


def test_broken_utf8_is_refused_without_its_bytes() -> None:
    raw = pa.array([b"secret\xff"], pa.binary())
    broken = pa.Array.from_buffers(pa.string(), 1, raw.buffers())
    with pytest.raises(PrivacyError) as refusal:
        pseudonyms([broken])
    assert "secret" not in repr(refusal.value)
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__


def test_parts_of_unequal_length_and_no_part_are_refused() -> None:
    for columns in ([], [pa.array(["A"]), pa.array(["A", "B"])]):
        with pytest.raises(PrivacyError, match=r"privacy\.identifier_parts"):
            pseudonyms(columns)


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_key_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(PrivacyError, match=r"privacy\.key_size"):
        pseudonyms([pa.array(["A"])], key=bytes(size))
