"""A batch whose kept text holds an identifier is refused, and no value of it is told."""

from __future__ import annotations

import functools
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contracts import Contracts
from pipeline.errors import PrivacyError
from pipeline.privacy.iban import LENGTHS, holds_iban
from pipeline.privacy.minimise import minimise
from pipeline.privacy.planted import EMAIL, IBAN, NAME, PHONE
from pipeline.privacy.rulebook import Rulebook
from pipeline.project import load_project
from tests.privacy.test_minimise import CANONICAL, CONTRACTS, KEYS, minimised, small_dataset

NIR = ("French social security number", "Numéro de sécurité sociale (NIR)")
PUPIL_ID = ("National identifier", "Identifiant national")


@functools.cache
def contracts() -> Contracts:
    return load_project(CONTRACTS.parent).contracts


def rulebook(**changes: Any) -> Rulebook:
    policy = contracts().policy
    given_: dict[str, Any] = {
        "codelists": {},
        "period": "2021",
        "keys": KEYS,
        "canonical": dict.fromkeys(KEYS, CANONICAL),
        "identifiers": {
            (form.label.en, form.label.fr): form.pattern
            for form in policy.identifier_patterns.values()
        },
    }
    return Rulebook(**(given_ | changes))


def dropped(name: str, **more: Any) -> dict[str, Any]:
    rule = {"privacy": {"rule": "drop"}, "required": False, "role": "direct_identifier"}
    return {"name": name, "type": "text"} | rule | more


COLUMNS = (
    {
        "name": "class_code",
        "type": "text",
        "role": "geography",
        "required": False,
        "privacy": {"rule": "keep"},
    },
    dropped(
        "national_id",
        pattern="[0-9]{9}[A-Z]{2}",
        label=dict(zip(("en", "fr"), PUPIL_ID, strict=True)),
    ),
    dropped("family_name"),
    dropped("given_name"),
)


def run(texts: list[str | None], **changes: Any) -> pa.Table:
    rows = len(texts)
    table = pa.table(
        {
            "class_code": pa.chunked_array([texts[:1], texts[1:]], pa.string()),
            "national_id": [f"{n:09}AB" for n in range(rows)],
            "family_name": (["N'Diaye", "Éluard", "Le Goff", "X"] * rows)[:rows],
            "given_name": pa.array((["Awa", None, "Yann", "Zoé"] * rows)[:rows], pa.string()),
        }
    )
    return minimised(table, small_dataset(*COLUMNS), rulebook(**changes))


def kinds(texts: list[str | None], **changes: Any) -> set[tuple[str, int]]:
    """The kinds found, in English, and in how many rows."""
    with pytest.raises(PrivacyError) as caught:
        run(texts, **changes)
    error = caught.value
    problems = [error.problem, *error.problems]
    assert {p.code for p in problems} == {"privacy.identifier_planted"}
    assert {(p.place.dataset, p.place.column) for p in problems} == {("pupils", "class_code")}
    for text in texts:
        assert not text or len(text) < 3 or text not in error.words("en") + error.words("fr")
    return {(str(dict(p.facts)["kind_en"]), int(p.count or 0)) for p in problems}


@pytest.mark.parametrize(
    ("planted", "kind"),
    [
        ("awa.ndiaye@example.org", EMAIL),
        ("écrire à A@B.fr svp", EMAIL),
        ("awa\uff20example.org", EMAIL),
        ("0612345678", PHONE),
        ("tél. 06 12 34 56 78", PHONE),
        ("06.12.34.56.78", PHONE),
        ("+33 6 12 34 56 78", PHONE),
        ("0033612345678", PHONE),
        ("+33(0)612345678", PHONE),
        ("+228 90 12 34 56", PHONE),
        ("+221771234567", PHONE),
        ("00 228 90 12 34 56", PHONE),
        ("FR7630006000011234567890189", IBAN),
        ("fr76 3000 6000 0112 3456 7890 189 merci", IBAN),
        ("DE89 3704 0044 0532 0130 00", IBAN),
        ("269054958815780", NIR),
        ("2 69 05 49 588 157 80", NIR),
        ("255081416802538", NIR),
        ("123456789ab", PUPIL_ID),
        ("id:123456789AB.", PUPIL_ID),
        ("123 456 789 AB", PUPIL_ID),
        ("12345\u200b6789AB", PUPIL_ID),
        ("n\u2019diaye", NAME),
        ("ELUARD", NAME),
        ("E\u0301luard", NAME),
        ("\u200bZOE ", NAME),
        ("LE GOFF Yann", NAME),
        ("Yann Le Goff", NAME),
    ],
)
def test_an_identifier_of_each_kind_is_found_however_it_is_typed(
    planted: str, kind: tuple[str, str]
) -> None:
    texts = ["A1", planted, None, planted, "B-2"]
    assert (kind[0], 2) in kinds(texts)


@pytest.mark.parametrize(
    "innocent",
    [
        "0350001A",
        "35238",
        "243500139",
        "LI-000123",
        "06123456789",
        "006123456789",
        "061234567",
        "FR7630006000011234567890188",
        "FR76300060000112345678901",
        "XX7630006000011234567890189",
        "369054958815780",
        "12345678AB",
        "1123456789AB",
        "diay",
        "X",
        "2021-2022",
        "a@b",
        "3@classe",
        "Goff",
        "",
    ],
)
def test_a_code_is_no_identifier(innocent: str) -> None:
    kept = run(["A1", innocent, None, innocent])
    assert kept.column("class_code").to_pylist() == ["A1", innocent, None, innocent]


def test_several_kinds_are_told_at_once() -> None:
    texts = ["a@b.fr", "0612345678", "A1", "Awa"]
    assert kinds(texts) == {(EMAIL[0], 1), (PHONE[0], 1), (NAME[0], 1)}


def test_values_of_a_closed_reference_may_be_somebodys_name_but_no_other_identifier() -> None:
    assert run(["Awa"], closed=frozenset({"class_code"})).num_rows == 1
    assert kinds(["Awa", "a@b.fr"], closed=frozenset({"class_code"})) == {(EMAIL[0], 1)}


def test_an_empty_delivery_holds_nothing() -> None:
    assert run([]).num_rows == 0


def test_an_empty_kept_column_beside_a_filled_one_is_scanned_too() -> None:
    note = {**COLUMNS[0], "name": "note"}
    table = pa.table(
        {
            "class_code": pa.array([None, None], pa.string()),
            "note": ["A1", "Awa"],
            "national_id": ["123456789AB", "123456789AC"],
            "family_name": ["A", "Awa"],
            "given_name": ["B", "C"],
        }
    )
    with pytest.raises(PrivacyError) as refused:
        minimise(table, small_dataset(note, *COLUMNS), rulebook())
    problem = refused.value.problem
    assert (problem.code, problem.count) == ("privacy.identifier_planted", 1)
    assert problem.place.column == "note"


def test_text_that_is_not_kept_is_not_scanned() -> None:
    columns = [dropped("note", role="attribute"), *COLUMNS[1:]]
    table = pa.table(
        {
            "note": ["a@b.fr"],
            "national_id": ["123456789AB"],
            "family_name": ["A"],
            "given_name": ["B"],
        }
    )
    assert minimise(table, small_dataset(*columns), rulebook()).num_columns == 0


def iban_of(country: str, account: str) -> str:
    digits = "".join(str(int(sign, 36)) for sign in f"{account}{country}00")
    return f"{country}{98 - int(digits) % 97:02}{account}"


@settings(deadline=None)
@given(st.data(), st.sampled_from(sorted(LENGTHS)))
def test_every_valid_iban_is_found_and_none_with_one_digit_changed(
    data: st.DataObject, country: str
) -> None:
    size = LENGTHS[country] - 4
    account = data.draw(st.text("0123456789ABCXYZ", min_size=size, max_size=size))
    iban = iban_of(country, account)
    grouped = " ".join(iban[n : n + 4] for n in range(0, len(iban), 4))
    assert holds_iban(iban)
    assert holds_iban(f"COMPTE {grouped} MERCI")
    place = data.draw(st.integers(4, len(iban) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != iban[place]]))
    if iban[place].isdigit():
        assert not holds_iban(iban[:place] + other + iban[place + 1 :])


def test_the_schools_of_the_demonstration_are_a_closed_reference() -> None:
    from pipeline.steps.rulebooks import _closed_references

    datasets = contracts().datasets
    assert _closed_references(contracts(), datasets["pupils"]) == {"school_code"}
    assert _closed_references(contracts(), datasets["schools"]) == frozenset()
