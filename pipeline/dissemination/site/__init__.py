"""The first page of a release: one file, no request to anywhere, from the published database."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.contracts import Contracts, Label, Table
from pipeline.contracts.method_words import perturbation_words
from pipeline.contracts.numbers import number, percent_sign
from pipeline.dissemination.access import open_published
from pipeline.dissemination.site.content import (
    ClassRow,
    SexRow,
    axis_ticks,
    class_rows,
    group_rows,
    headlines,
    map_data,
    periods_to_tell,
    row_dots,
    sex_rows,
    table_indicators,
)
from pipeline.dissemination.site.figures import Area, PublishedFigures
from pipeline.dissemination.site.outlines import MapShapes, Town, draw_outlines
from pipeline.dissemination.site.words import LANGUAGES, WORDS, school_year, unbroken
from pipeline.errors import Place, StorageError

# Beyond these the page would be too heavy for a phone: no map, or no table.
MOST_ON_THE_MAP = 3_000
MOST_IN_THE_TABLE = 200
NAMES_ON_THE_MAP = 7
NAMES_TRIED = 40
_SCRIPT_WORDS = (
    "hidden",
    "hidden.short",
    "missing",
    "no_school",
    "impossible",
    "inhabitants",
    "partly",
)


def write_site(
    database: Path, out: Path, *, contracts: Contracts, outlines: Mapping[str, Any] | None
) -> Path:
    """Write `index.html`, in English and French, from the published database alone.

    Args:
        database: the published database.
        out: the folder of the site; it is made if need be.
        contracts: labels, definitions, policy.
        outlines: GeoJSON of the base level; None: the page has no map.

    Returns:
        The page.

    Raises:
        QueryError: the database is missing or cannot be opened.
        StorageError: the page could not be written.
    """
    with open_published(database) as connection:
        figures = PublishedFigures(connection, contracts)
        page = _render(contracts, _content(contracts, figures, outlines))
    target = out / "index.html"
    try:
        out.mkdir(parents=True, exist_ok=True)
        target.write_text(page, encoding="utf-8")
    except OSError:
        raise StorageError("publication.not_written", place=Place(file=target.name)) from None
    return target


def _content(
    contracts: Contracts, figures: PublishedFigures, outlines: Mapping[str, Any] | None
) -> dict[str, Any]:
    main = figures.widest()
    group_level = figures.group_level()
    groups = figures.areas(group_level) if group_level else ()
    groups = groups if len(groups) <= MOST_IN_THE_TABLE else ()
    totals = figures.totals((main.id, *(area.id for area in groups)))
    periods = periods_to_tell(contracts, totals, main, figures.periods())
    latest = periods[-1]
    columns = table_indicators(contracts, totals)
    typology = next(iter(contracts.territories.typologies), None)
    classes = (
        _split(contracts, figures, main, dimension=typology, period=latest) if typology else ()
    )
    bases = figures.areas(contracts.territories.base_level)
    shapes = _shapes(bases, outlines)
    return {
        "main": main,
        "periods": periods,
        "release": figures.release(),
        "partial": [area for area in figures.partial() if area.level != group_level],
        "headlines": headlines(contracts, totals, main, periods),
        "group_level": group_level,
        "groups": group_rows(columns, totals, groups, latest),
        "table_indicators": columns,
        "sexes": _sexes(contracts, figures, main, latest),
        "sex_rows": _split(contracts, figures, main, dimension="sex", period=latest),
        "typology": typology and contracts.territories.typologies[typology],
        "class_rows": classes,
        "axis": axis_ticks(classes),
        "protection": figures.protection(),
        "standing": figures.has_standing(),
        "perturbed": _perturbed(contracts),
        "arrivals": figures.arrivals(main.id, latest),
        "shapes": shapes,
        "towns": _towns(bases, shapes),
        "data": shapes
        and map_data(contracts, figures, bases, main=main, shapes=shapes, opens_on=latest),
    }


def _perturbed(contracts: Contracts) -> list[tuple[Table, Label]]:
    """Return the tables whose figures were moved, and how."""
    said = [(table, perturbation_words(table, contracts)) for table in contracts.tables.values()]
    return [(table, words) for table, words in said if words is not None]


def _shapes(bases: tuple[Area, ...], outlines: Mapping[str, Any] | None) -> MapShapes | None:
    if outlines is None or len(bases) > MOST_ON_THE_MAP:
        return None
    return draw_outlines(outlines, {area.code: area.group for area in bases})


def _towns(bases: tuple[Area, ...], shapes: MapShapes | None) -> list[Town]:
    """Return the largest towns that lie far enough apart to bear their names on the map."""
    placed = {shape.code: shape for shape in shapes.shapes} if shapes else {}
    chosen: list[Town] = []
    for area in sorted(bases, key=lambda area: -(area.inhabitants or 0))[:NAMES_TRIED]:
        if area.code not in placed or len(chosen) == NAMES_ON_THE_MAP:
            continue
        shape = placed[area.code]
        town = Town(name=area.name, x=shape.x, y=shape.y)
        if not any(town.is_near(other) for other in chosen):
            chosen.append(town)
    return chosen


def _sexes(
    contracts: Contracts, figures: PublishedFigures, main: Area, period: str
) -> tuple[SexRow, ...]:
    crossed = {"sex", "edu_level"}
    if not any(crossed <= set(table.dimensions) for table in contracts.tables.values()):
        return ()
    return sex_rows(contracts, figures.breakdown(main.id, "sex", "edu_level"), period)


def _split(
    contracts: Contracts, figures: PublishedFigures, main: Area, *, dimension: str, period: str
) -> tuple[ClassRow, ...]:
    if not any(dimension in table.dimensions for table in contracts.tables.values()):
        return ()
    return class_rows(contracts, figures.breakdown(main.id, dimension), dimension, period)


def _render(contracts: Contracts, content: Mapping[str, Any]) -> str:
    environment = Environment(
        loader=PackageLoader("pipeline.dissemination.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, early, script = (_asset(name) for name in ("page.css", "early.js", "page.js"))
    return environment.get_template("index.html.j2").render(
        content,
        contracts=contracts,
        policy=contracts.policy,
        words=WORDS,
        languages=LANGUAGES,
        number=number,
        row_dots=row_dots,
        percent_sign=percent_sign,
        school_year=school_year,
        unbroken=unbroken,
        style=Markup(style),  # noqa: S704  our own file
        early=Markup(early),  # noqa: S704  our own file
        script=Markup(script),  # noqa: S704  our own file
        csp=_content_security_policy(style, early, script),
        data_json=_json(content["data"]),
        words_json=_json({key: WORDS[key].model_dump() for key in _SCRIPT_WORDS}),
    )


def _asset(name: str) -> str:
    folder = resources.files("pipeline.dissemination.site") / "templates"
    return (folder / name).read_text(encoding="utf-8")


def _json(data: object) -> Markup:
    """Return JSON that cannot end the script element it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704  escaped above


def _content_security_policy(style: str, *scripts: str) -> str:
    """Return a policy that runs what the page holds and loads nothing."""
    allowed = " ".join(_source_hash(script) for script in scripts)
    return (
        f"default-src 'none'; img-src data:; style-src {_source_hash(style)}; "
        f"script-src {allowed}; base-uri 'none'; form-action 'none'"
    )


def _source_hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"
