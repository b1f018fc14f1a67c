"""No person of the demonstration anywhere: not in the home, not in what commands print.

All persons at once are looked up in every view of every file; a sample of them is looked for by
another program, letter by letter, so that the look-up itself is checked. What is planted into a
copy must be found.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from pipeline.storage.keys import KeyRing
from tests.privacy.scan import Hit, Identities, Person, fold
from tests.privacy.scan_demo import (
    demo_persons,
    demo_pseudonym_keys,
    demo_pseudonyms,
    sample_persons,
)
from tests.privacy.scan_plants import DIGESTS, HASHED, PAIRS, TEXTS, plant
from tests.privacy.scan_runs import Run, run_watched
from tests.privacy.scan_views import View, views_of, views_of_folder

SAMPLE, PLANTED = 200, 3
PUBLIC = {"published"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ring(demo_output: Path) -> KeyRing:
    return KeyRing.open(demo_output / "keys")


@pytest.fixture(scope="module")
def secrets(demo_output: Path, ring: KeyRing) -> dict[str, bytes]:
    return {
        "root": (demo_output / "keys" / "root.key").read_bytes(),
        "vault": ring._state.vault_key,
        "base": ring._state.base,
        "publisher": ring._publisher.private_bytes_raw(),
        **demo_pseudonym_keys(ring),
    }


@pytest.fixture(scope="module")
def identities(ring: KeyRing, secrets: dict[str, bytes]) -> Identities:
    """Every person of the three periods, with pseudonyms and keys."""
    return Identities(demo_persons(), pseudonyms=demo_pseudonyms(ring), secrets=secrets)


@pytest.fixture(scope="module")
def commands(demo_output: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Commands on a copy of the finished demonstration, under watch."""
    folder = tmp_path_factory.mktemp("commands")
    shutil.copytree(demo_output / "data", folder / "data")
    shutil.copytree(demo_output / "keys", folder / "keys")
    observations = "select * from observations where indicator = 'ENROLMENT' limit 2000"
    return run_watched(
        folder,
        [
            ["status"],
            ["status", "--json"],
            ["prepare", "--json"],
            ["publish", "--by", "delegate", "--yes"],
            ["query", observations, "--format", "json"],
            ["query", observations, "--format", "csv"],
            ["query", "select * from territories", "--format", "table"],
            ["query", "select * from coverage", "--format", "csv", "--output", "coverage.csv"],
            ["query", "select nothing from nowhere"],
            ["contracts", "check"],
            ["retain", "--json"],
        ],
    )


@pytest.fixture(scope="module")
def views(demo_output: Path) -> list[View]:
    """Every view of the home and of what was printed."""
    views = list(views_of_folder(demo_output / "data"))
    for name in ("stdout", "stderr"):
        views += views_of(name, (demo_output / name).read_bytes())
    return views


def test_no_person_is_anywhere_in_the_home_nor_in_what_the_demonstration_printed(
    demo_output: Path, views: list[View], identities: Identities
) -> None:
    assert identities.count > 250_000
    assert list(identities.find(views)) == []
    # The scan read what there is: all files, and tables many times over.
    files = sum(path.stat().st_size for path in (demo_output / "data").rglob("*"))
    assert sum(len(view.data) for view in views) > files > 50_000_000


def test_no_person_is_in_what_the_commands_print_or_leave(
    demo_output: Path, commands: Run, identities: Identities
) -> None:
    assert commands.codes == [0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0]
    assert len(commands.stdout) > 100_000
    assert {"environ", "cmdline"} <= commands.seen.keys()
    scanned = {_hash_of(path) for path in _files_of(demo_output / "data")}
    assert list(identities.find(_around(commands, scanned))) == []


def _around(run: Run, scanned: set[bytes]) -> Iterator[View]:
    """Yield what a run printed, left and showed, but for files scanned already, to the byte."""
    yield from run.printed()
    for part in ("data", "tmp", "user", "cwd"):
        names = "\n".join(str(path) for path in (run.folder / part).rglob("*"))
        yield from views_of(f"{part}!names", names.encode())
        for path in _files_of(run.folder / part):
            if _hash_of(path) not in scanned:
                yield from views_of(str(path.relative_to(run.folder)), path.read_bytes())


def _files_of(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink())


def _hash_of(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def test_another_program_finds_none_of_a_sample_letter_by_letter(
    views: list[View], tmp_path: Path
) -> None:
    persons = sample_persons(SAMPLE, seed=3)
    planted = Person("111111111QQ", "Zorglub", "Ysé", "01/01/1901", "y@z.example", "9 rue X, Y")
    needles = tmp_path / "needles"
    forms = [fold(form) for person in [*persons, planted] for form in person.forms.values()]
    needles.write_text("\n".join(forms) + "\n")
    control = views_of("control", "né à Rennes: YSÉ ZORGLUB (111111111QQ)".encode())
    found = _grep(needles, [*views, *control], tmp_path / "text")
    assert found == ["111111111qq", "yse zorglub"]


def _grep(needles: Path, views: Iterable[View], text: Path) -> list[str]:
    with text.open("w") as file:
        for view in views:
            if view.has_words:
                file.write(fold(view.data.decode("utf-8", "replace")) + "\n")
    command = ["grep", "--text", "--only-matching", "--fixed-strings", "--file", needles, text]
    environment = {**os.environ, "LC_ALL": "C"}
    output = subprocess.run(command, env=environment, capture_output=True, check=False).stdout
    return sorted(set(output.decode().split("\n")) - {""})


def test_whatever_is_planted_into_a_home_is_found(tmp_path: Path, identities: Identities) -> None:
    persons = sample_persons(PLANTED, seed=4)
    for sink, encoding in PAIRS:
        plant(tmp_path, sink, encoding, persons)
    hits: dict[str, set[Hit]] = {}
    for hit in identities.find(views_of_folder(tmp_path)):
        hits.setdefault(hit.where.partition("!")[0], set()).add(hit)
    missed = [
        (sink, encoding)
        for sink, encoding in PAIRS
        if not _is_found(
            hits.get(f"{sink} {encoding}".replace(" ", "-").lower(), set()), encoding, persons
        )
    ]
    assert missed == []
    assert len(PAIRS) > 150
    assert {encoding for _, encoding in PAIRS} == {*TEXTS, *DIGESTS}


def _is_found(hits: set[Hit], encoding: str, persons: list[Person]) -> bool:
    if encoding in DIGESTS:
        return len({hit.what for hit in hits if hit.kind == "digest"}) == len(persons) * len(HASHED)
    kinds = {
        kind: {hit.what for hit in hits if hit.kind == kind} for kind in {h.kind for h in hits}
    }
    return (
        {person.national_id for person in persons} <= kinds.get("national id", set())
        and {person.email for person in persons} <= kinds.get("e-mail", set())
        and len(kinds.get("birth date", ())) == len({person.birth_date for person in persons})
        and len(kinds.get("address", ())) >= len({p.address for p in persons if p.address})
        and len(kinds.get("name", ())) >= len(persons)
    )


def test_only_published_files_can_be_read_by_others(demo_output: Path) -> None:
    home = demo_output / "data"
    for path in [home, demo_output / "keys", *(demo_output / "keys").iterdir(), *home.rglob("*")]:
        if PUBLIC.intersection(path.relative_to(demo_output).parts):
            assert path.stat().st_mode & 0o022 == 0, path
        elif path.name != "publisher.pub":
            assert path.stat().st_mode & 0o077 == 0, path


def test_a_process_that_works_on_persons_dumps_no_memory(commands: Run) -> None:
    [line] = [line for line in commands.limits.splitlines() if line.startswith("Max core file")]
    # One byte: no file, and on Linux nothing for a crash reporter either.
    assert line.split()[4] in {"0", "1"}
    assert [
        path for path in (commands.folder / "cwd").iterdir() if path.name != "coverage.csv"
    ] == []


def test_the_commands_leave_no_temporary_file(commands: Run) -> None:
    assert list((commands.folder / "tmp").iterdir()) == []
    assert [name for name in commands.seen if name not in {"environ", "cmdline"}] == []
