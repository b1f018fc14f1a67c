"""Write registers and tell the ledger of each event; a kill in between is told by the next step."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from pipeline.errors import Place, StorageError
from pipeline.steps.workspace import Workspace
from pipeline.storage.ledger import Entry, Fact
from pipeline.storage.registers import Event, EventFact, Register, record_hash

WORDS_BYTES = 200_000


def register(workspace: Workspace, name: str) -> Register:
    """Return a register: `request`, `breach` or `erasure`."""
    return Register(workspace.home, workspace.ring, name)


def begin(
    workspace: Workspace, name: str, what: str, facts: dict[str, EventFact], *, words: bytes = b""
) -> str:
    """Open a record, tell the ledger, and return its id."""
    tell_untold(workspace, name)
    store = register(workspace, name)
    given = [store.number(str(entry.facts[name])) for entry in workspace.ledger.entries(name)]
    record = store.begin(_event(workspace, what, facts), after=max(given, default=0), words=words)
    _tell(workspace, store, record)
    return record


def add(
    workspace: Workspace,
    record: str,
    what: str,
    facts: dict[str, EventFact],
    *,
    words: bytes = b"",
) -> None:
    """Add an event to a record and tell the ledger.

    Raises:
        StorageError: there is no such record, or it is not the one that the ledger tells of.
    """
    name = record.rpartition("-")[0]
    read(workspace, name, record)
    store = register(workspace, name)
    store.add(record, _event(workspace, what, facts), words=words)
    _tell(workspace, store, record)


def read(workspace: Workspace, name: str, record: str) -> tuple[Event, ...]:
    """Return the events of a record.

    Raises:
        StorageError: there is no such record, it is altered, or it is an earlier state of it.
    """
    events = register(workspace, name).events(record)
    told = _told(workspace, name, record)
    if told is not None:
        position = int(str(told.facts["event"]))
        if record_hash(events[:position]) != told.facts["record"]:
            raise StorageError("storage.altered", place=Place(file=f"registers/{name}/{record}"))
    return events


def read_all(workspace: Workspace, name: str) -> dict[str, tuple[Event, ...]]:
    """Return record → events, the oldest first.

    Raises:
        StorageError: a record is altered, or was taken away.
    """
    kept = register(workspace, name).records()
    destroyed = {
        str(entry.facts["record"])
        for entry in workspace.ledger.entries("destroyed")
        if entry.facts["zone"] == "registers"
    }
    told = {str(entry.facts[name]) for entry in workspace.ledger.entries(name)}
    if lost := told - destroyed - set(kept):
        raise StorageError("subjects.register_lost", count=len(lost), name=name)
    return {record: read(workspace, name, record) for record in kept if record not in destroyed}


def tell_untold(workspace: Workspace, name: str) -> None:
    """Tell the ledger of events that a kill left untold."""
    store = register(workspace, name)
    for record in store.records():
        _tell(workspace, store, record)


def read_words(path: Path | None) -> bytes:
    """Return the text of a file, to be sealed beside a record; nothing without a file.

    Raises:
        StorageError: it cannot be read, or is longer than a text would be.
    """
    if path is None:
        return b""
    try:
        with path.open("rb") as stream:
            words = stream.read(WORDS_BYTES + 1)
    except OSError:
        raise StorageError("subjects.file_unreadable", place=Place(file=str(path))) from None
    if len(words) > WORDS_BYTES:
        raise StorageError("subjects.words_too_long", count=WORDS_BYTES)
    return words


def _event(workspace: Workspace, what: str, facts: dict[str, EventFact]) -> Event:
    now = workspace.clock().astimezone(UTC).isoformat(timespec="seconds")
    return Event(at=now, what=what, facts=facts)


def _tell(workspace: Workspace, store: Register, record: str) -> None:
    """Tell each event of a record that the ledger does not know."""
    last = _told(workspace, store.name, record)
    known = int(str(last.facts["event"])) if last else 0
    events = store.events(record)
    for position, event in enumerate(events[known:], start=known + 1):
        facts: dict[str, Fact] = {
            **event.facts,
            store.name: record,
            "event": position,
            "what": event.what,
            "words": event.has_words,
            "record": record_hash(events[:position]),
        }
        workspace.ledger.append_once(store.name, **facts)


def _told(workspace: Workspace, name: str, record: str) -> Entry | None:
    return workspace.ledger.find(name, **{name: record})
