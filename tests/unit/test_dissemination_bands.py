"""The band of a figure stands beside it in the database and in every export."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from pysdmx.io import get_datasets

from pipeline.contracts import Label
from pipeline.contracts.policy import Licence
from pipeline.dissemination.access import open_published
from pipeline.dissemination.network.content import latest
from pipeline.dissemination.network.members import Member
from pipeline.dissemination.network.reading import read_tables
from tests.release_sample import moved_publication, named_publication, write_release
from tests.unit.test_dissemination_dfe import problems, read

NAMES = ["Lomé", "Kara", "Sokodé", "Dapaong", "Atakpamé", "Tsévié"]
ENDS = ["obs_low", "obs_high"]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_release(moved_publication(NAMES), tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="module")
def ours(release: Path) -> pd.DataFrame:
    with open_published(release / "published.duckdb") as published:
        frame = published.execute("from observations order by ref_area").df()
    assert frame["obs_low"].notna().all()
    assert 0 < frame["obs_high"].isna().sum() < len(frame)
    return frame


def same(found: pd.DataFrame, ours: pd.DataFrame) -> bool:
    """Tell whether both ends are those of the database, in the same order of territories."""
    return np.array_equal(found.astype("float64").to_numpy(), ours[ENDS].to_numpy(), equal_nan=True)


def test_files_hold_both_ends(release: Path, ours: pd.DataFrame) -> None:
    parquet = pq.read_table(release / "parquet/observations.parquet").to_pandas()
    assert same(parquet.sort_values("ref_area")[ENDS], ours)
    text = pd.read_csv(release / "csv/observations.csv", keep_default_na=False, na_values=[""])
    assert same(text.sort_values("ref_area")[ENDS], ours)


def test_sdmx_names_them_as_the_development_goals_do(release: Path, ours: pd.DataFrame) -> None:
    structure = release / "sdmx/structure.xml"
    (dataset,) = get_datasets(release / "sdmx/observations.csv", structure)
    found = dataset.data.sort_values("REF_AREA")[["LOWER_BOUND", "UPPER_BOUND"]]
    assert same(found.replace("", None), ours)
    with (release / "sdmx/observations.csv").open(encoding="utf-8", newline="") as lines:
        told = {row["UPPER_BOUND"] for row in csv.DictReader(lines)}
    assert "" in told
    assert "NaN" not in told


def test_open_data_files_have_a_column_for_each_end(release: Path, ours: pd.DataFrame) -> None:
    data, meta = (read(release / f"dfe/pupils_commune{end}") for end in (".csv", ".meta.csv"))
    assert not list(problems(data, meta))
    own = [row for row in data if row["enrolment"] != "z"]
    found = pd.DataFrame(own).sort_values("commune_code")[["enrolment_low", "enrolment_high"]]
    assert same(found.replace("z", None), ours)
    labels = {row["col_name"]: row["label"] for row in meta}
    assert "95 %" in labels["enrolment_low"]


def test_the_workbook_and_the_wide_view_have_them_too(release: Path, ours: pd.DataFrame) -> None:
    page = openpyxl.load_workbook(release / "xlsx/figures.xlsx")["pupils"]
    names, *rows = [[cell.value for cell in row] for row in page.iter_rows()]
    sheet = pd.DataFrame(rows, columns=names).sort_values("ref_area")
    assert same(sheet[["enrolment_low", "enrolment_high"]].replace("z", None), ours)
    with open_published(release / "published.duckdb") as published:
        wide = published.execute(
            "select enrolment_low, enrolment_high from pupils order by ref_area"
        ).df()
    assert same(wide, ours)


@pytest.mark.parametrize(
    "question",
    [
        "from totals where indicator = 'ENROLMENT' order by ref_area",
        "from indicator('ENROLMENT') order by ref_area",
        "from top('ENROLMENT', 'commune') order by ref_area",
    ],
)
def test_questions_answer_with_both_ends(release: Path, ours: pd.DataFrame, question: str) -> None:
    with open_published(release / "published.duckdb") as published:
        assert same(published.execute(f"select obs_low, obs_high {question}").df(), ours)
        pair = published.execute("from compare('COM-0001', 'COM-0003')").df()
    told = ours.set_index("ref_area")
    assert pair["low_a"].tolist() == [told.loc["COM-0001", "obs_low"]]
    assert pair["high_b"].tolist() == [told.loc["COM-0003", "obs_high"]]


def test_beside_other_cities_the_band_stands_too(release: Path) -> None:
    """The pages of a network show the territory that stands for all, here the first commune."""
    tables = read_tables(release)
    communes = tables["territories"]["level"].eq("commune")
    tables["territories"] = tables["territories"][communes].iloc[:1]
    area = str(tables["territories"]["id"].iloc[0])
    member = Member(
        name="one",
        label=Label(en="One", fr="Un"),
        licence=Licence(id="cc", name="CC", url="https://example.org"),
        release_id="release-tg",
        created="2026-01-01T00:00:00Z",
        synthetic=True,
        methods={},
        fingerprint="",
        tables=tables,
    )
    told = tables["observations"].set_index("ref_area").loc[area]
    shown = latest(member, "ENROLMENT")
    assert shown.value == told["obs_value"]
    assert shown.low == told["obs_low"]
    assert (shown.high is None) == bool(np.isnan(told["obs_high"]))


def test_the_codebook_says_how_sure_a_band_is(release: Path) -> None:
    with open_published(release / "published.duckdb") as published:
        rows = published.execute(
            "select description_en, description_fr from codebook where table_name = 'observations' "
            "and column_name = 'obs_low' and kind = 'column'"
        ).fetchall()
        [(comment,)] = published.execute(
            "select comment from duckdb_columns() where table_name = 'observations' "
            "and column_name = 'obs_low'"
        ).fetchall()
    [(english, french)] = rows
    assert "95 % or more" in english
    assert comment == english
    assert "au moins 95 %" in french


def test_a_release_without_moved_counts_has_no_column_more_in_its_open_files(
    tmp_path: Path,
) -> None:
    release = write_release(named_publication(NAMES), tmp_path)
    assert not [name for name in read(release / "dfe/pupils_commune.csv")[0] if "_low" in name]
    with open_published(release / "published.duckdb") as published:
        told = published.execute("select count(obs_low), count(obs_high) from totals").fetchall()
        names = [row[0] for row in published.execute("describe pupils").fetchall()]
    assert told == [(0, 0)]
    assert not [name for name in names if name.endswith(("_low", "_high"))]
