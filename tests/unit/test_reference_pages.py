"""The page on datasets says how a file of each is written, and what it says is read."""

from __future__ import annotations

import re

from pipeline.contracts import Contracts
from pipeline.docs import reference_pages
from pipeline.project import load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.workspace import Workspace
from tests.small_country import PERIOD, pupil_rows, table, take


def test_the_page_names_what_the_contract_says_of_a_file() -> None:
    contracts = load_project(INSTALLATION).contracts
    pupils = contracts.datasets["pupils"]
    changed = pupils.model_copy(
        update={
            "format": pupils.format.model_copy(update={"delimiter": "\t", "encoding": "cp1252"}),
            "columns": tuple(
                column.model_copy(update={"format": "%Y-%m-%d"})
                if column.type == "date"
                else column.model_copy(update={"type": "decimal", "decimal": ","})
                if column.name == "grade"
                else column
                for column in pupils.columns
            ),
        }
    )
    before, after = (_file(each) for each in (contracts, _with(contracts, changed)))
    assert before == (
        "File: CSV in utf-8, cells apart by `;`. Dates such as `31/12/2012`: `birth_date`. "
        "Whoever is enrolled in several places counts once, at the latest enrolment. "
        "One row for each `national_id`, `school_code`. May be empty: `guardian_email`."
    )
    assert after == (
        "File: CSV in cp1252, cells apart by `TAB`. Decimal sign `,`: `grade`. "
        "Dates such as `2012-12-31`: `birth_date`. "
        "Whoever is enrolled in several places counts once, at the latest enrolment. "
        "One row for each `national_id`, `school_code`. May be empty: `guardian_email`."
    )


def test_the_quoted_cell_of_the_page_is_read(zones: Workspace) -> None:
    page = reference_pages(load_project(INSTALLATION).contracts)["datasets.md"]
    [cell] = re.findall(r'`(".*?")`', page)
    rows = [{**row, "address": cell} for row in pupil_rows(2)]
    receipt = take(zones, "pupils", table(rows))
    assert (receipt.counts["accepted"], receipt.counts["refused"]) == (len(rows), 0)
    assert zones.protected.current("pupils", PERIOD).num_rows == len(rows)


def _with(contracts: Contracts, dataset: object) -> Contracts:
    return contracts.model_copy(update={"datasets": {**contracts.datasets, "pupils": dataset}})


def _file(contracts: Contracts) -> str:
    _, _, part = reference_pages(contracts)["datasets.md"].partition("## pupils\n")
    return next(line for line in part.splitlines() if line.startswith("File: "))
