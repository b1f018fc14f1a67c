"""A DCAT-AP record of the release, as JSON-LD, for the catalogues of open data.

Addresses are relative to the record: wherever the folder is served, they lead to its files. The
context stands in the record, so that nothing has to be fetched to read it.
Source: SEMIC, DCAT-AP 3.0.
"""

from __future__ import annotations

import json
from typing import Any

from pipeline.contracts import Label
from pipeline.dissemination.exports.source import ReleaseSource, both

NAME = "dcat.jsonld"
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_MEDIA = "https://www.iana.org/assignments/media-types"
# Path → media type, type of file of the EU's authority list if it has one, and words.
_DISTRIBUTIONS: tuple[tuple[str, str, str | None, Label], ...] = (
    (
        "published.duckdb",
        "application/octet-stream",
        None,
        Label(en="DuckDB database with views and macros", fr="Base DuckDB avec vues et macros"),
    ),
    (
        "parquet/observations.parquet",
        "application/vnd.apache.parquet",
        "PARQUET",
        Label(en="Every figure, Parquet", fr="Tous les chiffres, Parquet"),
    ),
    (
        "csv/observations.csv",
        "text/csv",
        "CSV",
        Label(en="Every figure, CSV", fr="Tous les chiffres, CSV"),
    ),
    (
        "geo/territories.parquet",
        "application/vnd.apache.parquet",
        "PARQUET",
        Label(en="Territories with outlines, GeoParquet", fr="Territoires et contours, GeoParquet"),
    ),
    (
        "sdmx/observations.csv",
        "application/vnd.sdmx.data+csv",
        "CSV",
        Label(en="Every figure, SDMX-CSV 2.0", fr="Tous les chiffres, SDMX-CSV 2.0"),
    ),
    (
        "xlsx/figures.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "XLSX",
        Label(
            en="Figures for people, a sheet a theme", fr="Chiffres à lire, une feuille par thème"
        ),
    ),
)


def write_dcat(source: ReleaseSource) -> None:
    """Write `dcat.jsonld`: the release as a data set, its files as distributions."""
    record = {"@context": _CONTEXT, **_dataset(source)}
    (source.folder / NAME).write_text(json.dumps(record, ensure_ascii=False, indent=1), "utf-8")


def _dataset(source: ReleaseSource) -> dict[str, Any]:
    policy, release = source.contracts.policy, source.release
    issued = {"@value": f"{release['created'].isoformat()}Z", "@type": "xsd:dateTime"}
    themes = sorted({indicator.label.en for indicator in source.contracts.indicators.indicators})
    return {
        "@id": "./",
        "@type": "dcat:Dataset",
        "dct:identifier": release["release_id"],
        "dct:title": both(policy.publisher),
        "dct:description": both(policy.synthetic or policy.purpose),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": both(policy.publisher)},
        "dct:issued": issued,
        "dct:accessRights": {"@id": f"{_AUTHORITY}/access-right/PUBLIC"},
        "dcat:theme": {"@id": f"{_AUTHORITY}/data-theme/EDUC"},
        "dcat:keyword": [{"@value": theme, "@language": "en"} for theme in themes],
        "dcat:version": str(release["policy_version"]),
        "dct:language": [{"@id": f"{_AUTHORITY}/language/{code}"} for code in ("ENG", "FRA")],
        "dct:spatial": [_place(source)],
        "dct:temporal": _years(source.periods),
        "dcat:distribution": [
            _distribution(source, told)
            for told in _DISTRIBUTIONS
            if (source.folder / told[0]).is_file()
        ],
    }


def _place(source: ReleaseSource) -> dict[str, Any]:
    """Return the widest level's territories by name."""
    top = source.contracts.territories.levels[-1].level
    names = [
        territory.name
        for (level, _), territory in sorted(source.geography.territories.items())
        if level == top
    ]
    return {"@type": "dct:Location", "skos:prefLabel": names}


def _years(periods: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the calendar years in which the first period starts and the last one ends."""
    if not periods:
        return []
    first, last = int(periods[0][:4]), int(periods[-1][:4]) + 1
    return [
        {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@value": str(first), "@type": "xsd:gYear"},
            "dcat:endDate": {"@value": str(last), "@type": "xsd:gYear"},
        }
    ]


def _distribution(
    source: ReleaseSource, described: tuple[str, str, str | None, Label]
) -> dict[str, Any]:
    path, media, kind, words = described
    told: dict[str, Any] = {
        "@id": path,
        "@type": "dcat:Distribution",
        "dct:title": both(words),
        "dcat:accessURL": {"@id": path},
        "dcat:downloadURL": {"@id": path},
        "dcat:mediaType": {"@id": f"{_MEDIA}/{media}"},
        "dcat:byteSize": {
            "@value": str((source.folder / path).stat().st_size),
            "@type": "xsd:nonNegativeInteger",
        },
        "dct:license": {"@id": source.contracts.policy.licence.url},
    }
    if kind is not None:
        told["dct:format"] = {"@id": f"{_AUTHORITY}/file-type/{kind}"}
    return told
