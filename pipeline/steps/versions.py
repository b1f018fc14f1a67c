"""A version of the policy stands for one content: whoever cites it must be able to say which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from pipeline.errors import PolicyError, StorageError
from pipeline.steps.snapshots import snapshot_of
from pipeline.steps.workspace import Workspace
from pipeline.storage.policies import PolicyStore


def check_version(workspace: Workspace) -> None:
    """Refuse files under a version that was signed for others.

    Raises:
        PolicyError: the files of the project are not those that were signed under this version.
    """
    snapshot = snapshot_of(workspace.project)
    version = _version(snapshot)
    same = [one["files"] for one in _signed(workspace) if _version(one) == version]
    if same and snapshot["files"] not in same:
        name, number = version
        raise PolicyError("policy.version_stands", name=name, version=number, next=number + 1)


def _signed(workspace: Workspace) -> Iterator[dict[str, Any]]:
    """Yield what persons signed; what was lost or altered since is no reason to sign no more."""
    store = PolicyStore(workspace.home)
    for policy in {str(e.facts["policy"]) for e in workspace.ledger.entries("policy_signature")}:
        with suppress(StorageError):
            yield store.snapshot(policy)


def _version(snapshot: Mapping[str, Any]) -> tuple[str, int]:
    policy = snapshot["contracts"]["policy"]
    return str(policy["policy"]), int(policy["version"])
