"""What the demonstration's release shows of persons: nothing below the thresholds, in any file."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

PROJECT = Path(__file__).parents[2]
OFFICIAL = {"2019": 168_588, "2020": 167_963, "2021": 166_497}
# Each table of persons, and the least number of its cells that are to be looked at.
LOOKED_AT = {
    "enrolment": 1_000,
    "enrolment_by_age": 300,
    "family_barriers": 200,
    "family_connection": 200,
    "family_satisfaction": 200,
    "home_by_position": 60,
    "home_connectivity": 1_000,
    "pupils_in_reach": 300,
    "school_barriers": 100,
    "school_connection": 100,
    "school_satisfaction": 100,
    "teacher_qualification": 300,
    "teacher_training": 300,
    "teaching_staff": 1_000,
}
SURVEYED = ("barriers", "connection", "satisfaction")
TABLES = tuple(LOOKED_AT)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def release(demo_home: Path) -> Path:
    folder = demo_home / "published"
    return folder / "releases" / (folder / "CURRENT").read_text(encoding="utf-8").strip()


@pytest.fixture(scope="module")
def database(release: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(release / "published.duckdb"), read_only=True) as connection:
        yield connection


def thresholds() -> dict[str, tuple[str, int]]:
    """Return the measure and the threshold of each table of persons, as the contracts say."""
    policy = yaml.safe_load((PROJECT / "contracts/policy.yml").read_text(encoding="utf-8"))
    found = {}
    for path in sorted((PROJECT / "contracts/tables").glob("*.yml")):
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
        if table["counts"] == "persons":
            k = policy["thresholds"][table["sensitivity"]]["value"]
            found[table["table"]] = (table["measures"][0]["name"], k)
    return found


def count(database: duckdb.DuckDBPyConnection, sql: str) -> int:
    """Return a number; `sql` stands after `select count(*) from`."""
    return int(database.execute(f"select count(*) from {sql}").fetchall()[0][0])


def test_the_thresholds_are_those_of_the_demonstration() -> None:
    assert thresholds() == {
        "enrolment": ("pupils", 5),
        "family_barriers": ("answers", 11),
        "family_connection": ("answers", 11),
        "family_satisfaction": ("answers", 11),
        "enrolment_by_age": ("pupils", 5),
        "home_by_position": ("pupils", 11),
        "home_connectivity": ("pupils", 11),
        "pupils_in_reach": ("pupils", 5),
        "school_barriers": ("answers", 5),
        "school_connection": ("answers", 5),
        "school_satisfaction": ("answers", 5),
        "teacher_qualification": ("teachers", 5),
        "teacher_training": ("teachers", 5),
        "teaching_staff": ("teachers", 5),
    }


@pytest.mark.parametrize("table", TABLES)
def test_no_cell_stands_between_one_and_the_threshold(
    database: duckdb.DuckDBPyConnection, table: str
) -> None:
    measure, k = thresholds()[table]
    assert count(database, f"cells.{table} where {measure} >= {k}") > LOOKED_AT[table]
    assert count(database, f"cells.{table} where {measure} between 1 and {k - 1}") == 0
    assert count(database, f"cells.{table} where {measure} < 0") == 0


@pytest.mark.parametrize(
    ("sensitive", "other"), [("home_internet", "home_device"), ("home_device", "home_internet")]
)
@pytest.mark.parametrize("pair", [("Y", "N"), ("N", "Y")])
def test_no_group_shows_that_all_or_nearly_all_are_in_one_category(
    database: duckdb.DuckDBPyConnection, sensitive: str, other: str, pair: tuple[str, str]
) -> None:
    """A group whose other category is shown as empty, or as one in a hundred, has nobody else."""
    keys = f"ref_area, time_period, sex, urbanisation, {other}"
    most, few = (
        f"(select {keys}, pupils from cells.home_connectivity where {sensitive} = '{code}')"
        for code in pair
    )
    both = f"{most} as most join {few} as few using ({keys})"
    alike = "100 * few.pupils <= most.pupils + few.pupils and coalesce(most.pupils, 1) > 0"
    assert count(database, f"{both} where few.pupils > 0") > 1_000
    assert count(database, f"{both} where {alike}") == 0
    assert count(database, f"{both} where few.pupils = 0 and most.pupils is null") == 0


def test_no_rate_of_pupils_at_home_stands_at_an_extreme(
    database: duckdb.DuckDBPyConnection,
) -> None:
    of = "observations where indicator in ('HOME_INTERNET', 'HOME_DEVICE')"
    assert count(database, f"{of} and obs_value between 1 and 99") > 500
    assert count(database, f"{of} and (obs_value >= 99 or obs_value <= 1)") == 0


def test_the_release_says_which_tables_may_hide_zeros(
    database: duckdb.DuckDBPyConnection,
) -> None:
    told = database.execute("select distinct protected_zeros from releases").fetchall()
    surveys = [f"{who}_{what}" for who in ("family", "school") for what in SURVEYED]
    hiding = ["home_by_position", "home_connectivity", "school_bandwidth", *surveys]
    assert told == [(", ".join(sorted(hiding)),)]


def test_no_amount_is_shown_of_fewer_than_three_schools(
    database: duckdb.DuckDBPyConnection,
) -> None:
    """All schools that reported have a bandwidth; how many they are is published beside."""
    keys = "ref_area, time_period, sector, urbanisation"
    both = f"cells.school_bandwidth as b join cells.school_equipment as e using ({keys})"
    few = "e.schools_reporting in (1, 2) and e.schools_with_internet > 0"
    assert count(database, f"{both} where {few}") > 600
    assert count(database, f"{both} where {few} and b.bandwidth_mbps is not null") == 0
    none = "e.schools_reporting > 0 and e.schools_with_internet = 0"
    assert count(database, f"{both} where {none}") > 40
    assert count(database, f"{both} where {none} and b.bandwidth_mbps is distinct from 0") == 0
    assert count(database, f"{both} where b.bandwidth_mbps > 0") > 200
    assert count(database, f"{both} where e.schools_reporting = 0 and b.conf_status = 'C'") == 0


def test_hidden_amounts_of_a_territory_and_its_parts_do_not_stand_alone(
    database: duckdb.DuckDBPyConnection,
) -> None:
    """Where one commune or one sector of a community is hidden, another one or the whole is."""
    parents = "territories as t join cells.school_bandwidth as c on c.ref_area = t.id"
    alone = database.execute(
        "select count(*) from (select t.parent_id, c.time_period,"
        " any_value(whole.conf_status) as w,"
        f" count(*) filter (where c.conf_status = 'C') as hidden from {parents}"
        " join cells.school_bandwidth as whole on whole.ref_area = t.parent_id"
        " and whole.time_period = c.time_period and whole.sector = '_T'"
        " and whole.area_level = 'epci' where c.area_level = 'commune'"
        " group by t.parent_id, c.time_period) where hidden = 1 and w <> 'C'"
    ).fetchone()
    sectors = count(
        database,
        "(select ref_area, time_period, count(*) filter (where conf_status = 'C') as hidden"
        " from cells.school_bandwidth where area_level = 'epci' group by ref_area, time_period)"
        " where hidden = 1",
    )
    assert alone == (0,)
    assert sectors == 0


@pytest.mark.parametrize("indicator", ["ENROLMENT", "TEACHERS"])
def test_no_observation_stands_between_one_and_the_threshold(
    database: duckdb.DuckDBPyConnection, indicator: str
) -> None:
    of = f"observations where indicator = '{indicator}'"
    assert count(database, f"{of} and obs_value >= 5") > 1_000
    assert count(database, f"{of} and obs_value > 0 and obs_value < 5") == 0


@pytest.mark.parametrize("table", TABLES)
def test_a_hidden_cell_is_null_and_bears_one_symbol(
    database: duckdb.DuckDBPyConnection, table: str
) -> None:
    measure, _ = thresholds()[table]
    signs = database.execute(
        f"select distinct {measure} is null, conf_status, obs_status = 'Q' from cells.{table}"
    ).fetchall()
    has_none = {"home_by_position", "pupils_in_reach"}
    hidden = set() if table in has_none else {(True, "C", True)}
    assert set(signs) == {(False, "F", False), *hidden}


def test_a_confidential_observation_has_no_value(database: duckdb.DuckDBPyConnection) -> None:
    assert count(database, "observations where conf_status = 'C'") > 1_000
    assert count(database, "observations where conf_status = 'C' and obs_value is not null") == 0
    # Nobody delivered, or knew, a facility of its schools: that is no cell that is hidden.
    absent = "obs_status = 'L' and coverage = 0"
    unsaid = f"obs_value is null and obs_status not in ('Q', 'M') and not ({absent})"
    assert count(database, f"observations where {unsaid}") == 0
    assert count(database, "observations where (conf_status = 'C') <> (obs_status = 'Q')") == 0


def test_an_observation_of_persons_is_its_cell(database: duckdb.DuckDBPyConnection) -> None:
    for indicator, table, codes in (
        ("ENROLMENT", "enrolment", ("sex", "edu_level", "sector", "urbanisation")),
        (
            "TEACHERS",
            "teaching_staff",
            ("sex", "edu_level", "has_digital_training", "urbanisation"),
        ),
    ):
        address = ", ".join(("ref_area", "time_period", *codes))
        measure, _ = thresholds()[table]
        pair = f"cells.{table} as c join observations as o using ({address})"
        same = f"o.indicator = '{indicator}' and o.obs_value is not distinct from c.{measure}"
        assert count(database, f"{pair} where {same}") == count(database, f"cells.{table}")


def test_wide_views_leave_hidden_values_empty(database: duckdb.DuckDBPyConnection) -> None:
    seen = 0
    for view in ("pupils", "teachers", "home"):
        columns = [row[0] for row in database.execute(f"describe {view}").fetchall()]
        for column in columns:
            if f"{column}_status" in columns:
                hidden = f"{view} where {column}_status = 'Q'"
                seen += count(database, hidden)
                assert count(database, f"{hidden} and {column} is not null") == 0
    assert seen > 1_000


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_files_show_what_the_database_shows_and_no_more(
    release: Path, database: duckdb.DuckDBPyConnection, kind: str
) -> None:
    files = sorted((release / kind).rglob(f"*.{kind}"))
    assert {f"cells/{table}.{kind}" for table in TABLES} <= {
        path.relative_to(release / kind).as_posix() for path in files
    }
    for path in files:
        name = path.relative_to(release / kind).with_suffix("").as_posix().replace("/", ".")
        columns = database.execute(f"describe from {name}").fetchall()
        types = ", ".join(f"'{column}': '{form}'" for column, form, *_ in columns)
        options = f", header = true, columns = {{{types}}}, nullstr = ''" if kind == "csv" else ""
        file = f"read_{kind}('{path}'{options})"
        values = [column for column, form, *_ in columns if form in {"BIGINT", "DOUBLE"}]
        shown = ", ".join(("count(*)", *(f"count({value}), sum({value})" for value in values)))
        here = database.execute(f"select {shown} from {file}").fetchall()[0]
        there = database.execute(f"select {shown} from {name}").fetchall()[0]
        assert here == pytest.approx(there), name


def test_no_file_of_the_site_holds_a_value_that_is_hidden(
    release: Path, database: duckdb.DuckDBPyConnection
) -> None:
    data = release / "site" / "data"
    periods = [one for one, _ in json.loads((data / "meta-en.json").read_text("utf-8"))["periods"]]
    shown = {}
    for level in ("commune", "epci"):
        areas = json.loads((data / "levels" / f"{level}.json").read_text("utf-8"))["ids"]
        for path in data.glob(f"values/*/{level}.json"):
            found = json.loads(path.read_text("utf-8"))["values"]
            for period, values in zip(periods, found, strict=True):
                for area, value in zip(areas, values, strict=True):
                    shown[path.parent.name, period, area] = value
    profiles = {}
    for path in data.glob("places/*/*.json"):
        for area, record in json.loads(path.read_text("utf-8")).items():
            for code, (values, *_) in record["totals"].items():
                for period, value in zip(periods, values, strict=True):
                    profiles[code, period, area] = value
    hidden = database.execute(
        "select indicator, time_period, ref_area from totals"
        " where conf_status = 'C' and area_level in ('commune', 'epci')"
    ).fetchall()
    assert len(hidden) > 300
    assert all(shown[address] is None and profiles[address] is None for address in hidden)


def test_no_profile_of_the_site_breaks_a_hidden_figure_down(release: Path) -> None:
    data = release / "site" / "data"
    told = 0
    for path in data.glob("places/*/*.json"):
        for record in json.loads(path.read_text("utf-8")).values():
            for own in record["breakdowns"].values():
                for codes in own.values():
                    for values, statuses, *_ in codes.values():
                        for value, status in zip(values, statuses, strict=True):
                            told += status == "Q"
                            assert (value is None) == (status in "QM-L")
    assert told > 300


def test_region_and_country_are_never_shown_as_the_whole(
    database: duckdb.DuckDBPyConnection,
) -> None:
    wide = "observations where area_level in ('region', 'country')"
    assert count(database, wide) > 1_000
    assert count(database, f"{wide} and obs_value is not null and obs_status <> 'D'") == 0
    assert count(database, f"{wide} and coverage >= 1") == 0


def test_the_departement_has_its_official_enrolment(database: duckdb.DuckDBPyConnection) -> None:
    rows = database.execute(
        "select time_period, obs_value from totals"
        " where indicator = 'ENROLMENT' and ref_area = 'DEP-35'"
    ).fetchall()
    assert dict(rows) == OFFICIAL


def test_shown_communes_are_the_official_sums_of_their_schools_by_sex(
    database: duckdb.DuckDBPyConnection,
) -> None:
    official = _official_communes()
    rows = database.execute(
        "select time_period, ref_area, sex, pupils from cells.enrolment"
        " where area_level = 'commune' and edu_level = '_T' and pupils is not null"
    ).fetchall()
    shown = {(period, area, sex): value for period, area, sex, value in rows}
    known = {address for address in shown if shown[address] > 0} & set(official)
    assert len(known) > 500
    assert {address: shown[address] for address in known} == {a: official[a] for a in known}
    totals = {address for address in shown if address[2] == "_T"}
    assert all(shown[address] == official.get(address, 0) for address in totals)


def _official_communes() -> dict[tuple[str, str, str], int]:
    """Return pupils by period, commune and sex; a sex only where every school's is known."""
    facts = PROJECT / "demo/facts"
    with (facts / "schools.csv").open(encoding="utf-8", newline="") as file:
        commune = {row["school_code"]: row["commune_code"] for row in csv.DictReader(file)}
    found: dict[tuple[str, str, str], int] = defaultdict(int)
    unknown: set[tuple[str, str]] = set()
    with (facts / "enrolment.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place = (row["period"], f"COM-{commune[row['school_code']]}")
            found[*place, "_T"] += int(row["total"])
            for sex, column in (("F", "girls"), ("M", "boys")):
                if row[column]:
                    found[*place, sex] += int(row[column])
                else:
                    unknown.add(place)
    return {key: value for key, value in found.items() if key[2] == "_T" or key[:2] not in unknown}
