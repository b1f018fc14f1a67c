"""Lists of persons, sealed: who was erased and stays out, who is kept but not counted.

A person is a keyed pseudonym on a list, nothing else. One file per domain and version; the
highest version is in force, and the ledger tells which that is. Lists are never destroyed: who
was erased would come back with the next file.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from pipeline.contracts.base import Frozen
from pipeline.contracts.domains import Canonical
from pipeline.errors import StorageError
from pipeline.storage.atomic import make_private_folder
from pipeline.storage.folders import check_name, locked, shown, take, withdraw
from pipeline.storage.keys import KeyRing
from pipeline.storage.sealed_tables import open_json, seal_json
from pipeline.storage.signed import altered, canonical_json

ZONE = "suppressions"
ADMISSION = ".admission"
COUNTING = ".counting"

Pseudonym = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Epoch = Annotated[int, Field(ge=1)]


class Shape(Frozen):
    """The least that the identifiers of persons hold: what has less in it names none of them.

    Attributes:
        digits: fewest digits.
        length: fewest letters and digits; 0 when all are too short to be told in a text.
    """

    digits: Annotated[int, Field(ge=0)]
    length: Annotated[int, Field(ge=0)]


class Section(Frozen):
    """Persons under one spelling: their pseudonyms of the list's own scope, period or none.

    Attributes:
        canonical: how an identifier is spelled first.
        epoch: of the pseudonyms.
        pseudonyms: sorted, in hex.
        shape: of their identifiers; None where it was not noted yet.
    """

    canonical: Canonical
    epoch: Epoch
    pseudonyms: tuple[Pseudonym, ...]
    shape: Shape | None = None


class Rows(Frozen):
    """The same persons as the protected zone knows them in one period.

    Attributes:
        scope: what the keys of that period were derived from, beside domain and epoch.
        period: the period.
        epoch: of the pseudonyms.
        pseudonyms: sorted, in hex.
    """

    scope: tuple[str, ...]
    period: str
    epoch: Epoch
    pseudonyms: tuple[Pseudonym, ...]


class DomainList(Frozen):
    """The persons of one domain who are on a list.

    Attributes:
        version: raised by each change; 0 when there is no list.
        erased: who stays out.
        restricted: who is kept and not counted.
        uncounted: the pseudonyms of those who are not counted, by period.
    """

    version: Annotated[int, Field(ge=0)] = 0
    erased: tuple[Section, ...] = ()
    restricted: tuple[Section, ...] = ()
    uncounted: tuple[Rows, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256, in hex, of what is on the list."""
        # A list of before shapes were noted keeps the digest that the ledger tells.
        content = self.model_dump(mode="json", exclude_none=True)
        return hashlib.sha256(canonical_json(content)).hexdigest()

    @property
    def is_empty(self) -> bool:
        """Whether nobody is on the list."""
        return not any(each.pseudonyms for each in (*self.erased, *self.restricted))


class SuppressionStore:
    """The lists under one home.

    Args:
        home: the folder of all zones.
        ring: seals and opens.
    """

    def __init__(self, home: Path, ring: KeyRing) -> None:
        self._zone = home / ZONE
        self._ring = ring

    def domains(self) -> list[str]:
        """Return the domains that have a list, sorted."""
        return [path.name for path in shown(self._zone)]

    def read(self, domain: str) -> DomainList:
        """Return the list of a domain; an empty one when there is none.

        Raises:
            StorageError: it is altered, or its key is gone.
        """
        if not self._zone.is_dir():
            return DomainList()
        # Under the lock, lest the file that is read be withdrawn for the one that follows it.
        with locked(self._zone):
            versions = self._versions(domain)
            if not versions:
                return DomainList()
            path = self._path(domain, versions[-1])
            content = open_json(path, self._ring, context=_context(domain, versions[-1]))
        try:
            found = DomainList.model_validate_json(canonical_json(content))
        except ValidationError:
            raise altered(path) from None
        if found.version != versions[-1]:
            raise altered(path)
        return found

    def write(self, domain: str, following: DomainList) -> None:
        """Put a list in the place of the one before it; the next shredding destroys that.

        Raises:
            StorageError: another change came between, or the disk refuses.
        """
        path = self._path(domain, following.version)
        with locked(self._zone):
            before = self._versions(domain)
            if following.version != (before[-1] if before else 0) + 1:
                raise StorageError("subjects.list_changed")
            content = following.model_dump(mode="json")
            context = _context(domain, following.version)
            seal_json(content, path, self._ring, context=context)
            for version in before:
                withdraw(self._path(domain, version), self._zone)

    def _versions(self, domain: str) -> list[int]:
        return sorted(int(path.stem) for path in shown(self._zone / check_name(domain)))

    def _path(self, domain: str, version: int) -> Path:
        return self._zone / check_name(domain) / f"{version}.sealed"


@contextmanager
def admitting(home: Path) -> Iterator[None]:
    """Hold the lists as they are while a delivery is looked through and its rows are accepted.

    Any number of deliveries may be at it; who changes whom they may admit waits for them.
    """
    with _held(home, ADMISSION, fcntl.LOCK_SH):
        yield


@contextmanager
def no_admission(home: Path) -> Iterator[None]:
    """Wait until no delivery is half taken in, and let none begin."""
    with _held(home, ADMISSION, fcntl.LOCK_EX):
        yield


@contextmanager
def counting(home: Path) -> Iterator[None]:
    """Hold whose rows are counted as it is while rows are counted and the counts are sealed."""
    with _held(home, COUNTING, fcntl.LOCK_SH):
        yield


@contextmanager
def no_counting(home: Path) -> Iterator[None]:
    """Wait until no counts are on their way, and let none begin.

    Whoever waits for admissions to end as well takes this first.
    """
    with _held(home, COUNTING, fcntl.LOCK_EX):
        yield


@contextmanager
def _held(home: Path, lock: str, kind: int) -> Iterator[None]:
    make_private_folder(home / ZONE)
    descriptor = take(home / ZONE / lock, kind)
    try:
        yield
    finally:
        os.close(descriptor)


def _context(domain: str, version: int) -> bytes:
    return f"suppressions:{domain}:{version}".encode()
