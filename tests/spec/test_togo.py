"""A second country by YAML alone: Togo loads, is checked, ingests, publishes and adds up.

Schools, persons and figures are drawn; only the territories are real.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from pipeline.errors import StorageError
from pipeline.settings import INSTALLATION
from pipeline.steps.asking import ask, published_database
from pipeline.steps.checking import check_project
from pipeline.steps.prepare import prepare
from pipeline.steps.release import approve, release
from pipeline.steps.sites import build_site
from pipeline.steps.workspace import Workspace
from pipeline.storage.policies import PolicyStore
from tests.conftest import Command
from tests.small_country import Row, open_workspace, table, take

TOGO = INSTALLATION / "tests" / "projects" / "togo"
PERIOD = "2023"
PERSONS = {"enrolment": 5, "teaching_staff": 5, "home_connectivity": 11}
ON_TIME = datetime(2023, 10, 15, tzinfo=UTC)
NOW = datetime(2024, 2, 1, tzinfo=UTC)
SCHOOLS, PUPILS = 40, 900
FACILITIES = (
    *("has_electricity", "has_adapted_infrastructure", "has_drinking_water"),
    *("has_single_sex_sanitation", "has_handwashing"),
)
GRADES = ("JE", "CP1", "CE1", "CM2", "6E", "3E")

pytestmark = pytest.mark.slow


def _homes() -> list[str]:
    """Return the commune of each school: two schools in each of twenty, in every region."""
    with (TOGO / "facts" / "communes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    settings = sorted({(row["region"], row["milieu"]) for row in rows})
    by_setting = {
        setting: [row["commune"] for row in rows if (row["region"], row["milieu"]) == setting]
        for setting in settings
    }
    rounds = [communes[at] for at in range(4) for communes in by_setting.values()]
    return [commune for commune in rounds[:20] for _ in range(2)]


def draw() -> dict[str, list[Row]]:
    """Return dataset → rows: schools in every region, pupils unevenly among them."""
    chance, facts = random.Random(228), random.Random(4)
    homes = _homes()
    schools = [
        {
            "school_code": f"TG{n:04d}",
            "school_name": f"EPP {n}",
            "commune_code": commune,
            "sector": chance.choice(["Public", "Confessionnel", "Laïc"]),
            "school_type": "primaire",
            "longitude": f"{chance.uniform(0, 1.6):.4f}",
            "latitude": f"{chance.uniform(6.1, 11.1):.4f}",
            "social_position_index": "",
        }
        for n, commune in enumerate(homes)
    ]
    codes = [school["school_code"] for school in schools]
    return {
        "schools": schools,
        "pupils": list(_pupils(chance, codes)),
        "teachers": list(_teachers(chance, codes)),
        "equipment": [
            {
                "school_code": code,
                "has_internet": chance.choice(["oui", "non", "non"]),
                "bandwidth_mbps": "",
                "pupil_computers": str(chance.randrange(6)),
                **{facility: facts.choice(["oui", "non", "nsp", ""]) for facility in FACILITIES},
            }
            for code in codes
        ],
        "connected_places": [
            {
                "place_code": f"TG-{n:06d}",
                "place_name": f"Centre {n}",
                "place_type": "médiathèque",
                "commune_code": commune,
                "longitude": "1.2",
                "latitude": "6.2",
                "computers": "5",
            }
            for n, commune in enumerate(homes[:12])
        ],
        "programmes": [
            {
                "programme_code": f"TG-{n:03d}",
                "title": f"Programme {n}",
                "theme": "formation",
                "commune_code": commune,
                "start_year": "2022",
            }
            for n, commune in enumerate(homes[:6])
        ],
    }


def _pupils(chance: random.Random, codes: list[str]) -> Iterator[Row]:
    # Every school delivers somebody: a school that delivers nobody is missing.
    chosen = codes + chance.choices(codes, [n % 7 + 1 for n in range(SCHOOLS)], k=PUPILS - SCHOOLS)
    for n, code in enumerate(chosen):
        yield {
            "national_id": f"{n:08d}",
            "family_name": f"Nom {n}",
            "given_name": "Afi",
            "birth_date": "2014-05-06",
            "sex": chance.choice("FM"),
            "address": f"Rue {n}",
            "guardian_email": "",
            "school_code": code,
            "grade": chance.choice(GRADES),
            "home_internet": chance.choice(["oui", "non", "non", "nsp"]),
            "home_device": chance.choice(["oui", "non", "nsp"]),
        }


def _teachers(chance: random.Random, codes: list[str]) -> Iterator[Row]:
    for n, code in enumerate(codes * 3):
        yield {
            "national_id": f"{90_000_000 + n}",
            "family_name": f"Nom {n}",
            "given_name": "Kossi",
            "birth_date": "1985-05-06",
            "sex": chance.choice("FM"),
            "email": "",
            "school_code": code,
            "edu_level": chance.choice(["préélémentaire", "élémentaire", "collège"]),
            "has_digital_training": chance.choice(["oui", "non"]),
            "is_trained": ("oui", "non", "nsp")[n % 3],
            "is_qualified": "oui",
        }


DRAWN = draw()


@pytest.fixture(scope="module")
def published(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Workspace, dict[str, pd.DataFrame]]:
    """Return a workspace in which Togo delivered and published, and the cells it released."""
    workspace = open_workspace(tmp_path_factory.mktemp("togo"), TOGO, now=NOW)
    for dataset, rows in DRAWN.items():
        content = table(rows, delimiter=",")
        receipt = take(workspace, dataset, content, period=PERIOD, as_of=ON_TIME)
        assert (receipt.counts["accepted"], receipt.counts["refused"]) == (len(rows), 0)
    candidate = prepare(workspace).ids["candidate"]
    tables = workspace.review.tables(candidate)
    cells = {name: tables[f"cells_{name}"].to_pandas() for name in PERSONS}
    approve(workspace, candidate, approver="delegate")
    release(workspace, candidate)
    return workspace, cells


@pytest.fixture
def togo(published: tuple[Workspace, dict[str, pd.DataFrame]]) -> Workspace:
    return published[0]


def totals(workspace: Workspace, indicator: str, level: str) -> dict[str, float | None]:
    sql = (
        "select ref_area, obs_value from totals "
        f"where indicator = '{indicator}' and area_level = '{level}'"
    )
    return {r["ref_area"]: r["obs_value"] for r in ask(workspace.settings, sql).table.to_pylist()}


def test_the_contracts_of_togo_are_valid_with_the_queries_of_the_house(
    command: Command, togo: Workspace
) -> None:
    assert not (TOGO / "sql").exists()
    assert not (TOGO / "expectations").exists()
    assert check_project(togo.project).counts["datasets"] == 6
    assert command(togo, "contracts", "check").out.startswith("valid: ")


@pytest.mark.parametrize(
    ("indicator", "count"),
    [
        ("ENROLMENT", PUPILS),
        ("SCHOOLS", SCHOOLS),
        ("CONNECTED_PLACES", 12),
        ("PROGRAMMES", 6),
    ],
)
def test_the_country_counts_what_was_delivered(togo: Workspace, indicator: str, count: int) -> None:
    assert totals(togo, indicator, "country") == {"TG": count}


@pytest.mark.parametrize("level", ["commune", "prefecture", "region", "country"])
@pytest.mark.parametrize(
    ("indicator", "dataset"), [("ENROLMENT", "pupils"), ("TEACHERS", "teachers")]
)
def test_every_shown_total_of_persons_is_that_of_its_schools(
    togo: Workspace, indicator: str, dataset: str, level: str
) -> None:
    geography = togo.project.geography
    prefix = togo.project.contracts.territories.prefixes[level]
    commune = {row["school_code"]: row["commune_code"] for row in DRAWN["schools"]}
    delivered = Counter(
        prefix + geography.parents[commune[row["school_code"]]][level] for row in DRAWN[dataset]
    )
    released = totals(togo, indicator, level)
    assert delivered.keys() <= released.keys()
    shown = {area: value for area, value in released.items() if value is not None}
    assert shown == {area: delivered[area] for area in shown}
    # Six teachers a commune, crossed by sex, level and training: most of their totals are hidden.
    assert indicator == "TEACHERS" or len(shown) > len(released) / 2


@pytest.mark.parametrize(("name", "threshold"), PERSONS.items())
def test_no_small_count_of_persons_is_published(
    published: tuple[Workspace, dict[str, pd.DataFrame]], name: str, threshold: int
) -> None:
    workspace, tables = published
    contract = workspace.project.contracts.tables[name]
    assert workspace.project.contracts.threshold(contract) == threshold
    cells = tables[name]
    counts = cells[contract.measure_names[0]]
    assert (counts >= threshold).any()
    assert (cells["conf_status"] == "C").any()
    assert not ((counts > 0) & (counts < threshold)).any()


def test_the_site_and_the_files_of_togo_are_there(togo: Workspace) -> None:
    folder = published_database(togo.settings).parent
    for language in ("en", "fr"):
        page = (folder / "site" / language / "index.html").read_text(encoding="utf-8")
        assert "Togo" in page
        assert "Ille-et-Vilaine" not in page
    assert list((folder / "csv").glob("*.csv"))
    assert list((folder / "parquet").glob("*.parquet"))


def test_its_site_is_built_anew_for_any_web_server_the_same_as_it_was_signed(
    togo: Workspace, tmp_path: Path
) -> None:
    published = published_database(togo.settings).parent
    to = tmp_path / "public"
    receipt = build_site(togo, to)
    copy = to / "releases" / published.name
    assert receipt.warnings == ()
    assert (to / "CURRENT").read_text().strip() == published.name
    assert f"releases/{published.name}/site/index.html" in (to / "index.html").read_text()
    signed = {path.relative_to(published): path.read_bytes() for path in _files(published)}
    built = {path.relative_to(copy): path.read_bytes() for path in _files(copy)}
    assert built == signed
    assert list((to / "engine").glob("*/duckdb.bin"))
    with pytest.raises(StorageError, match=r"subjects\.clear_exists"):
        build_site(togo, to)
    with pytest.raises(StorageError, match=r"storage\.clear_inside_data"):
        build_site(togo, togo.home / "public")
    with pytest.raises(StorageError, match=r"storage\.unknown_id"):
        build_site(togo, tmp_path / "other", release_id="release-0")


def test_a_site_states_the_rules_of_its_release_whatever_holds_since(
    togo: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = togo.project.contracts.policy
    publisher = policy.publisher.model_copy(update={"en": "Another publisher"})
    other = togo.project.contracts.model_copy(
        update={"policy": policy.model_copy(update={"publisher": publisher})}
    )
    monkeypatch.setitem(vars(togo), "project", replace(togo.project, contracts=other))
    assert build_site(togo, tmp_path / "public").warnings == ()

    def gone(*_: object) -> None:
        raise StorageError("storage.unknown_id")

    # Rules that are not kept any more cannot be stated: what comes of today's is said.
    monkeypatch.setattr(PolicyStore, "snapshot", gone)
    receipt = build_site(togo, tmp_path / "draft")
    assert "publication.site_differs" in receipt.warnings[0]


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_no_person_of_togo_is_named_anywhere_in_the_open(togo: Workspace) -> None:
    people = [row["national_id"].encode() for row in DRAWN["pupils"][100:110]]
    planted = b"\n".join(path.read_bytes() for path in _open_files(togo.home))
    assert b"COM-" in planted
    assert not [number for number in people if number in planted]


def _open_files(home: Path) -> Iterator[Path]:
    yield from (path for path in (home / "published").rglob("*.csv"))
    yield home / "ledger" / "ledger.jsonl"
