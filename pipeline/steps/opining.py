"""What the data protection officer says of a candidate: a doubt is judged, or it is stopped.

An unfavourable opinion stops a candidate whatever the verdict, until the officer gives another. A
verdict `review` stops a release until the officer has judged what is in doubt, in writing and
under the officer's key, and the delegate has approved with that before them. The opinion is on one
candidate, its content and that very verdict: where any of them is another, it says nothing. What
the adversary finds, or a verdict that was not reached, no opinion settles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from pipeline.errors import ApprovalError, DisclosureError
from pipeline.steps.attacking import PASSED, REVIEW, require_pass, standing_verdict, verdict_hash
from pipeline.steps.policy import opinion_told
from pipeline.steps.receipt import Receipt
from pipeline.steps.sending_back import approval_of
from pipeline.steps.signing import check_key
from pipeline.steps.workspace import Workspace
from pipeline.storage.ledger import Entry
from pipeline.storage.policies import Opinion, PolicyStore, Verdict, words_hash
from pipeline.storage.signatories import PersonKey, fingerprint
from pipeline.storage.signed import canonical_json

KIND = "candidate_opinion"
OBJECTS = "unfavourable"


def opine_on(
    workspace: Workspace,
    candidate_id: str,
    officer: PersonKey,
    opinion: Verdict,
    *,
    words: bytes,
) -> Receipt:
    """Record the officer's opinion on what the adversary could not decide, or on any candidate.

    Args:
        workspace: the review zone and the ledger.
        candidate_id: as `prepare` named it; its exact counts must still be there.
        officer: the enrolled officer's key.
        opinion: unfavourable leaves the release stopped.
        words: the reasons; no figure of a candidate belongs in them.

    Raises:
        DisclosureError: the adversary decided, and the officer does not and did not object; or it
            stopped.
        PolicyError: it is not the officer's key.
        StorageError: there is no such candidate, or it is decided.
    """
    check_key(workspace, "dpo", officer)
    facts = workspace.review.facts(candidate_id)
    verdict = standing_verdict(workspace, candidate_id, facts)
    # A candidate that is safe may be stopped all the same, and let go again.
    objected = verdict["outcome"] == PASSED and OBJECTS in {
        opinion,
        _last_opinion(workspace, candidate_id),
    }
    if verdict["outcome"] != REVIEW and not objected:
        raise DisclosureError(
            "disclosure.nothing_to_judge",
            candidate=candidate_id,
            outcome=str(verdict["outcome"]),
        )
    hashes = {"content": str(facts["content"]), "verdict": verdict_hash(verdict)}
    subject = _subject(candidate_id, verdict)
    last = opinion_on(workspace, candidate_id, verdict)
    if last and (last.opinion, last.words) == (opinion, words_hash(words)):
        return _receipt(candidate_id, hashes, changed=False)
    given = Opinion(
        policy=subject,
        opinion=opinion,
        words=words_hash(words),
        at=workspace.clock().astimezone(UTC).isoformat(timespec="seconds"),
        after=workspace.ledger.head,
    )
    PolicyStore(workspace.home).keep_opinion(given, officer, words=words)
    workspace.ledger.append(
        KIND,
        candidate=candidate_id,
        **hashes,
        opinion=opinion,
        record=given.record,
        words=given.words,
        key=fingerprint(officer.public_key),
    )
    return _receipt(candidate_id, hashes, changed=True)


def opinion_on(
    workspace: Workspace, candidate_id: str, verdict: Mapping[str, Any]
) -> Opinion | None:
    """Return the officer's last opinion on a verdict; None where there is none on this very one.

    Raises:
        StorageError: the record or its words are missing or altered.
    """
    told = last_told(workspace, candidate_id)
    if told is None or told.facts["verdict"] != verdict_hash(verdict):
        return None
    return opinion_told(workspace, told, _subject(candidate_id, verdict))


def last_told(workspace: Workspace, candidate_id: str) -> Entry | None:
    """Return the entry of the last opinion on a candidate, whatever it is on."""
    return workspace.ledger.find(KIND, candidate=candidate_id)


def _last_opinion(workspace: Workspace, candidate_id: str) -> str | None:
    told = last_told(workspace, candidate_id)
    return None if told is None else str(told.facts["opinion"])


def opinion_facts(
    workspace: Workspace, candidate_id: str, verdict: Mapping[str, Any]
) -> dict[str, str] | None:
    """Return the opinion on a verdict as a report shows it: opinion, words and when."""
    found = opinion_on(workspace, candidate_id, verdict) if verdict else None
    if found is None:
        return None
    words = PolicyStore(workspace.home).words(found.policy, found.words)
    return {"opinion": found.opinion, "words": words, "at": found.at}


def is_settled(workspace: Workspace, candidate_id: str, verdict: Mapping[str, Any]) -> bool:
    """Tell whether the officer judged what the adversary could not decide, and does not object."""
    if verdict.get("outcome") != REVIEW:
        return False
    found = opinion_on(workspace, candidate_id, verdict)
    return found is not None and found.opinion != OBJECTS


def require_settled(workspace: Workspace, candidate_id: str, verdict: Mapping[str, Any]) -> None:
    """Check that the adversary failed, or that the officer judged what it could not decide.

    Raises:
        ApprovalError: the delegate approved before the officer's last opinion, or the officer
            objects to what the adversary let pass.
        DisclosureError: the adversary found something or stopped, or could not decide and the
            officer did not judge it, or objects.
    """
    told = last_told(workspace, candidate_id)
    if not is_settled(workspace, candidate_id, verdict):
        require_pass(verdict)
        if told is not None and told.facts["opinion"] == OBJECTS:
            raise ApprovalError("approval.objected", candidate=candidate_id)
    elif told is not None:
        record = str(told.facts["record"])
        if approval_of(workspace, candidate_id, opinion=record) is None:
            raise ApprovalError("approval.before_opinion", candidate=candidate_id)


def _subject(candidate_id: str, verdict: Mapping[str, Any]) -> str:
    """Return the hash that an opinion is on: candidate, content and verdict, which names both."""
    about = {"candidate": candidate_id, "verdict": verdict_hash(verdict)}
    return hashlib.sha256(canonical_json(about)).hexdigest()


def _receipt(candidate_id: str, hashes: Mapping[str, str], *, changed: bool) -> Receipt:
    ids = {"candidate": candidate_id}
    return Receipt(step="audit opine", changed=changed, ids=ids, hashes=dict(hashes))
