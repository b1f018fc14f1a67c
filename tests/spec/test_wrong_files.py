"""A wrong file through the command: told with its place and remedy, no value, nothing lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.conftest import Command, Ran
from tests.small_country import MARKER, PUPIL_COLUMNS, Row, pupil, pupil_rows, table

LANGUAGES = ("en", "fr")


def pictured(workspace: Workspace) -> dict[str, bytes | None]:
    """Return path → content of all that lies in the zones and among the keys."""
    folders = (workspace.home, workspace.settings.keys)
    return {
        f"{folder.name}/{path.relative_to(folder)}": path.read_bytes() if path.is_file() else None
        for folder in folders
        for path in sorted(folder.rglob("*"))
    }


def ledger(workspace: Workspace) -> bytes:
    return (workspace.home / "ledger" / "ledger.jsonl").read_bytes()


def entries(workspace: Workspace, kind: str) -> list[dict[str, object]]:
    return [dict(entry.facts) for entry in workspace.ledger.entries(kind)]


def accepted(workspace: Workspace) -> int:
    store = workspace.protected
    return store.current("pupils", "2021").num_rows if store.batches("pupils", "2021") else 0


def ingest(
    command: Command,
    workspace: Workspace,
    content: bytes,
    *more: str,
    dataset: str = "pupils",
    period: str = "2021",
    language: str = "en",
) -> Ran:
    path = workspace.home.parent / "pupils_2021.csv"
    path.write_bytes(content)
    arguments = ("ingest", dataset, str(path), "--period", period, *more)
    ran = command(workspace, *arguments, language=language)
    assert MARKER not in ran.out + ran.err
    assert "Traceback" not in ran.err
    return ran


def changed(rows: list[Row], at: int, **cells: str) -> list[Row]:
    return [{**row, **cells} if n == at else row for n, row in enumerate(rows)]


ROWS = pupil_rows(12)
SOUND = table(ROWS)


@dataclass(frozen=True)
class Wrong:
    """A wrong file, and what must be told of it: code, line, column, rule."""

    content: bytes
    code: str
    line: int | None = None
    column: str | None = None
    rule: str | None = None


def _without(column: str) -> bytes:
    return table([{k: v for k, v in row.items() if k != column} for row in ROWS])


def _swallowing() -> bytes:
    """Return a file in which a quote opens in one row and closes in the same column of another."""
    rows = changed(ROWS, 3, family_name=f'"{MARKER}')
    return table(changed(rows, 7, family_name=f'{MARKER}"'))


def _renamed(old: str, new: str) -> bytes:
    head, _, body = SOUND.decode().partition("\n")
    return (head.replace(old, new) + "\n" + body).encode()


REFUSED_WHOLE = {
    "a missing column": Wrong(_without("sex"), "delivery.missing_column", 1, "sex", "columns"),
    "an extra column": Wrong(
        table([{**row, MARKER: MARKER} for row in ROWS]),
        "delivery.extra_column",
        1,
        None,
        "columns",
    ),
    "a renamed column": Wrong(_renamed("sex", MARKER), "delivery.missing_column", 1, "sex"),
    "a wrong delimiter": Wrong(
        table(ROWS, delimiter=","), "delivery.delimiter", 1, None, "format.delimiter"
    ),
    "a wrong encoding": Wrong(
        table(ROWS, encoding="latin-1"), "delivery.encoding", 2, None, "format.encoding"
    ),
    "an empty file": Wrong(b"", "delivery.empty"),
    "a header alone": Wrong(SOUND.partition(b"\n")[0] + b"\n", "delivery.no_rows"),
    "a truncated line": Wrong(SOUND[:-40], "delivery.cut", len(ROWS) + 1, None, "columns"),
    "a line with a field more": Wrong(
        SOUND.replace(b"oui\n", b"oui;" + MARKER.encode() + b"\n", 1),
        "delivery.ragged",
        2,
        None,
        "columns",
    ),
    "a lost quote": Wrong(
        SOUND.replace(MARKER.encode(), b'"' + MARKER.encode(), 1),
        "delivery.quote",
        2,
        "family_name",
        "format.quote",
    ),
    "a quote that takes four rows into a cell": Wrong(
        _swallowing(), "delivery.line_break", 5, "family_name", "format.quote"
    ),
    "a spreadsheet": Wrong(b"PK\x03\x04\x14\0\0\0" + MARKER.encode() * 9, "delivery."),
    "too many bad dates": Wrong(
        table([{**row, "birth_date": f"2012/{MARKER}"} for row in ROWS]),
        "row.date",
        2,
        "birth_date",
        "columns.birth_date.format",
    ),
}

ROW_REFUSED = {
    "a bad date": Wrong(
        table(changed(ROWS, 3, birth_date=f"2012-{MARKER}")),
        "row.date",
        5,
        "birth_date",
        "columns.birth_date.format",
    ),
    "a day that does not exist": Wrong(
        table(changed(ROWS, 3, birth_date="31/02/2012")),
        "row.date_impossible",
        5,
        "birth_date",
        "columns.birth_date.format",
    ),
    "a duplicated pupil": Wrong(
        table([*ROWS, ROWS[0]]), "row.duplicate", len(ROWS) + 2, "national_id", "key"
    ),
    "an unknown school": Wrong(
        table(changed(ROWS, 0, school_code=MARKER)),
        "row.reference",
        2,
        "school_code",
        "columns.school_code.references",
    ),
    "an unknown code": Wrong(
        table(changed(ROWS, 1, sex=MARKER)), "row.code", 3, "sex", "columns.sex.codelist"
    ),
    "a missing value": Wrong(
        table(changed(ROWS, 2, grade="")), "row.required", 4, "grade", "columns.grade.required"
    ),
}


def tells(ran: Ran, wrong: Wrong, language: str, text: str) -> None:
    """Check that a text names what, file, line, column, rule and what to do."""
    words = {
        "en": ("file", "line", "column", "rule"),
        "fr": ("fichier", "ligne", "colonne", "règle"),
    }[language]
    [line] = [line for line in text.splitlines() if wrong.code in line][:1]
    assert f"{words[0]} pupils_2021.csv" in line
    for word, what in zip(words[1:], (wrong.line, wrong.column, wrong.rule), strict=True):
        assert what is None or f"{word} {what}" in line, (word, line)
    remedy = line.rpartition("). ")[2]
    assert len(remedy) > 20, line
    assert ran.out == "" or ran.code == 0


@pytest.mark.parametrize("what", REFUSED_WHOLE)
def test_a_file_that_cannot_be_read_is_refused_whole_and_kept_sealed(
    command: Command, zones: Workspace, what: str
) -> None:
    wrong = REFUSED_WHOLE[what]
    said = set()
    for language in LANGUAGES:
        ran = ingest(command, zones, wrong.content, language=language)
        assert ran.code == 4, ran.err
        tells(ran, wrong, language, ran.err)
        said.add(ran.err)
        after = ledger(zones)
    assert len(said) == len(LANGUAGES)
    ingest(command, zones, wrong.content)
    assert ledger(zones) == after
    assert small_country.sealed_pupils(zones) == [wrong.content]
    assert accepted(zones) == 0
    [entry] = entries(zones, "refusal")
    in_quarantine = sum(refusals.rows for refusals in zones.quarantine.summary())
    assert entry["refused"] == in_quarantine
    assert in_quarantine in (0, len(ROWS))


@pytest.mark.parametrize("what", ROW_REFUSED)
def test_a_wrong_row_is_quarantined_and_the_good_ones_are_accepted(
    command: Command, zones: Workspace, what: str
) -> None:
    wrong = ROW_REFUSED[what]
    counted = wrong.content.count(b"\n") - 1
    ran = ingest(command, zones, wrong.content)
    assert ran.code == 0, ran.err
    tells(ran, wrong, "en", ran.out)
    assert f"counted {counted}, accepted {counted - 1}, refused 1" in ran.out
    assert accepted(zones) == counted - 1
    assert small_country.sealed_pupils(zones) == [wrong.content]
    [refusals] = zones.quarantine.summary()
    assert (refusals.rows, refusals.column, refusals.rule) == (1, wrong.column, wrong.code)
    [batch] = entries(zones, "batch")[-1:]
    assert (batch["counted"], batch["accepted"], batch["refused"]) == (counted, counted - 1, 1)
    after = ledger(zones)
    again = ingest(command, zones, wrong.content)
    assert (again.code, ledger(zones)) == (0, after)
    assert "(unchanged)" in again.out


def test_refused_rows_are_told_in_french_too(command: Command, zones: Workspace) -> None:
    wrong = ROW_REFUSED["an unknown school"]
    ran = ingest(command, zones, wrong.content, language="fr")
    tells(ran, wrong, "fr", ran.out)


@pytest.mark.parametrize("bad", [1, 2])
def test_the_contract_says_how_many_refused_rows_are_too_many(
    command: Command, zones: Workspace, bad: int
) -> None:
    rows = pupil_rows(9)[:50]
    for at in range(bad):
        rows = changed(rows, at, birth_date=MARKER)
    ran = ingest(command, zones, table(rows))
    # Two in a hundred at most: one row of fifty is, two are not.
    assert (ran.code, accepted(zones)) == ((0, 49) if bad == 1 else (4, 0))
    assert sum(refusals.rows for refusals in zones.quarantine.summary()) == bad


def test_a_corrected_file_is_accepted_and_replaces_the_wrong_one(
    command: Command, zones: Workspace
) -> None:
    wrong = ROW_REFUSED["an unknown school"]
    ingest(command, zones, wrong.content, "--as-of", "2021-10-01")
    ran = ingest(command, zones, SOUND, "--as-of", "2021-10-02")
    assert (ran.code, accepted(zones)) == (0, len(ROWS))
    assert len(small_country.sealed_pupils(zones)) == 2


def test_a_file_refused_whole_is_accepted_when_it_is_corrected(
    command: Command, zones: Workspace
) -> None:
    assert ingest(command, zones, _without("sex")).code == 4
    assert ingest(command, zones, SOUND).code == 0
    assert accepted(zones) == len(ROWS)


def test_rows_refused_for_a_school_leave_quarantine_when_the_school_is_known(
    command: Command, tmp_path: Path, small_project: Path
) -> None:
    zones = small_country.open_workspace(tmp_path, small_project)
    codes = list(small_country.SCHOOLS)
    small_country.take(zones, "schools", small_country.schools(codes[:4]))
    assert ingest(command, zones, SOUND).code == 4
    assert sum(refusals.rows for refusals in zones.quarantine.summary()) == len(ROWS) // 2
    later = datetime(2021, 10, 20, tzinfo=UTC)
    small_country.take(zones, "schools", small_country.schools(), as_of=later)
    assert ingest(command, zones, SOUND).code == 0
    assert accepted(zones) == len(ROWS)
    assert zones.quarantine.ids() == []
    [gone] = entries(zones, "destroyed")
    assert gone["zone"] == "quarantine"


def test_pupils_before_schools_are_sealed_and_told_what_to_ingest_first(
    command: Command, small: Workspace
) -> None:
    for language, remedy in (("en", "Ingest schools for 2021"), ("fr", "Ingérer d'abord schools")):
        ran = ingest(command, small, SOUND, language=language)
        assert ran.code == 4
        assert ran.err.startswith("delivery.reference_missing: ")
        assert "pupils_2021.csv" in ran.err
        assert remedy in ran.err
    assert small_country.sealed_pupils(small) == [SOUND]
    assert accepted(small) == 0


@pytest.mark.parametrize("period", ["21", "2021-2022", "0999", "\uff12\uff10\uff12\uff11", "next"])
def test_a_period_that_is_no_year_is_refused_before_anything_is_received(
    command: Command, small: Workspace, period: str
) -> None:
    before = pictured(small)
    ran = ingest(command, small, SOUND, period=period)
    assert ran.code == 4
    assert ran.err.startswith("delivery.bad_period: ")
    assert "--period 2021" in ran.err
    assert pictured(small) == before


def test_an_unknown_dataset_is_refused_with_the_known_ones(
    command: Command, small: Workspace
) -> None:
    before = pictured(small)
    for language in LANGUAGES:
        ran = ingest(command, small, SOUND, dataset="pupil", language=language)
        assert ran.code == 4
        assert ran.err.startswith("contract.unknown_dataset: ")
        assert "pupils, " in ran.err
    assert pictured(small) == before


def test_a_file_under_the_wrong_dataset_is_refused_without_its_header(
    command: Command, zones: Workspace
) -> None:
    before = pictured(zones)
    ran = ingest(command, zones, SOUND, dataset="equipment")
    assert ran.code == 4
    assert "delivery." in ran.err
    assert "guardian_email" not in ran.err
    # It is sealed as it was sent, and told of; nothing else changed.
    after = pictured(zones)
    [name] = [each for each in zones.deliveries.ids() if each.startswith("equipment-")]
    sealed_as = f"data/deliveries/{name}"
    assert {path for path in after if path not in before or after[path] != before[path]} == {
        *(sealed_as, f"{sealed_as}/content.sealed", f"{sealed_as}/delivery.json"),
        *("data/ledger/head.json", "data/ledger/ledger.jsonl", "data/vault/keys-1.sealed"),
    }
    assert before.keys() <= after.keys()


def test_a_file_that_is_not_there_is_a_mistake_of_usage(command: Command, small: Workspace) -> None:
    before = pictured(small)
    ran = command(small, "ingest", "pupils", "nowhere.csv", "--period", "2021")
    assert ran.code == 2
    assert "nowhere.csv" in ran.err
    assert pictured(small) == before


def test_keys_that_are_missing_are_told(command: Command, small: Workspace) -> None:
    shutil.rmtree(small.settings.keys)
    before = pictured(small)
    ran = ingest(command, small, SOUND)
    assert ran.code == 9
    assert ran.err.startswith("storage.keys_missing: ")
    assert "cartable keys init" in ran.err
    assert pictured(small) == before


def _raising(error: Exception) -> Callable[..., None]:
    def run(*_arguments: object, **_named: object) -> None:
        raise error

    return run


def test_an_error_of_a_library_is_told_by_kind_and_place_alone(
    command: Command, zones: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.steps.reading.minimise", _raising(ValueError(MARKER)))
    ran = ingest(command, zones, SOUND)
    assert ran.code == 1
    assert "command.unexpected: " in ran.err
    assert "ValueError at pipeline.steps.reading:" in ran.err
    assert accepted(zones) == 0
    assert small_country.sealed_pupils(zones) == [SOUND]


def test_every_column_of_a_pupil_is_planted_with_the_marker_or_a_plain_value() -> None:
    row = pupil(1, "0350001A")
    assert tuple(row) == PUPIL_COLUMNS
    assert sum(MARKER in cell for cell in row.values()) == 3
