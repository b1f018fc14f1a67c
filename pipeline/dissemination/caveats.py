"""What has to be said beside the figures: made from the contracts and from the figures alone.

One row per caveat and what it is attached to; `_T` where it holds of all of them. Nothing is told
that the released figures, their statuses and the coverage do not tell already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from pipeline.contracts import TOTAL, UNKNOWN, Contracts, Label, Table
from pipeline.contracts.method_words import perturbation_words
from pipeline.dissemination.caveat_words import Caveat
from pipeline.dissemination.publication import Publication
from pipeline.dissemination.reference import scope_shares

_KEYS = ("indicator", "area_level", "time_period")
_EVERYWHERE = dict.fromkeys(("indicator", "ref_area", "area_level", "time_period"), TOTAL)
_TERRITORY_OF: Mapping[str, Caveat] = {
    "school": Caveat.AT_SCHOOL,
    "residence": Caveat.AT_RESIDENCE,
    "place": Caveat.AT_PLACE,
}
_EACH_ELSEWHERE = {Caveat.AT_SCHOOL.value, Caveat.AT_RESIDENCE.value}
_COLUMNS = ("caveat", *_EVERYWHERE, "affected", "note_en", "note_fr")


def caveats_frame(publication: Publication) -> pd.DataFrame:
    """Return one row per caveat and what it is attached to.

    Columns: caveat, indicator, ref_area, area_level, time_period (`_T`: all), affected (figures,
    territories or senders it concerns; empty where it concerns every figure), note_en, note_fr.
    """
    rows = [
        *_of_everything(publication.contracts),
        *_of_indicators(publication.contracts),
        *_of_territories(publication),
    ]
    parts = [pd.DataFrame(rows), *_of_figures(publication.observations), _missing(publication)]
    frame = pd.concat([part for part in parts if not part.empty], ignore_index=True)
    return frame.reindex(columns=list(_COLUMNS)).astype({"affected": "Int64"})


def _row(caveat: Caveat, note: Label | None = None, **attached: Any) -> dict[str, Any]:
    words = {"note_en": note.en, "note_fr": note.fr} if note else {}
    return {"caveat": caveat.value, **_EVERYWHERE, **attached, **words}


def _of_everything(contracts: Contracts) -> Iterator[dict[str, Any]]:
    if contracts.policy.synthetic is not None:
        yield _row(Caveat.SYNTHETIC, contracts.policy.synthetic)


def _of_indicators(contracts: Contracts) -> Iterator[dict[str, Any]]:
    """Yield what the tables of an indicator say of it: one row a caveat, its notes together."""
    for indicator in contracts.indicators.indicators:
        told: dict[str, dict[str, Any]] = {}
        for name in indicator.tables:
            for row in _of_table(contracts, contracts.tables[name], indicator.code):
                first = told.setdefault(row["caveat"], row)
                for note in ("note_en", "note_fr"):
                    if row.get(note, "") not in first.get(note, ""):
                        first[note] = f"{first[note]} {row[note]}"
        if told.keys() >= _EACH_ELSEWHERE:
            # Each of the two would deny the other.
            told = {name: row for name, row in told.items() if name not in _EACH_ELSEWHERE}
            told[Caveat.SCHOOL_AND_HOME.value] = _row(
                Caveat.SCHOOL_AND_HOME, indicator=indicator.code
            )
        yield from told.values()


def _of_table(contracts: Contracts, table: Table, code: str) -> Iterator[dict[str, Any]]:
    yield _row(_TERRITORY_OF[table.territory_of], indicator=code)
    if table.is_perturbed:
        yield _row(Caveat.PERTURBED, perturbation_words(table, contracts), indicator=code)
    is_of_schools = table.counts == "units" and table.territory_of == "school"
    if is_of_schools and "edu_level" in table.dimensions:
        yield _row(Caveat.SEVERAL_LEVELS, indicator=code)
    doubles = contracts.datasets[table.population].double_enrolment
    if doubles is not None and table.counts == "persons":
        yield _row(Caveat.SEVERAL_PLACES, doubles.words, indicator=code)
    if any(UNKNOWN in contracts.codes(dimension) for dimension in table.dimensions):
        yield _row(Caveat.UNANSWERED, indicator=code)
    if table.caveat is not None:
        yield _row(Caveat.NOTE, table.caveat, indicator=code)


def _of_territories(publication: Publication) -> Iterator[dict[str, Any]]:
    """Yield the territories that lie in scope in part, and those whose boundaries changed."""
    prefixes = publication.contracts.territories.prefixes
    levels = {prefixes[level] + code: level for level, code in publication.geography.territories}
    for area, share in sorted(scope_shares(publication.coverage).items()):
        if share < 1 - 1e-9:
            yield _row(Caveat.SCOPE_PART, ref_area=area, area_level=levels[area])
    geography = publication.geography
    merged = pd.Series(list(geography.changes.values()), dtype="str").value_counts().sort_index()
    for code, former in merged.items():
        if code in geography.parents:
            area = prefixes[geography.base_level] + str(code)
            yield _row(
                Caveat.BOUNDARY,
                ref_area=area,
                area_level=geography.base_level,
                affected=int(former),
            )


def _of_figures(observations: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield how many figures of an indicator, level and period each caveat concerns."""
    for caveat, concerned in (
        (Caveat.HIDDEN, observations["conf_status"].eq("C")),
        (Caveat.PARTIAL, observations["obs_status"].eq("D")),
        (Caveat.PERTURBED, observations["obs_status"].eq("E")),
        (Caveat.NOT_COLLECTED, observations["obs_status"].eq("L")),
        (Caveat.STANDS, observations["stands_from"].notna()),
    ):
        counted = observations.loc[concerned, list(_KEYS)].value_counts(sort=False)
        yield counted.rename("affected").reset_index().assign(caveat=caveat.value, ref_area=TOTAL)


def _missing(publication: Publication) -> pd.DataFrame:
    """Return the senders that did not deliver, by the indicators that are made of theirs."""
    made_of = pd.DataFrame(
        [
            (indicator.code, dataset)
            for indicator in publication.contracts.indicators.indicators
            for dataset in sorted(
                {publication.contracts.tables[name].population for name in indicator.tables}
            )
        ],
        columns=["indicator", "dataset"],
    )
    coverage = publication.coverage
    absent = coverage[coverage["missing"].gt(0)].merge(made_of, on="dataset")
    grouped = absent.groupby(["indicator", "ref_area", "area_level", "time_period"])["missing"]
    return grouped.sum().rename("affected").reset_index().assign(caveat=Caveat.NON_RESPONSE.value)
