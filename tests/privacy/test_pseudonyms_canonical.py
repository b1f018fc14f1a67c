"""One spelling per identifier: what does not tell persons apart is taken out, nothing else."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.contracts import Canonical
from pipeline.privacy.canonical import canonicalise

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


def canonical(*texts: str) -> list[str]:
    return canonicalise(pa.array(texts, pa.string()), CANONICAL).to_pylist()


def unicode_file(name: str) -> list[str]:
    folder = os.environ.get("CARTABLE_TEST_DATA")
    if not folder:
        pytest.skip("CARTABLE_TEST_DATA is unset")
    path = Path(folder) / "adversarial" / "unicode" / "ucd" / "17.0.0" / name
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("#")[0] for line in lines if line and line[0] not in "#@"]


def characters(codes: str) -> str:
    return "".join(chr(int(code, 16)) for code in codes.split())


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Élodie", "ÉLODIE"),
        ("E\u0301lodie", "ÉLODIE"),
        ("n\u2019diaye", "N'DIAYE"),
        ("n`diaye", "N'DIAYE"),
        ("n\u00b4diaye", "N'DIAYE"),
        ("n\u02bcdiaye", "N'DIAYE"),
        ("jean\u2011pierre", "JEAN-PIERRE"),
        ("jean\u2013pierre", "JEAN-PIERRE"),
        ("jean\u2212pierre", "JEAN-PIERRE"),
        ("jean\u00adpierre", "JEANPIERRE"),
        ("\ufeffJean\u200dPierre\u200b", "JEANPIERRE"),
        ("  de\u00a0la \t tour\r\n", "DE LA TOUR"),
        ("straße", "STRASSE"),
        ("STRA\u1e9eE", "STRASSE"),
        ("\ufb01lle", "FILLE"),
        ("\uff11\uff12\uff13\uff21", "123A"),
        ("00123", "00123"),
        ("123-456/7.8", "123-456/7.8"),
    ],
)
def test_a_spelling_becomes_the_canonical_one(typed: str, expected: str) -> None:
    assert canonical(typed) == [expected]


@pytest.mark.parametrize(
    ("one", "other"),
    [("0123", "123"), ("HELENE", "HÉLÈNE"), ("O", "0"), ("AB", "A B"), ("JEAN-PAUL", "JEAN PAUL")],
)
def test_what_may_tell_persons_apart_stays(one: str, other: str) -> None:
    assert len(set(canonical(one, other))) == 2


def test_nulls_stay_null_and_types_stay() -> None:
    column = pa.array(["é", None, "é"], pa.large_string())
    assert canonicalise(column, CANONICAL) == pa.array(["É", None, "É"], pa.large_string())


@settings(deadline=None)
@given(st.text())
@example("\u00b4")
@example("\u0345\u0301")
@example("a\u034f\u0301\u0316")
def test_the_canonical_spelling_is_its_own(text: str) -> None:
    once = canonical(text)
    assert canonical(*once) == once


@settings(deadline=None)
@given(st.lists(st.text()))
def test_a_value_is_spelled_the_same_in_every_company(texts: list[str]) -> None:
    assert canonical(*texts) == [canonical(text)[0] for text in texts]


@settings(deadline=None)
@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_plain_ascii_is_spelled_as_the_obvious_code_does(text: str) -> None:
    assert canonical(text) == [" ".join(text.upper().replace("`", "'").split())]


def test_case_never_counts_in_the_whole_of_unicode() -> None:
    pairs = []
    for line in unicode_file("CaseFolding.txt"):
        code, status, folded, *_ = (part.strip() for part in line.split(";"))
        if status in "CF" and unicodedata.category(characters(code)) != "Cn":
            pairs.append((characters(code), characters(folded)))
    assert len(pairs) > 1400
    typed, folded = canonical(*(a for a, _ in pairs)), canonical(*(b for _, b in pairs))
    assert [p for p, a, b in zip(pairs, typed, folded, strict=True) if a != b] == []


def test_the_unicode_form_never_counts() -> None:
    forms = []
    for line in unicode_file("NormalizationTest.txt"):
        columns = [characters(part) for part in line.split(";")[:5]]
        # The two acute accents stand for apostrophes here, before Unicode makes them spaces.
        known = all(unicodedata.category(character) != "Cn" for character in columns[0])
        if known and columns[0] not in {"\u00b4", "\u1ffd"}:
            forms.append(columns)
    assert len(forms) > 18_000
    first, *others = (canonical(*(form[i] for form in forms)) for i in range(5))
    for other in others:
        assert [f for f, a, b in zip(forms, first, other, strict=True) if a != b] == []
