"""The page for statisticians: each example of it runs on a release."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import geopandas
import pytest

from pipeline.dissemination.access import open_published, query
from tests.browser.sample import ROOT, sample_publication
from tests.release_sample import write_release

PAGE = ROOT / "docs" / "using-the-figures.md"


def blocks(language: str) -> list[str]:
    """Return the examples of the page in one language."""
    found = re.findall(
        rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert found
    return [str(block) for block in found]


def queries_of_r() -> list[str]:
    """Return what the R examples ask of the database."""
    return [
        sql for block in blocks("r") for sql in re.findall(r'dbGetQuery\(\w+, "(.*?)"\)', block)
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a release lies under the name that the page gives it."""
    folder = tmp_path_factory.mktemp("statistician")
    (folder / "release").mkdir()
    # The city of the examples and one whose small communes are hidden.
    write_release(sample_publication(epci=("243500139", "243500618")), folder / "release")
    return folder


@pytest.mark.parametrize("sql", [*blocks("sql"), *queries_of_r()])
def test_each_query_of_the_page_is_answered_with_rows(folder: Path, sql: str) -> None:
    with open_published(folder / "release" / "published.duckdb") as connection:
        assert query(connection, sql).table.num_rows > 0


@pytest.mark.parametrize("code", blocks("python"))
def test_each_python_example_of_the_page_runs(folder: Path, code: str) -> None:
    command = [sys.executable, "-W", "error::FutureWarning", "-c", code]
    environment = {"PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        command, check=False, cwd=folder, capture_output=True, text=True, env=environment
    )
    assert ran.returncode == 0, ran.stderr


def test_the_layer_for_qgis_has_outlines_and_figures(folder: Path) -> None:
    (code,) = (block for block in blocks("python") if "figures.gpkg" in block)
    subprocess.run([sys.executable, "-c", code], cwd=folder, check=True, capture_output=True)
    layer = geopandas.read_file(folder / "figures.gpkg", layer="home_internet")
    assert layer.geometry.is_valid.all()
    assert {"Q", "A"} <= set(layer["obs_status"])
    assert layer.loc[layer["obs_status"] == "Q", "obs_value"].isna().all()
    assert layer.loc[layer["obs_status"] == "A", "obs_value"].notna().all()


def test_each_path_that_the_page_names_lies_in_a_release(folder: Path) -> None:
    text = PAGE.read_text("utf-8")
    named = {
        path
        for path in re.findall(r"`((?:[a-z]+/)?[a-z_]+(?:/|\.[a-z]+))`", text)
        if path not in {"release/", "figures.gpkg"}
    }
    assert len(named) >= 8
    assert not {path for path in named if not (folder / "release" / path).exists()}
