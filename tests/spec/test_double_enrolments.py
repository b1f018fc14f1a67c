"""A person who stands in several rows counts once where the contract says so, and it is told."""

from __future__ import annotations

import functools
import io
import itertools
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from pipeline.errors import ContractError
from pipeline.project import load_project
from pipeline.steps.changed_since import changed_since, rows_of
from pipeline.steps.counting import count_period
from pipeline.steps.epochs import rotate_domain
from pipeline.steps.erasing import erase
from pipeline.steps.inputs import state_hash
from pipeline.steps.listing import People, identified
from pipeline.steps.sender_reports import write_sender_report
from pipeline.steps.settling import fix, release
from pipeline.steps.status import status
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.signing import sign_for_tests
from tests.small_country import MARKER, ON_TIME, PERIOD, SCHOOLS, Row, pupil_rows, table, take

CODES = list(SCHOOLS)
DAY = timedelta(days=1)
RULE = "double_enrolment: {rule: latest, person: pupil_pseudonym}"
ALL = RULE.replace("latest", "all")
BY_ENTRY = RULE.replace("}", ", column: entry_date}")
MAIN = RULE.replace("latest", "main").replace("}", ", column: enrolment_status, values: [C, M]}")
COLUMNS = """
  - name: entry_date
    label: {en: Date of entry, fr: Date d'entrée}
    type: date
    format: "%Y-%m-%d"
    role: attribute
    required: false
    privacy: {rule: keep}
  - name: enrolment_status
    label: {en: Status of enrolment, fr: Statut d'inscription}
    type: code
    codelist: enrolment_status
    role: attribute
    privacy: {rule: keep}
"""
FIRST, SECOND = pupil_rows(10, CODES[:1]), pupil_rows(10, CODES[1:2])
# Two pupils of the first school whom the second lists too.
BOTH = [{**row, "school_code": CODES[1]} for row in FIRST[:2]]
OpenCountry = Callable[[str], Workspace]


def dated(rows: Sequence[Row], entry: str = "2021-09-01", status: str = "C") -> list[Row]:
    return [{**row, "entry_date": entry, "enrolment_status": status} for row in rows]


def declare(project: Path, rule: str) -> Path:
    """Give the pupils of a project two columns more, and a rule or none."""
    # School census: current, main or subsidiary of two.
    small_country.add_code_list(project, "enrolment_status", "CMS")
    pupils = project / "contracts" / "datasets" / "pupils.yml"
    text = pupils.read_text(encoding="utf-8")
    assert text.count(RULE) == 1
    pupils.write_text(text.replace(RULE, rule) + COLUMNS, encoding="utf-8")
    return project


@pytest.fixture(scope="module")
def starts(tmp_path_factory: pytest.TempPathFactory) -> OpenCountry:
    """Return what opens, for each rule, one country whose schools are known."""

    @functools.cache
    def start(rule: str) -> Workspace:
        folder = tmp_path_factory.mktemp("country")
        project = declare(small_country.write_project(folder / "project"), rule)
        workspace = small_country.open_workspace(folder / "start", project)
        take(workspace, "schools", small_country.schools())
        return workspace

    return start


@pytest.fixture
def country(tmp_path: Path, starts: OpenCountry) -> OpenCountry:
    """Return what opens a country of its own whose contract has a rule."""
    numbers = itertools.count()

    def open_country(rule: str) -> Workspace:
        start, folder = starts(rule), tmp_path / str(next(numbers))
        shutil.copytree(start.home.parent, folder)
        return small_country.open_workspace(folder, start.settings.project)

    return open_country


def counted(workspace: Workspace) -> dict[str, int]:
    """Return school → rows that count."""
    held = workspace.protected.current("pupils", PERIOD)["school_code"].to_pylist()
    return {code: held.count(code) for code in CODES if code in held}


def persons(workspace: Workspace) -> tuple[int, int]:
    """Return how many pupils the query of the published table counts, and how many there are."""
    cells = count_period(workspace, PERIOD)["enrolment"].cells
    held = workspace.protected.current("pupils", PERIOD)["pupil_pseudonym"]
    return pc.sum(cells["pupils"]).as_py(), len(held.unique())


def both(workspace: Workspace) -> str:
    """Deliver two schools that both list two pupils, the second later; return its batch."""
    take(workspace, "pupils", table(dated(FIRST)))
    rows = dated([*SECOND, *BOTH])
    return take(workspace, "pupils", table(rows), as_of=ON_TIME + DAY).ids["batch"]


def test_one_pupil_in_two_schools_is_one_person_in_every_count(country: OpenCountry) -> None:
    zones = country(RULE)
    both(zones)
    assert counted(zones) == {CODES[0]: 8, CODES[1]: 12}
    assert persons(zones) == (20, 20)
    # Nothing was refused or lost: the rows set aside are in force where they are.
    held = zones.protected.rows_in_force("pupils", PERIOD)
    assert sorted(held.values()) == [10, 12]


def test_without_a_rule_all_rows_count_and_each_delivery_says_so(country: OpenCountry) -> None:
    zones = country("")
    take(zones, "pupils", table(dated(FIRST)))
    receipt = take(zones, "pupils", table(dated(BOTH)), as_of=ON_TIME + DAY)
    [words] = [each for each in receipt.warnings if each.startswith("delivery.")]
    assert words.startswith("delivery.doubles_undeclared: 2 ")
    assert persons(zones) == (12, 10)
    assert receipt.counts["double_set_aside"] == 0


def test_those_who_rightly_work_in_two_schools_count_in_both(country: OpenCountry) -> None:
    zones = country(ALL)
    take(zones, "pupils", table(dated(FIRST)))
    receipt = take(zones, "pupils", table(dated(BOTH)), as_of=ON_TIME + DAY)
    assert not [each for each in receipt.warnings if each.startswith("delivery.")]
    assert counted(zones) == {CODES[0]: 10, CODES[1]: 2}
    assert (receipt.counts["double_persons"], receipt.counts["double_set_aside"]) == (2, 0)


def test_the_flag_of_the_main_enrolment_goes_before_any_date(country: OpenCountry) -> None:
    zones = country(MAIN)
    take(zones, "pupils", table([*dated(FIRST[:1], status="M"), *dated(FIRST[1:])]))
    later = [*dated(SECOND), *dated(BOTH, status="S")]
    take(zones, "pupils", table(later), as_of=ON_TIME + DAY)
    assert counted(zones) == {CODES[0]: 10, CODES[1]: 10}
    # Where both say that they are the main one, the later delivery counts.
    later = [*dated(SECOND), *dated(BOTH, status="M")]
    take(zones, "pupils", table(later), as_of=ON_TIME + 2 * DAY)
    assert counted(zones) == {CODES[0]: 8, CODES[1]: 12}


def test_whoever_stands_in_one_row_counts_whatever_it_says(country: OpenCountry) -> None:
    zones = country(MAIN)
    take(zones, "pupils", table(dated(FIRST, status="S")))
    assert counted(zones) == {CODES[0]: 10}


def test_a_declared_date_of_entry_goes_before_that_of_the_delivery(country: OpenCountry) -> None:
    zones = country(BY_ENTRY)
    take(zones, "pupils", table([*dated(FIRST[:1], "2021-10-02"), *dated(FIRST[1:], "")]))
    later = [*dated(SECOND), *dated(BOTH, "2021-10-01")]
    take(zones, "pupils", table(later), as_of=ON_TIME + DAY)
    # The first entered the first school last; of the other it did not say when.
    assert counted(zones) == {CODES[0]: 9, CODES[1]: 11}


def test_one_file_for_two_schools_says_what_their_two_files_say(country: OpenCountry) -> None:
    zones, others = country(RULE), country(RULE)
    for part in (FIRST, [*SECOND, *BOTH]):
        take(zones, "pupils", table(dated(part)))
    receipt = take(others, "pupils", table(dated([*FIRST, *SECOND, *BOTH])))
    assert receipt.counts["refused"] == 0
    assert counted(zones) == counted(others)
    # Neither rule nor dates tell which row counts: a mark does, and it is told of how many.
    [words] = [each for each in receipt.warnings if each.startswith("delivery.doubles: ")]
    assert "for 2 of them" in words
    assert persons(others) == (20, 20)


def test_a_key_that_one_school_tells_twice_and_otherwise_is_still_refused(
    country: OpenCountry,
) -> None:
    zones = country(RULE)
    rows = [*FIRST, *pupil_rows(90, CODES[1:2])]
    contradicted = {**FIRST[0], "sex": "M" if FIRST[0]["sex"] == "F" else "F"}
    receipt = take(zones, "pupils", table(dated([*rows, contradicted])))
    assert receipt.counts["refused"] == 2


def test_which_row_counts_is_the_same_under_new_pseudonyms(country: OpenCountry) -> None:
    zones = country(RULE)
    doubled = [{**row, "school_code": CODES[1]} for row in FIRST]
    take(zones, "pupils", table(dated([*FIRST, *doubled])))
    before = counted(zones)
    assert sum(before.values()) == 10
    rotate_domain(zones, "pupil")
    after = Workspace(zones.settings, clock=zones.clock)
    assert counted(after) == before
    assert persons(after) == (10, 10)


def test_an_erased_person_counts_nowhere_and_nobody_else_is_moved(country: OpenCountry) -> None:
    zones = country(RULE)
    both(zones)
    place = identified(zones, "pupils")
    erase(zones, place, People(domain=place.domain, parts=(pa.array([FIRST[0]["national_id"]]),)))
    assert counted(zones) == {CODES[0]: 8, CODES[1]: 11}
    [told] = status(zones)["doubles"]
    assert (told["persons"], told["set_aside"]) == (1, 1)


def test_who_left_the_later_school_counts_in_the_former_again(country: OpenCountry) -> None:
    zones = country(RULE)
    both(zones)
    batches = {each.batch_id for each in zones.protected.batches()}
    then = rows_of(zones, ["pupils", "schools"], PERIOD, batches)
    take(zones, "pupils", table(dated(SECOND)), as_of=ON_TIME + 2 * DAY)
    assert counted(zones) == {CODES[0]: 10, CODES[1]: 10}
    # Asked what changed since, two pupils moved; nobody left or joined.
    again = rows_of(zones, ["pupils", "schools"], PERIOD, batches)
    now = rows_of(zones, ["pupils", "schools"], PERIOD, None)
    assert then is not None
    assert again is not None
    assert now is not None
    assert then["pupils"].equals(again["pupils"])
    table_of = count_period(zones, PERIOD)["enrolment"]
    changes = changed_since(zones.project, [table_of], again, now)["enrolment"].changes
    moved = (changes.before.count.sum(), changes.after.count.sum())
    assert (changes.left.count.sum(), changes.joined.count.sum(), *moved) == (0, 0, 2, 2)


def test_a_later_date_that_moves_who_counts_where_makes_another_state(
    country: OpenCountry,
) -> None:
    zones = country(RULE)
    both(zones)
    before, rows = state_hash(zones), zones.protected.rows_in_force("pupils", PERIOD)
    # The same content of the first school comes again, later: the same rows are in force.
    receipt = take(zones, "pupils", table(dated(FIRST)), as_of=ON_TIME + 2 * DAY)
    assert receipt.changed
    assert zones.protected.rows_in_force("pupils", PERIOD) == rows
    assert counted(zones) == {CODES[0]: 10, CODES[1]: 10}
    assert state_hash(zones) != before
    # Once more, with a later date: nobody counts anywhere else.
    assert not take(zones, "pupils", table(dated(FIRST)), as_of=ON_TIME + 3 * DAY).changed


def test_a_mended_row_joins_a_batch_in_which_another_school_lists_the_pupil(
    country: OpenCountry,
) -> None:
    zones = country(RULE)
    rows = dated([*FIRST, *pupil_rows(90, CODES[1:2]), *BOTH])
    wrong = [*rows[:-1], {**rows[-1], "sex": "?"}]
    batch = take(zones, "pupils", table(wrong)).ids["batch"]
    receipt = fix(zones, batch, io.BytesIO(table(rows[-1:])), file="rows.csv")
    assert receipt.counts["fixed"] == 1
    assert sum(counted(zones).values()) == 100
    assert persons(zones) == (100, 100)


def test_rows_refused_as_contradictions_are_released_once_a_rule_is_declared(
    country: OpenCountry, starts: OpenCountry, tmp_path: Path
) -> None:
    zones = country("")
    rows = dated([*FIRST, *pupil_rows(240, CODES[1:2]), *BOTH])
    batch = take(zones, "pupils", table(rows)).ids["batch"]
    assert sum(counted(zones).values()) == 248
    project = shutil.copytree(starts(RULE).settings.project, tmp_path / "ruled")
    settings = replace(zones.settings, project=project)
    ruled = sign_for_tests(Workspace(settings, clock=zones.clock))
    assert release(ruled, batch).counts == {"released": 4, "waiting": 0}
    assert persons(ruled) == (250, 250)


def test_status_and_the_senders_report_tell_how_many_and_never_who(
    country: OpenCountry, tmp_path: Path
) -> None:
    zones = country(RULE)
    take(zones, "pupils", table(dated(FIRST)))
    others = pupil_rows(90, CODES[2:3])
    rows = [*SECOND, *BOTH, *others[1:], {**others[0], "sex": "?"}]
    receipt = take(zones, "pupils", table(dated(rows)), as_of=ON_TIME + DAY)
    names = ("double_persons", "double_senders", "double_set_aside")
    assert [receipt.counts[name] for name in names] == [2, 2, 2]
    [told] = status(zones)["doubles"]
    assert told["of_senders"] == [
        {"sender": CODES[0], "rows": 2, "set_aside": 2},
        {"sender": CODES[1], "rows": 2, "set_aside": 0},
    ]
    to, batch = tmp_path / "report.html", receipt.ids["batch"]
    write_sender_report(zones, batch, to, language="en", sender=CODES[1])
    page = re.sub(r"\s+", " ", to.read_text(encoding="utf-8"))
    assert "2 accepted rows are of persons who stand in another row too" in page
    assert "0 of these rows are not counted" in page
    shown = f"{page} {receipt} {told}"
    assert not any(each in shown for each in (MARKER, BOTH[0]["national_id"]))


@pytest.mark.parametrize(
    ("rule", "address"),
    [
        (RULE.replace("pupil_pseudonym", "family_name"), "person"),
        (BY_ENTRY.replace("entry_date", "sex"), "column"),
        (MAIN.replace("column: enrolment_status", "column: birth_date"), "column"),
        (MAIN.replace("[C, M]", "[C, X]"), "values"),
    ],
)
def test_a_rule_that_could_not_be_applied_is_refused_with_its_place(
    tmp_path: Path, rule: str, address: str
) -> None:
    project = declare(small_country.write_project(tmp_path / "project"), rule)
    with pytest.raises(ContractError, match=f"double_enrolment.{address}"):
        load_project(project)
