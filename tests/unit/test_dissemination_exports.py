"""Each export of a release is read back by another reader, and says what the database says."""

from __future__ import annotations

import csv
import json
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import geopandas
import jsonschema
import numpy as np
import openpyxl
import pyarrow.parquet as pq
import pytest
import rdflib
import shapely
from csvw import CSVW
from frictionless import validate
from pysdmx.io import get_datasets, read_sdmx, write_sdmx
from pysdmx.io.format import Format
from pysdmx.io.pd import PandasDataset
from pysdmx.model.dataset import ActionType

from pipeline.dissemination.access import open_published
from pipeline.dissemination.exports import xlsx
from pipeline.dissemination.exports.source import ReleaseSource
from pipeline.dissemination.publication import Publication
from pipeline.errors import StorageError
from tests.browser.sample import sample_publication
from tests.release_sample import named_publication, write_release

pytestmark = pytest.mark.slow

CONCEPTS = {"sector": "SECTOR_EDU", "obs_low": "LOWER_BOUND", "obs_high": "UPPER_BOUND"}


@pytest.fixture(scope="module")
def publication() -> Publication:
    return sample_publication(epci=("243500618",))


@pytest.fixture(scope="module")
def release(publication: Publication, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_release(publication, tmp_path_factory.mktemp("release"))


@pytest.fixture
def published(release: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(release / "published.duckdb") as connection:
        yield connection


def _tables(published: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return published.execute("select schema_name, table_name from duckdb_tables()").fetchall()


def test_what_csvw_tells_of_each_file_is_valid_and_so_is_the_file(
    published: duckdb.DuckDBPyConnection, release: Path
) -> None:
    for schema, name in _tables(published):
        inside = release / "csv" / ("cells" if schema == "cells" else "")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            told = CSVW(f"{inside / name}.csv-metadata.json", validate=True)
            assert told.is_valid, name
        rows = list(told.tables[0].iterdicts())
        expected = published.execute(f'select * from {schema}."{name}"').fetchall()
        assert len(rows) == len(expected), name


def test_a_reader_of_csvw_gets_each_figure_with_its_type(
    published: duckdb.DuckDBPyConnection, release: Path
) -> None:
    told = CSVW(str(release / "csv/observations.csv-metadata.json"))
    found = [tuple(row.values()) for row in told.tables[0].iterdicts()]
    assert found == published.execute("from observations").fetchall()


def test_csvw_names_no_other_place(release: Path) -> None:
    for path in release.rglob("*-metadata.json"):
        told = json.loads(path.read_text("utf-8"))
        assert (path.parent / told["url"]).is_file()
        assert told["@context"][0] == "http://www.w3.org/ns/csvw"


def test_the_data_package_is_valid_with_hashes_sizes_types_and_keys(release: Path) -> None:
    report = validate(str(release / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    told = json.loads((release / "datapackage.json").read_text("utf-8"))
    assert {each["path"] for each in told["resources"]} == {
        str(path.relative_to(release)) for path in release.glob("csv/**/*.csv")
    }
    assert all(each["hash"].startswith("sha256:") for each in told["resources"])


def test_a_data_package_of_which_a_file_was_touched_is_found_out(
    publication: Publication, tmp_path: Path
) -> None:
    release = write_release(publication, tmp_path)
    path = release / "csv/releases.csv"
    path.write_text(path.read_text("utf-8").replace("release-", "release_"), "utf-8")
    assert not validate(str(release / "datapackage.json")).valid


def test_territories_have_outlines_in_geoparquet_and_a_parent_is_the_union_of_its_parts(
    publication: Publication, release: Path
) -> None:
    frame = geopandas.read_parquet(release / "geo/territories.parquet").set_index("id")
    assert str(frame.crs) == "OGC:CRS84"
    assert frame.geometry.is_valid.all()
    communes = frame[frame["level"] == "commune"]
    assert set(communes.index) == {f"COM-{code}" for code in publication.geography.parents}
    assert publication.outlines
    outlines = {
        feature["properties"]["code"]: shapely.geometry.shape(feature["geometry"])
        for feature in publication.outlines["features"]
    }
    for area, row in communes.iterrows():
        assert row.geometry.equals(outlines[str(area).removeprefix("COM-")])
    whole = frame.loc["EPCI-243500618"].geometry
    areas = [part.area for part in communes.geometry]
    assert whole.area == pytest.approx(sum(areas), rel=1e-9)
    assert all(whole.buffer(1e-9).covers(part) for part in communes.geometry)


def test_the_geo_metadata_is_that_of_the_specification(release: Path) -> None:
    file = pq.ParquetFile(release / "geo/territories.parquet")
    geo = json.loads(file.schema_arrow.metadata[b"geo"])
    jsonschema.validate(geo, GEO_SCHEMA)
    frame = file.read().to_pylist()
    shapes = [shapely.from_wkb(row["geometry"]) for row in frame]
    assert geo["columns"]["geometry"]["geometry_types"] == sorted({s.geom_type for s in shapes})
    assert geo["columns"]["geometry"]["bbox"] == list(
        shapely.total_bounds(shapely.geometrycollections(shapes))
    )
    for row, drawn in zip(frame, shapes, strict=True):
        assert tuple(row["bbox"].values()) == drawn.bounds


# What GeoParquet 1.1 asks for of a file with one column of geometries, in our own words.
GEO_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["version", "primary_column", "columns"],
    "properties": {
        "version": {"const": "1.1.0"},
        "primary_column": {"const": "geometry"},
        "columns": {
            "type": "object",
            "required": ["geometry"],
            "additionalProperties": {
                "type": "object",
                "required": ["encoding", "geometry_types"],
                "properties": {
                    "encoding": {"const": "WKB"},
                    "geometry_types": {
                        "type": "array",
                        "uniqueItems": True,
                        "items": {"enum": ["Polygon", "MultiPolygon"]},
                    },
                    "bbox": {
                        "type": "array",
                        "items": {"type": "number"},
                        "minItems": 4,
                        "maxItems": 4,
                    },
                    "covering": {
                        "type": "object",
                        "required": ["bbox"],
                        "properties": {
                            "bbox": {
                                "type": "object",
                                "required": ["xmin", "ymin", "xmax", "ymax"],
                                "additionalProperties": {
                                    "type": "array",
                                    "minItems": 2,
                                    "maxItems": 2,
                                },
                            }
                        },
                    },
                },
            },
        },
    },
}


@pytest.fixture(scope="module")
def figures(release: Path) -> Any:
    """The figures as pysdmx reads them by their structure, which it holds against the schemas."""
    structure = release / "sdmx/structure.xml"
    read_sdmx(structure, validate=True)
    (dataset,) = get_datasets(release / "sdmx/observations.csv", structure)
    return dataset


def test_pysdmx_reads_back_every_figure_and_what_is_said_of_it(
    published: duckdb.DuckDBPyConnection, figures: Any
) -> None:
    ours = published.execute("from observations").df()
    names = {name: CONCEPTS.get(name, name.upper()) for name in ours.columns}
    found = figures.data
    assert set(names.values()) == set(found.columns)
    assert len(found) == len(ours)
    for name, theirs in names.items():
        if ours[name].dtype == "float64":
            numbers = found[theirs].to_numpy(dtype="float64", na_value=float("nan"))
            assert ((numbers == ours[name]) | (ours[name].isna() & np.isnan(numbers))).all()
        else:
            assert list(found[theirs].fillna("")) == list(ours[name].fillna("")), name


def _as_pysdmx_writes(published: duckdb.DuckDBPyConnection, release: Path) -> str:
    """The whole file written by the library alone, from the structure that lies in the release."""
    (definition,) = read_sdmx(
        release / "sdmx/structure.xml", validate=False
    ).get_data_structure_definitions()
    frame = published.execute("from observations").df()
    texts = frame.select_dtypes(exclude="number").columns
    frame = frame.assign(**{name: frame[name].fillna("") for name in texts})
    frame.columns = [CONCEPTS.get(name, name.upper()) for name in frame.columns]
    dataset = PandasDataset(structure=definition.to_schema(), data=frame, action=ActionType.Replace)
    return str(write_sdmx(dataset, Format.DATA_SDMX_CSV_2_0_0))


def test_the_figures_in_sdmx_are_byte_for_byte_those_that_pysdmx_writes(
    published: duckdb.DuckDBPyConnection, release: Path
) -> None:
    written = (release / "sdmx/observations.csv").read_bytes().decode()
    assert written == _as_pysdmx_writes(published, release)


def test_a_text_that_needs_quotes_is_written_in_sdmx_as_pysdmx_writes_it(tmp_path: Path) -> None:
    publication = named_publication(["Lomé", "Kara", "Sokodé"])
    figures = publication.observations.assign(time_period='2024,"25"')
    release = write_release(replace(publication, observations=figures), tmp_path)
    written = (release / "sdmx/observations.csv").read_bytes().decode()
    assert written.count('"2024,""25"""') == len(figures)
    with open_published(release / "published.duckdb") as published:
        assert written == _as_pysdmx_writes(published, release)


def test_a_hidden_figure_is_nan_with_its_status_in_sdmx(release: Path) -> None:
    with (release / "sdmx/observations.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    hidden = [row for row in rows if row["CONF_STATUS"] == "C"]
    assert hidden
    assert {(row["OBS_VALUE"], row["OBS_STATUS"]) for row in hidden} == {("NaN", "Q")}
    assert {row["OBS_STATUS"] for row in rows if row["OBS_VALUE"] == "NaN"} <= {"Q", "L", "M"}
    assert {(row["STRUCTURE"], row["ACTION"]) for row in rows} == {("datastructure", "R")}


def test_each_code_of_the_figures_is_in_its_code_list(release: Path, figures: Any) -> None:
    message = read_sdmx(release / "sdmx/structure.xml", validate=True)
    lists = {each.id: {code.id for code in each.items} for each in message.get_codelists()}
    (definition,) = message.get_data_structure_definitions()
    coded = [c.id for c in definition.components.dimensions if c.id != "TIME_PERIOD"]
    for name in (*coded, "OBS_STATUS", "CONF_STATUS", "UNIT_MEASURE", "AREA_LEVEL"):
        assert set(figures.data[name].unique()) <= lists[f"CL_{name}"], name


def test_codes_are_named_in_both_languages(release: Path) -> None:
    text = (release / "sdmx/structure.xml").read_text("utf-8")
    assert '<com:Name xml:lang="en">Girls / women</com:Name>' in text
    assert '<com:Name xml:lang="fr">Filles / femmes</com:Name>' in text


DCAT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": [
        "@context",
        "@id",
        "@type",
        "dct:title",
        "dct:description",
        "dct:publisher",
        "dct:identifier",
        "dct:issued",
        "dct:spatial",
        "dct:temporal",
        "dcat:theme",
        "dcat:distribution",
    ],
    "properties": {
        "@context": {"type": "object"},
        "@type": {"const": "dcat:Dataset"},
        "dct:title": {"$ref": "#/$defs/both"},
        "dct:description": {"$ref": "#/$defs/both"},
        "dct:publisher": {"type": "object", "required": ["@type", "foaf:name"]},
        "dcat:theme": {
            "const": {"@id": "http://publications.europa.eu/resource/authority/data-theme/EDUC"}
        },
        "dcat:distribution": {
            "type": "array",
            "minItems": 5,
            "items": {
                "type": "object",
                "required": ["@id", "@type", "dcat:accessURL", "dct:license", "dcat:mediaType"],
                "properties": {"@type": {"const": "dcat:Distribution"}},
            },
        },
    },
    "$defs": {
        "both": {
            "type": "array",
            "minItems": 2,
            "items": {
                "type": "object",
                "required": ["@value", "@language"],
                "properties": {"@language": {"enum": ["en", "fr"]}},
            },
        }
    },
}


def test_the_record_for_catalogues_has_what_dcat_ap_asks_for(release: Path) -> None:
    text = (release / "dcat.jsonld").read_text("utf-8")
    jsonschema.validate(json.loads(text), DCAT_SCHEMA)
    served = "https://data.example.org/releases/one/"
    graph = rdflib.Graph().parse(data=text, format="json-ld", publicID=served)
    dcat, dct = (
        rdflib.Namespace("http://www.w3.org/ns/dcat#"),
        rdflib.Namespace("http://purl.org/dc/terms/"),
    )
    (dataset,) = graph.subjects(rdflib.RDF.type, dcat.Dataset)
    assert str(dataset) == served
    for needed in (dct.title, dct.description, dct.publisher, dcat.theme, dct.temporal):
        assert (dataset, needed, None) in graph
    addresses = {str(url) for url in graph.objects(None, dcat.downloadURL)}
    assert addresses
    for address in addresses:
        assert (release / address.removeprefix(served)).is_file()
    for size, one in ((s, o) for o, s in graph.subject_objects(dcat.byteSize)):
        path = release / str(one).removeprefix(served)
        assert int(size) == path.stat().st_size
    with_licence = set(graph.subjects(dct.license, None))
    assert with_licence == set(graph.objects(dataset, dcat.distribution))


@pytest.fixture(scope="module")
def book(release: Path) -> Any:
    return openpyxl.load_workbook(release / "xlsx/figures.xlsx")


def test_the_workbook_has_notes_a_sheet_for_each_theme_and_no_formula(
    publication: Publication, book: Any
) -> None:
    themes = {indicator.theme for indicator in publication.contracts.indicators.indicators}
    assert book.sheetnames[0] == "notes"
    assert themes < set(book.sheetnames)
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)
    notes = {tuple(cell.value for cell in row[1:3]) for row in book["notes"].iter_rows()}
    assert ("English", "Français") in notes
    assert all(english and french for english, french in notes)


def test_each_figure_of_the_workbook_is_that_of_the_view_and_none_is_an_empty_cell(
    published: duckdb.DuckDBPyConnection, publication: Publication, book: Any
) -> None:
    symbols = {"Q": "c", "L": "x", "M": "z", None: "z"}
    seen: set[object] = set()
    for theme in {indicator.theme for indicator in publication.contracts.indicators.indicators}:
        names, *rows = book[theme].iter_rows(values_only=True)
        ours = published.execute(f"select * from {theme}").df().astype(object)
        ours = ours.where(ours.notna(), None)
        keys = [name for name in ours.columns if f"{name}_status" not in ours.columns]
        keys = [name for name in keys if not name.endswith("_status")]
        theirs = {
            tuple(row[names.index(name)] for name in keys): dict(zip(names, row, strict=True))
            for row in rows
        }
        assert len(theirs) == len(rows) == len(ours)
        for row in ours.to_dict("records"):
            found = theirs[tuple(row[name] for name in keys)]
            for name in (n for n in ours.columns if f"{n}_status" in ours.columns):
                status = row[f"{name}_status"]
                expected = row[name] if row[name] is not None else symbols[status]
                assert found[name] == expected
                seen.add(found[name] if isinstance(found[name], str) else None)
    assert {"c", "z", None} <= seen


WHOLE = "sex = '_T' and edu_level = '_T' and sector = '_T' and urbanisation = '_T'"


COMMUNE_LAST = f"area_level = 'commune' and {WHOLE} and time_period = '2021'"


@pytest.fixture
def small_sheets(
    publication: Publication,
    published: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[int], Any]:
    """Writes the workbook as if no sheet were to have more than some rows, and opens it."""

    def write(most: int) -> Any:
        folder = tmp_path / str(most)
        folder.mkdir()
        monkeypatch.setattr(xlsx, "MOST_ROWS", most)
        xlsx.write_xlsx(
            ReleaseSource(
                connection=published,
                contracts=publication.contracts,
                geography=publication.geography,
                outlines=None,
                folder=folder,
            )
        )
        return openpyxl.load_workbook(folder / "xlsx/figures.xlsx", read_only=True)

    return write


def _notes(book: Any, sheet: str) -> list[str]:
    rows = book["notes"].iter_rows(values_only=True)
    return [str(row[1]) for row in rows if row[0] == f"sheet {sheet}"]


@pytest.mark.parametrize(
    ("most", "kept", "said"),
    [
        (1287, "true", None),
        (1286, f"area_level <> 'commune' or ({WHOLE})", "breakdowns (Commune)."),
        (
            1103,
            f"area_level <> 'commune' or ({COMMUNE_LAST})",
            "breakdowns (Commune); years before 2021 (Commune).",
        ),
        (
            1089,
            f"area_level <> 'commune' and (area_level <> 'epci' or {WHOLE}) or {COMMUNE_LAST}",
            "breakdowns (Commune, Inter-communal body); years before 2021 (Commune).",
        ),
        (12, f"{WHOLE} and time_period = '2021'", "Region, Country)."),
        (
            5,
            f"{WHOLE} and time_period = '2021' and area_level <> 'commune'",
            "everything (Commune).",
        ),
    ],
)
def test_a_sheet_that_would_be_too_long_leaves_out_detail_of_the_smallest_territories_first(
    published: duckdb.DuckDBPyConnection,
    small_sheets: Callable[[int], Any],
    *,
    most: int,
    kept: str,
    said: str | None,
) -> None:
    book = small_sheets(most)
    columns = ("ref_area", "time_period", "sex", "edu_level", "sector", "urbanisation")
    query = f"select {', '.join(columns)} from pupils where {kept}"
    expected = published.execute(query).fetchall()
    assert len(expected) <= most
    names, *rows = book["pupils"].iter_rows(values_only=True)
    keys = [names.index(name) for name in columns]
    assert sorted(tuple(row[key] for key in keys) for row in rows) == sorted(expected)
    _, *cut = _notes(book, "pupils")
    if said is None:
        assert not cut
    else:
        assert cut[0].startswith(f"{len(expected):,} of 1,287 rows. Left out: ")
        assert said in cut[0]
        assert "csv/observations.csv and parquet/observations.parquet" in cut[0]


@pytest.mark.parametrize("most", [1, 3, 40, 500])
def test_no_sheet_has_more_rows_than_it_is_to_hold_and_each_that_lacks_some_says_so(
    publication: Publication,
    published: duckdb.DuckDBPyConnection,
    small_sheets: Callable[[int], Any],
    *,
    most: int,
) -> None:
    book = small_sheets(most)
    for name in book.sheetnames[1:]:
        rows = len(list(book[name].iter_rows(values_only=True))) - 1
        ((of,),) = published.execute(f"select count(*) from {name}").fetchall()
        assert 0 < rows <= most or of == 0, name
        cut = _notes(book, name)[1:]
        if rows == of:
            assert not cut, name
        else:
            assert f"{rows:,} of {of:,} rows" in cut[0], name
            place = name if name not in _themes(publication) else "observations"
            assert f"csv/{place}.csv and parquet/{place}.parquet" in cut[0], name


def _themes(publication: Publication) -> set[str]:
    return {indicator.theme for indicator in publication.contracts.indicators.indicators}


def test_a_text_that_a_cell_cannot_hold_is_refused_rather_than_cut(tmp_path: Path) -> None:
    publication = named_publication(["L" * 32_768])
    with pytest.raises(StorageError) as refused:
        write_release(publication, tmp_path)
    assert refused.value.problem.code == "publication.not_in_a_cell"


def test_the_folder_says_in_both_languages_what_lies_in_it(release: Path) -> None:
    text = (release / "README.md").read_text("utf-8")
    assert "What lies here" in text
    assert "Ce qu'il y a ici" in text
    english, french = text.split("## Ce qu'il y a ici")
    assert "- `csv`: " in english
    assert "- `csv` : " in french
    for path in release.iterdir():
        assert f"`{path.name}`" in text or path.name == "README.md"


def test_the_same_release_is_written_twice_as_the_same_bytes(
    publication: Publication, release: Path, tmp_path: Path
) -> None:
    again = write_release(publication, tmp_path)
    for path in (p for p in release.rglob("*") if p.is_file()):
        # DuckDB places its blocks as its threads finish; the record tells how large its file is.
        if path.name not in {"published.duckdb", "dcat.jsonld"}:
            assert path.read_bytes() == (again / path.relative_to(release)).read_bytes(), path.name


def test_another_country_without_outlines_has_every_other_export(tmp_path: Path) -> None:
    publication = replace(named_publication(["Lomé", "Kara"]), outlines=None)
    release = write_release(publication, tmp_path)
    assert not (release / "geo").exists()
    assert validate(str(release / "datapackage.json")).valid
    read_sdmx(release / "sdmx/structure.xml", validate=True)
    assert (release / "dfe/pupils_commune.csv").is_file()
