"""The report for a sender: what was refused, where, how to mend it; no value, no other's rows."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest

from pipeline.contracts import Contracts
from pipeline.errors import DeliveryError, Language, Place, PrivacyError, Problem, StorageError
from pipeline.intake.casts import RULES as CHECKED
from pipeline.messages import MESSAGES
from pipeline.papers.sender import RefusedLine, sender_csv
from pipeline.papers.sender_words import form_in_words
from pipeline.project import load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.discarding import discard
from pipeline.steps.queue import list_queue
from pipeline.steps.sender_reports import write_each_senders_report, write_sender_report
from pipeline.steps.workspace import Workspace
from tests.browser.sender_sample import reports
from tests.conftest import Command
from tests.small_country import MARKER, PERIOD, SCHOOLS, pupil_rows, table, take

LANGUAGES: tuple[Language, ...] = ("en", "fr")
CODES = list(SCHOOLS)
# With what each sentence on a row begins: none lacks its subject.
SUBJECTS = {
    "en": ("The ", "It ", "There ", "Two rows "),
    "fr": ("La ", "Le ", "Les ", "L'", "Il ", "Ce ", "Deux lignes "),
}
# Said to the steward alone, of what is in force or fetched; as is what names an option.
STEWARDS = {
    f"delivery.{name}"
    for name in ("doubles_undeclared", "same_content", "fetch_absent", "fetch_size")
} | {"delivery.sql_unreachable"}
# What speaks of many rows, or to who keeps the contracts.
FOR_OTHERS = {
    "en": r"\(s\)|97|contract|each of them|schools\.",
    "fr": r"\(s\)|97|contrat|chacune|schools\.",
}


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def words_of(path: Path) -> str:
    text = path.read_text(encoding="utf-8").partition("</style>")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    return load_project(INSTALLATION).contracts


@pytest.fixture
def waits(zones: Workspace) -> tuple[Workspace, str]:
    """Return a workspace in which two pupils of one school wait, one of another, one of none."""
    rows = pupil_rows(30)
    rows[0]["sex"] = "?"
    rows[1]["national_id"] = f"{MARKER}"
    rows[30]["birth_date"] = "2012-02-01"
    rows[60]["school_code"] = f"{MARKER}"
    return zones, take(zones, "pupils", table(rows)).ids["batch"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", CHECKED)
def test_every_rule_of_the_reader_is_told_without_counts(
    contracts: Contracts, rule: str, language: Language
) -> None:
    facts = (("lines", "7, 97"), ("asked", "X"), ("list", "X"))
    place = Place(column="sex", line=7)
    problem = Problem(code=rule, place=place, count=2, facts=facts)
    report = replace(
        reports(contracts)["rows"], lines=[RefusedLine(7, "sex", rule)], problems=[problem]
    )
    [_, row] = csv.reader(io.StringIO(sender_csv(report, language=language)), delimiter=";")
    assert row[0] == "7"
    assert row[4].startswith(SUBJECTS[language])
    for said in row[4:]:
        assert said[0].isupper()
        assert not re.search(FOR_OTHERS[language], said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_columns_that_are_missing_are_no_number_of_lines(
    zones: Workspace, tmp_path: Path, language: Language
) -> None:
    with pytest.raises(DeliveryError, match=r"delivery\.no_header"):
        take(zones, "pupils", table(pupil_rows(2)).partition(b"\n")[2])
    [row] = list_queue(zones)
    write_sender_report(zones, row["batch"], tmp_path / "r.html", language=language)
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    [told] = re.findall(r'<td class="n" data-name="[^"]*">([^<]*)</td>', page)
    assert told == "1"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sender_is_told_what_to_do_and_not_what_to_ask_of_himself(
    contracts: Contracts, language: Language
) -> None:
    whole = reports(contracts)["whole"]
    codes = [code for code in MESSAGES if code.startswith("delivery.")]
    assert set(codes) >= STEWARDS
    at_command = {code for code in codes if re.search(r"--|cartable ", MESSAGES[code]["en"][1])}
    # A file may say itself what an option says.
    for code in sorted(set(codes) - STEWARDS - at_command | {"delivery.other_mode"}):
        problem = Problem(code=code, count=1, facts=tuple((name, "1") for name in fields_of(code)))
        told = replace(whole, problems=[problem])
        [_, row] = csv.reader(io.StringIO(sender_csv(told, language=language)), delimiter=";")
        assert row[5][0].isupper(), code
        assert not re.search(r"sender|expéditeur|contra[ct]t?\b|cartable|--", row[5]), code
        assert not re.search(r", (and|or) to |, (et|ou) de |  ", row[5]), code


def fields_of(code: str) -> set[str]:
    words = (text for told in MESSAGES[code].values() for text in told)
    return {name for text in words for _, name, _, _ in Formatter().parse(text) if name} - {"count"}


def test_the_form_of_a_date_is_written_in_the_letters_of_the_language() -> None:
    problem = Problem(code="row.date", count=1, facts=(("asked", "DD/MM/YYYY"), ("lines", "2")))
    assert "DD/MM/YYYY" in problem.words("en")
    assert "JJ/MM/AAAA" in problem.words("fr")


@pytest.mark.parametrize(
    ("pattern", "en", "fr"),
    [
        (
            "[0-9]{9}[A-Z]{2}",
            "9 digits, then 2 capital letters",
            "9 chiffres, puis 2 lettres majuscules",
        ),
        (r"\d{2}-[a-z]", "2 digits, then « - », then 1 small letter", None),
        ("[0-9]+", None, None),
        ("(a|b)", None, None),
    ],
)
def test_a_simple_form_is_said_in_words(pattern: str, en: str | None, fr: str | None) -> None:
    assert form_in_words(pattern, "en") == en
    assert fr is None or form_in_words(pattern, "fr") == fr


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sender_reads_lines_columns_and_remedies_and_no_value(
    waits: tuple[Workspace, str], tmp_path: Path, language: Language
) -> None:
    workspace, batch = waits
    page, rows = tmp_path / "report.html", tmp_path / "report.csv"
    receipt = write_sender_report(workspace, batch, page, language=language, file="eleves.csv")
    assert receipt.counts == {"rows": 4, "files": 1}
    write_sender_report(workspace, batch, rows, language=language)
    words = words_of(page)
    assert "eleves.csv" in words
    assert "236" in words
    assert ("9 digits" if language == "en" else "9 chiffres") in words
    _, *found = read_csv(rows)
    assert [(row[0], row[1]) for row in found] == [
        ("2", "sex"),
        ("3", "national_id"),
        ("32", "birth_date"),
        ("62", "school_code"),
    ]
    assert all(all(row) for row in found)
    for path in (page, rows):
        assert MARKER not in path.read_text(encoding="utf-8")
    assert list_queue(workspace)[0]["reported"] != ""


def test_each_school_reads_of_its_own_rows_alone(
    waits: tuple[Workspace, str], tmp_path: Path
) -> None:
    workspace, batch = waits
    receipt = write_each_senders_report(workspace, batch, tmp_path / "out", language="en")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        *(f"report_{CODES[0]}{form}" for form in (".csv", ".html")),
        *(f"report_{CODES[1]}{form}" for form in (".csv", ".html")),
    ]
    assert receipt.counts == {"rows": 3, "files": 4}
    [words] = receipt.warnings
    assert words.startswith("quarantine.of_no_sender: 1 row(s)")
    assert "line(s) 62" in words
    assert f"cartable quarantine report {batch}" in words
    lines = [row[0] for row in read_csv(tmp_path / "out" / f"report_{CODES[0]}.csv")[1:]]
    assert lines == ["2", "3"]
    words = words_of(tmp_path / "out" / f"report_{CODES[0]}.html")
    assert "28 rows were accepted. 2 rows wait" in words
    assert not any(code in words for code in CODES[1:])
    assert "birth_date" not in words


def test_a_sender_without_refused_rows_is_told_that_all_is_well(
    waits: tuple[Workspace, str], tmp_path: Path
) -> None:
    workspace, batch = waits
    write_sender_report(workspace, batch, tmp_path / "r.html", language="en", sender=CODES[3])
    assert "Every row of your file was accepted" in words_of(tmp_path / "r.html")


def test_a_sender_that_nobody_knows_is_refused_and_not_repeated(
    waits: tuple[Workspace, str], tmp_path: Path
) -> None:
    workspace, batch = waits
    with pytest.raises(DeliveryError, match=r"quarantine\.unknown_sender") as refusal:
        write_sender_report(workspace, batch, tmp_path / "r.html", language="en", sender=MARKER)
    assert MARKER not in str(refusal.value)
    with pytest.raises(PrivacyError, match=r"subjects\.not_on_list"):
        write_sender_report(workspace, batch, tmp_path / "r.pdf", language="en")
    with pytest.raises(StorageError, match=r"storage\.unknown_id"):
        write_sender_report(workspace, "pupils-2021-0123", tmp_path / "r.html", language="en")
    assert list(tmp_path.glob("r.*")) == []


def test_what_was_settled_is_told_as_such(waits: tuple[Workspace, str], tmp_path: Path) -> None:
    workspace, batch = waits
    discard(workspace, batch, reason="sender_gave_up")
    write_sender_report(workspace, batch, tmp_path / "r.html", language="en")
    assert "4 given up or erased" in words_of(tmp_path / "r.html")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (table(pupil_rows(2)).replace(b";", b","), ";"),
        (table(pupil_rows(2)) + b"a;b;c\n", "18"),
        (table(pupil_rows(2)).decode().encode("utf-16"), "UTF"),
        (table([{**row, "sex": "?"} for row in pupil_rows(2)]), "16 of 16"),
    ],
)
def test_a_file_refused_whole_has_a_report_too(
    zones: Workspace, tmp_path: Path, content: bytes, told: str
) -> None:
    with pytest.raises(DeliveryError):
        take(zones, "pupils", content)
    [row] = list_queue(zones)
    write_sender_report(zones, row["batch"], tmp_path / "r.html", language="en")
    words = words_of(tmp_path / "r.html")
    assert "Your file could not be taken in" in words
    assert told in words
    assert "Send the whole file again" in words
    write_sender_report(zones, row["batch"], tmp_path / "r.csv", language="fr")
    assert len(read_csv(tmp_path / "r.csv")) > 1
    assert MARKER not in (tmp_path / "r.csv").read_text(encoding="utf-8") + words


def test_a_paper_that_stands_there_is_not_written_over(
    waits: tuple[Workspace, str], tmp_path: Path
) -> None:
    workspace, batch = waits
    target = tmp_path / "r.html"
    write_sender_report(workspace, batch, target, language="en")
    assert write_sender_report(workspace, batch, target, language="en").changed is False
    discard(workspace, batch, reason="repeated", lines=[2])
    with pytest.raises(StorageError, match=r"papers\.exists"):
        write_sender_report(workspace, batch, target, language="en")


def test_the_command_writes_reports(
    waits: tuple[Workspace, str], command: Command, tmp_path: Path
) -> None:
    workspace, batch = waits
    one = command(
        workspace, "quarantine", "report", batch, "--to", str(tmp_path / "r.html"), "--lang", "fr"
    )
    assert one.code == 0
    assert "devenu votre fichier" in (tmp_path / "r.html").read_text(encoding="utf-8")
    words = ("--to", str(tmp_path / "out"), "--each-sender", "--json")
    each = command(workspace, "quarantine", "report", batch, *words)
    assert json.loads(each.out)["counts"] == {"rows": 3, "files": 4}
    assert workspace.protected.periods("pupils") == [PERIOD]
