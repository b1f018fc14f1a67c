"""Schools of the demo: every establishment with a counted pupil, known to the registry or not.

Promises one row per school that the enrolment files name, at the reference vintage. Never
guesses coordinates or a social position: what no source tells stays empty.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from demo.enrolment import PRIMARY_FILE
from demo.sources import read_source, refuse
from demo.territories import Geography, plain_name

REGISTRY_FILE = "fr-en-annuaire-education.csv"
SOCIAL_POSITION_FILES = ("fr-en-ips-ecoles-ap2022.csv", "fr-en-ips-colleges-ap2022.csv")
COLUMNS = [
    "school_code",
    "school_name",
    "commune_code",
    "sector",
    "school_type",
    "longitude",
    "latitude",
    "social_position_index",
    "first_period",
    "last_period",
]

_PRIMARY_TYPES = {
    "MATERNELLE": "maternelle",
    "ELEMENTAIRE": "élémentaire",
    "PRIMAIRE": "primaire",
}
_COORDINATE_DECIMALS = 5


def read_schools(
    presence: pd.DataFrame, *, registry: Path, social_position: Path, geography: Geography
) -> pd.DataFrame:
    """Read the schools that had pupils in some period, described as in their last one.

    Args:
        presence: one row per school and period, see `demo.enrolment.read_presence`.
        registry: folder of the school registry.
        social_position: folder of the social position index.
        geography: territories at the reference vintage.

    Returns:
        One row per school, columns `COLUMNS`.

    Raises:
        SourceError: a school lies in no known commune, or has no known type.
    """
    last = presence.groupby("school_code", as_index=False).last()
    spans = presence.groupby("school_code", as_index=False)["period"].agg(["min", "max"])
    known = _registry_rows(registry / REGISTRY_FILE, last=last)
    table = (
        last.merge(known, on="school_code", how="left", validate="one_to_one")
        .merge(_social_position(social_position), on="school_code", how="left")
        .merge(spans, on="school_code")
        .rename(columns={"min": "first_period", "max": "last_period"})
    )
    return table.assign(
        school_name=_school_names(table),
        commune_code=_commune_codes(table, geography),
        school_type=_school_types(table),
    )[COLUMNS].sort_values("school_code", ignore_index=True)


def _registry_rows(path: Path, *, last: pd.DataFrame) -> pd.DataFrame:
    registry = read_source(path).rename(columns={"Identifiant_de_l_etablissement": "school_code"})
    counted = registry.merge(last[["school_code", "commune_name"]], on="school_code")
    # A school with an annex has several rows: the one where its pupils are counted comes first.
    elsewhere = counted["Nom_commune"].map(plain_name) != counted["commune_name"].map(plain_name)
    chosen = (
        counted.assign(elsewhere=elsewhere)
        .sort_values(["school_code", "elsewhere", "Nom_etablissement"])
        .drop_duplicates("school_code")
    )
    return pd.DataFrame(
        {
            "school_code": chosen["school_code"],
            "registry_name": chosen["Nom_etablissement"].str.split().str.join(" "),
            "registry_commune": chosen["Code_commune"],
            "longitude": _rounded(chosen["longitude"]),
            "latitude": _rounded(chosen["latitude"]),
        }
    )


def _rounded(degrees: pd.Series[str]) -> pd.Series[str]:
    return degrees.astype("float64").map(lambda value: f"{value:.{_COORDINATE_DECIMALS}f}")


def _social_position(folder: Path) -> pd.DataFrame:
    tables = [read_source(folder / name) for name in SOCIAL_POSITION_FILES]
    index = pd.concat(tables)[["uai", "ips"]]
    return index.set_axis(["school_code", "social_position_index"], axis=1)


def _school_names(table: pd.DataFrame) -> pd.Series[str]:
    counted_as = (table["denomination"] + " " + table["patronym"]).str.strip()
    return table["registry_name"].fillna(counted_as)


def _commune_codes(table: pd.DataFrame, geography: Geography) -> pd.Series[str]:
    by_name = table["commune_name"].map(plain_name).map(geography.commune_by_name)
    codes = table["registry_commune"].map(geography.current, na_action="ignore").fillna(by_name)
    unknown = ~codes.isin(geography.communes["commune"])
    refuse(unknown, REGISTRY_FILE, "a school lies in a commune of the reference vintage")
    return codes


def _school_types(table: pd.DataFrame) -> pd.Series[str]:
    second_word = table["denomination"].str.split().str[1].map(_PRIMARY_TYPES)
    types = second_word.where(~table["is_lower_secondary"], "collège")
    refuse(types.isna(), PRIMARY_FILE, "a school has a known type")
    return types
