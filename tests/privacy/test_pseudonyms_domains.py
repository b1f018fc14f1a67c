"""A domain's rules decide who has the same pseudonym; another rule or period is another key."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.cmac import CMAC
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.contracts import Canonical, Domain
from pipeline.errors import PrivacyError
from pipeline.privacy.canonical import canonicalise
from pipeline.privacy.pseudonyms import next_epoch, pseudonymise
from pipeline.privacy.spelling import Speller, bytes_and_offsets
from pipeline.project import load_project
from pipeline.storage.keys import KeyRing

ROOT = Path(__file__).parents[2]
KEYS = [bytes([number]) * 32 for number in range(1, 4)]
PLAIN: dict[str, Any] = {
    "version": 1,
    "unicode": "nfkc",
    "case": "upper",
    "apostrophes": "unified",
    "hyphens": "unified",
    "invisible": "removed",
    "space": "collapsed",
    "leading_zeros": "kept",
}
KEPT = {
    "unicode": "kept",
    "case": "kept",
    "apostrophes": "kept",
    "hyphens": "kept",
    "invisible": "kept",
    "space": "kept",
    "leading_zeros": "kept",
}
OPTIONS = {
    "unicode": ("nfkc", "kept"),
    "case": ("upper", "fold", "kept"),
    "apostrophes": ("unified", "kept"),
    "hyphens": ("unified", "kept"),
    "invisible": ("removed", "kept"),
    "space": ("collapsed", "trimmed", "kept"),
    "leading_zeros": ("kept", "stripped"),
}

specs = st.fixed_dictionaries({name: st.sampled_from(o) for name, o in OPTIONS.items()}).map(
    lambda chosen: Canonical(**(PLAIN | chosen))
)
# What senders type, and what the fast way must leave to the exact one.
typed = st.text(
    st.sampled_from(
        "aAzZ09 -'`.@\u00e9\u00c9\u00df\u00f7\u00d7\u00ff\u00b4\u2019"
        "\u2011\u200b\u00a0\u0301\u0153\U0001f600\t\x7f"
    )
    | st.characters(codec="utf-8"),
    max_size=30,
)


def spec(**changes: Any) -> Canonical:
    return Canonical(**(PLAIN | changes))


def spelled(texts: list[str], canonical: Canonical) -> list[str]:
    """The texts as the fast way spells them."""
    data, offsets = bytes_and_offsets(pa.array(texts, pa.large_string()))
    found = Speller(canonical).spelled(data, offsets)
    rows = zip(found.starts, found.sizes, strict=True)
    return [found.data[start : start + size].tobytes().decode() for start, size in rows]


def mac_of_one(message: bytes, key: bytes) -> bytes:
    reference = CMAC(algorithms.AES(key))
    reference.update(message)
    return reference.finalize()


@settings(deadline=None, max_examples=300)
@given(st.lists(typed, min_size=1, max_size=8), specs)
@example(["\u00c3", "\u00a9x"], spec())
@example(["0 012", "00", "0", "0\u0301", "000é"], spec(leading_zeros="stripped"))
@example(["É`é", "ÿß÷\u00d7"], spec(case="fold"))
def test_the_fast_spelling_is_the_exact_one(texts: list[str], canonical: Canonical) -> None:
    exact = canonicalise(pa.array(texts, pa.string()), canonical).to_pylist()
    assert spelled(texts, canonical) == exact


@settings(deadline=None, max_examples=300)
@given(typed, specs)
@example("0 012", spec(leading_zeros="stripped"))
@example("\u00b4", spec(apostrophes="kept", space="trimmed"))
def test_every_spelling_is_its_own(text: str, canonical: Canonical) -> None:
    once = canonicalise(pa.array([text]), canonical)
    assert canonicalise(once, canonical) == once


@pytest.mark.parametrize(
    ("rule", "typed_", "unified"),
    [
        ({"case": "upper"}, "n'diaye É", "N'DIAYE É"),
        ({"case": "fold"}, "N'DIAYE É", "n'diaye é"),
        ({"unicode": "nfkc"}, "\uff21e\u0301", "Aé"),
        ({"apostrophes": "unified"}, "N\u2019D`D", "N'D'D"),
        ({"hyphens": "unified"}, "A\u2011B\u2013C", "A-B-C"),
        ({"invisible": "removed"}, "A\u200bB\ufeff", "AB"),
        ({"space": "trimmed"}, "\u00a0 A  B\t", "A  B"),
        ({"space": "collapsed"}, "\u00a0 A \t B\n", "A B"),
        ({"leading_zeros": "stripped"}, "00120", "120"),
    ],
)
def test_each_rule_unifies_what_it_says_and_without_it_all_stays(
    rule: dict[str, str], typed_: str, unified: str
) -> None:
    assert spelled([typed_], spec(**(KEPT | rule))) == [unified]
    assert spelled([typed_], spec(**KEPT)) == [typed_]


def test_broken_utf8_that_crosses_rows_is_refused() -> None:
    raw = pa.array([b"a\xc3", b"\xa9b"], pa.binary())
    broken = pa.Array.from_buffers(pa.string(), 2, raw.buffers())
    with pytest.raises(PrivacyError, match=r"privacy\.identifier_not_text"):
        pseudonymise([broken], keys=KEYS[:1], canonical=spec())


def test_every_rule_is_part_of_the_digest_and_so_of_the_key(tmp_path: Path) -> None:
    ring = KeyRing.create(tmp_path / "keys")
    every = [
        spec(**dict(zip(OPTIONS, o, strict=True))) for o in itertools.product(*OPTIONS.values())
    ]
    every.append(spec(version=2))
    digests = {canonical.digest for canonical in every}
    assert len(digests) == len(every) == 289
    keys = {ring.pseudonym_keys("pupil", canonical.digest) for canonical in every[:20]}
    assert len(keys) == 20


def test_the_digest_never_changes_silently() -> None:
    """Keys in use depend on it: a failure here means other pseudonyms for everybody."""
    expected = "6c4d063c6a8af1b67c6965f0b3580c410247fcac72ce8a17e9151626d0c2ff31"
    assert spec().digest == expected
    shuffled = dict(reversed(PLAIN.items()))
    assert Canonical(**shuffled).digest == expected


def domain(linkable: str) -> Domain:
    data = {
        "label": {"en": "a", "fr": "a"},
        "canonical": PLAIN,
        "linkable": linkable,
        "reason": "a test",
    }
    return Domain.model_validate_json(json.dumps(data))


def test_a_linkable_domain_follows_a_person_over_years_and_another_does_not(tmp_path: Path) -> None:
    ring = KeyRing.create(tmp_path / "keys")
    ids = pa.array([f"{n:09}AB" for n in range(300)])

    def pseudonyms(linkable: str, period: str) -> set[bytes]:
        kept = domain(linkable)
        keys = ring.pseudonym_keys("pupil", *kept.scope(period))
        return set(pseudonymise([ids], keys=keys, canonical=kept.canonical).to_pylist())

    assert pseudonyms("years", "2020") == pseudonyms("years", "2021")
    assert not pseudonyms("period", "2020") & pseudonyms("period", "2021")
    assert not pseudonyms("period", "2020") & pseudonyms("years", "2020")


def test_a_domain_says_all_its_rules() -> None:
    for name in PLAIN:
        with pytest.raises(ValidationError):
            Canonical(**{key: value for key, value in PLAIN.items() if key != name})


def test_the_demonstration_follows_nobody_and_togo_follows_cohorts() -> None:
    demo = load_project(ROOT).contracts.policy.domains
    togo = load_project(ROOT / "tests" / "projects" / "togo").contracts.policy.domains
    assert {d.linkable for d in demo.values()} == {"period"}
    assert togo["pupil"].linkable == "years"


def test_a_later_epoch_is_the_mac_of_the_mac() -> None:
    ids = pa.array(["123456789AB", "n\u2019diaye"])
    first, second, third = (
        pseudonymise([ids], keys=KEYS[:epoch], canonical=spec()) for epoch in (1, 2, 3)
    )
    frames = (b"\x01\x00\x0b123456789AB", b"\x01\x00\x07N'DIAYE")
    assert first.to_pylist() == [mac_of_one(frame, KEYS[0]) for frame in frames]
    assert second.to_pylist() == [mac_of_one(p, KEYS[1]) for p in first.to_pylist()]
    assert third.to_pylist() == [mac_of_one(p, KEYS[2]) for p in second.to_pylist()]


def test_what_is_stored_moves_to_the_next_epoch_without_the_identifiers() -> None:
    ids = pa.array([f"{n:09}AB" for n in range(40_000)])
    stored = pseudonymise([ids], keys=KEYS[:1], canonical=spec())
    moved = pseudonymise([ids], keys=KEYS[:2], canonical=spec())
    assert next_epoch(stored, key=KEYS[1]) == moved
    chunked = pa.chunked_array([stored.slice(0, 7), stored.slice(7)])
    assert next_epoch(chunked, key=KEYS[1]) == moved
    assert next_epoch(stored.slice(5, 3), key=KEYS[1]) == moved.slice(5, 3)
    assert next_epoch(stored.slice(0, 0), key=KEYS[1]) == moved.slice(0, 0)


@pytest.mark.parametrize(
    "column", [pa.array(["x"]), pa.array([b"x" * 16]), pa.array([None, b"x" * 16], pa.binary(16))]
)
def test_what_is_no_column_of_pseudonyms_is_not_moved_on(column: pa.Array) -> None:
    with pytest.raises(PrivacyError, match=r"privacy\.no_pseudonym"):
        next_epoch(column, key=KEYS[0])


@pytest.mark.parametrize("kind", [pa.int8(), pa.int32(), pa.int64(), pa.uint16()])
def test_an_integer_has_the_pseudonym_of_its_decimal_form(kind: pa.DataType) -> None:
    numbers = pa.array([0, 7, 123], kind)
    texts = pa.array(["0", "7", "123"])
    ours = pseudonymise([numbers], keys=KEYS[:1], canonical=spec())
    assert ours == pseudonymise([texts], keys=KEYS[:1], canonical=spec())
    [negative] = pseudonymise([pa.array([-5])], keys=KEYS[:1], canonical=spec()).to_pylist()
    assert negative == mac_of_one(b"\x01\x00\x02-5", KEYS[0])


def test_a_missing_integer_is_refused() -> None:
    with pytest.raises(PrivacyError, match=r"privacy\.identifier_missing: 1 "):
        pseudonymise([pa.array([1, None])], keys=KEYS[:1], canonical=spec())


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(typed, st.integers(), typed), min_size=1, max_size=30), st.integers(0, 9))
def test_composite_keys_equal_the_library_row_by_row(
    rows: list[tuple[str, int, str]], cut: int
) -> None:
    canonical = spec(leading_zeros="stripped")
    rows = [(f"{a}A", number % 2**63, f"{b}B") for a, number, b in rows]
    first, second, third = (list(column) for column in zip(*rows, strict=True))
    chunked = pa.chunked_array([pa.array(p, pa.string()) for p in (first[:cut], first[cut:])])
    sliced = pa.array([1, *second, 2], pa.int64()).slice(1, len(rows))
    columns = [chunked, sliced, pa.array(third, pa.large_string())]
    found = pseudonymise(columns, keys=KEYS[:1], canonical=canonical).to_pylist()
    for row, pseudonym in zip(rows, found, strict=True):
        message = b"\x01"
        for part in row:
            text = canonicalise(pa.array([str(part)]), canonical)[0].as_py().encode()
            message += len(text).to_bytes(2, "big") + text
        assert pseudonym == mac_of_one(message, KEYS[0])


def test_refused_rows_are_counted_over_the_whole_column() -> None:
    ids = np.array([f"{n:05}" for n in range(70_000)], dtype=object)
    ids[[3, 40_000, 69_999]] = ["", " ", None]
    with pytest.raises(PrivacyError, match=r"privacy\.identifier_missing: 3 "):
        pseudonymise([pa.array(ids, pa.string())], keys=KEYS[:1], canonical=spec())
