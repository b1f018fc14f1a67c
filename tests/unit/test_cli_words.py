"""What commands print for a person: whole in a terminal of 80 columns, in the language set."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.cli.approval_page import show_hidden, show_since
from pipeline.cli.console import Column, print_table, show_table
from pipeline.cli.status_page import LEFT_TO_JSON, show_status
from pipeline.cli.words import code_in_words, in_words
from pipeline.errors import Language
from pipeline.papers.disclosure import REPORT_COLUMNS
from pipeline.project import load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.workspace import Workspace
from tests.conftest import Command
from tests.small_country import PERIOD, SCHOOLS, pupil_rows, table

LANGUAGES: tuple[Language, ...] = ("en", "fr")
HASH = "0123456789abcdef"
# The same in both languages.
ALIKE = {"mentions", "observations", "publication", "risque"}
DATASETS = tuple(load_project(INSTALLATION).contracts.datasets)
STATE = {
    "arrivals": [
        {
            "dataset": dataset,
            "period": "2021",
            "received": 1_234,
            "late": 12,
            "missing": 7,
            "awaited": 0,
            "unexpected": 1,
            "missing_senders": [f"035000{n}A" for n in range(7)],
        }
        for dataset in DATASETS
    ],
    "awaited": [
        {
            "delivery": f"{dataset}-2021-{HASH}",
            "refused_at": "2021-10-15T08:00",
            "rule": "delivery.reference_missing",
        }
        for dataset in DATASETS
    ],
    "doubles": [
        {
            "dataset": dataset,
            "period": "2021",
            "rule": "undeclared",
            "persons": 1_234,
            "rows": 2_469,
            "set_aside": 1_235,
            "undecided": 3,
            "senders": 123,
            "of_senders": [{"sender": "0350001A", "rows": 3, "set_aside": 1}],
        }
        for dataset in DATASETS
    ],
    "batches": [
        {
            "batch": f"{dataset}-2021-{HASH}",
            "as_of": "2021-10-15T08:00",
            "left_out": 3,
            "counted": 123_456,
            "accepted": 123_450,
            "refused": 3,
            "in_force": "in part",
        }
        for dataset in DATASETS
    ],
    "quarantine": [
        {
            "batch_id": f"{dataset}-2021-{HASH}",
            "column": "social_position_index",
            "rule": "row.date_impossible",
            "rows": 12,
        }
        for dataset in DATASETS
    ],
    "candidates": [
        {
            "candidate": f"candidate-{HASH}",
            "observations": 123_456,
            "hidden": 12_345,
            "approved": True,
            "released": False,
        }
    ],
    "release": {"release": f"release-{HASH}", "policy_hash": 4 * HASH, "content": 4 * HASH},
    "overdue": [],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_status_fits_80_columns_and_each_id_stands_on_one_line(
    language: Language, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pipeline.cli.console.WIDE", 80)
    show_status(STATE, language)
    lines = capsys.readouterr().out.splitlines()
    ids = [f"{dataset}-2021-{HASH}" for dataset in DATASETS]
    for one in (*ids, f"candidate-{HASH}", f"release-{HASH}", f"policy-{HASH}"):
        # Awaited, accepted, left out, in quarantine; the name of one may end as that of another.
        alone = re.compile(rf"(?<!\w){one}")
        found = sum(alone.search(line) is not None for line in lines)
        assert found == (4 if one in ids else 1), one
    assert sum("`cartable retain --destroy " in line for line in lines) == 1
    tables = [line for line in lines if not line.startswith("  ")]
    assert max(len(line.rstrip()) for line in tables) <= 80
    assert sum(line.count("social_position_index") for line in lines) in (0, len(DATASETS))


def test_a_release_that_is_to_be_computed_again_says_so_and_no_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for reason in (None, "erasure-0001"):
        show_status({**STATE, "release": {**STATE["release"], "recompute": reason}}, "en")
        shown = capsys.readouterr().out
        assert ("recompute" in shown) == ("erasure-0001" in shown) == (reason is not None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_to_be_approved_fits_80_columns_with_whole_names(
    language: Language, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pipeline.cli.console.WIDE", 80)
    tables = load_project(INSTALLATION).contracts.tables
    rows = [
        dict(zip(REPORT_COLUMNS, (name, level, *cells), strict=True))
        for name, one in tables.items()
        for level in one.levels
        for cells in ((1, 123_456, 1_234, 12_345, 10.25), (11, 5, 1, 1, 40.0))
    ]
    show_hidden(rows, language)
    lines = capsys.readouterr().out.splitlines()
    assert max(len(line.rstrip()) for line in lines) <= 80
    for row in rows:
        assert any({row["table"], row["area_level"]} <= set(line.split()) for line in lines), row


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            "Since release-1: 1,200 cells newly hidden, 7 newly shown; corrections wait in 5 ",
        ),
        (
            "fr",
            "Depuis release-1 : 1\N{NARROW NO-BREAK SPACE}200 cellules nouvellement masquées, 7 ",
        ),
    ],
)
def test_whoever_approves_is_told_what_differs_from_the_release_in_force_and_what_waits(
    capsys: pytest.CaptureFixture[str], language: Language, words: str
) -> None:
    rows = [{"newly_hidden": 1_000, "newly_shown": 3}, {"newly_hidden": 200, "newly_shown": 4}]
    changes = {"release": "release-1", "rows": rows}
    waiting = {
        "2020": {"pupils": {"few_changed": 1}},
        "2021": {"pupils": {"few_changed": 1, "hides_more": 3}, "teachers": {}},
    }
    show_since({"disclosure": {"changes": changes}, "waiting": waiting}, language)
    assert words in capsys.readouterr().out
    changes["release"] = None
    show_since({"disclosure": {"changes": changes}, "waiting": {}}, language)
    assert capsys.readouterr().out == ""


def test_nothing_is_cut_where_nothing_fits(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pipeline.cli.console.WIDE", 24)
    show_table("T", [{"batch": "abcdefghijklmnopqrstuvwxyz", "rule": "ABCDEFGHIJKLM", "rows": 12}])
    shown = capsys.readouterr().out
    for characters in ("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLM"):
        assert set(characters) <= set(shown)


def test_a_heading_of_several_words_takes_lines_before_a_cell_is_broken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pipeline.cli.console.WIDE", 80)
    columns = "indicator ref_area area_level time_period obs_value obs_status conf_status coverage"
    cells = ["CONNECTED_PLACES", "ARR-351", "arrondissement", "2021", "82", "A", "F", "1"]
    numbers = {"obs_value", "coverage"}
    print_table([Column(name, name in numbers) for name in columns.split()], [cells])
    upper, lower, _, row = (line.split() for line in capsys.readouterr().out.splitlines())
    assert row == cells
    assert upper == ["time_", "obs_", "obs_", "conf_"]
    assert lower[3:] == ["period", "value", "status", "status", "coverage"]


def test_where_no_column_would_be_read_each_row_is_a_block(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pipeline.cli.console.WIDE", 80)
    rows = [{f"name_{at}": f"breach-{row:04}-{at}" for at in range(12)} for row in (1, 2)]
    show_table("Breaches", rows)
    title, *lines = capsys.readouterr().out.splitlines()
    assert title == "Breaches"
    assert [line.split() for line in lines] == [
        *(["name", f"{at}", f"breach-0001-{at}"] for at in range(12)),
        [],
        *(["name", f"{at}", f"breach-0002-{at}"] for at in range(12)),
    ]


def test_numbers_of_a_column_have_as_many_decimals(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"hidden_pct": share} for share in (0.0, 25.5, 0.74, 1234.0, None)]
    for language, shown in (
        ("en", ["0.00", "25.50", "0.74", "1,234.00"]),
        ("fr", ["0,00", "25,50", "0,74", "1\u202f234,00"]),
    ):
        show_table("T", rows, language=language)
        lines = capsys.readouterr().out.splitlines()
        assert [line.strip("│ ") for line in lines if line.strip("│ ")][-5:-1] == shown


def test_the_narrow_space_of_our_numbers_is_a_space_and_that_of_others_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_table("T", [{"persons": "166\u202f496"}], is_ours=True)
    assert "166\u202f496" in capsys.readouterr().out
    show_table("T", [{"row": "166\u202f496"}])
    assert "166\\u202f496" in capsys.readouterr().out


def _steps() -> Iterator[str]:
    for path in sorted(Path(INSTALLATION, "pipeline", "steps").glob("*.py")):
        yield from re.findall(r'step="([^"]+)"', path.read_text(encoding="utf-8"))


def test_each_step_has_a_name_in_french() -> None:
    steps = {*_steps()}
    assert len(steps) > 15
    same = {step for step in steps if in_words(step, "fr") == step.replace("_", " ")}
    # These two are words of both languages.
    assert same <= {"release", "site"}, same


def test_refused_rows_have_headings_in_french(capsys: pytest.CaptureFixture[str]) -> None:
    show_table("T", [{"line": 5, "column": "sex", "rule": "row.code", "row": "a;b"}], language="fr")
    heading = next(line for line in capsys.readouterr().out.splitlines() if "┃" in line)
    shown = [word.strip() for word in heading.strip("┃ ").split("┃")]
    assert shown == ["ligne", "colonne", "règle", "telle que livrée"]


def test_each_event_of_a_key_is_told_in_french() -> None:
    pattern = r'_told\(workspace, "([a-z_]+)"|event="([a-z_]+)"'
    texts = [
        path.read_text(encoding="utf-8") for path in Path(INSTALLATION, "pipeline").rglob("*.py")
    ]
    events = {one or other for text in texts for one, other in re.findall(pattern, text)}
    assert {"rotate_vault", "rotate_domain", "shred"} <= events
    assert {event for event in events if code_in_words(event, "fr") == event} == set()


@pytest.mark.parametrize(
    ("language", "ids", "mark", "file", "erased"),
    [
        ("en", r"delivery \S+, batch \S+: ", "file mark", "file", ", of erased persons 0"),
        ("fr", r"livraison \S+, lot \S+ : ", "marque du nom", "fichier", "de personnes effacées 0"),
    ],
)
def test_headings_and_counts_say_what_they_are_of(
    command: Command,
    zones: Workspace,
    tmp_path: Path,
    language: str,
    ids: str,
    mark: str,
    file: str,
    erased: str,
) -> None:
    rows = pupil_rows(30, list(SCHOOLS)[:4])
    content = [table([{**rows[0], "sex": "?"}, *each]) for each in (rows[1:], rows[:0:-1])]
    said = []
    for name, each in zip(("one", "other"), content, strict=True):
        path = tmp_path / f"{name}.csv"
        path.write_bytes(each)
        given = ("ingest", "pupils", str(path), "--period", PERIOD)
        said.append(command(zones, *given, language=language).out)
    assert not re.search(ids, said[0])
    assert re.search(ids, said[1])
    assert erased in said[0]
    listed = command(zones, "quarantine", "list", language=language).out
    assert mark in " ".join(listed.split())
    zones.settings.inbox.mkdir()
    (zones.settings.inbox / "Notes.csv").write_bytes(b"x")
    waiting = command(zones, "inbox", language=language).out
    assert file in waiting
    assert mark not in waiting
    arrived = command(zones, "arrivals", "--state", "missing", language=language).out
    assert ("missing" if language == "en" else "manquante ") in arrived


def test_receipts_status_and_checks_speak_french(
    command: Command, prepared: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / f"pupils_{PERIOD}.csv"
    rows = pupil_rows(30)
    file.write_bytes(table([{**rows[0], "sex": "?"}, *rows[1:]]))
    said = command(prepared, "ingest", "pupils", str(file), "--period", PERIOD, language="fr")
    assert said.code == 0, said.err
    assert said.out.startswith("ingestion : pupils-2021-")
    assert "comptées 240, acceptées 239, refusées 1, de personnes effacées 0" in said.out
    assert "remplacées 192, expéditeurs omis 0" in said.out
    assert "    avertissement : row.code" in said.out
    shown = command(prepared, "status", language="fr").out
    for title in ("Arrivées (expéditeurs)", "Lots (lignes)", "Quarantaine (lignes)", "Candidats"):
        assert title in shown
    assert "un nouveau fichier est attendu : néant" in shown
    headings = {word for line in shown.splitlines() if "┃" in line for word in line.split()}
    english = {"dataset", "period", "received", "late", "missing", "awaited", "accepted", "refused"}
    assert not headings & {*english, "batch", "column", "rule", "rows", "approved", "released"}
    checked = command(prepared, "contracts", "check", language="fr").out
    assert re.fullmatch(r"valides : \d+ jeux, \d+ tableaux, \d+ indicateurs, .*\n", checked)
    asked = command(prepared, "publish", "--by", "delegate", language="fr", typed="n\n")
    assert "Ce que ce candidat masque (cellules)" in asked.err + asked.out
    assert "en tant que delegate ?" in asked.err + asked.out


def test_counts_of_the_daily_receipts_and_facts_of_a_release_have_french_names(
    prepared: Workspace,
) -> None:
    from pipeline.steps.checking import check_project
    from pipeline.steps.prepare import prepare
    from pipeline.steps.release import approve, release
    from pipeline.steps.retain import retain
    from pipeline.steps.status import status

    made = prepare(prepared)
    name = made.ids["candidate"]
    receipts = [made, approve(prepared, name, approver="delegate"), release(prepared, name)]
    receipts += [retain(prepared), check_project(prepared.project)]
    names = {count for receipt in receipts for count in receipt.counts}
    names |= status(prepared)["release"].keys() - LEFT_TO_JSON
    same = {one for one in names if in_words(one, "fr") == one.replace("_", " ")}
    assert same <= ALIKE, same


def test_tables_on_keys_ledger_policy_and_persons_speak_french(
    command: Command, delivered: Workspace, tmp_path: Path
) -> None:
    who = tmp_path / "id.txt"
    who.write_text(pupil_rows(1)[0]["national_id"])
    who.chmod(0o600)
    persons = ("--dataset", "pupils", "--id-file", str(who))
    said = {
        ("keys", "status"): (
            "Clés\n",
            "racine                       fichier",
            "génération du coffre",
            "Domaines de pseudonymisation",
        ),
        ("ledger", "verify"): ("Le journal est entier\n", "entrées", "copie"),
        ("ledger", "show"): ("Journal\n", "lignes acceptées", "favorable"),
        ("policy", "status"): ("Politique\n", "en vigueur", "favorable", "signée le"),
        ("breach", "report", "--nature", "integrity", "--dataset", "pupils"): (
            "violation : breach-0001, autorité à notifier,",
        ),
        ("subject", "find", *persons): ("Détenu\n", "protégée", "lignes", "fichiers"),
        ("subject", "erase", *persons): (
            "À effacer pour de bon",
            "Effacer 1 personne(s) pour de bon ? [o/N]",
        ),
        ("subject", "erase", *persons, "--yes"): ("erasure-0001 : fait", "Lignes retirées"),
    }
    for arguments, words in said.items():
        ran = command(delivered, *arguments, language="fr", typed="n\n")
        assert [one for one in words if one not in ran.out + ran.err] == [], (arguments, ran)


@pytest.mark.parametrize(
    ("language", "typed", "code"),
    [
        ("en", "y", 0),
        ("fr", "o", 0),
        ("fr", "OUI", 0),
        ("fr", "y", 0),
        ("en", "o", 6),
        ("fr", "n", 6),
    ],
)
def test_a_yes_is_given_in_the_language_of_the_question(
    command: Command,
    delivered: Workspace,
    tmp_path: Path,
    language: Language,
    typed: str,
    code: int,
) -> None:
    who = tmp_path / "id.txt"
    who.write_text(pupil_rows(1)[0]["national_id"])
    who.chmod(0o600)
    arguments = ("subject", "erase", "--dataset", "pupils", "--id-file", str(who))
    ran = command(delivered, *arguments, language=language, typed=f"{typed}\n")
    assert ran.code == code, ran
