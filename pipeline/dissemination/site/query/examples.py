"""Queries to begin with, written for one release: its territories, school years and indicators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from pipeline.contracts import Contracts, Label
from pipeline.contracts.indicators import Indicator
from pipeline.dissemination.dictionary import dimension_label, published_dimensions
from pipeline.dissemination.site.figures import PublishedFigures
from pipeline.dissemination.site.setting import school_year
from pipeline.errors import Language

_GROUPS: dict[str, Label] = {
    "start": Label(en="Find your way", fr="Se repérer"),
    "rank": Label(en="Rank", fr="Classer"),
    "gaps": Label(en="Compare", fr="Comparer"),
    "time": Label(en="Over time", fr="Dans le temps"),
    "care": Label(en="Read with care", fr="Lire avec prudence"),
}
_TITLES: dict[str, tuple[str, Label]] = {
    "contents": ("start", Label(en="What this release holds", fr="Ce que contient cette version")),
    "territory": (
        "start",
        Label(en="Find a territory and its code", fr="Trouver un territoire et son code"),
    ),
    "ranking": (
        "rank",
        Label(
            en="{main}: where it falls furthest behind, {latest}",
            fr="{main} : où le retard est le plus grand, {latest}",
        ),
    ),
    "needs": (
        "rank",
        Label(en="{need}: most first, {latest}", fr="{need} : du plus au moins, {latest}"),
    ),
    "gap": (
        "gaps",
        Label(
            en="{main}: gap of each territory to {whole}, {latest}",
            fr="{main} : écart de chaque territoire à {whole}, {latest}",
        ),
    ),
    "groups": (
        "gaps",
        Label(en="{main}: by {split}, {latest}", fr="{main} : par {split}, {latest}"),
    ),
    "series": ("time", Label(en="{main}: year by year", fr="{main} : année par année")),
    "change": (
        "time",
        Label(en="{main}: change since {first}", fr="{main} : évolution depuis {first}"),
    ),
    "hidden": (
        "care",
        Label(
            en="How many figures are hidden, by indicator and level",
            fr="Combien de chiffres sont masqués, par indicateur et niveau",
        ),
    ),
    "coverage": (
        "care",
        Label(en="Where deliveries are missing", fr="Où des transmissions manquent"),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A query to begin with, in one language.

    Attributes:
        key: its name, also that of its file.
        group: the heading it stands under.
        title: what it answers.
        sql: one select.
    """

    key: str
    group: str
    title: str
    sql: str


def examples(
    contracts: Contracts, figures: PublishedFigures, language: Language
) -> tuple[Example, ...]:
    """Return the queries that this release can answer, in the order of their groups.

    Raises:
        QueryError: the database cannot be read.
    """
    return tuple(_written(contracts, figures, language))


def _written(
    contracts: Contracts, figures: PublishedFigures, language: Language
) -> Iterator[Example]:
    environment = Environment(
        loader=PackageLoader("pipeline.dissemination.site.query", "examples"),
        autoescape=select_autoescape(),  # SQL is text, which the page escapes
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    facts = _facts(contracts, figures)
    for key, (group, title) in _TITLES.items():
        if any(facts[name] is None for name in _NEEDS.get(key, ())):
            continue
        words = _words(contracts, facts, language)
        told = title.words(language).format_map(words)
        sql = environment.get_template(f"{key}.sql.j2").render(facts, title=told, language=language)
        yield Example(key=key, group=_GROUPS[group].words(language), title=told, sql=sql.strip())


_NEEDS = {
    "needs": ("need", "level"),
    "groups": ("split",),
    "gap": ("level",),
    "ranking": ("level",),
    "change": ("level", "first"),
}


def _words(contracts: Contracts, facts: Mapping[str, object], language: Language) -> dict[str, str]:
    """Return the facts as titles say them."""
    words = {name: str(value) for name, value in facts.items()}
    for name in ("main", "need"):
        if isinstance(indicator := facts[name], Indicator):
            words[name] = indicator.label.words(language)
    for name in ("first", "latest"):
        words[name] = school_year(words[name])
    if facts["split"] is not None:
        words["split"] = dimension_label(contracts, words["split"]).words(language).lower()
    return words


def _facts(contracts: Contracts, figures: PublishedFigures) -> dict[str, object]:
    periods = figures.periods()
    widest = figures.widest()
    main = _main(contracts)
    splits = [name for name in main.dimensions if name in contracts.codelists]
    return {
        "main": main,
        "need": next((i for i in contracts.indicators.indicators if i.kind == "need"), None),
        "widest": widest.id,
        "whole": widest.name,
        "word": widest.name.split()[0],
        "level": figures.group_level() or contracts.territories.base_level,
        "latest": periods[-1],
        "first": periods[0] if len(periods) > 1 else None,
        "split": splits[0] if splits else None,
        "others": [n for n in published_dimensions(contracts) if splits and n != splits[0]],
        "worst_first": "desc" if main.better == "lower" else "asc",
    }


def _main(contracts: Contracts) -> Indicator:
    """Return the indicator that examples are about: a rate that people can be split by."""
    rates = [
        i for i in contracts.indicators.indicators if i.kind == "rate" and i.better != "neither"
    ]
    return max(rates or contracts.indicators.indicators, key=lambda i: "sex" in i.dimensions)
