"""A query may name other releases that are still public; each is checked before it is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.dissemination.database import write_database
from pipeline.dissemination.publication import Publication
from pipeline.errors import QueryError, StorageError
from pipeline.settings import INSTALLATION, Settings
from pipeline.steps.asking import ask
from pipeline.storage.keys import KeyRing
from pipeline.storage.releases import ReleaseStore
from tests.browser.sample import sample_publication


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A copy of what is published, for readers alone: two releases, the second in force."""
    KeyRing.create(tmp_path / "keys")
    ring = KeyRing.open(tmp_path / "keys", home=tmp_path / "publisher")
    days = iter((1, 2))
    store = ReleaseStore(
        tmp_path / "copy/published",
        ring,
        clock=lambda: datetime(2026, 1, next(days), tzinfo=UTC),
    )
    publication = sample_publication(epci=("243500618",))
    frame = publication.observations
    first = replace(publication, observations=frame[frame["time_period"] == "2019"])
    for name, each in (("release-01ab", first), ("release-02cd", publication)):

        def build(folder: Path, publication: Publication = each) -> None:
            write_database(publication, folder / "published.duckdb")

        store.publish(build, release_id=name, facts={"candidate": name})
    home, keys = tmp_path / "copy", tmp_path / "none"
    return Settings(home=home, keys=keys, project=INSTALLATION, language="en")


def test_an_earlier_release_answers_beside_the_one_in_force(settings: Settings) -> None:
    sql = (
        "select (select count(*) from totals) as now, "
        "(select count(*) from release_01ab.totals) as before, "
        "(select count(distinct time_period) from release_01ab.totals) as periods"
    )
    (row,) = ask(settings, sql).table.to_pylist()
    assert row["now"] > row["before"] > 0
    assert row["periods"] == 1


def test_a_release_that_a_query_does_not_name_is_not_there(settings: Settings) -> None:
    with pytest.raises(QueryError, match=r"query\.refused"):
        ask(settings, "select * from release_99ff.totals")


def test_an_earlier_release_that_was_altered_is_not_read(settings: Settings) -> None:
    path = settings.home / "published/releases/release-01ab/published.duckdb"
    path.write_bytes(path.read_bytes() + b" ")
    assert ask(settings, "select count(*) as n from totals").table.num_rows == 1
    with pytest.raises(StorageError, match=r"storage\.release_not_as_signed"):
        ask(settings, "select count(*) as n from release_01ab.totals")


def test_a_release_that_was_withdrawn_is_not_there(settings: Settings) -> None:
    ReleaseStore(settings.home / "published").withdraw("release-01ab")
    with pytest.raises(QueryError, match=r"query\.refused"):
        ask(settings, "select count(*) as n from release_01ab.totals")
