"""The register of processing lists every dataset and column, in both languages, as page and CSV."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from pipeline.contracts import Contracts
from pipeline.papers import columns_csv, register_csv, register_page
from pipeline.papers.register import _inert
from pipeline.project import load_project
from tests.unit.paper_reading import read_paper

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    return load_project(ROOT).contracts


def _read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_lists_every_dataset_and_column_and_asks_nothing_of_the_outside(
    contracts: Contracts, language: str
) -> None:
    paper = read_paper(register_page(contracts, language=language, on=TODAY))
    assert paper.language == language
    assert paper.outside == []
    for name, dataset in contracts.datasets.items():
        assert name in paper.ids
        for column in dataset.columns:
            assert column.label.words(language) in paper.text
            assert column.name in paper.text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_says_of_each_statement_on_the_law_that_was_not_verified(
    contracts: Contracts, language: str
) -> None:
    paper = read_paper(register_page(contracts, language=language, on=TODAY))
    mark = {"en": "not verified", "fr": "non vérifié"}[language]
    assert paper.text.count(mark) == contracts.law.unverified > 0


def test_the_fields_of_article_30_are_all_there(contracts: Contracts) -> None:
    rows = _read(register_csv(contracts, language="en", on=TODAY))
    of_persons = sorted(name for name, one in contracts.datasets.items() if one.counts_persons)
    assert of_persons == ["family_survey", "pupils", "school_survey", "teachers"]
    assert [row["Dataset"] for row in rows][: len(of_persons)] == of_persons
    assert set(contracts.datasets) == {row["Dataset"] for row in rows}
    for row in rows:
        assert all(row.values())
        assert set(row) >= {
            *("Controller", "Representative", "Data protection officer", "Joint controllers"),
            *("Processors", "Purposes", "Categories of persons", "Categories of data"),
            *("Recipients", "Transfers and safeguards", "Retention", "Security measures"),
        }


def test_sensitive_data_are_flagged(contracts: Contracts) -> None:
    (pupils,) = (
        r
        for r in _read(register_csv(contracts, language="en", on=TODAY))
        if r["Dataset"] == "pupils"
    )
    assert "Internet at home (sensitive)" in pupils["Categories of data"]
    assert "Sex (sensitive)" not in pupils["Categories of data"]


def test_the_list_of_columns_says_what_is_kept_of_each(contracts: Contracts) -> None:
    rows = _read(columns_csv(contracts, language="fr"))
    kept = {(row["Jeu de données"], row["Colonne"]): row["Ce qui est gardé"] for row in rows}
    expected = {(n, c.name) for n, d in contracts.datasets.items() for c in d.columns}
    assert set(kept) == expected
    assert kept["pupils", "family_name"] == "rien"


@pytest.mark.parametrize("cell", ["=1+1", " +x", "-2", "@a", "\N{FULLWIDTH EQUALS SIGN}1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert _inert(cell) == f"'{cell}"
    assert _inert("Élèves") == "Élèves"
