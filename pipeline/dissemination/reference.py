"""The reference tables that need no delivery: territories, typologies, indicators, codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import pandas as pd

from pipeline.contracts import NOT_APPLICABLE, TOTAL, UNKNOWN, Contracts, Label
from pipeline.contracts.geography import Geography
from pipeline.dissemination.caveat_words import CAVEATS
from pipeline.dissemination.columns import PublishedTable
from pipeline.dissemination.dictionary import published_dimensions
from pipeline.dissemination.macros import MACROS

_COMMON_CODES = (
    (TOTAL, Label(en="Total", fr="Ensemble")),
    (NOT_APPLICABLE, Label(en="Not applicable", fr="Sans objet")),
    (UNKNOWN, Label(en="Unknown", fr="Inconnu")),
)
STATUS_CODES: Mapping[str, tuple[tuple[str, Label], ...]] = {
    "obs_status": (
        ("A", Label(en="Normal", fr="Normal")),
        (
            "D",
            Label(
                en="The territory is only partly covered",
                fr="Le territoire n'est couvert qu'en partie",
            ),
        ),
        (
            "E",
            Label(
                en="Perturbed to protect persons, or made of figures that are",
                fr="Perturbé pour protéger les personnes, ou fait de chiffres qui le sont",
            ),
        ),
        ("Q", Label(en="Hidden to protect persons", fr="Masqué pour protéger les personnes")),
        ("L", Label(en="Not collected", fr="Non collecté")),
        ("M", Label(en="Cannot exist", fr="Ne peut exister")),
    ),
    "conf_status": (
        ("F", Label(en="Free", fr="Libre")),
        ("C", Label(en="Confidential", fr="Confidentiel")),
    ),
}


def reference_frames(
    contracts: Contracts,
    geography: Geography,
    coverage: pd.DataFrame,
    *,
    described: tuple[PublishedTable, ...],
) -> dict[str, pd.DataFrame]:
    """Return table → frame for the tables that hold no figure; `coverage` tells the scope."""
    return {
        "territories": _territories(contracts, geography, coverage),
        "typologies": _typologies(contracts, geography),
        "indicators": _indicators(contracts),
        "dimensions": _dimensions(contracts),
        "columns": columns_frame(described),
    }


def tables_frame(
    tables: tuple[PublishedTable, ...], views: tuple[PublishedTable, ...]
) -> pd.DataFrame:
    """Return one row per table, view and macro, with its words."""
    rows: list[tuple[str, str, str, str | None, Label]] = [
        (table.schema, table.name, kind, None, table.description)
        for kind, described in (("table", tables), ("view", views))
        for table in described
    ]
    rows += [("main", each.name, "macro", each.signature, each.description) for each in MACROS]
    names = ["table_schema", "table_name", "kind", "signature", "description_en", "description_fr"]
    return pd.DataFrame([(*row[:4], row[4].en, row[4].fr) for row in rows], columns=names)


def columns_frame(described: tuple[PublishedTable, ...]) -> pd.DataFrame:
    """Return the dictionary: one row per column of each table or view."""
    return pd.DataFrame(
        [
            {
                "table_schema": table.schema,
                "table_name": table.name,
                "position": position,
                "column_name": column.name,
                "data_type": column.type,
                "codelist": column.codelist,
                "unit": column.unit,
                "description_en": column.description.en,
                "description_fr": column.description.fr,
            }
            for table in described
            for position, column in enumerate(table.columns, start=1)
        ]
    )


def _territories(
    contracts: Contracts, geography: Geography, coverage: pd.DataFrame
) -> pd.DataFrame:
    territories = contracts.territories
    shares = scope_shares(coverage)
    rows = []
    for hierarchy, levels in territories.hierarchies.items():
        for (level, code), parent in parents_of(geography, levels).items():
            territory = geography.territories[level, code]
            ref_area = territories.prefixes[level] + code
            rows.append(
                {
                    "id": ref_area,
                    "code": code,
                    "name": territory.name,
                    "level": level,
                    "parent_id": parent and territories.prefixes[parent[0]] + parent[1],
                    "hierarchy": hierarchy,
                    "valid_from": date(territories.reference_vintage, 1, 1),
                    "valid_to": None,
                    "inhabitants": territory.inhabitants,
                    "scope_share": shares.get(ref_area),
                }
            )
    frame = pd.DataFrame(rows)
    return frame.astype({"inhabitants": "Int64", "scope_share": "float64"})


def parents_of(
    geography: Geography, levels: tuple[str, ...]
) -> dict[tuple[str, str], tuple[str, str] | None]:
    """Return (level, code) → the same of its parent in one hierarchy, None at the top."""
    found: dict[tuple[str, str], tuple[str, str] | None] = {}
    for upper in geography.parents.values():
        chain = [(level, upper[level]) for level in levels]
        found.update(zip(chain, [*chain[1:], None], strict=True))
    return found


def scope_shares(coverage: pd.DataFrame) -> dict[str, float]:
    """Return ref_area → share of its inhabitants in scope (0 to 1) in the latest period."""
    latest = coverage.sort_values("time_period").groupby("ref_area")["scope_share"].last()
    return {str(area): float(share) for area, share in latest.items()}


def _typologies(contracts: Contracts, geography: Geography) -> pd.DataFrame:
    prefix = contracts.territories.prefixes[geography.base_level]
    rows = [
        (prefix + base, typology, code)
        for typology, classes in geography.classes.items()
        for base, code in classes.items()
        if base in geography.parents
    ]
    return pd.DataFrame(rows, columns=["id", "typology", "code"], dtype="str")


def _indicators(contracts: Contracts) -> pd.DataFrame:
    units = contracts.indicators.units
    return pd.DataFrame(
        [
            {
                "indicator": item.code,
                "label_en": item.label.en,
                "label_fr": item.label.fr,
                "definition_en": item.definition.en,
                "definition_fr": item.definition.fr,
                "theme": item.theme,
                "kind": item.kind,
                "unit_measure": item.unit,
                "unit_en": units[item.unit].en,
                "unit_fr": units[item.unit].fr,
                "decimals": item.decimals,
                "better": item.better,
                "numerator_en": item.numerator.en,
                "numerator_fr": item.numerator.fr,
                "denominator_en": item.denominator and item.denominator.en,
                "denominator_fr": item.denominator and item.denominator.fr,
                "made_of": ",".join(item.tables),
                "dimensions": ",".join(item.dimensions),
                "source": item.source,
            }
            for item in contracts.indicators.indicators
        ]
    )


def _dimensions(contracts: Contracts) -> pd.DataFrame:
    rows = [
        (dimension, position, code, label.en, label.fr, source)
        for dimension, codes, source in _code_lists(contracts)
        for position, (code, label) in enumerate(codes, start=1)
    ]
    names = ["dimension", "position", "code", "label_en", "label_fr", "source"]
    return pd.DataFrame(rows, columns=names)


def _code_lists(contracts: Contracts) -> Iterator[tuple[str, list[tuple[str, Label]], str]]:
    for dimension in published_dimensions(contracts):
        if dimension in contracts.territories.typologies:
            typology = contracts.territories.typologies[dimension]
            codes, source = [(c.code, c.label) for c in typology.classes], typology.source
        else:
            codelist = contracts.code_list(dimension)
            codes, source = [(i.code, i.label) for i in codelist.items], codelist.source
        own = {code for code, _ in codes}
        yield dimension, [*codes, *(pair for pair in _COMMON_CODES if pair[0] not in own)], source
    levels = [(level.level, level.label) for level in contracts.territories.levels]
    yield "area_level", levels, contracts.territories.source
    for status, pairs in STATUS_CODES.items():
        yield status, list(pairs), "SDMX code lists CL_OBS_STATUS, CL_CONF_STATUS"
    yield "unit", list(contracts.indicators.units.items()), "contracts/indicators.yml"
    caveats = [(caveat.value, label) for caveat, label in CAVEATS.items()]
    yield "caveat", caveats, "Own vocabulary"
