"""Each rule keeps what it says: both sides of each cut, nulls, empty and chunked columns."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contracts import CodeList, Column
from pipeline.errors import PrivacyError
from pipeline.privacy.minimise import KEPT_TYPES
from pipeline.privacy.rulebook import Rulebook
from tests.privacy.test_minimise import CANONICAL, KEYS, minimised, small_dataset

TYPES = {"integer": pa.int64(), "decimal": pa.float64(), "date": pa.date32()}
COMMUNES = {"35001": "BODY-A", "35002": "BODY-A", "35003": "BODY-B"}


def codelist(*items: str | dict[str, Any]) -> CodeList:
    full = [{"code": item} if isinstance(item, str) else item for item in items]
    label = {"label": {"en": "a", "fr": "a"}}
    data = {**label, "source": "a test", "items": [label | item for item in full]}
    return CodeList.model_validate_json(json.dumps(data), strict=True)


LISTS = {
    "ages": codelist("UNDER_3", "3_TO_5", "6_AND_OVER"),
    "sizes": codelist("SMALL", "LARGE"),
    "group": codelist({"code": "EU", "spelled": ["Française", "Belge"]}, "OTHER"),
    "nationality": codelist({"code": "FR", "broader": {"group": "EU"}}, "TG", "SN"),
    "postcode": codelist(
        {"code": "35000", "broader": {"commune": "35001"}},
        {"code": "35400", "broader": {"commune": "35003"}},
        {"code": "99000", "broader": {"commune": "99001"}},
    ),
}


def column(rule: dict[str, Any], type_: str, **more: Any) -> dict[str, Any]:
    made = {"name": "value", "type": type_, "privacy": rule, "required": False}
    return made | ({"format": "%d/%m/%Y"} if type_ == "date" else {}) | more


def apply(values: list[Any], made: dict[str, Any], *, period: str = "2021") -> pa.ChunkedArray:
    """What is kept of values laid out in three chunks, one of them empty."""
    dataset = small_dataset(made)
    kind = TYPES.get(made["type"], pa.string())
    cut = len(values) // 2
    chunks = [pa.array(part, kind) for part in (values[:cut], [], values[cut:])]
    rulebook = Rulebook(
        codelists=LISTS,
        period=period,
        keys=KEYS,
        canonical=dict.fromkeys(KEYS, CANONICAL),
        territories={
            ("commune", "epci"): COMMUNES,
            ("commune", "commune"): {code: code for code in COMMUNES},
        },
    )
    table = pa.table({"value": pa.chunked_array(chunks, type=kind)})
    kept = minimised(table, dataset, rulebook)
    [only] = dataset.columns
    assert kept.schema.names == [only.kept_as]
    assert kept.schema.types == [KEPT_TYPES[str(only.kept_type)]]
    return kept.column(0)


def kept(values: list[Any], rule: dict[str, Any], type_: str, **more: Any) -> list[Any]:
    period = more.pop("period", "2021")
    found: list[Any] = apply(values, column(rule, type_, **more), period=period).to_pylist()
    return found


def refusal(values: list[Any], rule: dict[str, Any], type_: str, **more: Any) -> PrivacyError:
    with pytest.raises(PrivacyError) as caught:
        kept(values, rule, type_, **more)
    assert caught.value.problem.place.column == "value"
    return caught.value


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


YEAR = {"rule": "truncate_date", "to": "year", "as": "birth_year"}
MONTH = {"rule": "truncate_date", "to": "month", "as": "birth_month"}
SCHOOL_YEAR = {"rule": "truncate_date", "to": "school_year", "starts": 9, "as": "cohort"}
AGE = {"rule": "age", "at": "12-31", "as": "age"}
AGES = {"rule": "band", "to": "ages", "cuts": [3, 6], "at": "09-01"}
SIZES = {"rule": "band", "to": "sizes", "cuts": [10]}


def test_a_date_loses_its_day() -> None:
    dates = [day("2011-12-31"), None, day("2012-01-01")]
    assert kept(dates, YEAR, "date") == [2011, None, 2012]
    assert kept(dates, MONTH, "date") == ["2011-12", None, "2012-01"]


def test_a_school_year_starts_with_its_month() -> None:
    dates = [day("2011-08-31"), day("2011-09-01"), None, day("2012-08-31")]
    assert kept(dates, SCHOOL_YEAR, "date") == [2010, 2011, None, 2011]
    january = SCHOOL_YEAR | {"starts": 1}
    assert kept(dates, january, "date") == [2011, 2011, None, 2012]


def test_an_age_is_completed_on_the_birthday() -> None:
    reference = AGE | {"at": "09-15"}
    dates = [day("2015-09-15"), day("2015-09-16"), None, day("2021-09-15")]
    assert kept(dates, reference, "date") == [6, 5, None, 0]
    assert kept(dates, AGE | {"at": "+09-15"}, "date") == [7, 6, None, 1]
    assert kept(dates[:2], reference, "date", period="2022") == [7, 6]


def test_who_is_born_on_29_february_is_older_on_1_march() -> None:
    born = [day("2016-02-29")]
    assert kept(born, AGE | {"at": "02-28"}, "date") == [4]
    assert kept(born, AGE | {"at": "03-01"}, "date") == [5]


def test_who_is_not_born_yet_is_refused() -> None:
    error = refusal([day("2022-01-01"), day("2021-12-31"), None], AGE, "date")
    assert (error.problem.code, error.problem.count) == ("privacy.not_born", 1)
    assert "2022" not in str(error)


dates = st.dates(dt.date(1900, 1, 1), dt.date(2020, 12, 31))


@settings(deadline=None)
@given(
    st.lists(dates | st.none(), max_size=20), st.dates(dt.date(2021, 1, 1), dt.date(2021, 12, 31))
)
def test_an_age_equals_the_obvious_count(born: list[dt.date | None], at: dt.date) -> None:
    found = kept(born, AGE | {"at": f"{at:%m-%d}"}, "date")
    expected = [
        None if b is None else at.year - b.year - ((b.month, b.day) > (at.month, at.day))
        for b in born
    ]
    assert found == expected


@settings(deadline=None)
@given(st.lists(dates, max_size=20))
def test_who_is_born_later_is_never_older(born: list[dt.date]) -> None:
    for rule in (AGE, YEAR, SCHOOL_YEAR, MONTH):
        found = kept(sorted(born), rule, "date")
        assert found == sorted(found, reverse=rule is AGE)


def test_a_band_holds_its_lower_cut_point() -> None:
    assert kept([9, 10, None, -(10**17)], SIZES, "integer") == ["SMALL", "LARGE", None, "SMALL"]
    assert kept([9.999, 10.0, None], SIZES, "decimal") == ["SMALL", "LARGE", None]
    half = SIZES | {"cuts": [9.5]}
    assert kept([9, 10], half, "integer") == ["SMALL", "LARGE"]
    assert kept([9.4, 9.5], half, "decimal") == ["SMALL", "LARGE"]


def test_ages_are_cut_on_the_day_that_counts() -> None:
    born = [day("2018-09-02"), day("2018-09-01"), day("2015-09-02"), day("2015-09-01"), None]
    expected = ["UNDER_3", "3_TO_5", "3_TO_5", "6_AND_OVER", None]
    assert kept(born, AGES, "date") == expected


def test_a_number_is_clipped_at_both_ends() -> None:
    clip = {"rule": "clip", "at_least": 2, "at_most": 5}
    assert kept([1, 2, 3, None, 5, 6], clip, "integer") == [2, 2, 3, None, 5, 5]
    assert kept([1.9, 2.0, None, 5.1], clip, "decimal") == [2.0, 2.0, None, 5.0]
    top = {"rule": "clip", "at_most": 5}
    assert kept([-(10**18), 6], top, "integer") == [-(10**18), 5]
    bottom = {"rule": "clip", "at_least": 0}
    assert kept([-1, 10**18], bottom, "integer") == [0, 10**18]
    assert kept([-1.0, 1e300], bottom, "decimal") == [0.0, 1e300]


def test_halves_are_rounded_to_the_even_multiple() -> None:
    five = {"rule": "round", "base": 10}
    whole = [4, 5, 6, 14, 15, 16, 25, None, -5, -15, -16]
    assert kept(whole, five, "integer") == [0, 0, 10, 10, 20, 20, 20, None, 0, -20, -20]
    assert kept([5.0, 15.0, 24.9, None], five, "decimal") == [0.0, 20.0, 20.0, None]
    tenth = {"rule": "round", "base": 0.1}
    assert kept([0.3, 0.34, 0.36, None], tenth, "decimal") == [0.3, 0.3, 0.4, None]
    large = 10**18 - 1
    assert kept([large], {"rule": "round", "base": 1000}, "integer") == [10**18]


numbers = st.integers(-(10**17), 10**17) | st.none()


@settings(deadline=None)
@given(st.lists(numbers, max_size=20), st.integers(1, 10**6), st.integers(-100, 100))
def test_clip_round_and_band_keep_the_order_and_change_nothing_twice(
    values: list[int | None], base: int, low: int
) -> None:
    ordered = sorted(v for v in values if v is not None)
    for rule in (
        {"rule": "clip", "at_least": low, "at_most": low + base},
        {"rule": "round", "base": base},
    ):
        once = kept(values, rule, "integer")
        assert kept(once, rule, "integer") == once
        assert [v is None for v in once] == [v is None for v in values]
        found = kept(ordered, rule, "integer")
        assert found == sorted(found)
    for value, found in zip(
        values, kept(values, {"rule": "round", "base": base}, "integer"), strict=True
    ):
        if value is not None:
            assert found % base == 0
            assert 2 * abs(found - value) <= base
    bands = kept(ordered, SIZES, "integer")
    assert bands == ["SMALL" if v < 10 else "LARGE" for v in ordered]


@pytest.mark.parametrize("strange", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(
    "rule",
    [SIZES, {"rule": "clip", "at_most": 5}, {"rule": "round", "base": 1}],
    ids=lambda rule: rule["rule"],
)
def test_what_is_no_number_is_refused(rule: dict[str, Any], strange: float) -> None:
    error = refusal([1.0, strange, None], rule, "decimal")
    assert (error.problem.code, error.problem.count) == ("privacy.not_finite", 1)


MAP = {"rule": "map", "to": "group", "residue": "OTHER"}


def test_a_text_is_mapped_as_spelled_and_the_rest_is_the_residue() -> None:
    texts = ["Belge", "Franc\u0327aise", "Togolaise", None, "belge", ""]
    assert kept(texts, MAP, "text") == ["EU", "EU", "OTHER", None, "OTHER", "OTHER"]


def test_a_code_is_mapped_by_its_list_and_the_rest_is_the_residue() -> None:
    found = kept(["FR", "TG", None, "XX"], MAP, "code", codelist="nationality")
    assert found == ["EU", "OTHER", None, "OTHER"]


EPCI = {"rule": "generalise_territory", "to": "epci", "as": "epci_code"}
BY = EPCI | {"by": "postcode", "from": "commune"}
ADDRESS = BY | {"extract": "[0-9]{5}"}


def test_a_commune_goes_up_to_its_level() -> None:
    found = kept(["35001", None, "35003"], EPCI, "text", territory="commune")
    assert found == ["BODY-A", None, "BODY-B"]
    error = refusal(["35001", "99999"], EPCI, "text", territory="commune")
    assert (error.problem.code, error.problem.count) == ("privacy.no_territory", 1)
    lenient = EPCI | {"residue": "missing"}
    assert kept(["35001", "99999"], lenient, "text", territory="commune") == ["BODY-A", None]


def test_a_postcode_leads_to_its_commune_and_above() -> None:
    assert kept(["35000", None, "35400"], BY, "text") == ["BODY-A", None, "BODY-B"]
    assert kept(["35400"], BY, "code", codelist="postcode") == ["BODY-B"]
    commune = BY | {"to": "commune", "as": "commune_code"}
    assert kept(["35000", "35400"], commune, "text") == ["35001", "35003"]
    for lost in ("99000", "12345"):
        assert refusal([lost, "35000"], BY, "text").problem.code == "privacy.no_territory"


def test_the_last_postcode_of_an_address_counts() -> None:
    addresses = [
        "12345 route du Bois, 35400 Saint-Malo",
        "3 rue 35000 A\n35000 RENNES",
        None,
        "35400",
    ]
    assert kept(addresses, ADDRESS, "text") == ["BODY-B", "BODY-A", None, "BODY-B"]
    for lost in ("12 rue de la Paix", "135400 X", "35400A"):
        error = refusal([lost, "35000 Rennes", None], ADDRESS, "text")
        assert (error.problem.code, error.problem.count) == ("privacy.no_territory", 1)
        assert "Paix" not in str(error)
    lenient = ADDRESS | {"residue": "missing"}
    assert kept(["12 rue de la Paix", "1, 35000 R"], lenient, "text") == [None, "BODY-A"]


def test_a_level_that_no_geography_was_given_for_is_refused() -> None:
    region = EPCI | {"to": "region"}
    assert refusal(["35001"], region, "text", territory="commune").problem.code == (
        "privacy.no_territories"
    )


def test_of_redacted_text_only_whether_it_was_filled_is_kept() -> None:
    rule = {"rule": "redact", "as": "has_address"}
    texts = ["1 rue A", "", " \u00a0\t", None, "x"]
    assert kept(texts, rule, "text") == [True, False, False, False, True]


RULES: dict[str, tuple[dict[str, Any], str, dict[str, Any], Callable[[Any], bool]]] = {
    "year": (YEAR, "date", {}, lambda v: isinstance(v, int)),
    "month": (MONTH, "date", {}, lambda v: len(v) == 7),
    "school_year": (SCHOOL_YEAR, "date", {}, lambda v: isinstance(v, int)),
    "age": (AGE, "date", {}, lambda v: isinstance(v, int) and v >= 0),
    "band_of_date": (AGES, "date", {}, lambda v: v in LISTS["ages"].codes),
    "band": (SIZES, "integer", {}, lambda v: v in LISTS["sizes"].codes),
    "clip": ({"rule": "clip", "at_least": 0, "at_most": 9}, "integer", {}, lambda v: 0 <= v <= 9),
    "round": ({"rule": "round", "base": 5}, "integer", {}, lambda v: v % 5 == 0),
    "map_text": (MAP, "text", {}, lambda v: v in LISTS["group"].codes),
    "map_code": (MAP, "code", {"codelist": "nationality"}, lambda v: v in LISTS["group"].codes),
    "address": (ADDRESS | {"residue": "missing"}, "text", {}, lambda v: v in COMMUNES.values()),
    "redact": ({"rule": "redact", "as": "has_it"}, "text", {}, lambda v: v in {True, False}),
    "pseudonym": (
        {"rule": "pseudonymise", "domain": "pupil", "as": "p"},
        "integer",
        {},
        lambda v: len(v) == 16,
    ),
}
ANY = {
    "date": dates,
    "integer": st.integers(-(10**17), 10**17),
    "text": st.text(st.characters(codec="utf-8"), max_size=12)
    | st.sampled_from(["Belge", "35000 Rennes"]),
    "code": st.sampled_from(["FR", "TG", "SN", "ZZ"]),
}


@pytest.mark.parametrize("name", RULES)
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_no_rule_returns_anything_but_what_it_declares(name: str, data: st.DataObject) -> None:
    rule, type_, more, is_declared = RULES[name]
    value = ANY[type_] if rule["rule"] == "pseudonymise" else ANY[type_] | st.none()
    values = data.draw(st.lists(value, max_size=12))
    found = apply(values, column(rule, type_, **more))
    assert len(found) == len(values)
    assert all(is_declared(v) for v in found.to_pylist() if v is not None)


@pytest.mark.parametrize("name", RULES)
def test_no_rule_carries_metadata_over(name: str) -> None:
    rule, type_, more, _ = RULES[name]
    dataset = small_dataset(column(rule, type_, **more))
    kind = TYPES.get(type_, pa.string())
    field = pa.field("value", kind, metadata={"origin": "Le Goff"})
    table = pa.table({"value": pa.array([], kind)}, pa.schema([field], {"pandas": "Le Goff"}))
    rulebook = Rulebook(
        codelists=LISTS,
        period="2021",
        keys=KEYS,
        canonical=dict.fromkeys(KEYS, CANONICAL),
        territories={("commune", "epci"): COMMUNES},
    )
    found = minimised(table, dataset, rulebook)
    assert not found.schema.metadata
    assert not found.schema.field(0).metadata
    assert found.num_rows == 0
    assert b"Le Goff" not in found.schema.serialize().to_pybytes()


def test_a_rule_does_not_depend_on_the_rows_beside_it() -> None:
    """What is kept of a value is the same in every block and batch."""
    born = [day(f"20{year:02}-0{month}-1{month}") for year in range(20) for month in range(1, 10)]
    for rule in (YEAR, MONTH, SCHOOL_YEAR, AGE, AGES):
        apart = [kept([value], rule, "date")[0] for value in born[:40]]
        assert kept(born[:40], rule, "date") == apart


def test_every_rule_is_described_in_both_languages() -> None:
    said = set()
    for rule, type_, more, _ in RULES.values():
        [made] = small_dataset(column(rule, type_, **more)).columns
        assert isinstance(made, Column)
        said.add((made.privacy.words.en, made.privacy.words.fr))
    assert len(said) == len(RULES) - 1  # the two maps say the same
    assert all(en != fr for en, fr in said)
