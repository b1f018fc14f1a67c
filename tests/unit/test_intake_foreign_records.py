"""A record that cannot be one of its dataset is told by its cells, one damaged cell does not."""

from __future__ import annotations

import pytest

from pipeline.intake.foreign_records import foreign_to
from pipeline.project import load_project
from pipeline.settings import INSTALLATION

PROJECT = load_project(INSTALLATION)
TEACHERS = PROJECT.contracts.datasets["teachers"]
NAMES = [column.name for column in TEACHERS.columns]
TEACHER = {
    "national_id": "700000001ZZ",
    "family_name": "Diop",
    "given_name": "Awa",
    "birth_date": "01/02/1980",
    "sex": "F",
    "email": "",
    "school_code": "0350001A",
    "edu_level": "élémentaire",
    "has_digital_training": "oui",
    "is_trained": "oui",
    "is_qualified": "",
}


@pytest.mark.parametrize(
    ("changed", "is_foreign"),
    [
        ({}, False),
        ({"edu_level": "0350001A"}, False),
        ({"birth_date": "1980-02-01"}, False),
        ({"edu_level": "0350001A", "has_digital_training": "CM2"}, True),
        ({"edu_level": "0350001A", "birth_date": "32/01/1980"}, True),
        ({"edu_level": "", "has_digital_training": ""}, False),
    ],
)
def test_two_cells_that_cannot_stand_there_make_a_record_foreign(
    changed: dict[str, str], *, is_foreign: bool
) -> None:
    cells = list((TEACHER | changed).values())
    assert foreign_to(TEACHERS, PROJECT.contracts.codelists)(NAMES, cells) is is_foreign


def test_a_record_of_another_width_is_foreign() -> None:
    told = foreign_to(TEACHERS, PROJECT.contracts.codelists)
    assert told(NAMES, [*TEACHER.values(), ""])


def test_numbers_that_are_words_make_a_record_foreign() -> None:
    equipment = PROJECT.contracts.datasets["equipment"]
    told = foreign_to(equipment, PROJECT.contracts.codelists)
    assert told(["bandwidth_mbps", "pupil_computers"], ["Rennes", "CM2"])
    assert not told(["bandwidth_mbps", "pupil_computers"], ["1 000,5", "CM2"])
