"""What an audit report is made of: counted elsewhere, handed over here, never a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

Fact = str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of the ledger: counts, hashes and ids."""

    seq: int
    at: str
    kind: str
    facts: Mapping[str, Fact | Sequence[Fact]]

    @property
    def minute(self) -> str:
        """When, to the minute."""
        return self.at[:16].replace("T", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One delivery of the period, and what became of it.

    Attributes:
        name: of the delivery: dataset, period and fingerprint.
        dataset: its contract.
        at: when it was received.
        verdict: `accepted`, `same` as another delivery, `refused`, `correction` (of rows refused
            before) or `pending`.
        rule: that refused it, if any.
        counted: records counted apart from the reader; None when it was refused before that.
        accepted: rows kept.
        refused: rows in quarantine.
        suppressed: rows of persons who were erased, left out.
        in_force: of the accepted rows, those that are counted today.
        replaced: of the accepted rows, those of senders of whom a later delivery tells.
    """

    name: str
    dataset: str
    at: str
    verdict: str
    rule: str | None = None
    counted: int | None = None
    accepted: int | None = None
    refused: int | None = None
    suppressed: int | None = None
    in_force: int = 0
    replaced: int = 0

    @property
    def destroyed(self) -> int:
        """Of the accepted rows, those that were erased or outlived their retention."""
        # A kill may keep a batch from being told.
        return max(0, (self.accepted or 0) - self.in_force - self.replaced)

    @property
    def state(self) -> str:
        """What became of the accepted rows: `in_force`, `in_part`, `replaced` or `destroyed`."""
        if self.in_force:
            return "in_part" if self.replaced else "in_force"
        return "replaced" if self.replaced else "destroyed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRows:
    """Rows of the period in quarantine, by rule."""

    dataset: str
    column: str
    rule: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedLevel:
    """The observations of one indicator at one level in the release in force.

    Attributes:
        indicator: its code.
        area_level: the level.
        cells: observations of the period.
        hidden: of them, without a value for disclosure's sake.
        smallest: the smallest count above nought; None unless the indicator counts persons.
    """

    indicator: str
    area_level: str
    cells: int
    hidden: int
    smallest: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that one report tells.

    Attributes:
        period: its first year.
        made_at: when it was gathered.
        events: the whole ledger, in order.
        head: hash of its last entry.
        incoming: the deliveries of the period.
        quarantine: rows of the period that are still in quarantine.
        release: id of the release in force, if it holds the period.
        published: what it holds of the period.
        disclosure: the report of its candidate, by table and level, over its periods.
        proved_queries: queries whose lineage was proved while gathering; None: not proved.
        identified_columns: kept columns that are identifiers or pseudonyms.
        fingerprint: hash of all rules on the disk.
        keys: how the keys stand: check values, generation, counts; never a key.
        domains: pseudonym domains: name, epoch, check value.
        requests: of persons, the late ones first: number, right, dates, state.
        breaches: the open ones first: number, dates, nature, state.
    """

    period: str
    made_at: datetime
    events: tuple[Event, ...]
    head: str
    incoming: tuple[Incoming, ...]
    quarantine: tuple[RefusedRows, ...]
    release: str | None
    published: tuple[PublishedLevel, ...]
    disclosure: tuple[Mapping[str, Fact], ...]
    proved_queries: int | None
    identified_columns: int
    fingerprint: str
    keys: Mapping[str, Fact] = field(default_factory=dict)
    domains: tuple[Mapping[str, Fact | None], ...] = ()
    requests: tuple[Mapping[str, Fact | None], ...] = ()
    breaches: tuple[Mapping[str, Fact | None], ...] = ()
