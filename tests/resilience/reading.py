"""Readers that open the release in force, again and again, while one after another appears."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from pathlib import Path

import duckdb

from pipeline.storage.keys import KeyRing
from pipeline.storage.releases import ReleaseStore

ROWS = 2_000
# Seconds without a new release after which a reader gives up.
_PATIENCE = 60.0


@dataclass
class Read:
    """What readers saw.

    Attributes:
        publications: releases that appeared.
        opened: times that the release in force was opened and read through.
        broken: what they met that may not be, in words.
    """

    publications: int
    opened: int = 0
    broken: list[str] = field(default_factory=list)


def publish_and_read(folder: Path, *, readers: int, publications: int) -> Read:
    """Publish so many releases while so many readers look, each in a process of its own."""
    KeyRing.create(folder / "keys")
    context = get_context("fork")
    told: SimpleQueue[tuple[int, list[str]]] = context.SimpleQueue()
    work = [context.Process(target=_publish, args=(folder, publications, told))]
    work += [
        context.Process(target=_read, args=(folder, publications, told)) for _ in range(readers)
    ]
    for process in work:
        process.start()
    read = Read(publications)
    for _ in work:
        opened, broken = told.get()
        read.opened += opened
        read.broken += broken
    for process in work:
        process.join()
    return read


def builder(number: int) -> Callable[[Path], None]:
    """Return what writes a release all of whose rows bear its number."""

    def build(folder: Path) -> None:
        with duckdb.connect(str(folder / "published.duckdb")) as database:
            database.execute(
                "create table observations as select ?::integer as release, i from range(?) t(i)",
                [number, ROWS],
            )
            database.execute("checkpoint")
        (folder / "index.html").write_text(str(number))

    return build


def _publish(folder: Path, publications: int, told: SimpleQueue[tuple[int, list[str]]]) -> None:
    broken = []
    try:
        store = ReleaseStore(folder / "published", KeyRing.open(folder / "keys"))
        for number in range(publications):
            store.publish(
                builder(number), release_id=f"release-{number:04d}", facts={"number": number}
            )
    except Exception as error:  # noqa: BLE001  told by the trial
        broken.append(f"publisher: {type(error).__name__}")
    told.put((0, broken))


def _read(folder: Path, publications: int, told: SimpleQueue[tuple[int, list[str]]]) -> None:
    opened, latest, broken, seen = 0, -1, [], time.monotonic()
    while latest < publications - 1 and time.monotonic() - seen < _PATIENCE and not broken:
        try:
            number = _look(folder)
        except Exception as error:  # noqa: BLE001  told by the trial
            broken.append(f"reader: {type(error).__name__}")
            break
        if number is None:
            continue
        opened += 1
        if number < latest:
            broken.append("reader: it went back")
        if number > latest:
            latest, seen = number, time.monotonic()
    if latest < publications - 1 and not broken:
        broken.append("reader: the last release was not seen")
    told.put((opened, broken))


def _look(folder: Path) -> int | None:
    """Return the number of the release in force, read through from its database.

    Raises:
        ValueError: it is torn.
    """
    store = ReleaseStore(folder / "published")
    release = store.current()
    if release is None:
        return None
    store.verify(release.folder)
    number = int(release.facts["number"])
    with duckdb.connect(str(release.folder / "published.duckdb"), read_only=True) as database:
        row = database.execute(
            "select count(*), min(release), max(release) from observations"
        ).fetchone()
    if row != (ROWS, number, number) or (release.folder / "index.html").read_text() != str(number):
        raise ValueError
    return number
