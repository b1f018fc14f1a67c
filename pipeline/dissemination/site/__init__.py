"""The site of a release: static pages in English and French, and the small files they read.

Any web server will do. Nothing is asked of anyone else, and nothing runs that is not a file of the
site: each page says so in its Content-Security-Policy.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.contracts import Contracts
from pipeline.dissemination.access import open_published
from pipeline.dissemination.site.assets import write_assets
from pipeline.dissemination.site.chart_specs import compiled_charts
from pipeline.dissemination.site.content import periods_to_tell
from pipeline.dissemination.site.datafiles import write_data, write_json
from pipeline.dissemination.site.figures import PublishedFigures
from pipeline.dissemination.site.geometry import place_outlines
from pipeline.dissemination.site.meta import site_meta
from pipeline.dissemination.site.pages import MOST_IN_THE_TABLE, Told, shared, site_pages
from pipeline.dissemination.site.query.page import write_query_page
from pipeline.dissemination.site.release_files import release_files
from pipeline.dissemination.site.rendering import render, site_environment
from pipeline.dissemination.site.setting import LANGUAGES
from pipeline.errors import Place as Where
from pipeline.errors import StorageError


def write_site(
    database: Path, out: Path, *, contracts: Contracts, outlines: Mapping[str, Any] | None
) -> Path:
    """Write the site of a release from its published database and the files beside it.

    Args:
        database: the published database; the files of its folder are listed and linked.
        out: the folder of the site; it is made if need be.
        contracts: labels, definitions, policy.
        outlines: GeoJSON of the base level; None: the site has no map.

    Returns:
        The page that leads to both languages.

    Raises:
        QueryError: the database is missing or cannot be opened.
        StorageError: a file could not be written.
    """
    try:
        with open_published(database) as connection:
            figures = PublishedFigures(connection, contracts)
            places = figures.places
            all_periods = figures.periods()
            bases = [place.code for place in places.of_level(contracts.territories.base_level)]
            drawn = None if outlines is None else place_outlines(outlines, bases)
            written = write_data(out / "data", connection, places, drawn, periods=all_periods)
            group_level = places.group_level()
            groups = places.of_level(group_level) if group_level else ()
            main = places.main()
            shown = groups if len(groups) <= MOST_IN_THE_TABLE else ()
            totals = figures.totals((main.id, *(place.id for place in shown)))
            told = Told(
                contracts=contracts,
                figures=figures,
                places=places,
                written=written,
                main=main,
                periods=tuple(periods_to_tell(contracts, totals, main, all_periods)),
                all_periods=all_periods,
                totals=totals,
                files=release_files(database.parent),
                disclosure=_disclosure(database.parent / "disclosure" / "report.json"),
            )
            index = _write_pages(out, told)
    except OSError:
        raise StorageError("publication.not_written", place=Where(file=out.name)) from None
    return index


def _disclosure(report: Path) -> dict[str, Any] | None:
    if not report.is_file():
        return None
    told: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return told


def _write_pages(out: Path, told: Told) -> Path:
    contracts = told.contracts
    environment = site_environment(contracts)
    assets = write_assets(out, compiled_charts())
    common = shared(told) | {"assets": assets}
    for language in LANGUAGES:
        meta = site_meta(
            contracts,
            told.places,
            told.written,
            periods=told.all_periods,
            opens_on=told.periods[-1],
            language=language,
        )
        write_json(out / "data" / f"meta-{language}.json", meta)
        (out / language).mkdir(parents=True, exist_ok=True)
        for page in site_pages(told):
            own = {"page": page.page, "section": page.section, "file": page.file}
            text = render(environment, page.template, language, {**common, **own, **page.content})
            (out / language / page.file).write_text(text, encoding="utf-8")
    own = {"page": "query", "section": "", "file": "query.html"}
    write_query_page(
        told.figures,
        out,
        contracts=contracts,
        draw=lambda language, content: render(
            environment, "query", language, {**common, **own, **content}
        ),
    )
    index = out / "index.html"
    index.write_text(render(environment, "choose", "en", common), encoding="utf-8")
    return index
