"""What changed since the delegate signed, change by change."""

from __future__ import annotations

import json

import sqlglot
from sqlglot.errors import SqlglotError

from pipeline.contracts.changes import Change, compare
from pipeline.errors import PolicyError
from pipeline.steps.policy import last_signature
from pipeline.steps.snapshots import snapshot_of
from pipeline.steps.workspace import Workspace
from pipeline.storage.policies import PolicyStore
from pipeline.storage.signed import canonical_json


def changes_since_signed(workspace: Workspace) -> list[Change]:
    """Return every change of the project against the policy that was signed last, if any.

    Raises:
        PolicyError: no policy is signed by the enrolled persons.
        StorageError: the ledger, a record or the snapshot is missing or altered.
    """
    workspace.ledger.check_heads()
    signature = last_signature(workspace)
    if signature is None:
        raise PolicyError("policy.unsigned")
    before = PolicyStore(workspace.home).snapshot(signature.policy)
    after = json.loads(canonical_json(snapshot_of(workspace.project)))
    return compare(before, after, is_same_query=is_same_query)


def is_same_query(before: str, after: str) -> bool:
    """Tell whether two queries differ in comments and layout only; unreadable ones differ."""
    try:
        return sqlglot.parse_one(before, read="duckdb") == sqlglot.parse_one(after, read="duckdb")
    except SqlglotError:
        return False
