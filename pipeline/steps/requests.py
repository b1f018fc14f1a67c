"""The register of requests: what persons asked, by when it is answered, what was decided.

A request is a number. Who asked is not written down here: free words, if any, lie sealed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.contracts.rights import (
    DECISIONS,
    EXTENSIONS,
    GROUNDS,
    IDENTITY,
    RIGHTS,
    request_due,
)
from pipeline.errors import PrivacyError
from pipeline.steps.choices import check_choice
from pipeline.steps.receipt import Receipt
from pipeline.steps.registering import add, begin, read, read_all, tell_untold
from pipeline.steps.workspace import Workspace
from pipeline.storage.registers import Event

REGISTER = "request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, as its events make it.

    Attributes:
        number: `request-0001`.
        right: of the person: a code of `RIGHTS`.
        received: when it came.
        identity: how the identity was checked; empty when it was not.
        extension: why it takes longer; empty when it does not.
        decision: a code of `DECISIONS`; empty when none was taken.
        ground: of a refusal, a code of `GROUNDS`; empty without one.
        decided: when; None before.
        done: when it was carried out; None before, and when it was refused.
    """

    number: str
    right: str
    received: date
    identity: str = ""
    extension: str = ""
    decision: str = ""
    ground: str = ""
    decided: date | None = None
    done: date | None = None

    @property
    def due(self) -> date:
        """The last day on which it is answered in time (GDPR, article 12(3))."""
        return request_due(self.received, is_extended=bool(self.extension))

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.decision != "refused" and self.done is None

    def state(self, today: date) -> str:
        """Return `late`, `open`, `decided` (not yet carried out), `refused` or `done`."""
        if not self.is_open:
            return "refused" if self.decision == "refused" else "done"
        if today > self.due:
            return "late"
        return "decided" if self.decision else "open"

    def days_left(self, today: date) -> int | None:
        """Return how many days are left until it is due, less than 0 when it is overdue.

        None when nothing is left to do.
        """
        return (self.due - today).days if self.is_open else None


def open_request(
    workspace: Workspace, right: str, *, received: date, identity: str = "", words: bytes = b""
) -> Receipt:
    """Write down that a person asked for something.

    Args:
        workspace: the keys, the registers and the ledger.
        right: a code of `RIGHTS`.
        received: the day on which it came.
        identity: how the identity was checked, a code of `IDENTITY`; empty when it was not yet.
        words: kept sealed.

    Raises:
        PrivacyError: a code that is not on the list, or a day to come.
    """
    check_choice("right", right, RIGHTS)
    if identity:
        check_choice("identity", identity, IDENTITY)
    if received > _today(workspace):
        raise PrivacyError("subjects.day_to_come")
    number = begin(
        workspace,
        REGISTER,
        "opened",
        {"right": right, "received": received.isoformat(), "identity": identity or "unchecked"},
        words=words,
    )
    return _receipt(workspace, number, changed=True)


def update_request(
    workspace: Workspace,
    number: str,
    *,
    identity: str = "",
    extension: str = "",
    done: bool = False,
    words: bytes = b"",
) -> Receipt:
    """Add to a request: identity checked, deadline extended, carried out, or words.

    Raises:
        PrivacyError: a code that is not on the list, an extension after the first month or a
            second one, or carried out before it was granted.
        StorageError: there is no such request, or its record is altered.
    """
    request = read_request(workspace, number)
    changes: list[tuple[str, dict[str, str]]] = []
    if identity and identity != request.identity:
        check_choice("identity", identity, IDENTITY)
        changes.append(("identity", {"identity": identity}))
    if extension and extension != request.extension:
        check_choice("extension", extension, EXTENSIONS)
        if request.extension or not request.is_open or _today(workspace) > request.due:
            raise PrivacyError("subjects.not_extended", request=number)
        changes.append(("extended", {"extension": extension}))
    if done and request.done is None:
        if request.decision not in {"granted", "partly"}:
            raise PrivacyError("subjects.not_granted", request=number)
        changes.append(("done", {"on": _today(workspace).isoformat()}))
    if words and not changes:
        changes.append(("noted", {}))
    for position, (what, facts) in enumerate(changes):
        add(workspace, number, what, {**facts}, words=b"" if position else words)
    return _receipt(workspace, number, changed=bool(changes))


def decide_request(
    workspace: Workspace, number: str, decision: str, *, ground: str = "", words: bytes = b""
) -> Receipt:
    """Decide on a request; the same decision again changes nothing.

    Args:
        workspace: the keys, the registers and the ledger.
        number: of the request.
        decision: a code of `DECISIONS`.
        ground: of `GROUNDS`, that fits the right; for what is refused, and only there.
        words: kept sealed.

    Raises:
        PrivacyError: a code that is not on the list, an identity that was not checked, a ground
            that is missing or does not fit, or another decision was taken.
        StorageError: there is no such request, or its record is altered.
    """
    check_choice("decision", decision, DECISIONS)
    request = read_request(workspace, number)
    if decision == "granted":
        _check_no_ground(ground)
    else:
        fitting = [code for code, one in GROUNDS.items() if request.right in one.rights]
        check_choice("ground", ground, fitting)
    if request.decision:
        if (request.decision, request.ground) != (decision, ground):
            raise PrivacyError("subjects.decided", request=number)
        return _receipt(workspace, number, changed=False)
    # Who cannot be identified is refused wholly: a part of it would be done to anybody.
    is_not_identified = decision == "refused" and ground == "not_identified"
    if not request.identity and not is_not_identified:
        raise PrivacyError("subjects.identity_unchecked", request=number)
    facts = {"decision": decision, "on": _today(workspace).isoformat()}
    add(workspace, number, "decided", {**facts, "ground": ground or "none"}, words=words)
    return _receipt(workspace, number, changed=True)


def list_requests(workspace: Workspace) -> list[dict[str, Any]]:
    """Return one row per request: what is late first, then by deadline, what is closed last."""
    tell_untold(workspace, REGISTER)
    today = _today(workspace)
    found = [folded(number, each) for number, each in read_all(workspace, REGISTER).items()]
    found.sort(key=lambda request: (not request.is_open, request.due, request.number))
    return [_row(request, today) for request in found]


def days_row(left: int | None) -> dict[str, int | None]:
    """Return the days that are left and those that a deadline is overdue; None where neither is."""
    return {
        "days_left": left if left is not None and left >= 0 else None,
        "days_overdue": -left if left is not None and left < 0 else None,
    }


def read_request(workspace: Workspace, number: str) -> Request:
    """Return a request.

    Raises:
        StorageError: there is none of this number, or its record is altered.
    """
    return folded(number, read(workspace, REGISTER, number))


def check_granted(workspace: Workspace, number: str, *rights: str) -> Request:
    """Return a request that was granted, wholly or in part, and is of one of these rights.

    Raises:
        PrivacyError: it was not, it asks for something else, or nobody checked who asks.
        StorageError: there is none of this number, or its record is altered.
    """
    request = read_request(workspace, number)
    if request.right not in rights:
        raise PrivacyError("subjects.other_right", request=number)
    if request.decision not in {"granted", "partly"}:
        raise PrivacyError("subjects.not_granted", request=number)
    if not request.identity:
        raise PrivacyError("subjects.identity_unchecked", request=number)
    return request


def folded(number: str, events: tuple[Event, ...]) -> Request:
    """Return a request as its events make it."""
    known: dict[str, Any] = {"number": number}
    for event in events:
        facts = {name: str(fact) for name, fact in event.facts.items()}
        match event.what:
            case "opened":
                known |= {
                    "right": facts["right"],
                    "received": date.fromisoformat(facts["received"]),
                }
                known["identity"] = facts["identity"].replace("unchecked", "")
            case "decided":
                known["decision"] = facts["decision"]
                known["ground"] = facts["ground"].replace("none", "")
                known["decided"] = date.fromisoformat(facts["on"])
            case "done":
                known["done"] = date.fromisoformat(facts["on"])
            case "extended":
                known["extension"] = facts["extension"]
            case "identity":
                known["identity"] = facts["identity"]
    return Request(**known)


def _row(request: Request, today: date) -> dict[str, Any]:
    return {
        "request": request.number,
        "state": request.state(today),
        "right": request.right,
        "received": request.received.isoformat(),
        "due": request.due.isoformat(),
        **days_row(request.days_left(today)),
        "identity": request.identity or "unchecked",
        "extension": request.extension,
        "decision": request.decision,
        "ground": request.ground,
    }


def _receipt(workspace: Workspace, number: str, *, changed: bool) -> Receipt:
    request = read_request(workspace, number)
    days = days_row(request.days_left(_today(workspace)))
    return Receipt(
        step="request",
        changed=changed,
        ids={"request": number, "state": request.state(_today(workspace))},
        counts={name: count for name, count in days.items() if count is not None},
    )


def _check_no_ground(ground: str) -> None:
    if ground:
        raise PrivacyError("subjects.ground_of_nothing")


def _today(workspace: Workspace) -> date:
    return workspace.clock().date()
