"""When each dataset is taken in, and which are fetched: names and schedules, and nothing else.

A scheduler reads this again and again: nothing heavy is loaded, and no contract is validated
further than what is returned. The steps themselves load and check the whole project.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.errors import ContractError, Place
from pipeline.yaml_source import YamlError, read_yaml

# When a release is prepared at the latest, and when what outlived the policy is destroyed.
PUBLISH = "0 5 * * 1"
RETENTION = "30 4 * * *"


def read_schedules(root: Path) -> dict[str, str]:
    """Return dataset → cron expression, UTC, of every dataset contract under `root`.

    Raises:
        ContractError: there is no dataset contract, or one has no schedule.
    """
    return {name: _schedule(told, name) for name, told in _datasets(root)}


def read_sources(root: Path) -> frozenset[str]:
    """Return the datasets under `root` that are fetched, since their contract names a source.

    Raises:
        ContractError: there is no dataset contract.
    """
    return frozenset(
        name
        for name, told in _datasets(root)
        if told.get("fetched") or _kind(told.get("format")) == "sql"
    )


def _kind(form: object) -> object:
    return form.get("kind") if isinstance(form, Mapping) else None


def _datasets(root: Path) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield the name of each dataset contract and what stands in it."""
    paths = sorted((root / "contracts" / "datasets").glob("*.yml"))
    if not paths:
        raise ContractError("contract.missing_file", place=Place(file="contracts/datasets/*.yml"))
    for path in paths:
        try:
            told = read_yaml(path).data
        except YamlError as problem:
            place = Place(file=f"contracts/datasets/{path.name}", line=problem.line)
            raise ContractError(problem.code, place=place) from None
        yield path.stem, told if isinstance(told, Mapping) else {}


def _schedule(told: Mapping[str, object], name: str) -> str:
    schedule = told.get("schedule")
    if not isinstance(schedule, str):
        place = Place(file=f"contracts/datasets/{name}.yml", rule="schedule")
        raise ContractError("contract.missing_key", place=place)
    return schedule
