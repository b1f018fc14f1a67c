"""Territories of the demo, from the official geographic code (COG) of 2026.

Promises one vintage for every period: whatever code or name a source uses for a commune, it
comes out as the commune of 2026 that holds it. Never takes a population from two sources.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from demo.sources import refuse

DEPARTEMENT = "35"
COUNTRY = ("FR", "France")
LEVELS = ("commune", "epci", "arrondissement", "departement", "region", "country")

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Geography:
    """The territories at the reference vintage.

    Attributes:
        territories: one row per territory; level, code, name, inhabitants (of the whole of it).
        communes: one row per commune; its own code and the codes of what it belongs to.
        changes: one row per code no longer in use; old_code, new_code.
        commune_by_name: plain name (current or former) to the current code.
    """

    territories: pd.DataFrame
    communes: pd.DataFrame
    changes: pd.DataFrame
    commune_by_name: Mapping[str, str]

    def current(self, code: str) -> str:
        """Return the code, at the reference vintage, of a commune named by any code."""
        return self._new_codes().get(code, code)

    def _new_codes(self) -> dict[str, str]:
        return dict(zip(self.changes["old_code"], self.changes["new_code"], strict=True))


def plain_name(name: str) -> str:
    """Return a name without case, accents, punctuation or the short forms of "Saint"."""
    bare = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "OE"))
    words = re.findall(r"[A-Z0-9]+", bare.encode("ascii", "ignore").decode().upper())
    long_forms = {"ST": "SAINT", "STE": "SAINTE"}
    return " ".join(long_forms.get(word, word) for word in words)


def read_geography(folder: Path) -> Geography:
    """Read the territories of the département from the JSON files of the COG.

    Args:
        folder: holds communes.json, epci.json, arrondissements.json, departements.json and
            regions.json.

    Raises:
        SourceError: a commune of the département belongs to no EPCI, or to two.
    """
    records = {
        name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("communes", "epci", "arrondissements", "departements", "regions")
    }
    current = {c["code"]: c for c in records["communes"] if c["type"] == "commune-actuelle"}
    own = {code: c for code, c in current.items() if c.get("departement") == DEPARTEMENT}
    communes = _communes_table(own, records["epci"])
    changes = _changes_table(own, records["communes"])
    return Geography(
        territories=_territories_table(communes, current=current, records=records),
        communes=communes,
        changes=changes,
        commune_by_name=_names_index(own, records["communes"], changes=changes),
    )


def _communes_table(own: Mapping[str, Record], bodies: Iterable[Record]) -> pd.DataFrame:
    epci_of = [(m["code"], body["code"]) for body in bodies for m in body["membres"]]
    epci = pd.DataFrame(epci_of, columns=["commune", "epci"]).query("commune in @own")
    members = epci["commune"].value_counts().reindex(list(own), fill_value=0)
    refuse(members != 1, "epci.json", "a commune belongs to exactly one EPCI")
    links = pd.DataFrame(
        [(code, c["arrondissement"], DEPARTEMENT, c["region"], COUNTRY[0])
         for code, c in own.items()],
        columns=["commune", "arrondissement", "departement", "region", "country"],
    )  # fmt: skip
    table = epci.merge(links, on="commune").sort_values("commune", ignore_index=True)
    return table[["commune", "epci", "arrondissement", "departement", "region", "country"]]


def _changes_table(own: Mapping[str, Record], every: Iterable[Record]) -> pd.DataFrame:
    pairs = {(old, code) for code, c in own.items() for old in c.get("anciensCodes", ())}
    # A merged commune that keeps a delegate is listed by its own code, with its chief town.
    pairs |= {(c["code"], c["chefLieu"]) for c in every if c.get("chefLieu") in own}
    former = sorted((old, new) for old, new in pairs if old not in own)
    return pd.DataFrame(former, columns=["old_code", "new_code"])


def _names_index(
    own: Mapping[str, Record], every: Iterable[Record], *, changes: pd.DataFrame
) -> dict[str, str]:
    new_codes = dict(zip(changes["old_code"], changes["new_code"], strict=True))
    former = {plain_name(c["nom"]): new_codes[c["code"]] for c in every if c["code"] in new_codes}
    return former | {plain_name(c["nom"]): code for code, c in own.items()}


def _territories_table(
    communes: pd.DataFrame, *, current: Mapping[str, Record], records: Mapping[str, list[Record]]
) -> pd.DataFrame:
    inhabitants = pd.DataFrame(
        [(c["code"], c.get("arrondissement"), c.get("departement"), c.get("region"),
          c.get("population", 0)) for c in current.values()],
        columns=["commune", "arrondissement", "departement", "region", "inhabitants"],
    )  # fmt: skip
    parts = [
        _commune_rows(communes, current),
        _epci_rows(communes, records["epci"], current=current),
        *(
            _area_rows(level, set(communes[level]), records[source], inhabitants)
            for level, source in (
                ("arrondissement", "arrondissements"),
                ("departement", "departements"),
                ("region", "regions"),
            )
        ),
        _country_rows(inhabitants, records["regions"]),
    ]
    return pd.concat(parts, ignore_index=True)


def _rows(level: str, rows: Iterable[tuple[str, str, int]]) -> pd.DataFrame:
    table = pd.DataFrame(sorted(rows), columns=["code", "name", "inhabitants"])
    table.insert(0, "level", level)
    return table


def _commune_rows(communes: pd.DataFrame, current: Mapping[str, Record]) -> pd.DataFrame:
    chosen = (current[code] for code in communes["commune"])
    return _rows("commune", ((c["code"], c["nom"], c["population"]) for c in chosen))


def _epci_rows(
    communes: pd.DataFrame, bodies: Iterable[Record], *, current: Mapping[str, Record]
) -> pd.DataFrame:
    wanted = set(communes["epci"])
    # The file's own populationMunicipale is of another year: only the communes' is used.
    return _rows(
        "epci",
        (
            (b["code"], b["nom"], sum(current[m["code"]]["population"] for m in b["membres"]))
            for b in bodies
            if b["code"] in wanted
        ),
    )


def _area_rows(
    level: str, wanted: set[str], areas: Iterable[Record], inhabitants: pd.DataFrame
) -> pd.DataFrame:
    totals = inhabitants.groupby(level)["inhabitants"].sum()
    return _rows(
        level,
        ((a["code"], a["nom"], int(totals[a["code"]])) for a in areas if a["code"] in wanted),
    )


def _country_rows(inhabitants: pd.DataFrame, regions: Iterable[Record]) -> pd.DataFrame:
    inside = inhabitants["region"].isin([r["code"] for r in regions if r["zone"] != "com"])
    return _rows("country", [(*COUNTRY, int(inhabitants.loc[inside, "inhabitants"].sum()))])
