"""The delivered files of the demo: real counts, synthetic persons, the same bytes each time."""

from __future__ import annotations

import csv
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from demo.build_facts import FACTS
from pipeline.errors import ContractError
from pipeline.synthetic import Delivery, write_deliveries

FACILITIES = (
    *("has_electricity", "has_adapted_infrastructure", "has_drinking_water"),
    *("has_single_sex_sanitation", "has_handwashing"),
)
SURVEYS = ("family_survey", "school_survey")
PERIODS = ("2019", "2020", "2021")
HEADERS = {
    "schools": "school_code;school_name;commune_code;sector;school_type;longitude;latitude;"
    "social_position_index",
    "pupils": "national_id;family_name;given_name;birth_date;sex;address;guardian_email;"
    "school_code;grade;home_internet;home_device",
    "teachers": "national_id;family_name;given_name;birth_date;sex;email;school_code;edu_level;"
    "has_digital_training;is_trained;is_qualified",
    "equipment": "school_code;has_internet;bandwidth_mbps;pupil_computers;has_electricity;"
    "has_adapted_infrastructure;has_drinking_water;has_single_sex_sanitation;has_handwashing",
    "connected_places": "place_code;place_name;place_type;commune_code;longitude;latitude;"
    "computers",
    "population": "area_level;area_code;inhabitants",
    **dict.fromkeys(
        SURVEYS, "answer_code;school_code;connection_quality;main_barrier;satisfaction"
    ),
    "school_age_population": "commune_code;edu_level;children",
    "programmes": "programme_code;title;theme;commune_code;start_year",
}
CODES = {
    ("pupils", "sex"): {"F", "M"},
    ("pupils", "grade"): {
        "PRE", "CP", "CE1", "CE2", "CM1", "CM2", "ULIS", "6E", "5E", "4E", "3E",
    },
    ("pupils", "home_internet"): {"oui", "non", "nsp"},
    ("pupils", "home_device"): {"oui", "non", "nsp"},
    ("teachers", "sex"): {"F", "M"},
    ("teachers", "edu_level"): {"préélémentaire", "élémentaire", "collège"},
    ("teachers", "has_digital_training"): {"oui", "non"},
    ("teachers", "is_trained"): {"oui", "non", "nsp"},
    ("teachers", "is_qualified"): {"oui", "non", "nsp"},
    ("schools", "sector"): {"PUBLIC", "PRIVE"},
    ("schools", "school_type"): {"maternelle", "élémentaire", "primaire", "collège"},
    ("equipment", "has_internet"): {"oui", "non"},
    **{("equipment", facility): {"oui", "non", "nsp"} for facility in FACILITIES},
    ("connected_places", "place_type"): {
        "médiathèque", "mairie", "France services", "tiers-lieu", "école ouverte",
    },
    **{(survey, "connection_quality"): {"bonne", "moyenne", "mauvaise", "aucune", ""}
       for survey in SURVEYS},
    **{(survey, "main_barrier"): {"aucun frein", "connexion", "équipement", "coût", "compétences",
                                  "accompagnement", ""} for survey in SURVEYS},
    **{(survey, "satisfaction"): {"très satisfaite", "plutôt satisfaite", "plutôt insatisfaite",
                                  "très insatisfaite", ""} for survey in SURVEYS},
    ("school_age_population", "edu_level"): {"préélémentaire", "élémentaire", "collège"},
    ("programmes", "theme"): {
        "équipement", "formation", "inclusion", "parentalité", "accessibilité",
    },
    ("population", "area_level"): {
        "commune", "epci", "arrondissement", "departement", "region", "country",
    },
}  # fmt: skip
Tables = dict[tuple[str, str], pd.DataFrame]


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, sep=";", dtype=str, keep_default_na=False, quoting=csv.QUOTE_NONE)


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> list[Delivery]:
    return write_deliveries(FACTS, tmp_path_factory.mktemp("sent"), periods=PERIODS, seed=35)


@pytest.fixture(scope="module")
def tables(deliveries: list[Delivery]) -> Tables:
    return {(d.dataset, d.period): read(d.path) for d in deliveries}


@pytest.fixture(scope="module")
def enrolment() -> pd.DataFrame:
    table = pd.read_csv(FACTS / "enrolment.csv", dtype={"period": str, "school_code": str})
    return table.astype({"girls": "Int64", "boys": "Int64"})


def test_each_dataset_is_delivered_for_each_period_with_its_header(
    deliveries: list[Delivery],
) -> None:
    assert [(d.dataset, d.period) for d in deliveries] == [
        (dataset, period) for period in PERIODS for dataset in HEADERS
    ]
    for delivery in deliveries:
        content = delivery.path.read_bytes()
        assert content.split(b"\n", 1)[0].decode() == HEADERS[delivery.dataset]
        assert content.endswith(b"\n")
        assert b"\r" not in content
        assert b'"' not in content


def test_coded_columns_hold_their_codes_and_no_other(tables: Tables) -> None:
    for (dataset, column), codes in CODES.items():
        seen = {v for period in PERIODS for v in tables[dataset, period][column].unique()}
        assert seen == codes, (dataset, column)


@pytest.mark.parametrize("period", PERIODS)
def test_pupils_are_as_many_as_enrolled_in_each_school_and_grade(
    tables: Tables, enrolment: pd.DataFrame, period: str
) -> None:
    pupils = tables["pupils", period]
    drawn = pupils.groupby(["school_code", "grade"]).size().to_dict()
    real = enrolment[enrolment["period"] == period]
    assert drawn == {(r.school_code, r.grade): r.total for r in real.itertuples()}


@pytest.mark.parametrize("period", PERIODS)
def test_girls_and_boys_are_as_many_as_enrolled_where_known(
    tables: Tables, enrolment: pd.DataFrame, period: str
) -> None:
    pupils = tables["pupils", period]
    counts = pupils.groupby(["school_code", "grade", "sex"]).size()
    drawn = Counter(counts.to_dict())
    known = enrolment[(enrolment["period"] == period) & enrolment["girls"].notna()]
    for row in known.itertuples():
        assert drawn[row.school_code, row.grade, "F"] == row.girls
        assert drawn[row.school_code, row.grade, "M"] == row.boys


def test_national_identifiers_are_unique_among_all_persons_of_a_period(tables: Tables) -> None:
    for period in PERIODS:
        persons = pd.concat([tables["pupils", period], tables["teachers", period]])
        assert persons["national_id"].is_unique
        assert persons["national_id"].str.fullmatch(r"\d{9}[A-Z]{2}").all()


def test_a_person_keeps_name_birth_date_and_sex_over_the_periods(tables: Tables) -> None:
    for dataset, share_kept in (("pupils", 0.6), ("teachers", 0.9)):
        then, now = tables[dataset, "2020"], tables[dataset, "2021"]
        both = then.merge(now, on="national_id")
        assert len(both) > share_kept * len(now)
        for column in ("family_name", "given_name", "birth_date", "sex", "school_code"):
            assert (both[f"{column}_x"] == both[f"{column}_y"]).all()


def test_homes_without_internet_are_rural_and_poor_more_often(tables: Tables) -> None:
    schools = tables["schools", "2021"]
    communes = tables["population", "2021"].query("area_level == 'commune'")
    inhabitants = communes.set_index("area_code")["inhabitants"].astype(int)
    pupils = tables["pupils", "2021"].merge(schools, on="school_code")
    answered = pupils[pupils["home_internet"] != "nsp"]
    without = (answered["home_internet"] == "non").to_numpy()
    no_device = (answered["home_device"] == "non").to_numpy()
    rural = (answered["commune_code"].map(inhabitants) < 2000).to_numpy()
    index = pd.to_numeric(answered["social_position_index"]).to_numpy()
    known = ~np.isnan(index)
    assert without[rural].mean() > 1.3 * without[~rural].mean()
    assert np.corrcoef(without[known], index[known])[0, 1] < -0.02
    assert np.corrcoef(no_device[known], index[known])[0, 1] < -0.02
    assert np.corrcoef(without, no_device)[0, 1] > 0.3
    assert without.mean() == pytest.approx(0.08 * 0.93, abs=0.01)
    assert no_device.mean() == pytest.approx(0.12 * 0.93, abs=0.01)
    assert 1 - len(answered) / len(pupils) == pytest.approx(0.04, abs=0.015)


def test_open_schools_and_their_equipment_and_teachers_are_those_with_pupils(
    tables: Tables,
) -> None:
    for period in PERIODS:
        enrolled = set(tables["pupils", period]["school_code"])
        for dataset in ("schools", "equipment", "teachers"):
            assert set(tables[dataset, period]["school_code"]) == enrolled


def test_pupils_per_teacher_and_women_are_as_usual_by_kind_of_school(tables: Tables) -> None:
    pupils, teachers = tables["pupils", "2021"], tables["teachers", "2021"]
    pupils_in_college = pupils["grade"].isin(["6E", "5E", "4E", "3E"])
    college = teachers["edu_level"] == "collège"
    assert (~pupils_in_college).sum() / (~college).sum() == pytest.approx(22, rel=0.05)
    assert pupils_in_college.sum() / college.sum() == pytest.approx(14, rel=0.05)
    women = teachers["sex"] == "F"
    assert women[~college].mean() == pytest.approx(0.80, abs=0.03)
    assert women[college].mean() == pytest.approx(0.65, abs=0.03)


def test_a_level_without_pupils_has_no_teachers(tables: Tables) -> None:
    pupils, teachers = tables["pupils", "2021"], tables["teachers", "2021"]
    with_pre = set(pupils.loc[pupils["grade"] == "PRE", "school_code"])
    in_pre = set(teachers.loc[teachers["edu_level"] == "préélémentaire", "school_code"])
    assert in_pre <= with_pre


def test_equipment_grows_and_is_larger_in_colleges(tables: Tables) -> None:
    shares, computers = [], []
    for period in PERIODS:
        table = tables["equipment", period]
        shares.append((table["has_internet"] == "oui").mean())
        computers.append(table["pupil_computers"].astype(int).sum())
    assert shares == sorted(shares)
    assert computers == sorted(computers)
    table = tables["equipment", "2021"].merge(tables["schools", "2021"], on="school_code")
    college = table["school_type"] == "collège"
    for column in ("bandwidth_mbps", "pupil_computers"):
        value = table[column].astype(int)
        assert value[college].mean() > 2 * value[~college].mean()
    assert (table.loc[table["has_internet"] == "non", "bandwidth_mbps"] == "0").all()
    assert (table.loc[table["has_internet"] == "oui", "bandwidth_mbps"] != "0").all()


def test_teachers_once_trained_stay_so_and_who_is_not_is_rather_unqualified(
    tables: Tables,
) -> None:
    then, now = (tables["teachers", period].set_index("national_id") for period in PERIODS[::2])
    both = then.add_suffix("_then").join(now, how="inner")
    both = both[both["edu_level"] == both["edu_level_then"]]
    for column, least in (("is_trained", 0.8), ("is_qualified", 0.88)):
        had = both[both[f"{column}_then"] == "oui"]
        assert set(had[column]) == {"oui", "nsp"}
        known = now[now[column] != "nsp"]
        assert least < (known[column] == "oui").mean() < 0.96
        assert 0.005 < (now[column] == "nsp").mean() < 0.05
    known = now[now["is_trained"] != "nsp"]
    lacking = known["is_qualified"] == "non"
    trained = known["is_trained"] == "oui"
    assert lacking[~trained].mean() > 3 * lacking[trained].mean()


@pytest.mark.parametrize("survey", SURVEYS)
def test_who_has_a_bad_connection_names_it_and_is_less_satisfied(
    tables: Tables, survey: str
) -> None:
    answers = pd.concat(tables[survey, period] for period in PERIODS)
    assert answers["answer_code"].is_unique
    bad = answers["connection_quality"].isin(["mauvaise", "aucune"])
    assert 0.05 < bad.mean() < 0.35
    names_it = answers["main_barrier"] == "connexion"
    assert names_it[bad].mean() > 3 * names_it[~bad].mean()
    satisfied = answers["satisfaction"].isin(["très satisfaite", "plutôt satisfaite"])
    assert satisfied[bad].mean() < 0.7 * satisfied[~bad].mean()


def test_one_head_in_seven_answers_no_survey_and_families_answer_by_their_number(
    tables: Tables,
) -> None:
    heads, schools = tables["school_survey", "2021"], tables["schools", "2021"]
    assert heads["school_code"].is_unique
    assert set(heads["school_code"]) < set(schools["school_code"])
    assert 0.8 < len(heads) / len(schools) < 0.92
    families, pupils = tables["family_survey", "2021"], tables["pupils", "2021"]
    shares = families.groupby("school_code").size() / pupils.groupby("school_code").size()
    assert shares.max() < 0.2
    assert 0.07 < len(families) / len(pupils) < 0.13


@pytest.mark.parametrize("facility", FACILITIES)
def test_a_facility_once_there_stays_and_a_few_schools_do_not_know(
    tables: Tables, facility: str
) -> None:
    then, now = (tables["equipment", period].set_index("school_code") for period in PERIODS[::2])
    both = then.add_suffix("_then").join(now, how="inner")
    had = both[both[f"{facility}_then"] == "oui"]
    assert set(had[facility]) == {"oui", "nsp"}
    assert 0.01 < (now[facility] == "nsp").mean() < 0.06


def test_facilities_are_fewer_where_rural_and_poor(tables: Tables) -> None:
    schools = tables["schools", "2021"]
    communes = tables["population", "2021"].query("area_level == 'commune'")
    inhabitants = communes.set_index("area_code")["inhabitants"].astype(int)
    table = tables["equipment", "2021"].merge(schools, on="school_code")
    known = table[table["has_adapted_infrastructure"] != "nsp"]
    adapted = (known["has_adapted_infrastructure"] == "oui").to_numpy()
    rural = (known["commune_code"].map(inhabitants) < 2000).to_numpy()
    index = pd.to_numeric(known["social_position_index"]).to_numpy()
    placed = ~np.isnan(index)
    assert adapted[rural].mean() < adapted[~rural].mean() - 0.05
    assert np.corrcoef(adapted[placed], index[placed])[0, 1] > 0.02


@pytest.mark.parametrize(
    ("dataset", "key", "counts"),
    [
        ("connected_places", "place_code", (310, 331, 351)),
        ("programmes", "programme_code", (None, None, 60)),
    ],
)
def test_places_and_programmes_once_there_stay(
    tables: Tables, dataset: str, key: str, counts: tuple[int | None, ...]
) -> None:
    lists = [tables[dataset, period] for period in PERIODS]
    for table, count in zip(lists, counts, strict=True):
        assert table[key].is_unique
        assert count in {None, len(table)}
        assert set(table["commune_code"]) <= set(read_communes())
    fixed = [c for c in lists[0].columns if c != "computers"]
    for then, now in pairwise(lists):
        kept = now[now[key].isin(then[key])].reset_index(drop=True)
        assert kept[fixed].equals(then[fixed])
        assert len(now) > len(then)


def read_communes() -> list[str]:
    return pd.read_csv(FACTS / "communes.csv", dtype=str)["commune"].to_list()


def test_place_names_are_a_kind_and_a_commune_each_once(tables: Tables) -> None:
    names = tables["connected_places", "2021"]["place_name"]
    assert names.is_unique
    assert not names.str.contains(r"\bde (?:Le|Les) ").any()
    assert names.str.contains("Rennes").any()


def test_population_is_that_of_the_facts_in_every_period(tables: Tables) -> None:
    facts = pd.read_csv(FACTS / "territories.csv", dtype=str)
    for period in PERIODS:
        table = tables["population", period]
        assert table["inhabitants"].to_list() == facts["inhabitants"].to_list()
        assert table["area_code"].to_list() == facts["code"].to_list()


def test_there_are_a_few_more_children_than_pupils_and_most_where_the_schools_are(
    tables: Tables,
) -> None:
    for period in PERIODS:
        children = tables["school_age_population", period].astype({"children": int})
        assert not children.duplicated(["commune_code", "edu_level"]).any()
        pupils = len(tables["pupils", period])
        assert 1.0 < children["children"].sum() / pupils < 1.04
        schools = set(tables["schools", period]["commune_code"])
        at_school = children[children["commune_code"].isin(schools)]["children"].sum()
        assert at_school > 0.9 * children["children"].sum()


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(
    deliveries: list[Delivery], tmp_path: Path
) -> None:
    sent = {d.dataset: d.path.read_bytes() for d in deliveries if d.period == "2020"}
    again = write_deliveries(FACTS, tmp_path / "again", periods=["2020"], seed=35)
    other = write_deliveries(FACTS, tmp_path / "other", periods=["2020"], seed=36)
    assert {d.dataset: d.path.read_bytes() for d in again} == sent
    real = {"schools", "population"}
    for delivery in other:
        same = delivery.path.read_bytes() == sent[delivery.dataset]
        assert same == (delivery.dataset in real)


def copy_facts(folder: Path) -> Path:
    for path in FACTS.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


@pytest.mark.parametrize(
    "name", ["territories.csv", "schools.csv", "enrolment.csv", "communes.geojson"]
)
def test_a_missing_file_of_facts_is_refused_by_its_name(tmp_path: Path, name: str) -> None:
    facts = copy_facts(tmp_path)
    (facts / name).unlink()
    with pytest.raises(ContractError, match=rf"synthetic\.facts.*{name}"):
        write_deliveries(facts, tmp_path / "out", periods=["2021"], seed=1)


def test_facts_with_another_column_or_no_number_for_a_number_are_refused(tmp_path: Path) -> None:
    facts = copy_facts(tmp_path)
    path = facts / "enrolment.csv"
    good = path.read_text(encoding="utf-8")
    spoilt = good.replace("total", "sum", 1)
    for bad in (spoilt, good + "2021,0350002M,CP,,,many\n", good + "2021,0350002M,CP,,,\n"):
        path.write_text(bad, encoding="utf-8")
        with pytest.raises(ContractError, match=r"synthetic\.facts") as refusal:
            write_deliveries(facts, tmp_path / "out", periods=["2021"], seed=1)
        assert "many" not in str(refusal.value)


def test_pupils_of_an_unknown_school_are_refused(tmp_path: Path) -> None:
    facts = copy_facts(tmp_path)
    path = facts / "enrolment.csv"
    path.write_text(path.read_text(encoding="utf-8") + "2021,0359999Z,CP,,,3\n", encoding="utf-8")
    with pytest.raises(ContractError, match=r"synthetic\.link: 1 "):
        write_deliveries(facts, tmp_path / "out", periods=["2021"], seed=1)
