"""What every page's script must know, in one language: words, levels, periods, indicators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.contracts import TOTAL, Contracts, Indicator
from pipeline.dissemination.dictionary import dimension_label, published_dimensions
from pipeline.dissemination.site.datafiles import Written
from pipeline.dissemination.site.places import Places
from pipeline.dissemination.site.setting import school_year, unbroken
from pipeline.dissemination.site.words import script_words, theme_label
from pipeline.errors import Language


def site_meta(
    contracts: Contracts,
    places: Places,
    written: Written,
    *,
    periods: Sequence[str],
    opens_on: str,
    language: Language,
) -> dict[str, Any]:
    """Return the file `meta-<language>.json` as plain JSON values."""
    main = places.main()
    return {
        "language": language,
        "periods": [[period, school_year(period)] for period in periods],
        "opens_on": list(periods).index(opens_on),
        "main": [main.id, main.name, main.level],
        "levels": _levels(contracts, places, written, language),
        "themes": _themes(contracts, written, language),
        "indicators": {
            item.code: _indicator(contracts, item, language)
            for item in told_indicators(contracts, written)
        },
        "dimensions": _dimensions(contracts, language),
        "datasets": {
            name: unbroken(dataset.label.words(language), language)
            for name, dataset in contracts.datasets.items()
        },
        "words": script_words(language),
    }


def told_indicators(contracts: Contracts, written: Written) -> list[Indicator]:
    """Return the indicators that have a row at some level, in the order of the contracts."""
    told = {code for codes in written.told.values() for code in codes}
    return [item for item in contracts.indicators.indicators if item.code in told]


def page_of(code: str) -> str:
    """Return the file name of an indicator's page."""
    return f"indicator-{code.lower().replace('_', '-')}.html"


def _levels(
    contracts: Contracts, places: Places, written: Written, language: Language
) -> dict[str, Any]:
    labels = {level.level: level.label for level in contracts.territories.levels}
    return {
        level: {
            "label": unbroken(labels[level].words(language), language),
            "count": len(places.of_level(level)),
            "shards": list(written.shards[level]),
            "mapped": level in written.parts,
            "parts": written.parts.get(level),
            "indicators": list(written.told[level]),
        }
        for level in places.levels
    }


def _themes(contracts: Contracts, written: Written, language: Language) -> list[Any]:
    themes: dict[str, list[str]] = {}
    for item in told_indicators(contracts, written):
        themes.setdefault(item.theme, []).append(item.code)
    return [[name, theme_label(name).words(language), codes] for name, codes in themes.items()]


def _indicator(contracts: Contracts, item: Indicator, language: Language) -> dict[str, Any]:
    def said(text: str) -> str:
        return unbroken(text, language)

    return {
        "label": said(item.label.words(language)),
        "definition": said(item.definition.words(language)),
        "unit": said(contracts.indicators.units[item.unit].words(language)),
        "percent": item.unit == "percent",
        "kind": item.kind,
        "decimals": item.decimals,
        "better": item.better,
        "theme": item.theme,
        "page": page_of(item.code),
        "dimensions": list(item.dimensions),
    }


def _dimensions(contracts: Contracts, language: Language) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in published_dimensions(contracts):
        typology = contracts.territories.typologies.get(name)
        items = typology.classes if typology else contracts.code_list(name).items
        found[name] = {
            "label": unbroken(dimension_label(contracts, name).words(language), language),
            "codes": {
                item.code: unbroken(item.label.words(language), language)
                for item in items
                if item.code != TOTAL
            },
        }
    return found
