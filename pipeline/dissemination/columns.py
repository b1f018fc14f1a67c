"""How a published table and its columns are described, and the columns that many share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.contracts import Label
from pipeline.contracts.bands import CONFIDENCE_PCT

SqlType = Literal["varchar", "double", "bigint", "integer", "boolean", "date", "timestamp"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedColumn:
    """One column: its type, its words, the dimension whose codes it holds, and its unit."""

    name: str
    type: SqlType
    description: Label
    codelist: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTable:
    """One table of the published database, its rows in the order of the columns `order`."""

    schema: Literal["main", "cells"]
    name: str
    description: Label
    columns: tuple[PublishedColumn, ...]
    order: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str]:
        """Schema and name."""
        return (self.schema, self.name)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)


def column(
    name: str,
    type_: SqlType,
    en: str,
    fr: str,
    *,
    codelist: str | None = None,
    unit: str | None = None,
) -> PublishedColumn:
    """Return a column described in both languages."""
    return PublishedColumn(
        name=name, type=type_, description=Label(en=en, fr=fr), codelist=codelist, unit=unit
    )


INDICATOR = column(
    "indicator", "varchar", "Code of the indicator", "Code de l'indicateur", codelist="indicator"
)


REF_AREA = column(
    "ref_area",
    "varchar",
    "Territory: prefix of its level and official code, unique over all levels",
    "Territoire : préfixe de son niveau et code officiel, unique sur tous les niveaux",
)
AREA_LEVEL = column(
    "area_level", "varchar", "Territorial level", "Niveau territorial", codelist="area_level"
)
TIME_PERIOD = column(
    "time_period",
    "varchar",
    "School year by the calendar year in which it starts (2021 is 2021-2022)",
    "Année scolaire, par l'année civile où elle commence (2021 pour 2021-2022)",
)
OBS_STATUS = column(
    "obs_status",
    "varchar",
    "A normal; D the territory is only partly covered; E perturbed to protect persons, or made of "
    "figures that are; Q hidden; L not collected; M cannot exist",
    "A normal ; D territoire couvert en partie seulement ; E perturbé pour protéger les personnes, "
    "ou fait de chiffres qui le sont ; Q masqué ; L non collecté ; M ne peut exister",
    codelist="obs_status",
)
CONF_STATUS = column(
    "conf_status",
    "varchar",
    "F free; C confidential: hidden to protect persons, whatever the reason",
    "F libre ; C confidentiel : masqué pour protéger les personnes, quelle qu'en soit la raison",
    codelist="conf_status",
)
OBS_LOW = column(
    "obs_low",
    "double",
    "Lower end of the band in which the figure made of the exact counts lies, with a chance of "
    f"{CONFIDENCE_PCT} % or more. It is made of released figures and of the published rules of the "
    "method that moved them, and of nothing else. Null where nothing was moved, where no figure is "
    "shown, and where no band is known, as of inequality between territories",
    "Borne inférieure de l'intervalle où se trouve le chiffre fait des effectifs exacts, avec une "
    f"probabilité d'au moins {CONFIDENCE_PCT} %. Il est fait des chiffres publiés et des règles "
    "publiques de la méthode qui les a décalés, et de rien d'autre. Vide si rien n'a été décalé, "
    "si aucun chiffre n'est montré, et si aucun intervalle n'est connu, comme pour l'inégalité "
    "entre territoires",
)
OBS_HIGH = column(
    "obs_high",
    "double",
    "Upper end of that band. One end alone is null where there is none, since what is divided by "
    "may be 0",
    "Borne supérieure de cet intervalle. Une seule borne est vide s'il n'y en a pas, ce par quoi "
    "on divise pouvant être 0",
)
COVERAGE = column(
    "coverage",
    "double",
    "Share of the territory that the figure covers (0 to 1): its inhabitants in scope and the "
    "schools that delivered",
    "Part du territoire que couvre le chiffre (0 à 1) : habitants dans le champ et écoles ayant "
    "transmis",
    unit="share",
)
UNIT_MEASURE = column(
    "unit_measure", "varchar", "Unit of the figure", "Unité du chiffre", codelist="unit"
)
STANDS_FROM = column(
    "stands_from",
    "varchar",
    "The release since which the figure is the same; null if it is counted for this one. Nothing "
    "changed since, or fewer persons than may be told: their change waits",
    "La publication depuis laquelle le chiffre est le même ; vide s'il est compté pour celle-ci. "
    "Rien n'a changé depuis, ou moins de personnes qu'on ne peut le dire : leur changement attend",
)
