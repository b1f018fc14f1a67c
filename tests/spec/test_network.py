"""A network compares what several houses published: verified, as it stands, and no more."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import duckdb
import pandas as pd
import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipeline.contracts import Label
from pipeline.contracts.policy import Licence
from pipeline.dissemination.network.database import write_network_database
from pipeline.dissemination.network.members import Member, read_licence
from pipeline.dissemination.network.pages import write_network_site
from pipeline.dissemination.network.reading import read_tables
from pipeline.errors import CartableError
from pipeline.steps.networking import build_network, verify
from pipeline.storage.keys import KeyRing
from pipeline.storage.manifest import read_manifest, write_manifest
from pipeline.storage.signatories import fingerprint
from tests.network_releases import OTHER_DEFINITION, House, publish, write_publishers

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> tuple[House, House]:
    folder = tmp_path_factory.mktemp("houses")
    return (
        publish(folder / "west", "west", pupils=24, is_other=False),
        publish(folder / "east", "east", pupils=9, is_other=True),
    )


@pytest.fixture(scope="module")
def network(houses: tuple[House, House], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a network of the two."""
    folder = tmp_path_factory.mktemp("network")
    publishers = write_publishers(folder / "net.yml", *houses)
    releases = [house.release for house in houses]
    build_network(releases, publishers=publishers, to=folder / "web")
    return folder / "web"


def rows(database: Path, sql: str) -> pd.DataFrame:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.sql(sql).df()


def refusal(*releases: Path, publishers: Path, to: Path) -> str:
    with pytest.raises(CartableError) as refused:
        build_network(releases, publishers=publishers, to=to)
    assert not to.exists()
    assert not [path for path in to.parent.iterdir() if path.name.startswith(".network")]
    assert {"en", "fr"} == {lang for lang in ("en", "fr") if refused.value.words(lang)}
    return refused.value.problem.code


def test_every_figure_is_that_of_its_release_and_none_is_added(
    houses: tuple[House, House], network: Path
) -> None:
    for house in houses:
        released = pd.read_parquet(house.release / "parquet" / "observations.parquet")
        columns = list(released.columns)
        listed = ", ".join(f'"{name}"' for name in columns)
        taken = rows(
            network / "network.duckdb",
            f"select {listed} from observations where publisher = '{house.name}'",
        )
        assert len(taken) == len(released) > 0
        keys = [name for name in columns if name not in {"obs_value", "coverage"}]
        both = [frame.sort_values(keys, ignore_index=True) for frame in (taken, released)]
        pd.testing.assert_frame_equal(both[0], both[1], check_dtype=False, check_exact=True)
    hidden = rows(
        network / "network.duckdb", "from observations where conf_status = 'C' or obs_status = 'Q'"
    )
    assert len(hidden) > 0
    assert hidden["obs_value"].isna().all()
    counted = rows(network / "network.duckdb", "select count(*) as n from observations")
    assert int(counted["n"][0]) == sum(
        len(pd.read_parquet(house.release / "parquet" / "observations.parquet")) for house in houses
    )


def test_the_comparison_is_of_the_territory_that_stands_for_all(network: Path) -> None:
    shown = rows(
        network / "network.duckdb",
        "select publisher, obs_value from comparison where indicator = 'ENROLMENT' order by all",
    )
    # Eight schools of 24 and of 9 pupils, drawn as the deliveries say.
    assert shown.values.tolist() == [["east", 8.0 * 9], ["west", 8.0 * 24]]


def test_the_pages_say_the_figures_of_the_releases(network: Path) -> None:
    page = (network / "en" / "index.html").read_text("utf-8")
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    lines = {
        page_of[1]: re.findall(r"<td[^>]*>(.*?)</td>", line, re.DOTALL)
        for line in body.split("<tr>")[1:]
        if (page_of := re.search(r"indicator-(\w+)\.html", line))
    }
    found = {
        code: [re.sub(r"<[^>]+>|\(.*?\)|,", "", cell).strip() for cell in cells]
        for code, cells in lines.items()
    }
    assert found["enrolment"] == [str(8 * 24), str(8 * 9)]
    assert found["schools"] == ["8", "8"]


def test_definitions_and_units_that_differ_are_said_and_the_same_is_not(network: Path) -> None:
    differing = rows(network / "network.duckdb", "from differences")
    schools = differing[differing["indicator"] == "SCHOOLS"].set_index(["aspect", "publisher"])
    assert schools.loc[("definition", "east"), "value_en"] == OTHER_DEFINITION
    assert schools.loc[("definition", "west"), "value_en"] != OTHER_DEFINITION
    assert schools.loc[("unit", "east"), "value_fr"] == "sites (schools)"
    assert differing[differing["indicator"] == "ENROLMENT"].empty
    page = html.unescape((network / "en" / "indicator-schools.html").read_text("utf-8"))
    assert OTHER_DEFINITION in page
    # Figures of two units are not drawn on one scale.
    assert "<svg" not in page
    assert "<svg" in (network / "en" / "indicator-enrolment.html").read_text("utf-8")
    assert 'href="differences.html#schools"' in (network / "fr" / "index.html").read_text("utf-8")


def test_who_publishes_under_which_licence_and_that_persons_are_made_up_is_said(
    houses: tuple[House, House], network: Path
) -> None:
    told = rows(network / "network.duckdb", "from publishers order by publisher desc")
    assert told["release_id"].tolist() == [house.release_id for house in houses]
    assert told["key_fingerprint"].tolist() == [house.key for house in houses]
    assert told["synthetic"].all()
    assert told["licence"].str.len().gt(0).all()
    for page in (network / "fr").glob("*.html"):
        assert "Données synthétiques" in page.read_text("utf-8"), page.name


def test_the_same_releases_give_the_same_rows(
    houses: tuple[House, House], network: Path, tmp_path: Path
) -> None:
    publishers = write_publishers(tmp_path / "net.yml", *houses)
    again = tmp_path / "again"
    build_network([h.release for h in reversed(houses)], publishers=publishers, to=again)
    for page in sorted(path for path in network.rglob("*") if path.suffix in {".html", ".css"}):
        assert (again / page.relative_to(network)).read_bytes() == page.read_bytes()
    for table in ("observations", "territories", "indicators", "differences", "columns"):
        first, second = (
            rows(folder / "network.duckdb", f"from {table}") for folder in (network, again)
        )
        pd.testing.assert_frame_equal(first, second)


@pytest.mark.parametrize("harm", ["changed", "added", "missing", "manifest"])
def test_an_altered_release_is_refused(
    houses: tuple[House, House], tmp_path: Path, harm: str
) -> None:
    altered = tmp_path / "altered"
    shutil.copytree(houses[0].release, altered)
    if harm == "changed":
        (altered / "published.duckdb").write_bytes(
            houses[1].release.joinpath("published.duckdb").read_bytes()
        )
    elif harm == "added":
        (altered / "more.csv").write_text("1")
    elif harm == "missing":
        (altered / "parquet" / "observations.parquet").unlink()
    else:
        manifest = json.loads((altered / "manifest.json").read_text("utf-8"))
        manifest["facts"]["synthetic"] = False
        (altered / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    publishers = write_publishers(tmp_path / "net.yml", *houses)
    code = refusal(altered, houses[1].release, publishers=publishers, to=tmp_path / "web")
    signed = "storage.release_altered" if harm == "manifest" else "storage.release_not_as_signed"
    assert code == signed


def test_an_unknown_key_a_withdrawn_and_a_doubled_release_are_refused(
    houses: tuple[House, House], tmp_path: Path
) -> None:
    west, east = houses
    other = House(name="north", release=east.release, key="0" * 64, release_id="none")
    to = tmp_path / "web"
    pinned = write_publishers(tmp_path / "a.yml", west, other)
    assert refusal(west.release, east.release, publishers=pinned, to=to) == (
        "network.unknown_publisher"
    )
    pinned = write_publishers(tmp_path / "b.yml", west, east, withdrawn=(west.release_id,))
    assert refusal(west.release, east.release, publishers=pinned, to=to) == "network.withdrawn"
    pinned = write_publishers(tmp_path / "c.yml", west, east)
    copied = tmp_path / "copied"
    shutil.copytree(west.release, copied)
    assert refusal(west.release, copied, publishers=pinned, to=to) == "network.duplicate"
    assert refusal(west.release, publishers=pinned, to=to) == "network.too_few"
    twice = House(name="north", release=west.release, key=west.key, release_id="none")
    pinned = write_publishers(tmp_path / "d.yml", west, twice)
    assert refusal(west.release, east.release, publishers=pinned, to=to) == "network.same_key"


def test_a_file_of_publishers_that_is_wrong_is_refused_with_its_line(
    houses: tuple[House, House], tmp_path: Path
) -> None:
    path = write_publishers(tmp_path / "net.yml", *houses)
    text = path.read_text("utf-8").replace(houses[0].key, "not-a-fingerprint")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CartableError) as refused:
        build_network([], publishers=path, to=tmp_path / "web")
    (problem,) = refused.value.problems
    line = next(n for n, t in enumerate(text.splitlines(), 1) if "not-a-fingerprint" in t)
    assert (problem.place.file, problem.place.line) == ("net.yml", line)
    absent = tmp_path / "absent.yml"
    assert refusal(publishers=absent, to=tmp_path / "web") == "network.no_file"


def test_what_lies_at_the_target_is_left_alone(houses: tuple[House, House], tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    publishers = write_publishers(tmp_path / "net.yml", *houses)
    with pytest.raises(CartableError, match=r"network\.exists"):
        build_network([h.release for h in houses], publishers=publishers, to=tmp_path / "web")
    assert list((tmp_path / "web").iterdir()) == []


def test_a_licence_is_read_where_the_release_names_one(tmp_path: Path) -> None:
    assert read_licence(tmp_path) is None
    path = tmp_path / "datapackage.json"
    path.write_text(json.dumps({"licenses": [{"name": "x"}]}), encoding="utf-8")
    assert read_licence(tmp_path) is None
    named = {"name": "cc-by-4.0", "title": "CC BY 4.0", "path": "https://example.org/by"}
    path.write_text(json.dumps({"licenses": [named]}), encoding="utf-8")
    found = read_licence(tmp_path)
    assert found is not None
    assert (found.id, found.name, found.url) == tuple(named.values())


@pytest.mark.parametrize("path", ["javascript:alert(1)", "data:text/html,x", "https://a b", ""])
def test_a_licence_lies_at_an_address_of_the_web(
    houses: tuple[House, House], tmp_path: Path, path: str
) -> None:
    named = {"name": "x", "title": "X", "path": path}
    package = tmp_path / "datapackage.json"
    licences: object
    for licences in ([named], [1], "name title path", {}):
        package.write_text(json.dumps({"licenses": licences}), encoding="utf-8")
        assert read_licence(tmp_path) is None
    for text in ("{", "[]"):
        package.write_text(text, encoding="utf-8")
        assert read_licence(tmp_path) is None
    publishers = write_publishers(tmp_path / "net.yml", *houses)
    content = yaml.safe_load(publishers.read_text("utf-8"))
    content["publishers"]["west"]["licence"] = {"id": "x", "name": "X", "url": path}
    publishers.write_text(yaml.safe_dump(content), encoding="utf-8")
    releases = [house.release for house in houses]
    assert refusal(*releases, publishers=publishers, to=tmp_path / "web") == "contract.invalid"


def test_two_publishers_of_one_name_are_refused(
    houses: tuple[House, House], tmp_path: Path
) -> None:
    publishers = write_publishers(tmp_path / "net.yml", *houses)
    content = yaml.safe_load(publishers.read_text("utf-8"))
    content["publishers"]["west"]["label"]["fr"] = "EAST"
    publishers.write_text(yaml.safe_dump(content), encoding="utf-8")
    releases = [house.release for house in houses]
    assert refusal(*releases, publishers=publishers, to=tmp_path / "web") == "network.same_name"


@pytest.mark.parametrize(
    "facts", [{"methods": "x"}, {"methods": {"enrolment": ["x"]}}, {"synthetic": "perhaps"}]
)
def test_a_member_whose_manifest_says_something_else_is_refused(
    houses: tuple[House, House], tmp_path: Path, facts: dict[str, object]
) -> None:
    west, east = houses
    signer = Ed25519PrivateKey.generate()
    public = signer.public_key().public_bytes_raw()
    copied = tmp_path / "copied"
    shutil.copytree(east.release, copied)
    told = read_manifest(copied)
    for name in ("manifest.json", "manifest.sig"):
        (copied / name).unlink()
    ring = cast("KeyRing", SimpleNamespace(public_key=public, sign=signer.sign))
    write_manifest(
        copied, ring, release_id="x", created=told.created, facts={**told.facts, **facts}
    )
    other = House(name="east", release=copied, key=fingerprint(public), release_id="x")
    publishers = write_publishers(tmp_path / "net.yml", west, other)
    code = refusal(west.release, copied, publishers=publishers, to=tmp_path / "web")
    assert code == "network.other_version"


def test_what_nobody_publishes_of_the_whole_is_no_row_of_the_overview(
    houses: tuple[House, House], tmp_path: Path
) -> None:
    members = []
    for house in houses:
        tables = read_tables(house.release)
        rows = tables["observations"]
        whole = rows["ref_area"].eq(_member(house, tables).whole["id"])
        tables["observations"] = rows[~(whole & rows["indicator"].eq("ENROLMENT"))]
        members.append(_member(house, tables))
    write_network_database(members, tmp_path / "n.duckdb")
    write_network_site(members, tmp_path, title=Label(en="Two", fr="Deux"), database="n.duckdb")
    text = (tmp_path / "en" / "index.html").read_text("utf-8")
    table, rest = text.split("</table>")
    assert "indicator-enrolment.html" not in table
    assert "indicator-schools.html" in table
    assert "indicator-enrolment.html" in rest


def _member(house: House, tables: dict[str, pd.DataFrame]) -> Member:
    return Member(
        name=house.name,
        label=Label(en=house.name, fr=house.name),
        licence=Licence(id="cc", name="CC", url="https://example.org"),
        release_id=house.release.name,
        created="2026-01-01T00:00:00Z",
        synthetic=True,
        methods={},
        fingerprint="",
        tables=tables,
    )


def test_verify_tells_whose_key_signed_and_refuses_another(houses: tuple[House, House]) -> None:
    west, east = houses
    receipt = verify(west.release, west.key)
    assert receipt.hashes == {"key": west.key}
    assert verify(west.release, None).ids == {"release": west.release_id}
    pairs = ":".join(west.key[at : at + 2] for at in range(0, len(west.key), 2))
    for written in (west.key.upper(), pairs, f" {west.key}\n"):
        assert verify(west.release, written).hashes == {"key": west.key}
    for short in ("", west.key[:16], west.key + "00"):
        with pytest.raises(CartableError, match=r"network\.other_publisher"):
            verify(west.release, short)
    with pytest.raises(CartableError, match=r"network\.other_publisher"):
        verify(west.release, east.key)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_command_shows_whose_key_signed(
    houses: tuple[House, House], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    west, _ = houses
    monkeypatch.setenv("CARTABLE_LANG", language)
    command = [str(Path(sys.executable).with_name("cartable")), "verify", str(west.release)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert west.release_id in told.stdout
    assert told.stdout.split()[-1] == west.key
    whole = {"en": "Every file is as it was signed", "fr": "Chaque fichier est tel qu'il fut signé"}
    assert whole[language] in told.stdout
    assert "--publisher" in told.stdout
    named = [*command, "--publisher", west.key]
    assert (
        "--publisher"
        not in subprocess.run(named, capture_output=True, text=True, check=True).stdout
    )


def test_the_command_builds_a_network_and_says_what_it_compared(
    houses: tuple[House, House], tmp_path: Path
) -> None:
    publishers = write_publishers(tmp_path / "net.yml", *houses)
    command = [str(Path(sys.executable).with_name("cartable")), "network", "build"]
    command += [str(house.release) for house in houses]
    command += ["--publishers", str(publishers), "--to", str(tmp_path / "web"), "--json"]
    # In no project, and without keys of its own.
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    receipt = json.loads(told.stdout)
    assert receipt["ids"] == {house.name: house.release_id for house in houses}
    assert receipt["counts"]["publishers"] == 2
    assert (tmp_path / "web" / "fr" / "query.html").is_file()
    assert {path.name for path in tmp_path.iterdir()} == {"net.yml", "web"}
