"""Of each column exactly what its rule says is kept, or nothing of the table at all."""

from __future__ import annotations

import datetime as dt
import functools
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.coded import plain_table
from pipeline.contracts import Canonical, CodeList, CodeLists, Dataset
from pipeline.errors import PrivacyError
from pipeline.privacy.minimise import minimise
from pipeline.privacy.pseudonyms import pseudonymise
from pipeline.privacy.rulebook import Rulebook
from pipeline.project import load_project
from pipeline.settings import INSTALLATION
from pipeline.yaml_source import read_yaml

CONTRACTS = Path(__file__).parents[2] / "contracts"
KEYS = {"pupil": [bytes(range(32))], "teacher": [bytes(range(1, 33))]}
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


@functools.cache
def contract(name: str) -> str:
    return json.dumps(read_yaml(CONTRACTS / f"{name}.yml").data)


def codelists() -> dict[str, CodeList]:
    return CodeLists.model_validate_json(contract("codelists"), strict=True).root


def book(**changes: Any) -> Rulebook:
    given_: dict[str, Any] = {
        "codelists": codelists(),
        "period": "2021",
        "keys": KEYS,
        "canonical": dict.fromkeys(KEYS, CANONICAL),
    }
    return Rulebook(**(given_ | changes))


def real_dataset(name: str) -> Dataset:
    return Dataset.model_validate_json(contract(f"datasets/{name}"), strict=True)


def small_dataset(*columns: dict[str, Any]) -> Dataset:
    """The contract of pupils with other columns."""
    data = json.loads(contract("datasets/pupils"))
    label = {"label": {"en": "a", "fr": "a"}, "role": "attribute"}
    data["columns"] = [label | column for column in columns]
    return Dataset.model_validate_json(json.dumps(data), strict=True)


def pupils(rows: int = 3) -> pa.Table:
    return pa.table(
        {
            "national_id": [f"{i:09}AB" for i in range(rows)],
            "family_name": ["N'Diaye", "Le Goff", "Éluard"][:rows],
            "given_name": ["Awa", "Yann", "Zoé"][:rows],
            "birth_date": pa.array([dt.date(2011, 2, 3)] * rows, pa.date32()),
            "sex": ["F", "M", "F"][:rows],
            "address": ["1 rue A"] * rows,
            "guardian_email": pa.array([None, "a@b.fr", None][:rows], pa.string()),
            "school_code": ["0350001A", "0350002B", "0350001A"][:rows],
            "grade": ["PRE", "CP", "6E"][:rows],
            "home_internet": ["Y", "N", "_U"][:rows],
            "home_device": ["Y", "Y", "N"][:rows],
        }
    )


def minimised(table: pa.Table, dataset: Dataset, rulebook: Rulebook) -> pa.Table:
    """What is kept of a table, which is the same where its text is coded."""
    columns = [c.dictionary_encode() if c.type == pa.string() else c for c in table.columns]
    coded = pa.table(columns, names=table.column_names)
    of_coded, of_plain = (tried(each, dataset, rulebook) for each in (coded, table))
    if isinstance(of_plain, PrivacyError):
        assert isinstance(of_coded, PrivacyError)
        assert of_coded.problem == of_plain.problem
        raise of_plain
    assert isinstance(of_coded, pa.Table)
    assert plain_table(of_coded).equals(of_plain)
    return of_plain


def tried(table: pa.Table, dataset: Dataset, rulebook: Rulebook) -> pa.Table | PrivacyError:
    try:
        return minimise(table, dataset, rulebook)
    except PrivacyError as refusal:
        return refusal


def refused(table: pa.Table, dataset: Dataset, **changes: Any) -> PrivacyError:
    with pytest.raises(PrivacyError) as refusal:
        minimised(table, dataset, book(**changes))
    return refusal.value


def test_the_pupils_contract_keeps_no_direct_identifier() -> None:
    kept = minimised(pupils(), real_dataset("pupils"), book())
    assert kept.schema.names == [
        "pupil_pseudonym",
        "school_age",
        "sex",
        "school_code",
        "edu_level",
        "home_internet",
        "home_device",
    ]
    assert kept.column("school_age").to_pylist() == ["L1"] * 3
    assert kept.column("edu_level").to_pylist() == ["L02", "L1", "L2"]
    expected = pseudonymise(
        [pupils().column("national_id")], keys=KEYS["pupil"], canonical=CANONICAL
    )
    assert kept.column("pupil_pseudonym").combine_chunks() == expected
    assert kept.schema.types == [pa.binary(16)] + [pa.string()] * 6


def test_no_identifier_is_left_in_any_buffer() -> None:
    kept = minimise(pupils(), real_dataset("pupils"), book())
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, kept.schema) as writer:
        writer.write_table(kept)
    content = sink.getvalue().to_pybytes()
    assert b"0350001A" in content
    for identified in ("000000001AB", "Le Goff", "Yann", "1 rue A", "a@b.fr", "PRE"):
        assert identified.encode() not in content


def test_every_contract_of_the_project_has_typed_kept_columns() -> None:
    domains = load_project(INSTALLATION).contracts.policy.domains
    keys = {name: [bytes(range(32))] for name in domains}
    rules = book(keys=keys, canonical=dict.fromkeys(keys, CANONICAL))
    for path in sorted((CONTRACTS / "datasets").glob("*.yml")):
        dataset = real_dataset(path.stem)
        types = {"date": pa.date32(), "integer": pa.int64(), "decimal": pa.float64()}
        empty = pa.table(
            {c.name: pa.array([], types.get(c.type, pa.string())) for c in dataset.columns}
        )
        kept = minimise(empty, dataset, rules)
        assert kept.schema.names == [column.kept_as for column in dataset.kept]


def test_minimal_types_whatever_comes_in() -> None:
    dataset = small_dataset(
        {"name": "a", "type": "text", "pattern": "[a-z]", "privacy": {"rule": "keep"}},
        {"name": "b", "type": "integer", "privacy": {"rule": "keep"}},
        {"name": "c", "type": "decimal", "privacy": {"rule": "keep"}},
        {"name": "d", "type": "date", "format": "%d/%m/%Y", "privacy": {"rule": "keep"}},
        {"name": "e", "type": "code", "codelist": "sex", "privacy": {"rule": "keep"}},
    )
    table = pa.table(
        {
            "e": pa.array(["F", None], pa.dictionary(pa.int8(), pa.string())),
            "d": pa.array([dt.date(2020, 1, 2), None], pa.date64()),
            "c": pa.array([1.5, None], pa.float32()),
            "b": pa.array([1, None], pa.int16()),
            "a": pa.array(["x", None], pa.large_string()),
        }
    )
    kept = minimise(table, dataset, book(keys={}))
    assert kept.schema.names == ["a", "b", "c", "d", "e"]
    assert kept.schema.types == [
        pa.string(),
        pa.int64(),
        pa.float64(),
        pa.date32(),
        pa.string(),
    ]
    assert kept.to_pylist() == [
        {"a": "x", "b": 1, "c": 1.5, "d": dt.date(2020, 1, 2), "e": "F"},
        dict.fromkeys("abcde"),
    ]


def test_the_metadata_of_the_input_is_not_carried_over() -> None:
    table = pupils().replace_schema_metadata({"pandas": "Le Goff", "file": "eleves.csv"})
    field = table.schema.field("sex").with_metadata({"origin": "Le Goff"})
    table = table.set_column(4, field, table.column("sex"))
    kept = minimise(table, real_dataset("pupils"), book())
    assert not kept.schema.metadata
    assert all(not kept.schema.field(name).metadata for name in kept.schema.names)


def test_an_unknown_column_is_refused_without_its_name() -> None:
    """A header may itself be a row of data."""
    table = pupils().append_column("LE GOFF Yann", pa.array(["x"] * 3))
    error = refused(table, real_dataset("pupils"))
    assert error.problem.code == "privacy.columns_unknown"
    assert error.problem.count == 1
    assert "LE GOFF" not in str(error)


def test_a_missing_column_is_refused_even_if_nothing_of_it_is_kept() -> None:
    error = refused(pupils().drop_columns("address"), real_dataset("pupils"))
    assert (error.problem.code, error.problem.place.column) == ("privacy.column_missing", "address")


def test_a_column_that_stands_twice_is_refused() -> None:
    table = pupils().append_column("sex", pa.array(["F"] * 3))
    error = refused(table, real_dataset("pupils"))
    assert (error.problem.code, error.problem.place.column) == ("privacy.column_repeated", "sex")


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("grade", "SECRET", "privacy.no_coarser_code"),
        ("sex", "SECRET", "privacy.code_unknown"),
        ("national_id", None, "privacy.identifier_missing"),
        ("national_id", "\u200b", "privacy.identifier_missing"),
    ],
)
def test_a_value_that_no_rule_fits_is_refused(column: str, value: str | None, code: str) -> None:
    table = pupils()
    position = table.schema.names.index(column)
    changed = pa.array([value, table.column(column)[1].as_py(), value], pa.string())
    error = refused(table.set_column(position, column, changed), real_dataset("pupils"))
    place = error.problem.place
    assert (error.problem.code, error.problem.count) == (code, 2)
    assert (place.dataset, place.column) == ("pupils", column)
    assert "SECRET" not in str(error)


def test_a_code_that_the_list_gives_no_coarser_one_is_refused() -> None:
    lists = codelists()
    items = lists["grade"].items
    bare = items[0].model_copy(update={"broader": {}})
    lists["grade"] = lists["grade"].model_copy(update={"items": (bare, *items[1:])})
    error = refused(pupils(), real_dataset("pupils"), codelists=lists)
    assert (error.problem.code, error.problem.count) == ("privacy.no_coarser_code", 1)


def test_a_missing_code_list_is_refused() -> None:
    lists = codelists()
    del lists["sex"]
    error = refused(pupils(), real_dataset("pupils"), codelists=lists)
    assert (error.problem.code, error.problem.place.column) == ("privacy.no_codelist", "sex")


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({}, "privacy.no_key"),
        ({"teacher": [bytes(32)]}, "privacy.no_key"),
        ({"pupil": []}, "privacy.key_size"),
        ({"pupil": [bytes(31)]}, "privacy.key_size"),
        ({"pupil": [bytes(32), bytes(33)]}, "privacy.key_size"),
    ],
)
def test_a_missing_or_wrong_key_is_refused(keys: dict[str, list[bytes]], code: str) -> None:
    assert refused(pupils(), real_dataset("pupils"), keys=keys).problem.code == code


@pytest.mark.parametrize(
    ("type_", "values"),
    [("integer", ["12 SECRET"]), ("integer", [1.5]), ("date", ["SECRET"]), ("decimal", ["SECRET"])],
)
def test_a_column_of_another_type_is_refused_without_its_value(
    type_: str, values: list[object]
) -> None:
    column = {"name": "a", "type": type_, "privacy": {"rule": "keep"}}
    dataset = small_dataset(column | ({"format": "%Y"} if type_ == "date" else {}))
    error = refused(pa.table({"a": values}), dataset)
    assert error.problem.code == "privacy.not_of_type"
    assert "SECRET" not in str(error)
    assert "1.5" not in str(error)
    assert error.__suppress_context__


def test_two_domains_give_unlinkable_pseudonyms() -> None:
    rule = {"rule": "pseudonymise", "as": "p"}
    column = {"name": "id", "type": "text", "role": "direct_identifier"}
    tables = [
        minimise(
            pa.table({"id": [f"{i:011}" for i in range(200)]}),
            small_dataset(column | {"privacy": rule | {"domain": domain}}),
            book(),
        )
        for domain in ("pupil", "teacher")
    ]
    one, other = (set(table.column("p").to_pylist()) for table in tables)
    assert len(one) == len(other) == 200
    assert not one & other


grades = st.sampled_from([item.code for item in codelists()["grade"].items])


@settings(deadline=None)
@given(st.lists(grades | st.none()), st.integers(0, 5))
def test_generalising_equals_looking_each_code_up(codes: list[str | None], cut: int) -> None:
    column = {"name": "g", "type": "code", "codelist": "grade", "required": False}
    dataset = small_dataset(column | {"privacy": {"rule": "generalise", "to": "edu_level"}})
    lists = codelists()
    chunks = [pa.array(part, pa.string()) for part in (codes[:cut], codes[cut:])]
    kept = minimise(pa.table({"g": pa.chunked_array(chunks)}), dataset, book(codelists=lists))
    broader = lists["grade"].broader("edu_level")
    expected = [code if code is None else broader[code] for code in codes]
    assert kept.column("edu_level").to_pylist() == expected
