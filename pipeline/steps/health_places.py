"""Whether places can be written to, have room, are closed to others; whether the clock is sane."""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pipeline.errors import Place
from pipeline.settings import Settings
from pipeline.steps.health import Finding, Level, Part, found
from pipeline.storage.ledger_witnesses import ZONES
from pipeline.storage.own_files import GROUP_AND_OTHERS

# Less room than this stops the first large delivery, or any.
LITTLE_BYTES, TOO_LITTLE_BYTES = 5 << 30, 256 << 20
CLOCK_SECONDS = 300
# What everyone reads.
_OPEN = {"published", "policies"}
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def places(settings: Settings) -> Iterator[Finding]:
    """Yield how the folders of data stand."""
    zones = [settings.home / name for name in sorted({*ZONES, "ledger"})]
    yield from _writable(settings.home)
    for zone in zones:
        if zone.is_dir():
            yield from _zone(zone)
    if settings.inbox.is_dir():
        if not os.access(settings.inbox, os.R_OK | os.X_OK):
            place = Place(file=str(settings.inbox))
            yield found(Part.PLACES, Level.FAULT, "doctor.not_readable", place=place)
    else:
        place = Place(file=str(settings.inbox))
        yield found(Part.PLACES, Level.NOTE, "doctor.no_inbox", place=place)
    for copy in (settings.ledger_copy, settings.vault_copy):
        if copy is not None and not _may_write(copy):
            place = Place(file=str(copy))
            yield found(Part.PLACES, Level.FAULT, "doctor.not_writable", place=place)


def rules_files(settings: Settings) -> Iterator[Finding]:
    """Yield files of rules and settings that others may change or read."""
    contracts = settings.project / "contracts"
    loose = [p for p in contracts.rglob("*.yml") if p.stat().st_mode & stat.S_IWOTH]
    if loose:
        place = Place(file=str(loose[0]))
        yield found(Part.RULES, Level.WARNING, "doctor.rules_open", place=place, count=len(loose))


def secret_files(settings: Settings) -> Iterator[Finding]:
    """Yield the files of secrets that settings name, where they lack or others read them."""
    password = settings.mail.password if settings.mail is not None else None
    for path in (password, settings.webhook):
        if path is None:
            continue
        place = Place(file=str(path))
        if not path.is_file() or not os.access(path, os.R_OK):
            yield found(Part.SETTINGS, Level.FAULT, "doctor.no_file", place=place)
        elif path.stat().st_mode & (stat.S_IROTH | _OTHERS_WRITE):
            yield _open_to_others(Part.SETTINGS, path, Level.WARNING)


def key_files(settings: Settings) -> Iterator[Finding]:
    """Yield which keys are there, never their content, and which others may read."""
    folder = settings.keys
    if not folder.is_dir():
        place = Place(file=str(folder))
        yield found(Part.KEYS, Level.FAULT, "doctor.no_keys", place=place)
        return
    files = sorted(path for path in folder.iterdir() if path.is_file())
    names = ", ".join(path.name for path in files)
    place = Place(file=str(folder))
    yield found(Part.KEYS, Level.OK, "doctor.key_files", place=place, facts={"names": names or "0"})
    if folder.stat().st_mode & GROUP_AND_OTHERS:
        yield _open_to_others(Part.KEYS, folder, Level.FAULT)
    for path in files:
        refused = _OTHERS_WRITE if path.suffix == ".pub" else GROUP_AND_OTHERS
        if path.stat().st_mode & refused:
            yield _open_to_others(Part.KEYS, path, Level.FAULT)


def clock(settings: Settings, now: datetime, last: datetime | None) -> Iterator[Finding]:
    """Yield whether the clock can be right.

    Args:
        settings: where the data lie.
        now: what it says.
        last: when the ledger was told last, if it can be read.
    """
    if now.timestamp() + CLOCK_SECONDS < installed_at():
        yield found(
            Part.CLOCK, Level.FAULT, "doctor.clock_before_files", facts={"now": _minute(now)}
        )
        return
    if last is not None and (last - now).total_seconds() > CLOCK_SECONDS:
        told = {"now": _minute(now), "last": _minute(last)}
        yield found(Part.CLOCK, Level.FAULT, "doctor.clock_behind", facts=told)
        return
    ledger = settings.home / "ledger" / "ledger.jsonl"
    if ledger.is_file() and ledger.stat().st_mtime - time.time() > CLOCK_SECONDS:
        place = Place(file=str(ledger))
        yield found(
            Part.CLOCK,
            Level.WARNING,
            "doctor.clock_of_disk",
            place=place,
            facts={"now": _minute(now)},
        )
        return
    yield found(Part.CLOCK, Level.OK, "doctor.clock", facts={"now": _minute(now)})


def installed_at() -> float:
    """Return when this software was put there, in seconds."""
    return Path(__file__).stat().st_mtime


def _zone(zone: Path) -> Iterator[Finding]:
    if not os.access(zone, os.R_OK | os.W_OK | os.X_OK):
        place = Place(file=str(zone))
        yield found(Part.PLACES, Level.FAULT, "doctor.not_writable", place=place)
    refused = stat.S_IWOTH if zone.name in _OPEN else GROUP_AND_OTHERS
    if zone.stat().st_mode & refused:
        yield _open_to_others(Part.PLACES, zone, Level.WARNING)


def _writable(home: Path) -> Iterator[Finding]:
    """Yield whether the data folder can be written to, and how much room it has."""
    place = Place(file=str(home))
    if not _may_write(home):
        yield found(Part.PLACES, Level.FAULT, "doctor.not_writable", place=place)
        return
    there = next(path for path in (home, *home.parents) if path.is_dir())
    free = shutil.disk_usage(there).free
    level, code = Level.OK, "doctor.place"
    facts = {"free_gib": f"{free / (1 << 30):.0f}"}
    if free < LITTLE_BYTES:
        level = Level.FAULT if free < TOO_LITTLE_BYTES else Level.WARNING
        code, facts = "doctor.little_room", {"free_mib": f"{free / (1 << 20):.0f}"}
    yield found(Part.PLACES, level, code, place=place, facts=facts)
    if not home.is_dir():
        yield found(Part.PLACES, Level.NOTE, "doctor.no_data", place=place)


def _may_write(path: Path) -> bool:
    """Tell whether a file or folder can be written to, or be made where it lacks."""
    if path.exists():
        return os.access(path, os.W_OK | (os.X_OK if path.is_dir() else 0))
    there = next((parent for parent in path.parents if parent.exists()), None)
    return there is not None and there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _open_to_others(part: Part, path: Path, level: Level) -> Finding:
    mode = f"{stat.S_IMODE(path.stat().st_mode):04o}"
    asked = "700" if path.is_dir() else "600"
    return found(
        part,
        level,
        "doctor.open_to_others",
        place=Place(file=str(path)),
        facts={"mode": mode, "asked": asked},
    )


def _minute(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
