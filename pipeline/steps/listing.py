"""The lists of persons of each domain: read at today's epoch, changed one version at a time.

The ledger tells the version and hash of each list. A list that is not the one told of, or that
is gone, stops every step that needs it: without it a person who was erased would come back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import Canonical, Dataset, Pseudonymise
from pipeline.errors import Place, PrivacyError, StorageError
from pipeline.privacy.listing import Listing
from pipeline.privacy.pseudonyms import PSEUDONYM, next_epoch, pseudonymise
from pipeline.steps.domain_rules import rules_ever
from pipeline.steps.seeking import least_of, shape_of
from pipeline.steps.workspace import Workspace
from pipeline.storage.ledger import Entry
from pipeline.storage.suppressions import DomainList, Rows, Section, SuppressionStore

LISTED = "listed"
KIND = "suppression"
# An integer is made one of its spellings: no sign but minus, no zeros before it.
_WHOLE_NUMBER = r"^\s*(?:\+|(-))?0*([0-9]+)\s*$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """Where a dataset holds pseudonyms of a domain.

    Attributes:
        dataset: the contract.
        domain: the pseudonymisation domain.
        columns: that are delivered with the parts of the identifier, in order.
        kept_as: the column of the protected zone.
    """

    dataset: Dataset
    domain: str
    columns: tuple[str, ...]
    kept_as: str


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Persons whose identifiers are in memory; its text form shows none.

    Attributes:
        domain: the pseudonymisation domain.
        parts: of their identifiers, as text, one row per person.
    """

    domain: str
    parts: tuple[pa.Array, ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.parts[0])


def identified(workspace: Workspace, dataset_name: str) -> Identified:
    """Return where a dataset names its persons.

    Raises:
        PrivacyError: there is no such dataset, or it holds no pseudonym of persons.
    """
    datasets = workspace.project.contracts.datasets
    if dataset_name not in datasets:
        raise PrivacyError("subjects.not_on_list", what="dataset", known=", ".join(datasets))
    found = identified_in(datasets[dataset_name])
    if not found or not datasets[dataset_name].counts_persons:
        raise PrivacyError("subjects.no_persons", place=Place(dataset=dataset_name))
    return found[0]


def of_domain(workspace: Workspace, domain: str) -> list[Identified]:
    """Return every place where persons of a domain are held.

    Raises:
        PrivacyError: rows that are not of persons hold pseudonyms of the domain, so that a row
            is more than a person.
    """
    found = []
    for dataset in workspace.project.contracts.datasets.values():
        for place in identified_in(dataset):
            if place.domain != domain:
                continue
            if not dataset.counts_persons:
                where = Place(dataset=dataset.dataset, column=place.columns[0])
                raise PrivacyError("subjects.not_of_persons", place=where)
            found.append(place)
    return found


def identified_in(dataset: Dataset) -> list[Identified]:
    """Return where a dataset holds pseudonyms."""
    return list(_identified(dataset))


def as_kept(parts: Sequence[pa.Array], place: Identified) -> tuple[pa.Array, ...]:
    """Return identifiers as they were written, in the form in which pseudonyms are made of them."""
    types = {column.name: column.type for column in place.dataset.columns}
    return tuple(
        pc.replace_substring_regex(part, pattern=_WHOLE_NUMBER, replacement=r"\1\2")
        if types[name] == "integer"
        else part
        for name, part in zip(place.columns, parts, strict=True)
    )


def _identified(dataset: Dataset) -> Iterable[Identified]:
    for column in dataset.columns:
        rule = column.privacy
        if isinstance(rule, Pseudonymise):
            yield Identified(
                dataset=dataset,
                domain=rule.domain,
                columns=(column.name, *rule.with_),
                kept_as=rule.as_,
            )


def read_list(workspace: Workspace, domain: str) -> DomainList:
    """Return the list of a domain, its pseudonyms at the epoch of the keys.

    Raises:
        StorageError: it is not the list that the ledger tells of.
    """
    told, found = _told_and_found(workspace, domain)
    known = int(str(told.facts["version"])) if told else 0
    if known < 0 or found.version < 0:
        raise StorageError("subjects.list_lost", name=domain)
    if found.version == known + 1:
        _tell(workspace, domain, found)
    elif found.version != known or (told and told.facts["list"] != _digest(workspace, found)):
        raise StorageError("subjects.list_lost", name=domain)
    return _at_epoch(workspace, domain, found)


def change_list(
    workspace: Workspace, domain: str, change: Callable[[DomainList], DomainList]
) -> DomainList:
    """Change the list of a domain and return it; what changes nothing writes nothing."""
    before = read_list(workspace, domain)
    after = change(before)
    stored = SuppressionStore(workspace.home, workspace.ring)
    if after == before and stored.read(domain) == before:
        return before
    following = after.model_copy(update={"version": before.version + 1})
    stored.write(domain, following)
    _tell(workspace, domain, following)
    return following


def listings(workspace: Workspace, domain: str, sections: Sequence[Section]) -> list[Listing]:
    """Return what finds the persons of sections in a delivery."""
    return [
        Listing(
            canonical=section.canonical,
            keys=_listed_keys(workspace, domain, section.canonical),
            pseudonyms=frozenset(map(bytes.fromhex, section.pseudonyms)),
        )
        for section in sections
        if section.pseudonyms
    ]


def section_of(workspace: Workspace, people: People) -> Section:
    """Return persons as they stand on a list."""
    canonical = workspace.project.contracts.policy.domains[people.domain].canonical
    keys = _listed_keys(workspace, people.domain, canonical)
    pseudonyms = pseudonymise(people.parts, keys=keys, canonical=canonical)
    return Section(
        canonical=canonical,
        epoch=len(keys),
        pseudonyms=_hex(pseudonyms),
        shape=shape_of(people.parts, canonical),
    )


def fingerprint_of(workspace: Workspace, people: People) -> str:
    """Return what tells these persons from others in every epoch; nothing without the keys."""
    canonical = workspace.project.contracts.policy.domains[people.domain].canonical
    keys = _listed_keys(workspace, people.domain, canonical)[:1]
    pseudonyms = _hex(pseudonymise(people.parts, keys=keys, canonical=canonical))
    return workspace.ring.fingerprint(hashlib.sha256("".join(pseudonyms).encode()).hexdigest())


def rows_of(workspace: Workspace, people: People, period: str) -> list[Rows]:
    """Return persons as the protected zone may know them in a period, under each rule signed."""
    return [
        Rows(
            scope=scope,
            period=period,
            epoch=len(keys),
            pseudonyms=_hex(pseudonymise(people.parts, keys=keys, canonical=canonical)),
        )
        for canonical, scope in _rules(workspace, people.domain, period)
        if (keys := workspace.ring.pseudonym_keys(people.domain, *scope))
    ]


def with_section(sections: tuple[Section, ...], added: Section) -> tuple[Section, ...]:
    """Return sections with persons added."""
    others = tuple(each for each in sections if each.canonical != added.canonical)
    same = [each for each in sections if each.canonical == added.canonical]
    all_of = {name for each in (*same, added) for name in each.pseudonyms}
    shape = least_of([each.shape for each in (*same, added)])
    update = {"pseudonyms": tuple(sorted(all_of)), "shape": shape}
    return (*others, added.model_copy(update=update))


def without_people(
    workspace: Workspace, people: People, sections: tuple[Section, ...]
) -> tuple[Section, ...]:
    """Return sections with persons taken away, each in the spelling of the section."""
    kept = []
    for section in sections:
        keys = _listed_keys(workspace, people.domain, section.canonical)
        gone = set(_hex(pseudonymise(people.parts, keys=keys, canonical=section.canonical)))
        names = tuple(one for one in section.pseudonyms if one not in gone)
        kept.append(section.model_copy(update={"pseudonyms": names}))
    return tuple(each for each in kept if each.pseudonyms)


def with_rows(held: tuple[Rows, ...], added: Sequence[Rows]) -> tuple[Rows, ...]:
    """Return the uncounted of each period with persons added."""
    merged = {(each.scope, each.period): each for each in held}
    for each in added:
        before = merged.get((each.scope, each.period))
        names = {*each.pseudonyms, *(before.pseudonyms if before else ())}
        merged[each.scope, each.period] = each.model_copy(
            update={"pseudonyms": tuple(sorted(names))}
        )
    return tuple(each for each in merged.values() if each.pseudonyms)


def without_rows(held: tuple[Rows, ...], gone: Sequence[Rows]) -> tuple[Rows, ...]:
    """Return the uncounted of each period with persons taken away."""
    names = {one for each in gone for one in each.pseudonyms}
    kept = (
        each.model_copy(
            update={"pseudonyms": tuple(one for one in each.pseudonyms if one not in names)}
        )
        for each in held
    )
    return tuple(each for each in kept if each.pseudonyms)


def pass_epoch(workspace: Workspace, domain: str) -> bool:
    """Write the list of a domain at the epoch of the keys; False when it stands there already."""
    before = SuppressionStore(workspace.home, workspace.ring).read(domain)
    return change_list(workspace, domain, lambda found: found).version > before.version


def _told_and_found(workspace: Workspace, domain: str) -> tuple[Entry | None, DomainList]:
    """Return what the ledger told before a list was read, and told still afterwards.

    A list that another process changes meanwhile is not taken for one that was lost.
    """
    stored = SuppressionStore(workspace.home, workspace.ring)
    told = workspace.ledger.find(KIND, domain=domain)
    while True:
        found = stored.read(domain)
        later = workspace.ledger.find(KIND, domain=domain)
        if later == told:
            return told, found
        told = later


def _rules(
    workspace: Workspace, domain: str, period: str
) -> list[tuple[Canonical, tuple[str, ...]]]:
    """Return the spelling and scope of today's rule, and of each that was ever signed."""
    found = {rule.scope(period): rule.canonical for rule in rules_ever(workspace, domain)}
    return [(canonical, scope) for scope, canonical in found.items()]


def _at_epoch(workspace: Workspace, domain: str, found: DomainList) -> DomainList:
    def moved(section: Section) -> Section:
        keys = _listed_keys(workspace, domain, section.canonical)
        return section.model_copy(update=_moved(section, keys))

    def moved_rows(rows: Rows) -> Rows:
        keys = workspace.ring.pseudonym_keys(domain, *rows.scope)
        return rows.model_copy(update=_moved(rows, keys))

    return found.model_copy(
        update={
            "erased": tuple(map(moved, found.erased)),
            "restricted": tuple(map(moved, found.restricted)),
            "uncounted": tuple(map(moved_rows, found.uncounted)),
        }
    )


def _moved(held: Section | Rows, keys: Sequence[bytes]) -> dict[str, object]:
    """Return pseudonyms brought from their epoch to the last of the keys."""
    pseudonyms = pa.array(map(bytes.fromhex, held.pseudonyms), PSEUDONYM)
    for key in keys[held.epoch :]:
        pseudonyms = next_epoch(pseudonyms, key=key)
    return {"epoch": len(keys), "pseudonyms": _hex(pseudonyms)}


def _listed_keys(workspace: Workspace, domain: str, canonical: Canonical) -> tuple[bytes, ...]:
    return workspace.ring.pseudonym_keys(domain, canonical.digest, LISTED)


def _hex(pseudonyms: pa.Array) -> tuple[str, ...]:
    return tuple(sorted({one.hex() for one in pseudonyms.to_pylist()}))


def _digest(workspace: Workspace, found: DomainList) -> str:
    return workspace.ring.fingerprint(found.digest)


def _tell(workspace: Workspace, domain: str, found: DomainList) -> None:
    workspace.ledger.append_once(
        KIND,
        domain=domain,
        version=found.version,
        erased=sum(len(each.pseudonyms) for each in found.erased),
        restricted=sum(len(each.pseudonyms) for each in found.restricted),
        list=_digest(workspace, found),
    )
