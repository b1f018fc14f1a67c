"""The project, the keys and the zones, opened together."""

from __future__ import annotations

import resource
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from pipeline.contracts.enrolments import DoubleEnrolment
from pipeline.intake.nursery import Nursery
from pipeline.project import Project, load_project
from pipeline.settings import Settings
from pipeline.storage.deliveries import DeliveryStore
from pipeline.storage.keys import KeyRing
from pipeline.storage.ledger import FOLDER as LEDGER
from pipeline.storage.ledger import Ledger
from pipeline.storage.patterns import PatternStore
from pipeline.storage.protected import ProtectedStore
from pipeline.storage.quarantine import QuarantineStore
from pipeline.storage.releases import ReleaseStore
from pipeline.storage.review import ReviewStore


def utc_now() -> datetime:
    """Return the time of day, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Workspace:
    """Everything a step works with; each part is opened when first needed.

    Args:
        settings: where everything lies.
        clock: tells the time; a test may give another.
    """

    settings: Settings
    clock: Callable[[], datetime] = utc_now

    def __post_init__(self) -> None:
        """Forbid this process, which will hold keys and persons in clear, to dump its memory."""
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        # One byte is too little for a file, and the one value at which Linux hands nothing to
        # a crash reporter either: those do not all mind a limit of nought.
        resource.setrlimit(resource.RLIMIT_CORE, (0 if hard == 0 else 1, hard))

    @property
    def home(self) -> Path:
        """The folder of all zones."""
        return self.settings.home

    @cached_property
    def project(self) -> Project:
        """The rules in force."""
        return load_project(self.settings.project)

    @cached_property
    def nursery(self) -> Nursery:
        """Where the processes are born that read deliveries; they know none of the keys."""
        return Nursery()

    @cached_property
    def ring(self) -> KeyRing:
        """The keys."""
        return KeyRing.open(
            self.settings.keys,
            home=self.home,
            source=self.settings.root,
            copy=self.settings.vault_copy,
        )

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger."""
        return Ledger(
            self.home / LEDGER,
            clock=self.clock,
            signer=self.ring,
            copies=[self.settings.ledger_copy] if self.settings.ledger_copy else [],
            home=self.home,
        )

    @cached_property
    def deliveries(self) -> DeliveryStore:
        """Files as received, sealed."""
        return DeliveryStore(self.home, self.ring)

    @cached_property
    def quarantine(self) -> QuarantineStore:
        """Refused rows, sealed."""
        return QuarantineStore(self.home, self.ring)

    @cached_property
    def protected(self) -> ProtectedStore:
        """Pseudonymised, minimised rows, encrypted."""
        return ProtectedStore(self.home, self.ring, ledger=self.ledger, rule_of=self._rule_of)

    @cached_property
    def review(self) -> ReviewStore:
        """Candidates with their exact counts, sealed."""
        return ReviewStore(self.home, self.ring)

    @cached_property
    def patterns(self) -> PatternStore:
        """What a preparation found before it was stopped, sealed."""
        return PatternStore(self.home, self.ring)

    @cached_property
    def releases(self) -> ReleaseStore:
        """Published releases, open."""
        return ReleaseStore(self.home / "published", self.ring, clock=self.clock)

    @cached_property
    def published(self) -> ReleaseStore:
        """Published releases, for readers: no key is needed."""
        return ReleaseStore(self.home / "published", None)

    def _rule_of(self, dataset: str) -> DoubleEnrolment | None:
        held = self.project.contracts.datasets.get(dataset)
        return held.double_enrolment if held else None
