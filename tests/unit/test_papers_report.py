"""The audit report tells what was measured, by section, and holds no value of a delivery."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.contracts import Contracts
from pipeline.contracts.rights import (
    DECISIONS,
    DELAYS,
    EXTENSIONS,
    GROUNDS,
    IDENTITY,
    NATURES,
    REASONS,
    RIGHTS,
    RISKS,
)
from pipeline.errors import ContractError, ExitCode, StorageError
from pipeline.papers import Event, Evidence, Incoming, PublishedLevel, RefusedRows, audit_page
from pipeline.papers.ledger_words import CODES, KINDS, has_words
from pipeline.papers.report import SECTIONS
from pipeline.papers.risk import risk_lines
from pipeline.project import load_project
from pipeline.steps.auditing import gather, write_dpia, write_register, write_report
from pipeline.steps.erasing import erase
from pipeline.steps.listing import identified
from pipeline.steps.people import people
from pipeline.steps.prepare import prepare
from pipeline.steps.release import approve, release
from pipeline.steps.status import status
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.conftest import Command
from tests.unit.paper_reading import read_paper

ROOT = Path(__file__).parents[2]
HASH = "0123456789abcdef" * 4


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    return load_project(ROOT).contracts


def _event(seq: int, kind: str, **facts: str | float | bool) -> Event:
    return Event(seq=seq, at=f"2026-11-23T09:{seq:02d}:00+00:00", kind=kind, facts=facts)


def _evidence(*events: Event, released: bool = True) -> Evidence:
    return Evidence(
        period="2021",
        made_at=datetime(2026, 11, 23, 10, tzinfo=UTC),
        events=events,
        head=HASH,
        incoming=(
            Incoming(
                name=f"pupils-2021-{HASH[:16]}",
                dataset="pupils",
                at="2026-11-23T09:00:00+00:00",
                verdict="accepted",
                counted=1200,
                accepted=1190,
                refused=10,
                in_force=1100,
                replaced=60,
            ),
            Incoming(
                name=f"teachers-2021-{HASH[:16]}",
                dataset="teachers",
                at="2026-11-23T09:00:00+00:00",
                verdict="refused",
                rule="delivery.header",
                refused=0,
            ),
        ),
        quarantine=(RefusedRows(dataset="pupils", column="sex", rule="codelist", rows=10),),
        release="release-1" if released else None,
        published=(
            PublishedLevel(
                indicator="ENROLMENT", area_level="commune", cells=40, hidden=10, smallest=5
            ),
            PublishedLevel(
                indicator="PROGRAMMES", area_level="commune", cells=8, hidden=0, smallest=None
            ),
        )
        if released
        else (),
        disclosure=(
            {
                "table": "enrolment",
                "area_level": "commune",
                "threshold": 5,
                "cells": 80,
                "primary": 12,
                "secondary": 8,
                "hidden_pct": 25.0,
            },
        )
        if released
        else (),
        proved_queries=17,
        identified_columns=2,
        fingerprint=HASH,
    )


# One entry of each kind that a section tells, as other rooms write them.
TOLD = {
    "risk": _event(1, "recoded", dataset="pupils", period="2021", files=8, share=0.25),
    "keys": _event(2, "key_event", event="rotated", domain="pupil", epoch=2),
    "rights": _event(3, "erasure", request="2026-003", files=2),
    "policy": _event(4, "policy_opinion", opinion="with_reservations", policy=HASH),
    "openings": _event(5, "opening", zone="quarantine", rows=3, reason="correction"),
    "releases": _event(6, "approval", approver="delegate", candidate="candidate-1"),
    "destroyed": _event(7, "destroyed", zone="review", candidate="candidate-1"),
}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_section_tells_its_entries(contracts: Contracts, language: str) -> None:
    assert set(TOLD) == set(SECTIONS)
    paper = read_paper(audit_page(contracts, _evidence(*TOLD.values()), language=language))
    assert (paper.language, paper.outside) == (language, [])
    assert set(paper.anchors) <= set(paper.ids)
    none = {"en": "None so far.", "fr": "Néant à ce jour."}[language]
    assert paper.text.count(none) == 4
    reserved = {"en": "with reservations", "fr": "avec réserves"}[language]
    for words in (reserved, "2026-003", "correction", "0.25"):
        assert words in paper.text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_section_without_entries_says_none(contracts: Contracts, language: str) -> None:
    paper = read_paper(audit_page(contracts, _evidence(released=False), language=language))
    none = {"en": "None so far.", "fr": "Néant à ce jour."}[language]
    # Nothing measured, no request and no breach are said beside the sections.
    assert paper.text.count(none) == len(SECTIONS) + 4


def _risk(seq: int, *, recoding: str, k: int, period: str = "2021") -> Event:
    return Event(
        seq=seq,
        at="2026-11-23T09:00:00+00:00",
        kind="risk",
        facts={
            "dataset": "pupils",
            "period": period,
            "recoding": recoding,
            "wanted_k": 5,
            "rows": 2000,
            "classes": 60,
            "k": k,
            "rows_under_k": 50,
            "unique_rows": 3,
            "greatest_risk": 1.0,
            "mean_risk": 0.03,
            "rows_over_risk": 50,
            "sensitive_column": ["home_internet"],
            "sensitive_distinct_l": [1],
            "sensitive_entropy_l": [1.25],
            "sensitive_t": [0.4],
        },
    )


def test_risk_is_told_before_and_after_by_the_last_measurements() -> None:
    first, last, after = (
        _risk(1, recoding="none", k=1),
        _risk(2, recoding="none", k=2),
        _risk(3, recoding=HASH[:16], k=5),
    )
    lines = risk_lines([first, last, after, _risk(4, recoding="none", k=9, period="2019")], "2021")
    assert [(line.is_recoded, line.k, line.reaches_k) for line in lines] == [
        (False, 2, False),
        (True, 5, True),
    ]
    assert lines[0].under_k_pct == 2.5
    assert lines[1].sensitive[0].entropy_l == 1.25


def test_the_page_shows_both_measurements(contracts: Contracts) -> None:
    events = (_risk(1, recoding="none", k=2), _risk(2, recoding=HASH[:16], k=5))
    text = read_paper(audit_page(contracts, _evidence(*events), language="fr")).text
    for words in ("sans recodage", "recodé", "2 / 5", "5 / 5", "2,50 %", "1,25"):
        assert words in text


def test_requests_and_breaches_are_listed_with_their_state(contracts: Contracts) -> None:
    evidence = replace(
        _evidence(),
        requests=({"request": "request-0001", "state": "late", "due": "2026-12-01"},),
        breaches=({"breach": "breach-0001", "state": "to_notify", "hours_left": 70},),
    )
    text = read_paper(audit_page(contracts, evidence, language="en")).text
    for words in ("request-0001", "LATE", "breach-0001", "authority to be notified", "70"):
        assert words in text


def test_the_keys_are_told_by_check_values_and_epochs(contracts: Contracts) -> None:
    evidence = replace(
        _evidence(),
        keys={"root_check": "ab12", "vault_generation": 3, "is_renewing": False},
        domains=({"domain": "pupil", "epoch": 2, "check": "cd34"},),
    )
    text = read_paper(audit_page(contracts, evidence, language="fr")).text
    for words in ("contrôle de la racine", "ab12", "génération du coffre", "non", "cd34"):
        assert words in text


def test_the_figures_of_what_came_in_are_told(contracts: Contracts) -> None:
    text = read_paper(audit_page(contracts, _evidence(), language="en")).text
    for words in ("1,200", "1,190", "refused as a whole", "delivery.header", "codelist"):
        assert words in text
    for words in ("1 / 2Batches in force", "1,100Rows in force", "60Rows replaced"):
        assert words in text
    assert "30Rows erased or destroyed" in text
    assert "in force in part1,1901,1006030" in text


def in_force(workspace: Workspace) -> dict[str, tuple[str, int, int, int]]:
    """Return the last six digits of a delivery of pupils → its state and rows, from the report."""
    found = gather(workspace, small_country.PERIOD)
    pupils = [one for one in found.incoming if one.dataset == "pupils"]
    held = workspace.protected.current("pupils", small_country.PERIOD).num_rows
    assert sum(one.in_force for one in pupils) == held
    return {one.name[-6:]: (one.state, one.in_force, one.replaced, one.destroyed) for one in pupils}


def test_what_came_in_is_counted_by_what_is_in_force(delivered: Workspace, tmp_path: Path) -> None:
    """A delivery that comes again counts once; one of an earlier date replaces nothing."""
    [(first, (state, whole, *_))] = in_force(delivered).items()
    assert (state, whole) == ("in_force", 24 * 8)
    rows = small_country.pupil_rows()
    same = small_country.deliveries()["pupils"]
    late = small_country.ON_TIME + timedelta(days=40)
    assert not small_country.take(delivered, "pupils", same, as_of=late).changed
    assert in_force(delivered) == {first: ("in_force", 192, 0, 0)}

    # Two schools correct, one by one pupil less; then an older file of three schools arrives.
    correction = small_country.table(rows[1:48])
    day = timedelta(days=1)
    corrected = small_country.take(delivered, "pupils", correction, as_of=late + day)
    newer = corrected.ids["batch"][-6:]
    older_file = small_country.table(rows[48:120:2])
    early = small_country.ON_TIME - timedelta(days=3)
    older = small_country.take(delivered, "pupils", older_file, as_of=early).ids["batch"][-6:]
    expected = {
        first: ("in_part", 144, 48, 0),
        newer: ("in_force", 47, 0, 0),
        older: ("replaced", 0, 36, 0),
    }
    assert in_force(delivered) == expected
    shown = {row["batch"][-6:]: row["in_force"] for row in status(delivered)["batches"]}
    assert [shown[name] for name in (first, newer, older)] == ["in part", "yes", "no"]
    again = small_country.take(delivered, "pupils", same, as_of=late)
    assert not again.changed
    assert [words.partition(";")[0] for words in again.warnings] == [
        "delivery.replaced_since: The same content came before"
    ]
    assert "48 row(s)" in again.warnings[0]
    assert in_force(delivered) == expected

    # Of one pupil who is in two of the files, and who asks to be erased.
    place = identified(delivered, "pupils")
    erase(delivered, place, people([[rows[1]["national_id"]]], place))
    assert in_force(delivered) == {
        **expected,
        first: ("in_part", 144, 47, 1),
        newer: ("in_force", 46, 0, 1),
    }
    write_report(delivered, small_country.PERIOD, tmp_path / "audit.html", language="fr")
    text = read_paper((tmp_path / "audit.html").read_text(encoding="utf-8")).text
    others = sum(
        delivered.protected.current(name, small_country.PERIOD).num_rows
        for name in ("schools", "population")
    )
    for words in (f"{144 + 46 + others}Lignes en vigueur", "4 / 5Lots en vigueur"):
        assert words in text
    assert "83Lignes remplacées" in text
    assert "2Lignes effacées ou détruites" in text


def test_the_three_questions_are_answered_by_numbers(contracts: Contracts) -> None:
    text = read_paper(audit_page(contracts, _evidence(), language="en")).text
    assert "48 observations of the period are published, 10 of them without a value" in text
    assert "smallest count of persons above nought is 5; the lowest threshold" in text
    assert "17 queries proved: none of the 2 identified columns" in text
    assert "12 cells of the release hidden by a rule, 8 more" in text


def test_levels_stand_in_their_order_under_their_names_and_what_hides_nothing_is_left_out(
    contracts: Contracts,
) -> None:
    evidence = _evidence()
    [enrolment, programmes] = evidence.published
    country = replace(enrolment, area_level="country")
    gone = replace(enrolment, indicator="GONE", area_level="ward")
    bandwidth = {**evidence.disclosure[0], "table": "school_bandwidth", "threshold": 1}
    schools = {**bandwidth, "table": "schools", "primary": 0, "secondary": 0, "hidden_pct": 0.0}
    evidence = replace(
        evidence,
        published=(country, enrolment, gone, programmes),
        disclosure=(*evidence.disclosure, bandwidth, schools),
    )
    text = read_paper(audit_page(contracts, evidence, language="fr")).text
    assert "GONEward40" in text
    assert text.index("Élèves inscrits ENROLMENTCommune") < text.index("ENROLMENTPays")
    assert "Débit internet des écoles school_bandwidthCommune\N{EN DASH}80" in text
    assert "Écoles schoolsCommune" not in text


def test_entries_of_another_period_are_left_out_of_its_risk(contracts: Contracts) -> None:
    events = (
        _event(1, "recoded", dataset="pupils", period="2019", files=3),
        _risk(2, recoding="none", k=2, period="2019"),
    )
    text = read_paper(audit_page(contracts, _evidence(*events), language="en")).text
    assert text.count("None so far.") == len(SECTIONS) + 4


def test_a_kind_of_entry_that_has_no_words_yet_is_counted_under_its_name(
    contracts: Contracts,
) -> None:
    page = audit_page(contracts, _evidence(_event(1, "moon_landing")), language="fr")
    assert "moon landing" in read_paper(page).text


def test_words_from_outside_are_escaped(contracts: Contracts) -> None:
    event = _event(1, "opening", reason="<script>alert(1)</script>")
    page = audit_page(contracts, _evidence(event), language="en")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_papers_of_a_real_run_hold_no_value_and_no_pseudonym(
    prepared: Workspace, tmp_path: Path
) -> None:
    candidate = prepare(prepared).ids["candidate"]
    approve(prepared, candidate, approver="delegate")
    release(prepared, candidate)
    out = tmp_path / "papers"
    out.mkdir()
    write_register(prepared, out, language="fr")
    write_dpia(prepared, out / "pia.json", language="fr")
    receipt = write_report(prepared, small_country.PERIOD, out / "audit.html", language="en")
    papers = "".join(path.read_text(encoding="utf-8") for path in sorted(out.iterdir()))
    assert len(list(out.iterdir())) == 5
    assert small_country.MARKER not in papers
    # The paper is one on these rows: what it must not hold is there to be told.
    rows = prepared.protected.current("pupils", small_country.PERIOD)
    pseudonyms = rows["pupil_pseudonym"].to_pylist()
    assert len(set(pseudonyms)) == rows.num_rows > 100
    assert receipt.counts["deliveries"] == 3
    assert not [p for p in pseudonyms if (p.hex() if isinstance(p, bytes) else str(p)) in papers]
    text = read_paper((out / "audit.html").read_text(encoding="utf-8")).text
    assert "release-" in text
    assert "queries proved" in text


def test_a_report_before_any_release_says_so(delivered: Workspace, tmp_path: Path) -> None:
    write_report(delivered, small_country.PERIOD, tmp_path / "audit.html", language="en")
    text = read_paper((tmp_path / "audit.html").read_text(encoding="utf-8")).text
    assert "No release holds this period." in text
    assert gather(delivered, small_country.PERIOD).published == ()


def test_a_period_of_which_nothing_came_is_refused(delivered: Workspace, tmp_path: Path) -> None:
    with pytest.raises(ContractError) as refused:
        write_report(delivered, "1999", tmp_path / "audit.html", language="en")
    assert refused.value.problem.code == "papers.unknown_period"
    assert not (tmp_path / "audit.html").exists()


def test_a_folder_that_is_not_there_is_made_and_the_same_paper_stays(
    delivered: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "papers" / "2021" / "pia.json"
    first = write_dpia(delivered, file, language="en")
    assert (first.changed, first.ids, first.warnings) == (True, {"pia.json": str(file)}, ())
    assert json.loads(file.read_text(encoding="utf-8"))["pia"]
    again = write_dpia(delivered, file, language="en")
    assert (again.changed, again.hashes) == (False, first.hashes)
    with pytest.raises(StorageError, match=r"storage\.cannot_write"):
        write_dpia(delivered, file / "below" / "pia.json", language="en")


@pytest.mark.parametrize(
    ("words", "edited"),
    [
        (("report", "--period", small_country.PERIOD, "--to", "audit.html"), "audit.html"),
        (("dpia", "--to", "pia.json"), "pia.json"),
        (("register", "--to", "papers"), "papers/register.csv"),
    ],
)
def test_no_paper_is_written_over_one_that_somebody_edited(
    words: tuple[str, ...],
    edited: str,
    delivered: Workspace,
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / edited
    file.parent.mkdir(exist_ok=True)
    file.write_text("signed by the officer", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    for language, remedy in (("en", "Name another place by `--to`"), ("fr", "autre emplacement")):
        ran = command(delivered, "audit", *words, language=language)
        assert (ran.code, ran.out) == (ExitCode.STORAGE, "")
        assert ran.err.startswith("papers.exists: 1 ")
        assert edited in ran.err
        assert remedy in ran.err
    assert file.read_text(encoding="utf-8") == "signed by the officer"
    assert sorted(tmp_path.rglob("*")) == before
    assert command(delivered, "audit", *words[:-1], f"other-{words[-1]}").code == ExitCode.OK


@pytest.mark.parametrize(
    "codes", [RIGHTS, IDENTITY, DECISIONS, EXTENSIONS, GROUNDS, NATURES, RISKS, DELAYS, REASONS]
)
def test_each_code_of_a_closed_list_has_words(codes: Mapping[str, object]) -> None:
    assert codes
    for code, words in codes.items():
        assert CODES[code] == getattr(words, "label", words)


def test_codes_that_were_joined_are_told_in_words(contracts: Contracts) -> None:
    entry = _event(8, "breach", breach="2026-001", natures="confidentiality+integrity", risk="high")
    page = audit_page(contracts, _evidence(entry), language="fr")
    text = read_paper(page).text
    assert "vues par d'autres, modifiées" in text
    assert "un risque élevé" in text
    for code in ("confidentiality", "integrity", "high"):
        assert code not in text


def test_an_entry_on_a_person_is_told_in_words(contracts: Contracts) -> None:
    entry = _event(9, "subject", action="restrict", domain="pupil", persons=1)
    text = read_paper(audit_page(contracts, _evidence(entry), language="fr")).text
    assert "personne recherchée ou exclue" in text
    assert "exclue des comptes" in text


def _told_facts() -> dict[str, set[str]]:
    """Return kind → names of facts, as the steps write them to the ledger."""
    told: dict[str, set[str]] = {}
    for source in (ROOT / "pipeline" / "steps").glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="append" | "append_once"),
                    args=[ast.Constant(value=str(kind))],
                    keywords=[_, *_] as named,
                ):
                    told.setdefault(kind, set()).update(word.arg for word in named if word.arg)
    return told


def test_what_the_steps_tell_the_ledger_has_words_in_both_languages() -> None:
    told = _told_facts()
    assert len(told) >= 10
    assert set(told) <= set(KINDS)
    facts = {name for names in told.values() for name in names}
    assert {name for name in facts if not has_words(name)} == set()
