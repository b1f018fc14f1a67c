"""What was taken in under earlier rules is found under those of today, or these are refused.

A dataset or a pseudonym domain that is renamed or taken out hides whom it held: from the erasure
that looks for them, and from the list that keeps them out. What the ledger tells of each delivery
and the policy that was signed before it say where its persons were put.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property

from pipeline.errors import Place, PrivacyError, Problem
from pipeline.steps.listing import KIND as LIST
from pipeline.steps.listing import identified_in, read_list
from pipeline.steps.searches import dataset_of
from pipeline.steps.workspace import Workspace
from pipeline.storage.policies import PolicyStore
from pipeline.storage.suppressions import SuppressionStore

Domains = Mapping[str, frozenset[str]]


def check_nothing_left_behind(workspace: Workspace) -> None:
    """Check that the rules of today reach every person whom earlier ones took in.

    Raises:
        PrivacyError: a dataset of which something is kept is no more in the contracts, or a
            domain is not where persons of it are kept or on a list; each by name.
        StorageError: a list, a batch, a signed policy or the ledger is missing or altered.
    """
    problems = list(_Rules(workspace).problems())
    if problems:
        raise PrivacyError("subjects.left_behind", count=len(problems), problems=problems)


class _Rules:
    """The rules of today, and those under which each delivery came."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._policies: dict[str, Domains] = {}

    def problems(self) -> Iterator[Problem]:
        kept = self._kept()
        for dataset, count in sorted(Counter(dataset for dataset, _ in kept).items()):
            if dataset not in self._today:
                place = Place(dataset=dataset)
                yield Problem(code="subjects.dataset_left", place=place, count=count)
        hidden = Counter(
            (dataset, domain)
            for dataset, domains in kept
            for domain in domains - self._today.get(dataset, domains)
        )
        for (dataset, domain), count in sorted(hidden.items()):
            yield _named("subjects.domain_left", dataset, domain, count=count)
        for domain in self._listed():
            yield from self._of_list(domain)

    def _kept(self) -> list[tuple[str, frozenset[str]]]:
        """Return dataset and domains of each delivery, refused part and batch that is kept."""
        ids = [*self._workspace.deliveries.ids(), *self._workspace.quarantine.ids()]
        batches = self._workspace.protected.batches()
        return [
            *((dataset_of(name), self._domains_then(name)) for name in ids),
            *((batch.dataset, frozenset(batch.scopes)) for batch in batches),
        ]

    def _of_list(self, domain: str) -> Iterator[Problem]:
        if not any(domain in domains for domains in self._today.values()):
            yield _named("subjects.list_unused", "", domain)
        for dataset in sorted({dataset_of(name) for name in self._came_under}):
            today = self._today.get(dataset)
            if today is not None and domain not in today and domain in self._ever(dataset):
                yield _named("subjects.list_left", dataset, domain)

    def _listed(self) -> list[str]:
        """Return the domains of which somebody is on the list, as the ledger tells too."""
        told = {str(entry.facts["domain"]) for entry in self._workspace.ledger.entries(LIST)}
        held = set(SuppressionStore(self._workspace.home, self._workspace.ring).domains())
        return [
            domain
            for domain in sorted(told | held)
            if not read_list(self._workspace, domain).is_empty
        ]

    def _ever(self, dataset: str) -> set[str]:
        """Return the domains under which deliveries of a dataset ever came."""
        names = [name for name in self._came_under if dataset_of(name) == dataset]
        return {domain for name in names for domain in self._domains_then(name)}

    def _domains_then(self, name: str) -> frozenset[str]:
        # A delivery of which a kill kept the entry came under the last that was signed.
        policy = self._came_under.get(name) or self._last_signed
        return self._of_policy(policy).get(dataset_of(name), frozenset()) if policy else frozenset()

    @cached_property
    def _today(self) -> Domains:
        datasets = self._workspace.project.contracts.datasets
        return {
            name: frozenset(place.domain for place in identified_in(dataset))
            for name, dataset in datasets.items()
        }

    @cached_property
    def _signed(self) -> list[tuple[int, str]]:
        told = self._workspace.ledger.entries("policy_signature")
        return [(entry.seq, str(entry.facts["policy"])) for entry in told]

    @cached_property
    def _last_signed(self) -> str:
        return self._signed[-1][1] if self._signed else ""

    @cached_property
    def _came_under(self) -> dict[str, str]:
        """Delivery → the policy that was signed last before it was told of."""
        found = {}
        for entry in self._workspace.ledger.entries("delivery"):
            before = [policy for seq, policy in self._signed if seq < entry.seq]
            found[str(entry.facts["delivery"])] = before[-1] if before else ""
        return found

    def _of_policy(self, policy: str) -> Domains:
        """Return dataset → domains of a policy that was signed."""
        if policy not in self._policies:
            content = PolicyStore(self._workspace.home).snapshot(policy)
            self._policies[policy] = {
                name: frozenset(
                    str(column["privacy"]["domain"])
                    for column in dataset["columns"]
                    if "domain" in column["privacy"]
                )
                for name, dataset in content["contracts"]["datasets"].items()
            }
        return self._policies[policy]


def _named(code: str, dataset: str, domain: str, *, count: int | None = None) -> Problem:
    place = Place(dataset=dataset) if dataset else Place()
    return Problem(code=code, place=place, count=count, facts=(("name", domain),))
