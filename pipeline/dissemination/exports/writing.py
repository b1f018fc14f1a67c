"""Write every export of a release beside its published database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.dissemination.access import open_published
from pipeline.dissemination.exports.csvw import write_csvw
from pipeline.dissemination.exports.datapackage import write_datapackage
from pipeline.dissemination.exports.dcat import write_dcat
from pipeline.dissemination.exports.dfe import write_dfe
from pipeline.dissemination.exports.geoparquet import write_geoparquet
from pipeline.dissemination.exports.readme import write_readme
from pipeline.dissemination.exports.sdmx_data import write_figures
from pipeline.dissemination.exports.sdmx_structure import write_structure
from pipeline.dissemination.exports.source import ReleaseSource
from pipeline.dissemination.exports.xlsx import write_xlsx
from pipeline.dissemination.publication import Publication
from pipeline.errors import Place, StorageError

Export = Callable[[ReleaseSource], None]


def write_sdmx(source: ReleaseSource) -> None:
    """Write `sdmx/`: the structure, and the figures that follow it."""
    write_figures(source, write_structure(source))


# What describes files comes after them.
EXPORTS: tuple[tuple[str, Export], ...] = (
    ("geo", write_geoparquet),
    ("sdmx", write_sdmx),
    ("dfe", write_dfe),
    ("xlsx", write_xlsx),
    ("csvw", write_csvw),
    ("datapackage", write_datapackage),
    ("dcat", write_dcat),
    ("readme", write_readme),
)


def write_exports(publication: Publication, folder: Path) -> None:
    """Write every export into the folder of a release.

    Args:
        publication: what `published.duckdb` of the folder was written from; its contracts,
            territories and outlines are used, its figures are read from the database.
        folder: holds `published.duckdb` and what `write_files` wrote.

    Raises:
        StorageError: a file could not be written.
    """
    try:
        with open_published(folder / "published.duckdb") as connection:
            source = ReleaseSource(
                connection=connection,
                contracts=publication.contracts,
                geography=publication.geography,
                outlines=publication.outlines,
                folder=folder,
            )
            for _, write in EXPORTS:
                write(source)
    except OSError:
        raise StorageError("publication.not_written", place=Place(file=folder.name)) from None
