"""Registers: what was asked, decided and done; one signed record each, and no name in any.

A record is a list of events that is only ever added to. Its facts are codes, dates, counts and
ids; free words lie sealed beside it and nowhere else.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from pipeline.contracts.base import Frozen, Name
from pipeline.errors import StorageError
from pipeline.storage.folders import (
    check_name,
    clear_halves,
    hidden_folder,
    locked,
    show,
    shown,
    withdraw,
)
from pipeline.storage.keys import KeyRing
from pipeline.storage.sealed import open_sealed, seal
from pipeline.storage.signed import altered, canonical_json, read_signed, write_signed

RECORD = "record.json"

EventFact = bool | int | Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:/+=-]{1,200}$")]


class Event(Frozen):
    """One thing that happened to a record.

    Attributes:
        at: when it was written down, ISO 8601 in UTC.
        what: such as `opened`.
        facts: codes, dates, counts and ids.
        has_words: whether free words were sealed with it.
    """

    at: str
    what: Name
    facts: Mapping[Name, EventFact]
    has_words: bool = False


class Register:
    """One register under one home.

    Args:
        home: the folder of all zones.
        ring: seals and signs.
        name: of the register; its records are `<name>-0001` and so on.
    """

    def __init__(self, home: Path, ring: KeyRing, name: str) -> None:
        # The lock and what is hidden are those of the zone, where the shredding looks for them.
        self._zone = home / "registers"
        self._folder = self._zone / check_name(name)
        self._ring = ring
        self.name = name

    def begin(self, event: Event, *, after: int = 0, words: bytes = b"") -> str:
        """Open a record with its first event and return its id.

        Args:
            event: what it begins with.
            after: the highest number that was ever given; records that are destroyed count.
            words: sealed beside it.

        Raises:
            StorageError: the disk refuses.
        """
        with hidden_folder(self._zone) as content, locked(self._zone):
            clear_halves(self._zone)
            number = max([after, *(self.number(record) for record in self.records())]) + 1
            record = f"{self.name}-{number:04d}"
            self._write(content, record, (self._with_words(content, record, event, words),))
            show(content, self._folder / record)
        return record

    def add(self, record: str, event: Event, *, words: bytes = b"") -> None:
        """Add an event to a record.

        Raises:
            StorageError: there is no such record, it is altered, or the disk refuses.
        """
        with locked(self._zone):
            clear_halves(self._zone)
            before = self.events(record)
            folder = self._known(record)
            told = self._with_words(folder, record, event, words, position=len(before) + 1)
            self._write(folder, record, (*before, told))

    def events(self, record: str) -> tuple[Event, ...]:
        """Return the events of a record, oldest first.

        Raises:
            StorageError: there is no such record, or it is altered.
        """
        path = self._known(record) / RECORD
        body = read_signed(path, self._ring, purpose=f"register {record}")
        try:
            return tuple(Event.model_validate(event) for event in body["events"])
        except (KeyError, TypeError, ValidationError):
            raise altered(path) from None

    def words(self, record: str) -> dict[int, bytes]:
        """Return position of the event, from 1 → the free words sealed with it.

        Raises:
            StorageError: there is no such record, or a file is missing or altered.
        """
        found = {}
        for position, event in enumerate(self.events(record), start=1):
            if event.has_words:
                path = self._known(record) / _words_file(position)
                with open_sealed(path, self._ring, context=_context(record, position)) as stream:
                    found[position] = stream.read()
        return found

    def records(self) -> list[str]:
        """Return the ids of all records, the oldest first."""
        return sorted((path.name for path in shown(self._folder)), key=self.number)

    def number(self, record: str) -> int:
        """Return the number of a record of this register.

        Raises:
            StorageError: it is no id of this register.
        """
        found = re.fullmatch(rf"{re.escape(self.name)}-([0-9]{{4,9}})", record)
        if found is None:
            raise StorageError("subjects.no_record", register=self.name)
        return int(found[1])

    def withdraw(self, record: str) -> bool:
        """Take a record out of sight for good; the next shredding destroys it.

        Returns:
            False when there was none: withdrawing twice is no error.
        """
        self.number(record)
        with locked(self._zone):
            if not (self._folder / record).is_dir():
                return False
            withdraw(self._folder / record, self._zone)
        return True

    def _known(self, record: str) -> Path:
        self.number(record)
        folder = self._folder / record
        if not folder.is_dir():
            raise StorageError("subjects.no_record", register=self.name)
        return folder

    def _with_words(
        self, folder: Path, record: str, event: Event, words: bytes, *, position: int = 1
    ) -> Event:
        """Seal the words of an event, before the record says that it has some."""
        if not words:
            return event
        path = folder / _words_file(position)
        seal(io.BytesIO(words), path, self._ring, context=_context(record, position))
        return event.model_copy(update={"has_words": True})

    def _write(self, folder: Path, record: str, events: tuple[Event, ...]) -> None:
        body = {"events": [event.model_dump(mode="json") for event in events]}
        write_signed(folder / RECORD, body, self._ring, purpose=f"register {record}")


def record_hash(events: tuple[Event, ...]) -> str:
    """Return the SHA-256, in hex, of a record's events: what the ledger names."""
    body = [event.model_dump(mode="json") for event in events]
    return hashlib.sha256(canonical_json(body)).hexdigest()


def _words_file(position: int) -> str:
    return f"words-{position}.sealed"


def _context(record: str, position: int) -> bytes:
    return f"register:{record}:{position}".encode()
