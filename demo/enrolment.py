"""Enrolments per school, grade and sex, from the two yearly counts of the ministry.

Promises that no pupil is lost or invented: for each school and year the grades must add up
to the total that the file itself states, and the sexes to their grade.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from demo.sources import read_source, refuse

PERIODS = ("2019", "2020", "2021")
GRADES = ("PRE", "CP", "CE1", "CE2", "CM1", "CM2", "ULIS", "6E", "5E", "4E", "3E")

PRIMARY_FILE = "fr-en-ecoles-effectifs-nb_classes.csv"
LOWER_SECONDARY_FILE = "fr-en-college-effectifs-niveau-sexe-lv.csv"

_PRIMARY_GRADES = {
    "Nombre d'élèves en pré-élémentaire hors ULIS": "PRE",
    **{f"Nombre d'élèves en {g} hors ULIS": g for g in ("CP", "CE1", "CE2", "CM1", "CM2")},
    "Nombre d'élèves en ULIS": "ULIS",
}
_PRESENCE = {
    "Rentrée scolaire": "period",
    "Commune": "commune_name",
    "Dénomination principale": "denomination",
    "Patronyme": "patronym",
    "Secteur": "sector",
}


def read_presence(folder: Path) -> pd.DataFrame:
    """Read which schools had pupils, in which period, and what the counts say of them.

    Returns:
        One row per school and period: school_code, period, commune_name, denomination,
        patronym, sector, is_lower_secondary.
    """
    primary = _of_periods(folder / PRIMARY_FILE, code="Numéro de l'école")
    lower_secondary = _of_periods(folder / LOWER_SECONDARY_FILE, code="Numéro du collège")
    columns = ["school_code", *_PRESENCE.values()]
    return pd.concat(
        [
            primary[columns].assign(is_lower_secondary=False),
            lower_secondary[columns].assign(is_lower_secondary=True),
        ],
        ignore_index=True,
    ).sort_values(["school_code", "period"], ignore_index=True)


def read_enrolment(folder: Path) -> pd.DataFrame:
    """Read the pupils of each school, grade and period.

    Returns:
        One row per period, school and grade that has pupils: period, school_code, grade,
        girls, boys (empty where the source does not tell sexes) and total.

    Raises:
        SourceError: the parts of a school do not add up to its total.
    """
    table = pd.concat([_primary(folder), _lower_secondary(folder)], ignore_index=True)
    order = table["grade"].map({grade: rank for rank, grade in enumerate(GRADES)})
    table = table.assign(order=order).sort_values(["period", "school_code", "order"])
    kept = table.loc[table["total"] > 0]
    return kept[["period", "school_code", "grade", "girls", "boys", "total"]].reset_index(drop=True)


def _of_periods(path: Path, *, code: str) -> pd.DataFrame:
    table = read_source(path).rename(columns={code: "school_code", **_PRESENCE})
    refuse(
        table.duplicated(["school_code", "period"]), path.name, "a school appears once in a year"
    )
    return table.loc[table["period"].isin(PERIODS)]


def _primary(folder: Path) -> pd.DataFrame:
    source = _of_periods(folder / PRIMARY_FILE, code="Numéro de l'école")
    wide = source.rename(columns=_PRIMARY_GRADES).astype(
        dict.fromkeys(_PRIMARY_GRADES.values(), "int64")
    )
    long = wide.melt(
        id_vars=["period", "school_code"],
        value_vars=list(_PRIMARY_GRADES.values()),
        var_name="grade",
        value_name="total",
    )
    _check_totals(long, source, stated="Nombre total d'élèves", file=PRIMARY_FILE)
    return long.assign(girls=None, boys=None)


def _lower_secondary(folder: Path) -> pd.DataFrame:
    source = _of_periods(folder / LOWER_SECONDARY_FILE, code="Numéro du collège")
    stated = next(name for name in source.columns if name.startswith("Nombre d'élèves total ("))
    long = pd.concat([_one_grade(source, year) for year in "6543"], ignore_index=True)
    sexes_differ = long["girls"] + long["boys"] != long["total"]
    refuse(sexes_differ, LOWER_SECONDARY_FILE, "girls and boys add up to their grade")
    _check_totals(long, source, stated=stated, file=LOWER_SECONDARY_FILE)
    return long


def _one_grade(source: pd.DataFrame, year: str) -> pd.DataFrame:
    return source[["period", "school_code"]].assign(
        grade=f"{year}E",
        girls=source[f"Nombre de {year}èmes filles"].astype("int64"),
        boys=source[f"Nombre de {year}èmes garçons"].astype("int64"),
        total=source[f"Nombre total de {year}èmes"].astype("int64"),
    )


def _check_totals(long: pd.DataFrame, source: pd.DataFrame, *, stated: str, file: str) -> None:
    key = ["period", "school_code"]
    expected = source.set_index(key)[stated].astype("int64").sort_index()
    differing = long.groupby(key)["total"].sum().sort_index() != expected
    refuse(differing, file, "the grades of a school add up to its total")
