"""What the two commands install: fixed versions and hashes, no address, little for the demo."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("main", "test", "airflow", "all", "uv", "peers")
HEAVY = {"apache-airflow", "playwright", "pyspark", "pytest", "mypy", "opendp"}

Pins = dict[tuple[str, str], frozenset[str]]


def pins(name: str) -> Pins:
    """Return (package with version, marker) -> hashes."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    joined = re.sub(r"#.*", "", text).replace("\\\n", " ")
    found: Pins = {}
    for line in filter(None, (line.strip() for line in joined.splitlines())):
        requirement, *hashes = re.split(r"\s+--hash=", line)
        package, _, marker = (part.strip() for part in requirement.partition(";"))
        found[package, marker] = frozenset(hashes)
    return found


def names(lock: Pins) -> set[str]:
    return {package.partition("==")[0] for package, _ in lock}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_registry(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_one_version_and_its_hashes(lock: str) -> None:
    found = pins(lock)
    assert found
    for (package, _), hashes in found.items():
        assert re.fullmatch(r"[a-z0-9-]+==[\w.+!]+", package)
        assert hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in hashes)


@pytest.mark.parametrize(
    ("narrow", "wide"), [("main", "test"), ("main", "airflow"), ("test", "all"), ("airflow", "all")]
)
def test_a_wider_lock_holds_the_narrower_one_unchanged(narrow: str, wide: str) -> None:
    held = {package: hashes for (package, _), hashes in pins(wide).items()}
    for (package, _), hashes in pins(narrow).items():
        assert held.get(package) == hashes, package


def test_the_demo_installs_no_scheduler_engine_browser_or_test_tool() -> None:
    assert names(pins("main")).isdisjoint(HEAVY)
    assert {"apache-airflow", "playwright", "pytest"} <= names(pins("all"))


def test_the_image_installs_no_browser_or_test_tool() -> None:
    assert names(pins("airflow")) & HEAVY == {"apache-airflow"}


def test_every_declared_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {
        "main": project["project"]["dependencies"],
        "test": [*project["dependency-groups"]["test"], *project["dependency-groups"]["check"]],
        "airflow": project["project"]["optional-dependencies"]["airflow"],
        "uv": project["build-system"]["requires"],
    }
    for lock, requirements in wanted.items():
        declared = {
            re.split(r"[<>=~\[; ]", requirement)[0].lower().replace("_", "-")
            for requirement in requirements
        }
        assert declared <= names(pins(lock))
