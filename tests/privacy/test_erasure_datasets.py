"""A person is found and erased in what came under the wrong dataset; who came under it stays."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from pipeline.errors import DeliveryError
from pipeline.steps.erasing import erase
from pipeline.steps.ingest import ingest
from pipeline.steps.listing import identified
from pipeline.steps.people import people
from pipeline.steps.receipt import Receipt
from pipeline.steps.subjects import export, find
from pipeline.steps.workspace import Workspace
from tests.privacy.scan_views import views_of
from tests.small_country import NOW, Row, pupil_rows, schools, table, take

ROWS = pupil_rows(24)
ONE, OTHER = ROWS[7], ROWS[8]
ID = ONE["national_id"]
TEACHER = {
    "national_id": "700000001ZZ",
    "family_name": "Diop",
    "given_name": "Awa",
    "birth_date": "01/02/1980",
    "sex": "F",
    "email": "awa@example.org",
    "school_code": "0350001A",
    "edu_level": "élémentaire",
    "has_digital_training": "oui",
    "is_trained": "oui",
    "is_qualified": "oui",
}


def refuse(workspace: Workspace, dataset: str, content: bytes) -> str:
    """Deliver what is refused as a whole, and return its id."""
    before = set(workspace.deliveries.ids())
    with pytest.raises(DeliveryError):
        ingest(workspace, dataset, io.BytesIO(content), file="sent.csv", period="2021")
    [new] = set(workspace.deliveries.ids()) - before
    return new


def content_of(workspace: Workspace, name: str) -> bytes:
    with workspace.deliveries.open(name) as stream:
        return stream.read()


def gone(workspace: Workspace, dataset: str = "pupils", one: str = ID) -> Receipt:
    place = identified(workspace, dataset)
    return erase(workspace, place, people([[one]], place))


def held(workspace: Workspace, dataset: str = "pupils", one: str = ID) -> set[tuple[object, ...]]:
    place = identified(workspace, dataset)
    told = find(workspace, place, people([[one]], place))
    return {(each["zone"], each["dataset"], each["rows"], each["mentions"]) for each in told}


def hits(workspace: Workspace, one: str = ID) -> int:
    """Count an identifier in all that is sealed as received or refused, decoded in every way."""
    contents = [content_of(workspace, name) for name in workspace.deliveries.ids()]
    contents += [
        b"\n".join(workspace.quarantine.open(batch)["row"].to_pylist())
        for batch in workspace.quarantine.ids()
    ]
    views = [view for content in contents for view in views_of("sealed", content)]
    return sum(one.encode() in view.data for view in views)


WRONG = {
    "as it is": table,
    "without its header": lambda rows: table(rows).split(b"\n", 1)[1],
    "with another delimiter": lambda rows: table(rows, delimiter="|"),
    "in UTF-16": lambda rows: table(rows).decode().encode("utf-16"),
    "with a quote that never closes": lambda rows: table(rows) + b'1;"\n',
}


@pytest.mark.parametrize(
    ("how", "dataset"),
    [*((how, "teachers") for how in WRONG), ("as it is", "schools"), ("in UTF-16", "population")],
)
def test_a_pupil_in_a_file_sent_as_another_dataset_is_told_and_erased(
    how: str, dataset: str, delivered: Workspace
) -> None:
    before = WRONG[how](ROWS[:12])
    name = refuse(delivered, dataset, before)
    assert hits(delivered) > 1
    assert ("deliveries", dataset, 1, 0) in held(delivered)
    receipt = gone(delivered)
    assert receipt.counts["deliveries_rows"] == 2
    assert receipt.counts[f"deliveries_rows_{dataset}"] == 1
    assert receipt.counts["deliveries_files"] == 2
    assert held(delivered) == set()
    assert hits(delivered) == 0
    # The others are there to the byte.
    left = [row for row in ROWS[:12] if row is not ONE]
    assert content_of(delivered, name) == WRONG[how](left)


def test_what_is_exported_of_another_dataset_bears_the_meaning_of_its_columns(
    delivered: Workspace, tmp_path: Path
) -> None:
    refuse(delivered, "schools", table(ROWS[:12]))
    place = identified(delivered, "pupils")
    export(delivered, place, people([[ID]], place), to=tmp_path / "held.json")
    page = json.loads((tmp_path / "held.json").read_text(encoding="utf-8"))
    [found] = [each for each in page["held"] if each["dataset"] == "schools"]
    assert found["content"] == [ONE]
    assert found["columns"]["birth_date"]["meaning"]["en"] == "Date of birth"


def test_who_comes_under_another_dataset_after_the_erasure_is_not_kept_there_either(
    delivered: Workspace,
) -> None:
    gone(delivered)
    refuse(delivered, "teachers", table(ROWS[:12]))
    refuse(delivered, "schools", table([ONE, OTHER]).split(b"\n", 1)[1])
    assert hits(delivered) == 0
    assert hits(delivered, OTHER["national_id"]) > 0


def test_a_pupil_named_in_the_texts_of_another_dataset_is_taken_out_of_them(
    delivered: Workspace,
) -> None:
    noted = schools().replace("École 0350003C".encode(), f"École de {ID}".encode())
    take(delivered, "schools", noted, as_of=NOW)
    teachers = [{**TEACHER, "given_name": f"tante de {ID.lower()}", "sex": "?"}, TEACHER]
    refuse(delivered, "teachers", table(teachers))
    assert delivered.quarantine.ids()
    assert held(delivered) >= {
        ("deliveries", "schools", 0, 1),
        ("deliveries", "teachers", 0, 1),
        ("quarantine", "teachers", 0, 1),
    }
    assert gone(delivered).counts["mentions"] == 3
    assert held(delivered) == set()
    assert hits(delivered) + hits(delivered, ID.lower()) == 0
    rows = delivered.quarantine.open(delivered.quarantine.ids()[0])["row"].to_pylist()
    assert any(b";***;" in row and b"Diop" in row for row in rows)
    assert hits(delivered, TEACHER["national_id"]) > 0


def test_a_teacher_who_bears_the_number_of_a_pupil_stays_what_the_file_says(
    delivered: Workspace,
) -> None:
    """The two domains are two persons to the rules: each is erased by naming its dataset."""
    teachers: list[Row] = [{**TEACHER, "national_id": ID}, TEACHER]
    take(delivered, "teachers", table(teachers), as_of=NOW)
    [name] = [each for each in delivered.deliveries.ids() if each.startswith("teachers")]
    gone(delivered)
    assert content_of(delivered, name) == table(teachers)
    assert held(delivered, "teachers") == {
        ("protected", "teachers", 1, 0),
        ("deliveries", "teachers", 1, 0),
    }
    gone(delivered, "teachers")
    assert content_of(delivered, name) == table([TEACHER])
    assert hits(delivered) == 0


def test_a_number_of_another_dataset_is_not_taken_for_a_short_identifier(
    delivered: Workspace,
) -> None:
    short = [{**ONE, "national_id": "1000"}, OTHER]
    refuse(delivered, "pupils", table(short))
    before = {
        name: content_of(delivered, name)
        for name in delivered.deliveries.ids()
        if not name.startswith("pupils")
    }
    assert any(b";1000" in content for content in before.values())
    gone(delivered, one="1000")
    assert {name: content_of(delivered, name) for name in before} == before


# As typed by hand, or as a spreadsheet keeps a number as text.
MISSPELLED = (f"'{ID}", f"{ID} ", f"{ID[:3]} {ID[3:6]} {ID[6:]}", f"INE : {ID.lower()}", f"{ID}.")


@pytest.mark.parametrize("others", [ROWS[:5], [{**ROWS[0], "address": '"7; rue"'}]])
@pytest.mark.parametrize("written", MISSPELLED)
def test_whose_identifier_is_misspelled_in_its_column_goes_with_the_whole_row(
    written: str, others: list[Row], delivered: Workspace
) -> None:
    named = {**ROWS[0], "sex": "?", "address": f"chez {ID}"}
    rows = [*others, {**ONE, "national_id": written}, named]
    sent = refuse(delivered, "pupils", table(rows))
    assert {("deliveries", "pupils", 1, 1), ("quarantine", "pupils", 1, 1)} <= held(delivered)
    gone(delivered)
    left = [*others, {**named, "address": "***"}]
    assert content_of(delivered, sent) == table(left)
    refused = b"".join(delivered.quarantine.open(sent)["row"].to_pylist())
    assert ONE["guardian_email"].encode() not in refused
    assert ROWS[0]["guardian_email"].encode() in refused


def turned(rows: list[Row]) -> bytes:
    """Return rows as a file of the same columns in another order."""
    names = list(reversed(rows[0]))
    return table([{name: row[name] for name in names} for row in rows])


PUT_TOGETHER = {
    "behind teachers": ("teachers", table([TEACHER]) + table(ROWS[:12])),
    "behind teachers, without a header": (
        "teachers",
        table([TEACHER]) + table(ROWS[:12]).split(b"\n", 1)[1],
    ),
    "behind schools": ("schools", schools() + table(ROWS[:12])),
    "behind schools, as UTF-16": (
        "schools",
        (schools() + table(ROWS[:12])).decode().encode("utf-16"),
    ),
    "behind other pupils, in another order": ("pupils", table(ROWS[12:15]) + turned(ROWS[:12])),
}


@pytest.mark.parametrize("how", PUT_TOGETHER)
def test_the_whole_row_of_a_pupil_goes_from_files_that_were_put_together(
    how: str, delivered: Workspace
) -> None:
    dataset, before = PUT_TOGETHER[how]
    name = refuse(delivered, dataset, before)
    assert ("deliveries", dataset, 1, 0) in held(delivered)
    assert gone(delivered).counts["mentions"] == 0
    codec = "utf-16" if "UTF-16" in how else "utf-8"
    line = next(each for each in before.decode(codec).splitlines(keepends=True) if ID in each)
    assert content_of(delivered, name).decode(codec) == before.decode(codec).replace(line, "")


@pytest.mark.parametrize("name", ["national_id", "ine"])
def test_the_whole_row_of_a_pupil_goes_from_one_that_stands_beside_a_school(
    name: str, delivered: Workspace
) -> None:
    of_school = {
        row["school_code"]: row
        for row in csv.DictReader(io.StringIO(schools().decode()), delimiter=";")
    }
    rows = [
        {**of_school[row["school_code"]], name: row["national_id"], "nom": row["family_name"]}
        for row in ROWS[:12]
    ]
    sent = refuse(delivered, "schools", table(rows))
    assert ("deliveries", "schools", 1, 0) in held(delivered)
    gone(delivered)
    assert content_of(delivered, sent) == table([*rows[:7], *rows[8:]])


def test_a_teacher_in_the_width_of_teachers_stays_behind_whom_pupils_stand(
    delivered: Workspace,
) -> None:
    was_a_pupil = {**TEACHER, "national_id": ID}
    content = table([was_a_pupil]) + table(ROWS[:12]).split(b"\n", 1)[1]
    name = refuse(delivered, "teachers", content)
    gone(delivered)
    assert content_of(delivered, name).startswith(table([was_a_pupil]))
