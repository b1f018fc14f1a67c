"""Write the query page of a release, in each language, and what it runs.

The page asks the database that lies beside its site and nothing else; the engine lies once beside
all releases, packed, and is known by the hash that the page names.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from pipeline.contracts import Contracts, Label
from pipeline.contracts.numbers import number
from pipeline.dissemination.columns import PublishedTable
from pipeline.dissemination.dictionary import published_tables
from pipeline.dissemination.macros import MACROS, PublishedMacro
from pipeline.dissemination.reference import STATUS_CODES
from pipeline.dissemination.reference_tables import reference_tables
from pipeline.dissemination.site.figures import PublishedFigures
from pipeline.dissemination.site.query.examples import Example, examples
from pipeline.dissemination.site.query.words import PAGE, REFUSALS, SCRIPT
from pipeline.dissemination.site.rendering import CONTENT_SECURITY_POLICY, json_text
from pipeline.dissemination.site.setting import LANGUAGES, unbroken
from pipeline.dissemination.site.vendored import (
    BINDINGS,
    ENGINE,
    LICENCES,
    engine_hash,
    licences,
    vendored,
)
from pipeline.dissemination.views import published_views
from pipeline.errors import Language, Place, StorageError

# From `site/<language>/` to the release, and to the folder that holds all releases.
_DATABASE = "../../published.duckdb"
_BESIDE = "../../../../"
_FIRST = ("observations", "totals")
_ASSETS = "query"
_OPENS_ON = "ranking"


Draw = Callable[[Language, Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryPage:
    """What one page says and offers.

    Attributes:
        name: of what is asked, in the title.
        synthetic: what to say of synthetic data; None for real data.
        examples: queries to begin with; that named `ranking` stands in the field.
        tables: what can be asked, in order.
        macros: questions that have a name.
        statuses: column → code → word.
        file: the name of a downloaded answer.
        database: its address, from the page.
        engine: address of the folder that holds `engine/`, from the page.
        home: address of the first page, from this one.
    """

    name: str
    synthetic: Label | None
    examples: Mapping[Language, Sequence[Example]]
    tables: Sequence[PublishedTable]
    macros: Sequence[PublishedMacro]
    statuses: Mapping[Language, Mapping[str, Mapping[str, str]]]
    file: str
    database: str
    engine: str
    home: str


def write_query_page(
    figures: PublishedFigures, out: Path, *, contracts: Contracts, draw: Draw
) -> None:
    """Write `<language>/query.html` and the folder `query/` into the site of a release.

    Args:
        figures: the open database of the release; pages name it by its place beside the site.
        out: the folder of the site.
        contracts: labels, tables, policy.
        draw: puts the content of the page into the pages of the site.

    Raises:
        StorageError: a page could not be written, or a vendored file is altered.
    """
    page = QueryPage(
        name=figures.widest().name,
        synthetic=contracts.policy.synthetic,
        examples={lang: examples(contracts, figures, lang) for lang in LANGUAGES},
        tables=_tables(contracts),
        macros=MACROS,
        statuses={lang: status_words(lang) for lang in LANGUAGES},
        file=f"{figures.release().release_id}.csv",
        database=_DATABASE,
        engine=_BESIDE,
        home="index.html",
    )
    write_pages(page, out, draw=draw)


def draw_alone(language: Language, content: Mapping[str, Any]) -> str:
    """Return a query page that stands in no site."""
    packages = ("pipeline.dissemination.site.query", "pipeline.dissemination.site")
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("query_alone.html.j2").render(content, language=language)


def write_pages(page: QueryPage, out: Path, *, draw: Draw = draw_alone) -> None:
    """Write a query page in each language, and what it runs, under a site's folder.

    Args:
        page: what it says and offers.
        out: the folder.
        draw: language and content → the page.

    Raises:
        StorageError: the disk refuses, or a vendored file is altered.
    """
    files = {f"{_ASSETS}/{name}": content for name, content in _assets().items()}
    for language in LANGUAGES:
        text = draw(language, _content(page, language))
        files[f"{language}/query.html"] = text.encode("utf-8")
    for name, content in files.items():
        target = out / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        except OSError:
            raise StorageError("publication.not_written", place=Place(file=name)) from None


def _content(page: QueryPage, language: Language) -> dict[str, Any]:
    words = {key: _said(label, language) for key, label in PAGE.items()}
    size = number(len(vendored(ENGINE)) / 1e6, 1, language)
    words["engine"] = words["engine"].format(size=size)
    offered = [
        replace(example, title=unbroken(example.title, language))
        for example in page.examples[language]
    ]
    return {
        "other": next(other for other in LANGUAGES if other != language),
        "csp": CONTENT_SECURITY_POLICY,
        "w": words,
        "name": page.name,
        "home": page.home,
        "synthetic": page.synthetic and _said(page.synthetic, language),
        "groups": list(dict.fromkeys(example.group for example in offered)),
        "examples": offered,
        "first": next((e.sql for e in offered if e.key == _OPENS_ON), ""),
        "tables": [_described(table, language) for table in page.tables],
        "macros": [
            {"call": macro.signature, "description": _said(macro.description, language)}
            for macro in page.macros
        ],
        "facts": json_text(_facts(page, language)),
    }


def _said(label: Label, language: Language) -> str:
    return unbroken(label.words(language), language)


def _facts(page: QueryPage, language: Language) -> dict[str, Any]:
    """Return what the script of the page is told."""
    digest = base64.b64encode(bytes.fromhex(engine_hash())).decode("ascii")
    words: dict[str, Any] = {key: _said(label, language) for key, label in SCRIPT.items()}
    words["refusals"] = {code: _said(label, language) for code, label in REFUSALS.items()}
    return {
        "language": language,
        "words": words,
        "statuses": page.statuses[language],
        "examples": {example.key: example.sql for example in page.examples[language]},
        "file": page.file,
        "engine": {
            "database": page.database,
            "engine": f"{page.engine}{engine_path()}",
            "integrity": f"sha256-{digest}",
        },
    }


def status_words(language: Language) -> dict[str, dict[str, str]]:
    """Return column → code → word, for the columns that say why a figure is as it is."""
    return {
        name: {code: f"{label.words(language)} ({code})" for code, label in codes}
        for name, codes in STATUS_CODES.items()
    }


def engine_path() -> str:
    """Return where the engine lies, from the folder that holds all releases."""
    return f"engine/{engine_hash()}/{ENGINE}"


def _tables(contracts: Contracts) -> list[PublishedTable]:
    views = [view.described for view in published_views(contracts)]
    tables = [*published_tables(contracts), *views]
    rank = {name: place for place, name in enumerate(_FIRST)}
    kept = {table.key: table for table in tables}.values()
    last = {table.key for table in reference_tables(contracts)}
    return sorted(
        kept,
        key=lambda t: (rank.get(t.name, len(rank)), t.schema == "cells", t.key in last, t.name),
    )


def _described(table: PublishedTable, language: Language) -> dict[str, Any]:
    prefix = "" if table.schema == "main" else f"{table.schema}."
    return {
        "name": f"{prefix}{table.name}",
        "description": _said(table.description, language),
        "columns": [
            {"name": c.name, "type": c.type, "description": _said(c.description, language)}
            for c in table.columns
        ],
    }


def _assets() -> dict[str, bytes]:
    folder = resources.files("pipeline.dissemination.site.query") / "assets"
    ours = {path.name: path.read_bytes() for path in folder.iterdir()}
    return ours | {BINDINGS: vendored(BINDINGS), LICENCES: licences().encode("utf-8")}
