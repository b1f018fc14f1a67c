"""When each dataset is taken in: names and schedules of the contracts, and nothing else.

A scheduler reads this again and again: nothing heavy is loaded, and no contract is validated
further than what is returned. The steps themselves load and check the whole project.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    paths = sorted((root / "contracts" / "datasets").glob("*.yml"))
    if not paths:
        raise ContractError("contract.missing_file", place=Place(file="contracts/datasets/*.yml"))
    return {path.stem: _schedule(path) for path in paths}


def _schedule(path: Path) -> str:
    file = f"contracts/datasets/{path.name}"
    try:
        contract = read_yaml(path).data
    except YamlError as problem:
        raise ContractError(problem.code, place=Place(file=file, line=problem.line)) from None
    schedule = contract.get("schedule") if isinstance(contract, Mapping) else None
    if not isinstance(schedule, str):
        raise ContractError("contract.missing_key", place=Place(file=file, rule="schedule"))
    return schedule
