"""The facts of the demo are those of the public files: every pupil, one vintage, no gap."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely  # type: ignore[import-untyped]

import demo.build_facts
from demo.enrolment import (
    LOWER_SECONDARY_FILE,
    PRIMARY_FILE,
    read_enrolment,
)
from demo.outlines import read_outlines
from demo.sources import SourceError, read_source
from demo.territories import plain_name, read_geography

FACTS = demo.build_facts.FACTS
TEST_DATA = os.environ.get("CARTABLE_TEST_DATA")
needs_sources = pytest.mark.skipif(
    TEST_DATA is None, reason="CARTABLE_TEST_DATA is unset: the public files are not at hand"
)
OFFICIAL_PUPILS = {"2019": 168_588, "2020": 167_963, "2021": 166_497}
LEVELS = ["commune", "epci", "arrondissement", "departement", "region", "country"]


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(FACTS / f"{name}.csv", dtype=str, keep_default_na=False)


def sources() -> Path:
    assert TEST_DATA is not None
    return Path(TEST_DATA) / "data"


@pytest.fixture(scope="module")
def enrolment() -> pd.DataFrame:
    return read("enrolment").astype({"total": int})


@pytest.fixture(scope="module")
def schools() -> pd.DataFrame:
    return read("schools")


@pytest.fixture(scope="module")
def outlines() -> dict[str, shapely.Geometry]:
    features = json.loads((FACTS / "communes.geojson").read_text(encoding="utf-8"))["features"]
    shapes = {f["properties"]["code"]: shapely.geometry.shape(f["geometry"]) for f in features}
    assert len(shapes) == len(features)
    return shapes


def test_every_pupil_of_the_official_counts_is_there(enrolment: pd.DataFrame) -> None:
    assert enrolment.groupby("period")["total"].sum().to_dict() == OFFICIAL_PUPILS


def test_girls_and_boys_add_up_in_colleges_and_are_unknown_in_ecoles(
    enrolment: pd.DataFrame,
) -> None:
    college = enrolment["grade"].isin(["6E", "5E", "4E", "3E"])
    told = enrolment[college]
    assert (told["girls"].astype(int) + told["boys"].astype(int) == told["total"]).all()
    assert (enrolment.loc[~college, ["girls", "boys"]] == "").all().all()


def test_a_school_and_grade_appears_once_per_period(enrolment: pd.DataFrame) -> None:
    assert not enrolment.duplicated(["period", "school_code", "grade"]).any()
    assert (enrolment["total"] > 0).all()


def test_the_schools_of_a_period_are_those_with_pupils(
    enrolment: pd.DataFrame, schools: pd.DataFrame
) -> None:
    for period in OFFICIAL_PUPILS:
        span = (schools["first_period"] <= period) & (period <= schools["last_period"])
        counted = enrolment.loc[enrolment["period"] == period, "school_code"]
        assert set(schools.loc[span, "school_code"]) == set(counted)


def test_schools_that_only_the_counts_know_are_kept_without_coordinates(
    enrolment: pd.DataFrame, schools: pd.DataFrame
) -> None:
    unknown = schools.loc[schools["longitude"] == "", "school_code"]
    theirs = enrolment[enrolment["school_code"].isin(unknown)]
    assert len(unknown) == 6
    assert theirs.groupby("period")["total"].sum().to_dict() == {
        "2019": 949, "2020": 709, "2021": 118,
    }  # fmt: skip


def test_schools_lie_in_communes_of_the_reference_vintage(schools: pd.DataFrame) -> None:
    assert schools["commune_code"].isin(read("communes")["commune"]).all()
    assert not schools["commune_code"].isin(read("commune_changes")["old_code"]).any()
    # Fleurigné merged into La Chapelle-Fleurigné after the registry was drawn.
    moved = schools.set_index("school_code")["commune_code"]
    assert moved["0351306E"] == "35062"


def test_a_school_with_an_annex_is_where_its_pupils_are_counted(schools: pd.DataFrame) -> None:
    row = schools.set_index("school_code").loc["0350852L"]
    assert (row["school_name"], row["commune_code"]) == ("Collège Saint-Joseph", "35047")


def test_schools_stand_inside_the_outline_of_their_commune(
    schools: pd.DataFrame, outlines: dict[str, shapely.Geometry]
) -> None:
    known = schools[schools["longitude"] != ""]
    points = shapely.points(known[["longitude", "latitude"]].astype(float).to_numpy())
    homes = np.array([outlines[code] for code in known["commune_code"]])
    # Simplified outlines may leave out a school at the border, by less than 300 metres.
    assert shapely.distance(points, homes).max() < 0.003


def test_codes_are_unique_and_every_commune_has_all_its_parents() -> None:
    territories, communes = read("territories"), read("communes")
    assert not territories.duplicated(["level", "code"]).any()
    assert territories["level"].drop_duplicates().to_list() == LEVELS
    assert len(communes) == 332
    for level in LEVELS:
        codes = territories.loc[territories["level"] == level, "code"]
        assert set(communes[level]) == set(codes)


def test_inhabitants_are_those_of_the_whole_territory() -> None:
    territories = read("territories").astype({"inhabitants": int})
    inhabitants = {
        level: rows.set_index("code")["inhabitants"] for level, rows in territories.groupby("level")
    }
    communes = read("communes")
    own = communes["commune"].map(inhabitants["commune"])
    partial = {"243500741", "243500725"}
    inside = own.groupby(communes["epci"]).sum()
    whole = inhabitants["epci"].loc[inside.index]
    assert (inside <= whole).all()
    assert set(inside.index[inside < whole]) == partial
    for level in ("arrondissement", "departement"):
        assert own.groupby(communes[level]).sum().to_dict() == inhabitants[level].to_dict()
    assert own.sum() < inhabitants["region"]["53"] < inhabitants["country"]["FR"]


def test_codes_no_longer_in_use_lead_to_codes_in_use() -> None:
    changes, current = read("commune_changes"), set(read("communes")["commune"])
    assert set(changes["new_code"]) <= current
    assert current.isdisjoint(changes["old_code"])
    assert changes["old_code"].is_unique


def test_each_commune_has_one_outline_and_neighbours_touch(
    outlines: dict[str, shapely.Geometry],
) -> None:
    shapes = np.array(list(outlines.values()))
    whole = shapely.union_all(shapes)
    assert set(outlines) == set(read("communes")["commune"])
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.area(shapes).sum() == pytest.approx(whole.area, rel=0.001)
    assert sum(len(part.interiors) for part in getattr(whole, "geoms", [whole])) == 0


@needs_sources
def test_outlines_keep_the_area_of_the_source(outlines: dict[str, shapely.Geometry]) -> None:
    geography = read_geography(sources() / "fr_cog_etalab_2026")
    path = sources() / "fr_boundaries_2018" / "communes-35.geojson"
    codes, full = read_outlines(path, geography=geography)
    kept = sum(outlines[code].area for code in codes)
    assert kept == pytest.approx(sum(outline.area for outline in full), rel=0.01)


@needs_sources
def test_the_thirteen_outlines_of_former_communes_are_merged() -> None:
    path = sources() / "fr_boundaries_2018" / "communes-35.geojson"
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    former = {f["properties"]["code"] for f in features} - set(read("communes")["commune"])
    assert len(former) == 13
    assert former <= set(read("commune_changes")["old_code"])


@needs_sources
def test_the_facts_are_rebuilt_byte_for_byte(tmp_path: Path) -> None:
    demo.build_facts.build_facts(sources(), out=tmp_path)
    rebuilt = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert rebuilt == {path.name: path.read_bytes() for path in FACTS.iterdir()}


def test_the_facts_are_compact_plain_text() -> None:
    files = sorted(FACTS.iterdir())
    assert [path.name for path in files] == [
        "commune_changes.csv",
        "communes.csv",
        "communes.geojson",
        "enrolment.csv",
        "schools.csv",
        "territories.csv",
    ]
    assert sum(path.stat().st_size for path in files) < 1_500_000
    assert (FACTS / "communes.geojson").stat().st_size < 200_000
    for path in files:
        content = path.read_bytes()
        assert b"\r" not in content
        assert not content.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("SAINT-MEEN-LE-GRAND", "SAINT MEEN LE GRAND"),
        ("Saint-Méen-le-Grand", "SAINT MEEN LE GRAND"),
        ("St M'Hervon", "SAINT M HERVON"),
        ("Tresbœuf", "TRESBOEUF"),
        ("STE MARIE", "SAINTE MARIE"),
    ],
)
def test_names_are_compared_without_case_accents_and_short_forms(written: str, plain: str) -> None:
    assert plain_name(written) == plain


def test_a_source_is_read_with_or_without_byte_order_mark(tmp_path: Path) -> None:
    for name, encoding in (("with.csv", "utf-8-sig"), ("without.csv", "utf-8")):
        (tmp_path / name).write_text("Code;Nom\n035;é\n", encoding=encoding)
        assert read_source(tmp_path / name).to_dict("list") == {"Code": ["035"], "Nom": ["é"]}


def write_counts(folder: Path, *, stated: int, girls: int) -> None:
    """Write one école of 10 + 5 pupils and one collège of 20 pupils, 9 boys among them."""
    identity = "Rentrée scolaire;Commune;Dénomination principale;Patronyme;Secteur"
    described = "2021;BRUZ;ECOLE PRIMAIRE;X;PUBLIC"
    grades = ";".join(f"Nombre d'élèves en {g} hors ULIS" for g in ("CP", "CE1", "CE2", "CM1"))
    (folder / PRIMARY_FILE).write_text(
        f"{identity};Numéro de l'école;Nombre total d'élèves;"
        f"Nombre d'élèves en pré-élémentaire hors ULIS;{grades};"
        "Nombre d'élèves en CM2 hors ULIS;Nombre d'élèves en ULIS\n"
        f"{described};0350001A;{stated};10;5;0;0;0;0;0\n",
        encoding="utf-8",
    )
    years = "".join(
        f";Nombre total de {y}èmes;Nombre de {y}èmes filles;Nombre de {y}èmes garçons"
        for y in "6543"
    )
    (folder / LOWER_SECONDARY_FILE).write_text(
        f"{identity};Numéro du collège;Nombre d'élèves total (tous){years}\n"
        f"{described};0350002B;20;20;{girls};9;0;0;0;0;0;0;0;0;0\n",
        encoding="utf-8",
    )


def test_grades_and_sexes_that_add_up_are_taken(tmp_path: Path) -> None:
    write_counts(tmp_path, stated=15, girls=11)
    table = read_enrolment(tmp_path)
    assert table[["school_code", "grade", "total"]].to_numpy().tolist() == [
        ["0350001A", "PRE", 10],
        ["0350001A", "CP", 5],
        ["0350002B", "6E", 20],
    ]


@pytest.mark.parametrize(("stated", "girls"), [(14, 11), (16, 11), (15, 10), (15, 12)])
def test_a_pupil_too_many_or_too_few_is_refused(tmp_path: Path, stated: int, girls: int) -> None:
    write_counts(tmp_path, stated=stated, girls=girls)
    with pytest.raises(SourceError, match="1 against the rule"):
        read_enrolment(tmp_path)
