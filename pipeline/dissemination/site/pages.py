"""Which pages there are, and what each is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.contracts import Contracts, Indicator
from pipeline.contracts.method_words import perturbation_words
from pipeline.dissemination.site.codebook import code_lists, codebook
from pipeline.dissemination.site.content import (
    axis_ticks,
    class_rows,
    figure_lines,
    group_rows,
    headlines,
    sex_rows,
    table_indicators,
)
from pipeline.dissemination.site.datafiles import Written
from pipeline.dissemination.site.figures import Breakdown, PublishedFigures, Totals
from pipeline.dissemination.site.meta import page_of, told_indicators
from pipeline.dissemination.site.places import Place, Places
from pipeline.dissemination.site.release_files import ReleaseFile, file_groups
from pipeline.dissemination.site.rules import protecting_rules
from pipeline.dissemination.site.words import theme_label

# Beyond this a table of territories is no longer read, but searched.
MOST_IN_THE_TABLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: its name in the menu, its file, its template and what it is given beside."""

    page: str
    file: str
    template: str
    content: Mapping[str, Any]
    section: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of a menu."""

    page: str
    file: str


MENU = tuple(
    Item(page=name, file=f"{name}.html")
    for name in (
        "index",
        "indicators",
        "territory",
        "compare",
        "priorities",
        "programmes",
        "query",
        "data",
        "protection",
    )
)
MORE = tuple(Item(page=name, file=f"{name}.html") for name in ("codebook", "about", "releases"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the pages tell of: read once, for all of them.

    Attributes:
        periods: those up to the latest that has the most key figures.
        all_periods: every period of the release.
        disclosure: what everybody may know of how the release protects; None: not told.
        totals: of the main territory and the level above the base.
    """

    contracts: Contracts
    figures: PublishedFigures
    places: Places
    written: Written
    main: Place
    periods: tuple[str, ...]
    all_periods: tuple[str, ...]
    totals: Totals
    files: tuple[ReleaseFile, ...]
    disclosure: Mapping[str, Any] | None


def shared(told: Told) -> dict[str, Any]:
    """Return what every page is given."""
    return {
        "main": told.main,
        "periods": told.periods,
        "release": told.figures.release(),
        "standing": told.figures.has_standing(),
        "counted": told.figures.counted(),
        "menu": MENU,
        "more": MORE,
        "has_map": any(len(told.places.of_level(level)) > 1 for level in told.written.parts),
        "group_level": told.places.group_level(),
    }


def site_pages(told: Told) -> Iterator[Page]:
    """Yield every page, the same for both languages."""
    contracts, figures = told.contracts, told.figures
    yield Page(page="index", file="index.html", template="index", content=_home(told))
    yield Page(
        page="indicators", file="indicators.html", template="indicators", content=_themes(told)
    )
    for indicator in told_indicators(contracts, told.written):
        yield Page(
            page="indicator",
            section="indicators",
            file=page_of(indicator.code),
            template="indicator",
            content=_indicator(told, indicator),
        )
    yield Page(
        page="territory",
        file="territory.html",
        template="territory",
        content={"tops": _tops(told.places), "context": {}},
    )
    yield Page(page="compare", file="compare.html", template="compare", content={"context": {}})
    yield Page(
        page="priorities", file="priorities.html", template="priorities", content=_needs(told)
    )
    yield Page(
        page="programmes", file="programmes.html", template="programmes", content=_programmes(told)
    )
    yield Page(page="data", file="data.html", template="data", content=_data(told))
    yield Page(
        page="protection",
        file="protection.html",
        template="protection",
        content={
            "protection": figures.protection(),
            "perturbed": _perturbed(contracts),
            "rules": protecting_rules(contracts),
            "disclosure": told.disclosure,
        },
    )
    yield Page(
        page="codebook",
        file="codebook.html",
        template="codebook",
        content={"codebook": codebook(contracts), "code_lists": code_lists(figures.code_rows())},
    )
    yield Page(page="about", file="about.html", template="about", content=_about(told))
    yield Page(
        page="releases",
        file="releases.html",
        template="releases",
        content={"releases": figures.releases()},
    )


def _home(told: Told) -> dict[str, Any]:
    contracts, places = told.contracts, told.places
    latest = told.periods[-1]
    columns = table_indicators(contracts, told.totals)
    group_level = places.group_level()
    groups = places.of_level(group_level) if group_level else ()
    groups = groups if len(groups) <= MOST_IN_THE_TABLE else ()
    typology = next(iter(contracts.territories.typologies), None)
    classes = class_rows(contracts, _split(told, typology), typology, latest) if typology else ()
    sexes = {"sex", "edu_level"}
    crossed = any(sexes <= set(table.dimensions) for table in contracts.tables.values())
    return {
        "headlines": headlines(contracts, told.totals, told.main, told.periods),
        "groups": group_rows(columns, told.totals, groups, latest),
        "table_indicators": columns,
        "sexes": sex_rows(
            contracts, told.figures.breakdown(told.main.id, "sex", "edu_level"), latest
        )
        if crossed
        else (),
        "sex_rows": class_rows(contracts, _split(told, "sex"), "sex", latest) if crossed else (),
        "typology": typology and contracts.territories.typologies[typology],
        "class_rows": classes,
        "axis": axis_ticks(classes),
        "earlier": told.figures.releases()[1:],
        "context": {},
    }


def _split(told: Told, dimension: str) -> Breakdown:
    if not any(dimension in table.dimensions for table in told.contracts.tables.values()):
        return {}
    return told.figures.breakdown(told.main.id, dimension)


def _perturbed(contracts: Contracts) -> list[tuple[Any, Any]]:
    """Return the tables whose figures were moved, and how."""
    said = [(table, perturbation_words(table, contracts)) for table in contracts.tables.values()]
    return [(table, words) for table, words in said if words is not None]


def _themes(told: Told) -> dict[str, Any]:
    themes: dict[str, list[Indicator]] = {}
    for item in told_indicators(told.contracts, told.written):
        themes.setdefault(item.theme, []).append(item)
    return {
        "themes": [
            {
                "code": name,
                "label": theme_label(name),
                "lines": figure_lines(members, told.totals, told.main, told.periods),
            }
            for name, members in themes.items()
        ]
    }


def _indicator(told: Told, indicator: Indicator) -> dict[str, Any]:
    contracts = told.contracts
    tables = [contracts.tables[name] for name in indicator.tables]
    having = [level for level, codes in told.written.told.items() if indicator.code in codes]
    # A level of one territory has neither a map nor a ranking.
    several = [level for level in having if len(told.places.of_level(level)) > 1]
    samples = (told.places.group_level(), *several)
    figure, at = None, told.periods[-1]
    for period in reversed(told.periods):
        if (found := told.totals.get((indicator.code, told.main.id, period))) is not None:
            figure, at = found, period
            break
    return {
        "indicator": indicator,
        "theme": theme_label(indicator.theme),
        "figure": figure,
        "figure_period": at,
        "tables": tables,
        "times": indicator.formula.times
        if indicator.formula is not None and indicator.formula.times != 1
        else None,
        "wheres": tuple(dict.fromkeys(table.territory_of for table in tables)),
        "caveats": told.figures.caveats(indicator.code, at),
        "sample_level": next((level for level in samples if level in having), told.main.level),
        "has_map": any(level in told.written.parts for level in several),
        "has_ranking": bool(several),
        "context": {"indicator": indicator.code},
    }


def _needs(told: Told) -> dict[str, Any]:
    """Return the needs, with the pupils that they would serve: the first count of theirs."""
    known = told_indicators(told.contracts, told.written)
    needs = [item for item in known if item.kind in {"need", "cost"}]
    pupils = next((i.code for i in known if i.kind == "count" and i.theme == "pupils"), None)
    return {
        "needs": figure_lines(needs, told.totals, told.main, told.periods),
        "context": {"needs": [item.code for item in needs], "pupils": pupils} if needs else None,
    }


def _programmes(told: Told) -> dict[str, Any]:
    """Return the count of programmes and the dimension that says what they are about."""
    known = told_indicators(told.contracts, told.written)
    counts = [i for i in known if i.theme == "programmes" and i.kind == "count" and i.dimensions]
    context = {"code": counts[0].code, "dimension": counts[0].dimensions[0]} if counts else None
    return {"programmes": context is not None, "context": context}


def _tops(places: Places) -> list[Place]:
    """Return where a reader may start: the widest levels, until there is a choice."""
    found: list[Place] = []
    for level in reversed(places.levels):
        members = places.of_level(level)
        if len(found) + len(members) > MOST_IN_THE_TABLE:
            break
        found += members
    return found


def _data(told: Told) -> dict[str, Any]:
    columns = table_indicators(told.contracts, told.totals)
    known = told_indicators(told.contracts, told.written)
    first = columns[0] if columns else known[0]
    return {"file_groups": file_groups(told.files), "first_indicator": first.code}


def _about(told: Told) -> dict[str, Any]:
    group_level = told.places.group_level()
    return {
        "arrivals": told.figures.arrivals(told.main.id, told.periods[-1]),
        "partial": [area for area in told.places.partial() if area.level != group_level],
        "caveats": [t for t in told.contracts.tables.values() if t.caveat is not None],
    }
