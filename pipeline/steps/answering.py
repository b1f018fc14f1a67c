"""Who was expected and does not deliver: declared as non-response, or reminded by mail.

Neither a mail nor the ledger says more than dataset, period and the sender's code.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from pipeline.contracts import Dataset
from pipeline.contracts.datasets import Expected
from pipeline.contracts.non_response import NON_RESPONSE
from pipeline.errors import DeliveryError, NoticeError, Place
from pipeline.intake import due_date
from pipeline.notices.mail import send_mail
from pipeline.notices.servers import check_address
from pipeline.steps.arriving import NOT_ANSWERED, read_arrivals
from pipeline.steps.receipt import Receipt
from pipeline.steps.workspace import Workspace

LIFTED = "lifted"
REMINDER = "reminder"
SUBJECTS = {
    "en": "A delivery is awaited: {dataset}, school year {period}-{following}, {sender}",
    "fr": "Une livraison est attendue : {dataset}, année scolaire {period}-{following}, {sender}",
}
BODIES = {
    "en": (
        "The file {label} of the school year {period}-{following} was due on {due} from {sender} "
        "and has not arrived.\n\nPlease deliver it in the usual way. If you have already done so, "
        "or have nothing to deliver, please tell those to whom you deliver.\n\nDo not send any "
        "file in answer to this mail.\n"
    ),
    "fr": (
        "Le fichier {label} de l'année scolaire {period}-{following} était attendu le {due} de "
        "{sender} et n'est pas arrivé.\n\nMerci de le livrer par la voie habituelle. Si c'est "
        "déjà fait, ou s'il n'y a rien à livrer, merci de le dire à ceux à qui vous livrez.\n\n"
        "N'envoyez aucun fichier en réponse à ce courriel.\n"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A mail to be sent. Its text form shows no address."""

    sender: str
    to: str
    subject: str
    body: str

    def __repr__(self) -> str:
        return f"Reminder({self.sender})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """Who is to be reminded.

    Attributes:
        mails: to the senders that have an address.
        without: the senders that have none.
        before: how many were reminded not long ago.
    """

    mails: tuple[Reminder, ...] = ()
    without: tuple[str, ...] = ()
    before: int = 0


# The header of a file of contacts.
_CONTACT = ["sender", "mail"]


def list_arrivals(
    workspace: Workspace, *, dataset: str | None = None, period: str | None = None
) -> list[dict[str, Any]]:
    """Return one row per dataset, period and sender: dataset, period, sender, status, due, day.

    Args:
        workspace: the zones.
        dataset: this one only.
        period: this one only; default: each of which something was accepted.

    Raises:
        DeliveryError: there is no such dataset, or nobody is expected by name for it.
    """
    datasets = workspace.project.contracts.datasets
    chosen = [_expecting(workspace, dataset)] if dataset else list(datasets.values())
    periods = sorted({batch.period for batch in workspace.protected.batches()})
    rows = []
    for when in [period] if period else periods:
        for one in chosen:
            arrived = read_arrivals(workspace, one, when)
            if arrived is None or one.expected is None:
                continue
            about = {"dataset": one.dataset, "period": when}
            due = due_date(one.expected, when).isoformat()
            table = arrived.senders[["sender", "status", "received_on"]]
            for sender, status, day in table.itertuples(index=False):
                came = {"received_on": None if pd.isna(day) else str(day)[:10]}
                rows.append({**about, "sender": sender, "status": status, "due": due, **came})
    return rows


def declare_non_response(
    workspace: Workspace, dataset: str, period: str, senders: Sequence[str], *, reason: str
) -> Receipt:
    """Note that senders will not deliver, and why; or lift that, with the reason `lifted`.

    Coverage counts them as missing: their pupils are in no figure. They are not reminded. Once one
    delivers it has delivered, whatever was declared.

    Args:
        workspace: the ledger.
        dataset: name of the contract.
        period: the first year of the school year.
        senders: their codes.
        reason: a code of `NON_RESPONSE`, or `lifted`.

    Raises:
        DeliveryError: the dataset expects nobody by name, a sender is not expected, or the reason
            is none.
    """
    contract = _expecting(workspace, dataset)
    if reason not in {*NON_RESPONSE, LIFTED}:
        known = ", ".join((*NON_RESPONSE, LIFTED))
        raise DeliveryError("arrivals.no_reason", place=Place(dataset=dataset), known=known)
    arrived = read_arrivals(workspace, contract, period)
    status = {} if arrived is None else dict(arrived.senders[["sender", "status"]].to_numpy())
    strange = [one for one in senders if status.get(one, "unexpected") == "unexpected"]
    if strange:
        place = Place(dataset=dataset)
        raise DeliveryError("arrivals.not_expected", place=place, count=len(strange), period=period)
    changed = 0
    for sender in senders:
        about = {"dataset": dataset, "period": period, "sender": sender}
        told = workspace.ledger.find(NOT_ANSWERED, **about)
        if (told.facts["reason"] if told else LIFTED) != reason:
            workspace.ledger.append(NOT_ANSWERED, **about, reason=reason)
            changed += 1
    return Receipt(
        step="arrivals non-response",
        changed=bool(changed),
        ids={"dataset": dataset, "period": period},
        counts={"senders": len(senders), "declared": changed},
    )


def reminders(workspace: Workspace, dataset: str, period: str) -> Awaited:
    """Return the mails to senders that are missing, who of them has no address, and who got one.

    Args:
        workspace: the settings name the contacts; the contract says how often.
        dataset: name of the contract.
        period: the first year of the school year.

    Raises:
        DeliveryError: the dataset expects nobody by name.
        NoticeError: there are no contacts, or a line of them is wrong.
    """
    contract = _expecting(workspace, dataset)
    arrived = read_arrivals(workspace, contract, period)
    if arrived is None or contract.expected is None:
        return Awaited()
    missing = arrived.senders.loc[arrived.senders["status"] == "missing", "sender"]
    last = _reminded(workspace, dataset, period)
    since = workspace.clock() - timedelta(days=contract.expected.remind_days)
    due = [one for one in sorted(missing) if one not in last or last[one] <= since]
    contacts = _contacts(workspace) if due else {}
    write = _writer(workspace, contract, contract.expected, period)
    return Awaited(
        mails=tuple(write(one, contacts[one]) for one in due if one in contacts),
        without=tuple(one for one in due if one not in contacts),
        before=len(missing) - len(due),
    )


def remind(workspace: Workspace, dataset: str, period: str) -> Receipt:
    """Send a mail to the contact of each sender that is missing, once in the contract's days.

    Each stands in the ledger before it leaves: a kill between the two never sends it twice.

    Raises:
        DeliveryError: the dataset expects nobody by name.
        NoticeError: no mail server is set, or no contact of one that is missing, and none left; or
            the server refuses, and those before it left.
    """
    server = workspace.settings.mail
    if server is None:
        raise NoticeError("notice.no_mail")
    awaited = reminders(workspace, dataset, period)
    if awaited.without:
        count = len(awaited.without)
        raise NoticeError("notice.no_contact", place=Place(dataset=dataset), count=count)
    mails, before = awaited.mails, awaited.before
    for mail in mails:
        about = {"dataset": dataset, "period": period, "sender": mail.sender}
        workspace.ledger.append(REMINDER, **about, outcome="sent")
        try:
            send_mail(server, to=[mail.to], subject=mail.subject, body=mail.body)
        except NoticeError:
            workspace.ledger.append(REMINDER, **about, outcome="failed")
            raise
    return Receipt(
        step="arrivals remind",
        changed=bool(mails),
        ids={"dataset": dataset, "period": period},
        counts={"reminded": len(mails), "reminded_before": before},
    )


def _expecting(workspace: Workspace, name: str) -> Dataset:
    dataset = workspace.project.contracts.datasets.get(name)
    if dataset is None:
        known = ", ".join(workspace.project.contracts.datasets)
        raise DeliveryError("contract.unknown_dataset", place=Place(dataset=name), known=known)
    if dataset.expected is None:
        raise DeliveryError("arrivals.nobody_expected", place=Place(dataset=name, rule="expected"))
    return dataset


def _reminded(workspace: Workspace, dataset: str, period: str) -> Mapping[str, datetime]:
    """Return sender → when a mail left for it last."""
    found: dict[str, datetime] = {}
    for entry in workspace.ledger.entries(REMINDER):
        if (entry.facts["dataset"], entry.facts["period"]) == (dataset, period):
            sender = str(entry.facts["sender"])
            found.pop(sender, None)
            if entry.facts["outcome"] == "sent":
                found[sender] = datetime.fromisoformat(entry.at)
    return found


def _writer(
    workspace: Workspace, dataset: Dataset, expected: Expected, period: str
) -> Callable[[str, str], Reminder]:
    language = workspace.settings.language
    facts = {
        "dataset": dataset.dataset,
        "label": dataset.label.words(language),
        "period": period,
        "following": str(int(period) + 1),
        "due": due_date(expected, period).isoformat(),
    }

    def write(sender: str, to: str) -> Reminder:
        return Reminder(
            sender=sender,
            to=to,
            subject=SUBJECTS[language].format(**facts, sender=sender),
            body=BODIES[language].format(**facts, sender=sender),
        )

    return write


def _contacts(workspace: Workspace) -> Mapping[str, str]:
    """Return sender → address, as the contacts file of the settings has it."""
    path = workspace.settings.contacts
    if path is None or not path.is_file():
        raise NoticeError("notice.no_contacts")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return dict(_read_contacts(file, str(path.name)))


def _read_contacts(file: Any, name: str) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for line, row in enumerate(csv.reader(file), 1):
        if line == 1 and row == _CONTACT:
            continue
        place = Place(file=name, line=line)
        if line == 1 or len(row) != len(_CONTACT) or row[0] in seen:
            raise NoticeError("notice.bad_contact", place=place)
        seen.add(row[0])
        try:
            check_address(row[1])
        except NoticeError:
            raise NoticeError("notice.bad_contact", place=place) from None
        yield row[0], row[1]
