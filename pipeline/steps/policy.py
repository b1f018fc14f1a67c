"""The policy in force: the one that the delegate signed, with the officer's opinion.

It is in force when the last signature in the ledger is of the project as it stands on disk, and
signature and opinion verify with the keys that are pinned today. A change to a contract, a query
or a suite, whoever made it, ends that: nothing is taken in or published until it is signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline.errors import Place, PolicyError, Problem
from pipeline.steps.left_behind import check_nothing_left_behind
from pipeline.steps.snapshots import snapshot_of
from pipeline.steps.workspace import Workspace
from pipeline.storage.ledger import Entry
from pipeline.storage.policies import Opinion, PolicyStore, Signature, snapshot_hash
from pipeline.storage.signatories import ROLES, Role, Signatories, Signatory


class State(StrEnum):
    """How the project on disk stands to what was signed."""

    IN_FORCE = "in_force"
    UNSIGNED = "unsigned"
    CHANGED = "changed"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the project on disk stands to what was signed.

    Attributes:
        state: in force, or why not.
        policy: hash of the project on disk, in hex.
        signature: the last that counts, if any.
        opinion: the officer's last on what was signed, or on the project when nothing is.
        opinion_on_these: the officer's last on the project where other rules are signed.
        signatories: who is enrolled.
        changed: the files that are not as they were signed: file → changed, added or removed.
    """

    state: State
    policy: str
    signature: Signature | None
    opinion: Opinion | None
    opinion_on_these: Opinion | None
    signatories: tuple[Signatory, ...]
    changed: dict[str, str]

    @property
    def is_demonstration(self) -> bool:
        """Whether a key behind which nobody stands is enrolled."""
        return any(signatory.is_demonstration for signatory in self.signatories)


def require_policy(workspace: Workspace) -> str:
    """Return the hash of the policy in force; call this before anything of a delivery is read.

    Raises:
        PolicyError: the project on disk is not what the delegate signed, or an unfavourable
            opinion is not answered.
        PrivacyError: persons whom earlier rules took in would not be found under these.
        StorageError: a record, a pin or the ledger is missing or altered.
    """
    workspace.ledger.check_heads()
    found = standing(workspace)
    match found.state:
        case State.IN_FORCE:
            check_nothing_left_behind(workspace)
            return found.policy
        case State.CHANGED:
            problems = [
                Problem(code=f"policy.file_{how}", place=Place(file=file))
                for file, how in found.changed.items()
            ]
            raise PolicyError("policy.changed", count=len(problems), problems=problems)
        case State.BLOCKED:
            raise PolicyError("policy.blocked")
        case State.UNSIGNED:
            raise PolicyError("policy.unsigned")


def standing(workspace: Workspace) -> Standing:
    """Return how the project on disk stands to what was signed.

    Raises:
        PolicyError: a record that counted before was told again, or one key has both roles.
        StorageError: a record, a pin or the ledger is missing or altered.
    """
    snapshot = snapshot_of(workspace.project)
    policy = snapshot_hash(snapshot)
    signatories = tuple(one for role in ROLES if (one := signatory(workspace, role)))
    if len({one.public_key for one in signatories}) < len(signatories):
        raise PolicyError("policy.one_person", role=signatories[0].role)
    _check_told_once(workspace, workspace.ledger.find("policy_signature"))
    signature = last_signature(workspace)
    judged = signature.policy if signature else policy
    _check_told_once(workspace, workspace.ledger.find("policy_opinion", policy=judged))
    opinion = last_opinion(workspace, judged)
    changed: dict[str, str] = {}
    on_these = None
    if signature is None or opinion is None:
        state = State.UNSIGNED
    elif signature.policy != policy:
        state = State.CHANGED
        changed = _changed(PolicyStore(workspace.home).snapshot(signature.policy), snapshot)
        on_these = last_opinion(workspace, policy)
    elif opinion.opinion == "unfavourable" and not _answers(signature, opinion):
        state = State.BLOCKED
    else:
        state = State.IN_FORCE
    return Standing(
        state=state,
        policy=policy,
        signature=signature,
        opinion=opinion,
        opinion_on_these=on_these,
        signatories=signatories,
        changed=changed,
    )


def signatory(workspace: Workspace, role: Role) -> Signatory | None:
    """Return whose signature counts in a role.

    Raises:
        PolicyError: the pinned key is not the one that the ledger tells of.
        StorageError: the pin was altered.
    """
    pinned = Signatories(workspace.settings.keys, workspace.ring).pinned(role)
    told = workspace.ledger.find("policy_signatory", role=role)
    if pinned is None and told is None:
        return None
    if pinned is None or told is None or told.facts["key"] != pinned.fingerprint:
        raise PolicyError("policy.signatory_untold", role=role)
    return pinned


def last_signature(workspace: Workspace) -> Signature | None:
    """Return the last signature of any policy; None when today's delegate gave none.

    An earlier one never counts again by itself, nor by being told again: to go back to it, the
    delegate signs it again.

    Raises:
        StorageError: the record is missing or altered.
    """
    told = workspace.ledger.find("policy_signature")
    delegate = signatory(workspace, "delegate")
    if told is None or delegate is None or told.facts["key"] != delegate.fingerprint:
        return None
    if _told_before(workspace, told):
        return None
    store = PolicyStore(workspace.home)
    return store.signature(str(told.facts["policy"]), str(told.facts["record"]), delegate)


def last_opinion(workspace: Workspace, policy: str) -> Opinion | None:
    """Return the last opinion on a policy; None when today's officer gave none.

    Raises:
        StorageError: the record is missing or altered.
    """
    return opinion_told(workspace, workspace.ledger.find("policy_opinion", policy=policy), policy)


def opinion_told(workspace: Workspace, told: Entry | None, subject: str) -> Opinion | None:
    """Return the opinion that an entry tells of; None unless today's officer gave it, once.

    Args:
        workspace: the ledger, the pins and the records.
        told: the last entry of its kind.
        subject: hash of what the opinion is on.

    Raises:
        StorageError: the record is missing or altered.
    """
    officer = signatory(workspace, "dpo")
    if told is None or officer is None or told.facts["key"] != officer.fingerprint:
        return None
    if _told_before(workspace, told):
        return None
    return PolicyStore(workspace.home).opinion(subject, str(told.facts["record"]), officer)


def _check_told_once(workspace: Workspace, told: Entry | None) -> None:
    first = _told_before(workspace, told) if told else None
    if told and first:
        raise PolicyError("policy.told_twice", entry=told.seq, first=first.seq)


def _told_before(workspace: Workspace, told: Entry) -> Entry | None:
    """Return the earlier entry that told of the same record, if any."""
    records = workspace.ledger.entries(told.kind)
    first = next(entry for entry in records if entry.facts["record"] == told.facts["record"])
    return first if first.seq < told.seq else None


def _answers(signature: Signature, opinion: Opinion) -> bool:
    return signature.opinion == opinion.record and bool(signature.answer)


def _changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, str]:
    """Return file → how it changed; the meaning alone may change with a new version of ours."""
    old, new = before["files"], after["files"]
    found = {}
    for file in sorted(old.keys() | new.keys()):
        if file not in old:
            found[file] = "added"
        elif file not in new:
            found[file] = "removed"
        elif old[file] != new[file]:
            found[file] = "changed"
    return found or {"contracts": "read_otherwise"}
