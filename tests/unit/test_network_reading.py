"""What a member of a network publishes is looked at before any of it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from pipeline.dissemination.network.reading import read_tables
from pipeline.errors import StorageError

MADE = """
create table observations (indicator varchar, ref_area varchar, area_level varchar,
    time_period varchar, sex varchar, obs_value double, obs_status varchar, conf_status varchar,
    coverage double, unit_measure varchar, stands_from varchar, obs_low double, obs_high double);
insert into observations values
    ('ENROLMENT', 'FR', 'country', '2021', '_T', 20, 'E', 'F', 1, 'pupils', null, 17, 23),
    ('ENROLMENT', 'FR', 'country', '2021', 'F', null, 'Q', 'C', 1, 'pupils', null, null, null);
create table territories (id varchar, name varchar, level varchar, hierarchy varchar,
    parent_id varchar, inhabitants bigint, scope_share double);
insert into territories values ('FR', 'Île-d''Yeu', 'country', 'x', null, 10, 1);
create table indicators (indicator varchar, label_en varchar, label_fr varchar, unit_en varchar,
    unit_fr varchar, definition_en varchar, definition_fr varchar, numerator_en varchar,
    numerator_fr varchar, denominator_en varchar, denominator_fr varchar, unit_measure varchar,
    source varchar, made_of varchar, dimensions varchar, decimals integer);
insert into indicators values ('ENROLMENT', 'Pupils', 'Élèves', 'pupils', 'élèves',
    'All of' || chr(10) || 'them', 'Tous', null, null, null, null, 'pupils', 'UIS', 'enrolment',
    'sex', 0);
create table dimensions (dimension varchar, code varchar, label_en varchar, label_fr varchar,
    position integer);
create table coverage (ref_area varchar, time_period varchar, dataset varchar);
create table releases (release_id varchar, created timestamp);
create table columns (table_schema varchar, table_name varchar, column_name varchar,
    description_en varchar, description_fr varchar);
"""


def release(folder: Path, *changes: str) -> Path:
    with duckdb.connect(str(folder / "published.duckdb")) as connection:
        for statement in (MADE, *changes):
            connection.execute(statement)
    return folder


def refused(folder: Path, changes: Sequence[str]) -> StorageError:
    with pytest.raises(StorageError) as refusal:
        read_tables(release(folder, *changes))
    assert refusal.value.problem.place.file == folder.name
    return refusal.value


def test_a_release_of_this_version_is_read_as_it_is(tmp_path: Path) -> None:
    tables = read_tables(release(tmp_path))
    assert tables["observations"]["obs_value"].tolist()[:1] == [20.0]
    assert tables["territories"]["name"].tolist() == ["Île-d'Yeu"]


def test_one_from_before_figures_had_bands_is_told_what_it_lacks_and_what_to_do(
    tmp_path: Path,
) -> None:
    error = refused(
        tmp_path, [f"alter table observations drop {n}" for n in ("obs_low", "obs_high")]
    )
    assert error.problem.code == "network.other_version"
    assert [(one.code, one.place.column) for one in error.problems] == [
        ("network.column_lacks", "obs_low"),
        ("network.column_lacks", "obs_high"),
    ]
    assert "release anew with this version" in error.words("en")
    assert "publier à nouveau avec cette version" in error.words("fr")


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        (["drop table coverage"], "table_lacks", None),
        (["drop table releases", "create view releases as select 1"], "table_lacks", None),
        (["alter table observations alter obs_value type varchar"], "column_other", "obs_value"),
        (["alter table observations alter obs_low type varchar"], "column_other", "obs_low"),
        (["alter table observations add column n integer"], "column_other", "n"),
        (["alter table indicators alter decimals type varchar"], "column_other", "decimals"),
    ],
)
def test_what_is_missing_or_of_another_type_is_another_version(
    tmp_path: Path, changes: Sequence[str], code: str, column: str | None
) -> None:
    error = refused(tmp_path, changes)
    assert error.problem.code == "network.other_version"
    assert [(one.code, one.place.column) for one in error.problems] == [(f"network.{code}", column)]


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ("update observations set obs_low = 21 where obs_low is not null", "obs_low"),
        ("update observations set obs_high = 19 where obs_low is not null", "obs_high"),
        ("update observations set obs_high = 'inf' where obs_low is not null", "obs_high"),
        ("update observations set obs_low = 1e300 where obs_value is null", "obs_low"),
        ("update observations set obs_value = 3 where conf_status = 'C'", "obs_value"),
        ("update observations set obs_high = 3 where conf_status = 'C'", "obs_high"),
        ("update observations set obs_status = '<b>'", "obs_status"),
        ("update observations set time_period = 'x'", "time_period"),
        ("update observations set sex = '\"' where sex = 'F'", "sex"),
        ("update observations set sex = '_T', conf_status = 'C' where sex = 'F'", "indicator"),
        ("update observations set indicator = '../../x'", "indicator"),
        ("insert into indicators from indicators", "indicator"),
        ("update indicators set decimals = 400", "decimals"),
        ("update indicators set decimals = -1", "decimals"),
        ("update indicators set label_fr = null", "label_fr"),
        ("update indicators set definition_en = 'a' || chr(8238) || 'b'", "definition_en"),
        ("update territories set name = 'a' || chr(27) || 'b'", "name"),
        ("delete from territories", None),
        ("alter table observations add column publisher varchar", "publisher"),
    ],
)
def test_what_no_release_can_hold_is_refused_with_its_column_and_no_value(
    tmp_path: Path, change: str, column: str | None
) -> None:
    error = refused(tmp_path, [change])
    assert error.problem.code == "network.not_possible"
    assert column in {one.place.column for one in error.problems}
    for language in ("en", "fr"):
        assert not {"<b>", "../", "1e+300", "\x1b"} & set(error.words(language).split())
