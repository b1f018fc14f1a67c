"""The register of processing (GDPR, article 30; model of the CNIL), from the contracts.

One activity per dataset. Each column is listed with its role and what is kept of it. The paper
describes rules: no value of a delivery is read for it.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.contracts import ROLE_WORDS, Contracts, Dataset, Label
from pipeline.papers.measures import security_measures
from pipeline.papers.page import render_page
from pipeline.papers.words import WORDS

ZONES = ("deliveries", "quarantine", "protected", "review", "proofs", "registers")


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One column of an activity.

    Attributes:
        name: in the delivery.
        label: in words.
        role: in words.
        is_sensitive: whether the contract calls it sensitive.
        kept: what is kept of it, in words.
        is_dropped: whether nothing is.
    """

    name: str
    label: Label
    role: Label
    is_sensitive: bool
    kept: Label
    is_dropped: bool


@dataclass(frozen=True, slots=True)
class Activity:
    """One dataset as an activity of processing."""

    name: str
    dataset: Dataset
    columns: tuple[ColumnLine, ...]

    @property
    def has_sensitive(self) -> bool:
        """Whether a column of it is sensitive."""
        return any(column.is_sensitive for column in self.columns)


def activities(contracts: Contracts) -> tuple[Activity, ...]:
    """Return one activity per dataset, those that hold persons first."""
    ordered = sorted(contracts.datasets.items(), key=lambda item: not item[1].counts_persons)
    return tuple(Activity(name, dataset, column_lines(dataset)) for name, dataset in ordered)


def column_lines(dataset: Dataset) -> tuple[ColumnLine, ...]:
    """Return a dataset's columns in words."""
    return tuple(
        ColumnLine(
            name=column.name,
            label=column.label,
            role=ROLE_WORDS[column.role],
            is_sensitive=column.role == "sensitive",
            kept=column.privacy.words,
            is_dropped=column.kept_as is None,
        )
        for column in dataset.columns
    )


def register_page(contracts: Contracts, *, language: str, on: date) -> str:
    """Return the register as one self-contained HTML page.

    Args:
        contracts: the rules in force.
        language: `fr`, else English.
        on: the day of the paper.
    """
    return render_page(
        "register.html.j2",
        language,
        contracts=contracts,
        policy=contracts.policy,
        jurisdiction=contracts.jurisdiction,
        law=contracts.law,
        activities=activities(contracts),
        measures=security_measures(contracts),
        zones=retention_lines(contracts),
        on=on,
    )


def retention_lines(contracts: Contracts) -> list[tuple[str, int, Label, Label]]:
    """Return zone, days, reason and source of each retention of the policy."""
    found = ((zone, getattr(contracts.policy.retention, zone)) for zone in ZONES)
    return [
        (
            zone,
            days.value,
            Label(en=days.reason, fr=days.reason_in("fr")),
            Label(en=days.source, fr=days.source_in("fr")),
        )
        for zone, days in found
    ]


def register_csv(contracts: Contracts, *, language: str, on: date) -> str:
    """Return the register as CSV: one row per activity, `;` between the fields."""

    def say(label: Label) -> str:
        return label.words(language)

    def word(key: str) -> str:
        return say(WORDS[key])

    jurisdiction, law, policy = contracts.jurisdiction, contracts.law, contracts.policy
    filed = jurisdiction.filed
    common = {
        "controller": say(policy.controller_words),
        "controller_contact": jurisdiction.controller_contact.contact,
        "representative": _office(jurisdiction.representative, language) or word("none"),
        "dpo": _office(jurisdiction.dpo, language),
        "joint": _joined(party.name for party in jurisdiction.joint_controllers) or word("none"),
        "processors": _joined(party.name for party in jurisdiction.processors) or word("none"),
        "authority": law.authority.name,
        "formality_filed": f"{filed.number}, {filed.on}" if filed else word("not_filed"),
        "legal_basis": say(policy.legal_basis),
        "recipients": _joined(say(recipient) for recipient in policy.recipients),
        "transfers": _joined(f"{say(t.to)}: {say(t.safeguards)}" for t in jurisdiction.transfers)
        or word("no_transfer"),
        "retention": _joined(
            f"{word(f'zone.{zone}')}: {days} {word('days')}"
            for zone, days, _, _ in retention_lines(contracts)
        ),
        "security": _joined(say(measure.title) for measure in security_measures(contracts)),
        "since": jurisdiction.since.isoformat(),
        "updated": on.isoformat(),
    }
    rows = [
        {
            "dataset": activity.name,
            "purposes": f"{say(policy.purpose)} {say(activity.dataset.purpose)}",
            "persons": say(activity.dataset.label)
            if activity.dataset.counts_persons
            else word("no_persons"),
            "register.data": _joined(
                say(c.label) + (f" ({word('sensitive')})" if c.is_sensitive else "")
                for c in activity.columns
            ),
            **common,
        }
        for activity in activities(contracts)
    ]
    return _csv([word(key) for key in rows[0]], (row.values() for row in rows))


def columns_csv(contracts: Contracts, *, language: str) -> str:
    """Return every column of every dataset as CSV: role, whether sensitive, what is kept."""
    header = ["dataset", "column", "register.data", "role", "sensitive", "kept"]
    rows = (
        [
            activity.name,
            column.name,
            column.label.words(language),
            column.role.words(language),
            WORDS["sensitive"].words(language) if column.is_sensitive else "",
            column.kept.words(language),
        ]
        for activity in activities(contracts)
        for column in activity.columns
    )
    return _csv([WORDS[key].words(language) for key in header], rows)


def _office(office: object, language: str) -> str:
    role, contact = getattr(office, "role", None), getattr(office, "contact", None)
    return f"{role.words(language)}, {contact}" if role is not None else ""


def _joined(parts: Iterable[str]) -> str:
    return " | ".join(parts)


def _csv(header: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    sink = io.StringIO()
    writer = csv.writer(sink, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(header)
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return sink.getvalue()


def _inert(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    # The full-width forms count too: some spreadsheets fold them.
    first = unicodedata.normalize("NFKC", cell.lstrip()[:1])
    return f"'{cell}" if first in {"=", "+", "-", "@"} else cell
