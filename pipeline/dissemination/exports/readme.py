"""What lies in the folder of a release, in both languages, for whoever opens it."""

from __future__ import annotations

from pipeline.contracts import Label
from pipeline.contracts.numbers import colon
from pipeline.dissemination.exports.source import ReleaseSource

NAME = "README.md"
_HEADINGS = Label(en="What lies here", fr="Ce qu'il y a ici")
_PATHS: tuple[tuple[str, Label], ...] = (
    (
        "published.duckdb",
        Label(
            en="everything, with views and macros: `from codebook`, `from indicator('PTR')`",
            fr="tout, avec vues et macros : `from codebook`, `from indicator('PTR')`",
        ),
    ),
    ("parquet", Label(en="each table, for programs", fr="chaque table, pour les programmes")),
    (
        "csv",
        Label(
            en="each table, for everyone; beside each, what its columns are (CSVW). A text that a "
            "spreadsheet would take for a formula starts with an apostrophe: take one away",
            fr="chaque table, pour tous ; à côté, le sens des colonnes (CSVW). Un texte qu'un "
            "tableur prendrait pour une formule commence par une apostrophe : l'ôter",
        ),
    ),
    ("geo", Label(en="territories with outlines (GeoParquet)", fr="territoires et contours")),
    ("xlsx", Label(en="a workbook for people", fr="un classeur à lire")),
    (
        "sdmx",
        Label(
            en="figures (SDMX-CSV 2.0) and their structure (SDMX-ML 3.0)",
            fr="chiffres (SDMX-CSV 2.0) et leur structure (SDMX-ML 3.0)",
        ),
    ),
    (
        "dfe",
        Label(
            en="by theme and level, complete, as Explore Education Statistics takes them",
            fr="par thème et niveau, complets, à la manière d'Explore Education Statistics",
        ),
    ),
    (
        "datapackage.json",
        Label(en="all of csv/ described (Data Package)", fr="csv/ décrit (Data Package)"),
    ),
    ("dcat.jsonld", Label(en="for catalogues (DCAT-AP)", fr="pour les catalogues (DCAT-AP)")),
    ("site", Label(en="pages to read", fr="des pages à lire")),
    (
        "disclosure",
        Label(en="how persons are protected", fr="comment les personnes sont protégées"),
    ),
    (
        "manifest.json",
        Label(
            en="every file with its hash, signed: `cartable verify FOLDER`",
            fr="chaque fichier et son empreinte, signés : `cartable verify DOSSIER`",
        ),
    ),
)
_HIDDEN = Label(
    en="A hidden figure is never 0: it is empty with `conf_status` C (csv, parquet, duckdb), `NaN` "
    "with CONF_STATUS C (sdmx), `c` (dfe, xlsx).",
    fr="Un chiffre masqué n'est jamais 0 : il est vide avec `conf_status` C (csv, parquet, "
    "duckdb), `NaN` avec CONF_STATUS C (sdmx), `c` (dfe, xlsx).",
)


def write_readme(source: ReleaseSource) -> None:
    """Write `README.md`."""
    text = "\n".join(part for language in ("en", "fr") for part in _lines(source, language))
    (source.folder / NAME).write_text(text, "utf-8")


def _lines(source: ReleaseSource, language: str) -> list[str]:
    policy, release = source.contracts.policy, source.release
    lines = [f"# {policy.publisher.words(language)}", ""]
    if policy.synthetic is not None:
        lines += [f"**{policy.synthetic.words(language)}**", ""]
    made = f"{release['release_id']}, {release['created']:%Y-%m-%d}"
    lines += [
        f"{made}, {', '.join(source.periods)}. [{policy.licence.name}]({policy.licence.url})",
        "",
        f"## {_HEADINGS.words(language)}",
        "",
        *(f"- `{path}`{colon(language)}{words.words(language)}" for path, words in _PATHS),
        "",
        _HIDDEN.words(language),
        "",
    ]
    return lines
