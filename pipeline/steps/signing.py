"""Two persons, two keys: enrol them, record the officer's opinion, sign as the delegate.

The officer advises and can block; the delegate decides (GDPR, article 38(6); CJEU, C-453/21).
Each act is a signed record and an entry of the ledger with hashes only.
"""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from pipeline.errors import PolicyError
from pipeline.steps.left_behind import check_nothing_left_behind
from pipeline.steps.policy import (
    State,
    last_opinion,
    last_signature,
    require_policy,
    signatory,
    standing,
)
from pipeline.steps.receipt import Receipt
from pipeline.steps.snapshots import snapshot_of
from pipeline.steps.versions import check_version
from pipeline.steps.workspace import Workspace
from pipeline.storage.policies import (
    Opinion,
    PolicyStore,
    Signature,
    Verdict,
    snapshot_hash,
    words_hash,
)
from pipeline.storage.signatories import (
    ROLES,
    PersonKey,
    Role,
    Signatories,
    Signatory,
    fingerprint,
    make_person_key,
    open_person_key,
)

DEMONSTRATION = "demonstration"
DEMONSTRATION_WORDS = (
    "Demonstration: synthetic persons; no data protection officer looked at it.\n"
    "Démonstration : personnes synthétiques ; aucun délégué à la protection des données "
    "ne l'a examinée.\n"
)


def enrol(
    workspace: Workspace,
    role: Role,
    public_key: bytes,
    *,
    confirmed: str | None = None,
    is_demonstration: bool = False,
) -> Receipt:
    """Let a person's key count in a role from now on; again ends what a kill cut short.

    Args:
        workspace: the keys and the ledger.
        role: `delegate` or `dpo`.
        public_key: raw, 32 bytes.
        confirmed: the fingerprint of this key, typed anew, when it replaces another.
        is_demonstration: nobody stands behind this key.

    Raises:
        PolicyError: the key counts in the other role, or would replace one unconfirmed.
    """
    key = fingerprint(public_key)
    pins = _mended_pins(workspace)
    for other in ROLES:
        pinned = pins.pinned(other)
        if other != role and pinned is not None and pinned.public_key == public_key:
            raise PolicyError("policy.one_person", role=other)
    replaced = pins.pinned(role)
    told = workspace.ledger.find("policy_signatory", role=role)
    is_new = replaced is None or replaced.public_key != public_key
    if is_new and replaced is not None and confirmed != key:
        raise PolicyError(
            "policy.replace_unconfirmed", role=role, before=replaced.fingerprint, after=key
        )
    if told is None or told.facts["key"] != key:
        workspace.ledger.append(
            "policy_signatory",
            role=role,
            key=key,
            demonstration=is_demonstration,
            replaces=replaced.fingerprint if replaced and is_new else "none",
        )
    if is_new:
        pins.pin(
            Signatory(
                role=role,
                public_key=public_key,
                is_demonstration=is_demonstration,
                since=_now(workspace),
            )
        )
    return Receipt(
        step="policy enrol", changed=is_new, ids={"role": role}, hashes={"fingerprint": key}
    )


def opine(
    workspace: Workspace, officer: PersonKey, opinion: Verdict, *, words: bytes = b""
) -> Receipt:
    """Record the data protection officer's opinion on the project as it stands.

    Raises:
        PolicyError: it is not the officer's key, or an opinion other than favourable has no
            words.
    """
    check_key(workspace, "dpo", officer)
    if opinion != "favourable" and not words:
        raise PolicyError("policy.opinion_without_words")
    store = PolicyStore(workspace.home)
    policy = store.keep_snapshot(snapshot_of(workspace.project))
    last = last_opinion(workspace, policy)
    if last and (last.opinion, last.words) == (opinion, words_hash(words)):
        return _receipt("policy opine", policy, changed=False)
    given = Opinion(
        policy=policy,
        opinion=opinion,
        words=words_hash(words),
        at=_now(workspace),
        after=workspace.ledger.head,
    )
    store.keep_opinion(given, officer, words=words)
    workspace.ledger.append(
        "policy_opinion",
        policy=policy,
        opinion=opinion,
        record=given.record,
        words=given.words or "none",
        key=fingerprint(officer.public_key),
    )
    return _receipt("policy opine", policy, changed=True)


def sign(workspace: Workspace, delegate: PersonKey, *, answer: bytes = b"") -> Receipt:
    """Put the project as it stands in force, as the controller's delegate.

    Raises:
        PolicyError: it is not the delegate's key, the officer gave no opinion on this very
            project, or an unfavourable one without an answer in writing; or the version of the
            policy was signed for other files.
        PrivacyError: persons whom earlier rules took in would not be found under these.
    """
    check_key(workspace, "delegate", delegate)
    check_nothing_left_behind(workspace)
    pinned = signatory(workspace, "delegate")
    if pinned is None or not pinned.is_demonstration:
        check_version(workspace)
    policy = snapshot_hash(snapshot_of(workspace.project))
    opinion = last_opinion(workspace, policy)
    if opinion is None:
        raise PolicyError("policy.no_opinion")
    if opinion.opinion == "unfavourable" and not answer:
        raise PolicyError("policy.unanswered")
    last = last_signature(workspace)
    asked = (policy, opinion.record, words_hash(answer))
    if last and (last.policy, last.opinion, last.answer) == asked:
        return _receipt("policy sign", policy, changed=False)
    given = Signature(
        policy=policy,
        opinion=opinion.record,
        answer=words_hash(answer),
        at=_now(workspace),
        after=workspace.ledger.head,
    )
    PolicyStore(workspace.home).keep_signature(given, delegate, answer=answer)
    workspace.ledger.append(
        "policy_signature",
        policy=policy,
        record=given.record,
        opinion=opinion.record,
        answer=given.answer or "none",
        key=fingerprint(delegate.public_key),
    )
    return _receipt("policy sign", policy, changed=True)


def sign_demonstration(workspace: Workspace) -> Receipt:
    """Sign the project with keys of the demonstration, behind which nobody stands.

    The keys lie in `demonstration/` of the key folder and are pinned as such. Where a person is
    enrolled in either role, nothing is signed or written; an unfavourable opinion is not passed
    over either.

    Raises:
        PolicyError: a person is enrolled, or the officer's opinion on the project is
            unfavourable.
    """
    for role in ROLES:
        told = workspace.ledger.find("policy_signatory", role=role)
        if told is not None and not told.facts["demonstration"]:
            raise PolicyError("policy.person_enrolled", role=role)
    keys = {role: _demonstration_key(workspace, role) for role in ROLES}
    for role, key in keys.items():
        enrol(workspace, role, key.public_key, is_demonstration=True)
    found = standing(workspace)
    if found.state in {State.IN_FORCE, State.BLOCKED}:
        return _demonstrated(workspace, require_policy(workspace), changed=False)
    if last_opinion(workspace, found.policy) is None:
        opine(workspace, keys["dpo"], "favourable", words=DEMONSTRATION_WORDS.encode())
    sign(workspace, keys["delegate"])
    return _demonstrated(workspace, found.policy, changed=True)


def _demonstration_key(workspace: Workspace, role: Role) -> PersonKey:
    path = demonstration_key_path(workspace, role)
    if path.exists():
        return open_person_key(path, passphrase=None)
    return make_person_key(path, passphrase=None)


def demonstration_key_path(workspace: Workspace, role: Role) -> Path:
    """Return where the demonstration's private key of a role lies."""
    return workspace.settings.keys / DEMONSTRATION / f"{role}.pem"


def _demonstrated(workspace: Workspace, policy: str, *, changed: bool) -> Receipt:
    name = f"{workspace.project.contracts.policy.policy}, signed with demonstration keys"
    return Receipt(step="policy", changed=changed, ids={"policy": name}, hashes={"policy": policy})


def _mended_pins(workspace: Workspace) -> Signatories:
    pins = Signatories(workspace.settings.keys, workspace.ring)
    for role in ROLES:
        pins.mend(role)
    return pins


def check_key(workspace: Workspace, role: Role, key: PersonKey) -> None:
    """Check that a key is the one that counts in a role.

    Raises:
        PolicyError: nobody is enrolled in it, or another.
    """
    pinned = signatory(workspace, role)
    if pinned is None:
        raise PolicyError("policy.nobody_enrolled", role=role)
    if pinned.public_key != key.public_key:
        raise PolicyError("policy.not_enrolled", role=role)


def _now(workspace: Workspace) -> str:
    return workspace.clock().astimezone(UTC).isoformat(timespec="seconds")


def _receipt(step: str, policy: str, *, changed: bool) -> Receipt:
    ids = {"policy": f"policy-{policy[:16]}"}
    return Receipt(step=step, changed=changed, ids=ids, hashes={"policy": policy})
