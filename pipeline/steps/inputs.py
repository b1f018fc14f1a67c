"""What a release candidate depends on, as hashes: rows, rules, version and what is public."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from pipeline import __version__
from pipeline.steps.in_force import check_public
from pipeline.steps.policy import require_policy
from pipeline.steps.restricting import uncounted_hash
from pipeline.steps.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a candidate depends on.

    Attributes:
        hash: SHA-256, in hex, of rows, rules, version and what is public.
        state: the same without what is public.
        policy: hash of the policy that the delegate signed.
    """

    hash: str
    state: str
    policy: str


def state_hash(workspace: Workspace) -> str:
    """Return the hash of rows, rules and version: what a release shows, but for what it hides."""
    rows = (workspace.protected.state_hash_all(), uncounted_hash(workspace))
    parts = (*rows, workspace.project.fingerprint, __version__)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def read_inputs(workspace: Workspace) -> Inputs:
    """Return what a candidate depends on: rows, rules and what is public.

    A release of the same rows and rules that is still public keeps its own hash: to publish it
    again changes nothing, whatever was released since.

    Raises:
        PolicyError: the rules are not those that are signed; nothing was read.
        StorageError: a release was taken away or brought back.
    """
    policy = require_policy(workspace)
    check_public(workspace)
    state = state_hash(workspace)
    public = workspace.releases.releases()
    for release in reversed(public):
        if release.facts["state"] == state:
            return Inputs(hash=str(release.facts["inputs"]), state=state, policy=policy)
    withdrawn = [str(entry.facts["release"]) for entry in workspace.ledger.entries("withdrawal")]
    parts = [state, *sorted(one.facts["content"] for one in public), *withdrawn]
    whole = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return Inputs(hash=whole, state=state, policy=policy)


def input_hash(workspace: Workspace) -> str:
    """Return the hash of what a candidate depends on; see `read_inputs`.

    Raises:
        PolicyError: the rules are not those that are signed; nothing was read.
    """
    return read_inputs(workspace).hash
