"""The register of breaches: what happened, whom it concerns, who was told by when.

Numbers are approximate, categories are those of the contracts. No name is written down; free
words (what happened, its effects, what was done: GDPR, article 33(5)) lie sealed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pipeline.contracts.rights import DELAYS, NATURES, RISKS, breach_due
from pipeline.errors import PrivacyError
from pipeline.steps.choices import check_choice
from pipeline.steps.receipt import Receipt
from pipeline.steps.registering import add, begin, read, read_all, tell_untold
from pipeline.steps.workspace import Workspace
from pipeline.storage.registers import Event, EventFact

REGISTER = "breach"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One breach, as its events make it.

    Attributes:
        number: `breach-0001`.
        known: when it became known.
        natures: codes of `NATURES`.
        datasets: whose persons are concerned, by the names of their contracts.
        persons: how many, about.
        records: how many, about.
        risk: a code of `RISKS`.
        authority: when the authority was notified; None before.
        told: when the persons were told; None before.
        delay: why the authority was notified after 72 hours; empty when it was not.
        closed: when everything was done; None before, and again once news leave something to do.
    """

    number: str
    known: datetime
    natures: tuple[str, ...]
    datasets: tuple[str, ...]
    persons: int = 0
    records: int = 0
    risk: str = "unknown"
    authority: datetime | None = None
    told: datetime | None = None
    delay: str = ""
    closed: datetime | None = None

    @property
    def due(self) -> datetime:
        """Until when the authority is notified (GDPR, article 33(1))."""
        return breach_due(self.known)

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.closed is None

    @property
    def is_done(self) -> bool:
        """Whether the risk is assessed, and everyone told who must be."""
        if self.risk == "unknown":
            return False
        is_notified = self.authority is not None or self.risk == "unlikely"
        return is_notified and (self.told is not None or self.risk != "high")

    def state(self, now: datetime) -> str:
        """Return `late`, `to_notify`, `to_tell` (the persons), `open` or `closed`."""
        if not self.is_open:
            return "closed"
        if self.authority is None and self.risk != "unlikely":
            return "late" if now > self.due else "to_notify"
        return "to_tell" if self.risk == "high" and self.told is None else "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachNews:
    """What is added to a breach; what is None stays as it was."""

    persons: int | None = None
    records: int | None = None
    risk: str | None = None
    authority: datetime | None = None
    told: datetime | None = None
    delay: str | None = None
    is_closed: bool = False


def report_breach(
    workspace: Workspace,
    *,
    known: datetime,
    natures: Sequence[str],
    datasets: Sequence[str],
    persons: int = 0,
    records: int = 0,
    words: bytes = b"",
) -> Receipt:
    """Write down that a breach became known.

    Raises:
        PrivacyError: a code that is not on its list, none at all, or a moment to come.
    """
    for nature in natures or [""]:
        check_choice("nature", nature, NATURES)
    for dataset in datasets or [""]:
        check_choice("dataset", dataset, workspace.project.contracts.datasets)
    _check_past(workspace, known)
    facts: dict[str, EventFact] = {
        "known": _written(known),
        "natures": "+".join(sorted(set(natures))),
        "datasets": "+".join(sorted(set(datasets))),
        "persons": persons,
        "records": records,
    }
    number = begin(workspace, REGISTER, "reported", facts, words=words)
    return _receipt(workspace, number, changed=True)


def update_breach(
    workspace: Workspace, number: str, news: BreachNews, *, words: bytes = b""
) -> Receipt:
    """Add what is known now; nothing new changes nothing.

    News that leave something to do open a closed breach again: it is due as it was, and is closed
    anew once that is done.

    Raises:
        PrivacyError: a code that is not on its list, a moment to come or before the breach, no
            reason for a late notification, or closed with something left to do.
        StorageError: there is no such breach, or its record is altered.
    """
    before = read_breach(workspace, number)
    after = _with_news(workspace, before, news)
    facts = _facts(before, after)
    if facts or words:
        add(workspace, number, "updated", facts, words=words)
    return _receipt(workspace, number, changed=bool(facts or words))


def list_breaches(workspace: Workspace) -> list[dict[str, Any]]:
    """Return one row per breach: what is late first, then by deadline, what is closed last."""
    tell_untold(workspace, REGISTER)
    now = workspace.clock()
    found = [folded(number, each) for number, each in read_all(workspace, REGISTER).items()]
    found.sort(key=lambda breach: (not breach.is_open, breach.due, breach.number))
    return [_row(breach, now) for breach in found]


def read_breach(workspace: Workspace, number: str) -> Breach:
    """Return a breach.

    Raises:
        StorageError: there is none of this number, or its record is altered.
    """
    return folded(number, read(workspace, REGISTER, number))


def _with_news(workspace: Workspace, breach: Breach, news: BreachNews) -> Breach:
    if news.risk is not None:
        check_choice("risk", news.risk, RISKS)
    if news.delay is not None:
        check_choice("delay", news.delay, DELAYS)
    for moment in (news.authority, news.told):
        if moment is not None:
            _check_past(workspace, moment)
            if moment < breach.known:
                raise PrivacyError("subjects.before_known", breach=breach.number)
    fields = ("persons", "records", "risk", "authority", "told", "delay")
    given = {name: getattr(news, name) for name in fields if getattr(news, name) is not None}
    after = replace(breach, **given)
    if after.authority is not None and after.authority > after.due and not after.delay:
        raise PrivacyError("subjects.delay_unexplained", breach=breach.number)
    if not news.is_closed:
        return after
    if not after.is_done:
        raise PrivacyError("subjects.breach_not_done", breach=breach.number)
    return replace(after, closed=breach.closed or workspace.clock())


def _facts(before: Breach, after: Breach) -> dict[str, EventFact]:
    """Return what differs, as facts."""
    facts: dict[str, EventFact] = {}
    for name in ("persons", "records", "risk", "authority", "told", "delay", "closed"):
        value = getattr(after, name)
        if value != getattr(before, name):
            facts[name] = _written(value) if isinstance(value, datetime) else value
    return facts


def folded(number: str, events: tuple[Event, ...]) -> Breach:
    """Return a breach as its events make it."""
    known: dict[str, Any] = {"number": number}
    for event in events:
        for name, fact in event.facts.items():
            match name:
                case "known" | "authority" | "told" | "closed":
                    known[name] = datetime.fromisoformat(str(fact))
                case "natures" | "datasets":
                    known[name] = tuple(str(fact).split("+"))
                case _:
                    known[name] = fact
        if not Breach(**known).is_done:
            known["closed"] = None
    return Breach(**known)


def _row(breach: Breach, now: datetime) -> dict[str, Any]:
    state, left = breach.state(now), breach.due - now
    return {
        "breach": breach.number,
        "state": state,
        "known": _written(breach.known),
        "due": _written(breach.due),
        "hours_left": int(left.total_seconds() // 3600) if state == "to_notify" else None,
        # A day that has begun counts as one.
        "days_overdue": -left.days if state == "late" else None,
        "nature": ", ".join(breach.natures),
        "datasets": ", ".join(breach.datasets),
        "persons": breach.persons,
        "records": breach.records,
        "risk": breach.risk,
        "authority": _written(breach.authority) if breach.authority else "",
        "told": _written(breach.told) if breach.told else "",
    }


def _receipt(workspace: Workspace, number: str, *, changed: bool) -> Receipt:
    breach = read_breach(workspace, number)
    return Receipt(
        step="breach",
        changed=changed,
        ids={
            "breach": number,
            "state": breach.state(workspace.clock()),
            "due": _written(breach.due),
        },
        counts={"persons": breach.persons, "records": breach.records},
    )


def _check_past(workspace: Workspace, moment: datetime) -> None:
    if moment > workspace.clock():
        raise PrivacyError("subjects.day_to_come")


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
