"""Which software is installed: its versions, and parts of the project that are not there."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

from pipeline import __version__
from pipeline.errors import Place
from pipeline.steps.health import Finding, Level, Part, found

# Part of the project → the library that it needs.
EXTRAS: Mapping[str, str] = {
    "airflow": "apache-airflow",
    "dp": "opendp",
    "sftp": "asyncssh",
    "sql": "sqlalchemy",
}
LOCK = Path("requirements") / "main.txt"
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


def software(installation: Path, *, is_airflow_used: bool) -> Iterator[Finding]:
    """Yield what is installed and what lacks.

    Args:
        installation: the folder of the checkout, with the locks.
        is_airflow_used: whether the environment names a scheduler.
    """
    part = Part.SOFTWARE
    pinned = _pinned(installation / LOCK)
    wanted = _wanted()
    versions = {name: installed(name) for name in wanted}
    python = ".".join(map(str, sys.version_info[:3]))
    have = sum(version is not None for version in versions.values())
    facts = {"version": __version__, "python": python}
    yield found(part, Level.OK, "doctor.versions", count=have, facts=facts)
    for name, version in versions.items():
        if version is None:
            yield found(part, Level.FAULT, "doctor.library_missing", facts={"name": name})
        elif version not in pinned.get(_plain(name), {version}):
            asked = " / ".join(sorted(pinned[_plain(name)]))
            place = Place(file=str(LOCK))
            told = {"name": name, "version": version, "asked": asked}
            yield found(part, Level.WARNING, "doctor.library_other", place=place, facts=told)
    for extra, name in EXTRAS.items():
        version = installed(name)
        if version is not None:
            yield found(
                part,
                Level.OK,
                "doctor.extra",
                facts={"extra": extra, "name": name, "version": version},
            )
        else:
            is_needed = extra == "airflow" and is_airflow_used
            level = Level.FAULT if is_needed else Level.NOTE
            yield found(part, level, "doctor.extra_missing", facts={"extra": extra, "name": name})
    if installed("pyspark") is not None and shutil.which("java") is None:
        yield found(part, Level.FAULT, "doctor.no_java")


def installed(name: str) -> str | None:
    """Return the version of a library; None where it is not there."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _wanted() -> list[str]:
    """Return the libraries that the project cannot do without."""
    asked = metadata.requires("cartable") or []
    return [match[0] for line in asked if "extra ==" not in line and (match := _NAME.match(line))]


def _pinned(lock: Path) -> dict[str, set[str]]:
    """Return library → the versions that the lock names; none where there is no lock.

    It may name several: one for each version of Python.
    """
    found: dict[str, set[str]] = {}
    if lock.is_file():
        for name, version in _PINNED.findall(lock.read_text("utf-8")):
            found.setdefault(_plain(name), set()).add(version)
    return found


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
