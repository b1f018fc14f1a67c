"""Wrong files and killed runs leave no person in clear, not even for an instant.

The deliveries hold persons of the demonstration; the processes are watched while they run.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.settings import INSTALLATION, Settings
from pipeline.steps.workspace import Workspace
from pipeline.storage.keys import KeyRing
from pipeline.storage.quarantine import QuarantineStore
from tests.privacy.scan import Identities
from tests.privacy.scan_demo import demo_deliveries, persons_of
from tests.privacy.scan_runs import Run, own_environment, run_watched
from tests.privacy.scan_views import views_of_folder
from tests.signing import sign_for_tests

PERIOD = "2021"
ROWS = 150
KILLS = 6
OK, DELIVERY = 0, 4

pytestmark = pytest.mark.slow


def lines_of(dataset: str) -> list[str]:
    return demo_deliveries(PERIOD)[dataset].decode().splitlines(keepends=True)


def wrong_files() -> Iterator[tuple[str, bytes, int]]:
    """Yield name, content and exit code; each file holds other persons than the others."""
    header, *rows = lines_of("pupils")
    parts = iter([rows[start : start + ROWS] for start in range(0, len(rows), ROWS)])

    def part() -> list[str]:
        return list(next(parts))

    def text(lines: list[str], head: str = header) -> bytes:
        return "".join([head, *lines]).encode()

    yield "sound", text(part()), OK
    dated = part()
    yield "a-bad-date", text([dated[0].replace("/20", "/31/20", 1), *dated[1:]]), OK
    yield "bad-dates", text([row.replace("/20", "/31/20", 1) for row in part()]), DELIVERY
    twice = part()
    yield "a-duplicate", text([*twice, twice[3]]), OK
    torn = part()
    changed = torn[3].replace(";oui", ";non").replace(";nsp", ";non")
    yield "a-conflict", text([*torn, changed]), OK
    cells = [row.split(";") for row in part()]
    unknown = [";".join([*c[:7], "0359999Z", *c[8:]]) for c in cells]
    yield "unknown-schools", text(unknown), DELIVERY
    yield "a-quote", text([row.replace(";", ';"', 1) for row in part()]), DELIVERY
    yield "a-column-less", text([row.partition(";")[2] for row in part()], header), DELIVERY
    yield "a-column-more", text([f"x;{row}" for row in part()], f"{part()[0]}{header}"), DELIVERY
    named = part()
    yield "no-header", text(named[1:], named[0]), DELIVERY
    yield "another-delimiter", text(part()).replace(b";", b"\t"), DELIVERY
    yield "cp1252", text(part()).decode().encode("cp1252", "replace"), DELIVERY
    yield "utf-16", text(part()).decode().encode("utf-16"), DELIVERY
    yield "cut", text(part())[:-40], DELIVERY
    yield "ragged", text([row.replace("\n", f";{row}") for row in part()]), DELIVERY
    yield "nul", text([row.replace(";", ";\0", 1) for row in part()]), DELIVERY


@cache
def wrong() -> list[tuple[str, bytes, int]]:
    """Return the wrong files, drawn when they are first asked for."""
    return list(wrong_files())


@pytest.fixture(scope="module")
def identities() -> Identities:
    header, *rows = lines_of("pupils")
    count = max(ROWS * (len(wrong()) + 3), KILLS * 2000 + ROWS)
    return Identities(persons_of("pupils", "".join([header, *rows[:count]]).encode()))


def deliver(folder: Path, name: str, content: bytes) -> str:
    path = folder / "outside" / f"{name}.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return str(path)


def sign_in(folder: Path) -> None:
    """Make the keys of a folder and sign the project there."""
    settings = Settings(
        home=folder / "data", keys=folder / "keys", project=INSTALLATION, language="en"
    )
    sign_for_tests(Workspace(settings))


def ingest_command(dataset: str, path: str) -> list[str]:
    return ["ingest", dataset, path, "--period", PERIOD, "--as-of", "2021-10-15"]


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """All wrong files taken in, one after the other, then the state of all zones."""
    folder = tmp_path_factory.mktemp("refused")
    sign_in(folder)
    schools = deliver(folder, "schools", demo_deliveries(PERIOD)["schools"])
    commands = [ingest_command("schools", schools)]
    for name, content, _ in wrong():
        commands.append([*ingest_command("pupils", deliver(folder, name, content)), "--json"])
    return run_watched(folder, [*commands, ["status"], ["status", "--json"]])


def test_each_wrong_file_is_told_by_its_exit_code(refused: Run) -> None:
    codes = dict(zip([name for name, _, _ in wrong()], refused.codes[1:-2], strict=True))
    assert codes == {name: code for name, _, code in wrong()}
    assert (refused.codes[0], refused.codes[-2:]) == (OK, [OK, OK])


def test_no_person_of_a_wrong_file_is_anywhere(refused: Run, identities: Identities) -> None:
    assert len(refused.stderr) > 1000
    assert {"environ", "cmdline"} <= refused.seen.keys()
    # The names of the files are in the arguments; they name nobody.
    assert list(identities.find(refused.views())) == []


def test_the_refused_persons_are_sealed_in_quarantine(refused: Run, identities: Identities) -> None:
    home = refused.folder / "data"
    store = QuarantineStore(home, KeyRing.open(refused.folder / "keys", home=home))
    rows = pa.concat_tables(store.open(batch) for batch in store.ids())["row"]
    opened = refused.folder / "opened"
    opened.mkdir()
    (opened / "rows").write_bytes(b"\n".join(rows.to_pylist()))
    found = {hit.what for hit in identities.find(views_of_folder(opened)) if hit.kind == "e-mail"}
    # Two whole files, and single rows: what the scan did not find in the home was there to find.
    assert len(found) > ROWS


def test_nothing_is_left_in_temporary_folders(refused: Run) -> None:
    assert [path for part in ("tmp", "cwd") for path in (refused.folder / part).iterdir()] == []
    assert refused.seen.keys() == {"environ", "cmdline"}


# Loads everything once, then each run is a child that is killed after a while.
KILLER = """
import json, os, signal, sys, time
from pipeline.cli import main
import pipeline.steps.ingest, pipeline.quality.validation

statuses = []
for command, delay in json.loads(sys.stdin.read()):
    child = os.fork()
    if child == 0:
        sys.argv = ["cartable", *command]
        main()
        os._exit(0)
    if delay is not None:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    started = time.monotonic()
    statuses.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    if delay is None:
        print(time.monotonic() - started, file=sys.stderr)
print(json.dumps(statuses))
"""


def test_a_killed_ingest_leaves_no_person_in_clear(tmp_path: Path, identities: Identities) -> None:
    sign_in(tmp_path)
    header, *rows = lines_of("pupils")
    schools = deliver(tmp_path, "schools", demo_deliveries(PERIOD)["schools"])
    files = [
        deliver(tmp_path, f"part-{n}", "".join([header, *rows[n * 2000 : (n + 1) * 2000]]).encode())
        for n in range(KILLS)
    ]
    instants = random.Random(7)
    plan: list[tuple[list[str], float | None]] = [(ingest_command("schools", schools), None)]
    plan += [(ingest_command("pupils", file), instants.uniform(0.05, 1.5)) for file in files]
    done = subprocess.run(
        [sys.executable, "-c", KILLER],
        input=json.dumps(plan),
        env=own_environment(tmp_path),
        cwd=tmp_path / "tmp",
        capture_output=True,
        text=True,
        check=True,
    )
    statuses = json.loads(done.stdout.splitlines()[-1])
    assert statuses[0] == 0
    assert statuses.count(-signal.SIGKILL) >= KILLS // 2
    assert list((tmp_path / "data" / "deliveries").iterdir())
    for part in ("data", "tmp", "user"):
        assert list(identities.find(views_of_folder(tmp_path / part))) == []
    assert list((tmp_path / "tmp").iterdir()) == []
