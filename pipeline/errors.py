"""The exception tree: one class per kind of refusal, one exit code per class.

An error names what was refused, where, how many, which rule and what to do. Its parts
are codes, addresses and counts. It never holds a value read from a delivery.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar, Literal

from pipeline.messages import MESSAGES
from pipeline.messages.terms import TRANSLATED, date_in_french, in_french

Language = Literal["en", "fr"]
Fact = str | int | float

# What is called by its id is a delivery: the name of its file is not known any more.
_DELIVERY = re.compile(r"[a-z0-9_]+-[0-9]{4}-[0-9a-f]{16}")


class ExitCode(IntEnum):
    """What the command line returns to its caller, by kind of refusal."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    CONTRACT = 3
    DELIVERY = 4
    QUALITY = 5
    PRIVACY = 6
    DISCLOSURE = 7
    APPROVAL = 8
    STORAGE = 9
    QUERY = 10
    POLICY = 11
    NOTICE = 12
    UNFIT = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something was refused: an address, never a content."""

    dataset: str | None = None
    file: str | None = None
    line: int | None = None
    column: str | None = None
    table: str | None = None
    rule: str | None = None

    def words(self, language: Language) -> str:
        """Return the address in words, or an empty string."""
        names = _PLACE_WORDS[language]
        if self.file is not None and _DELIVERY.fullmatch(self.file):
            names = names | {"file": names["delivery"]}
        parts = [
            f"{names[field]} {on_one_line(str(value))}"
            for field in ("dataset", "table", "file", "line", "column", "rule")
            if (value := getattr(self, field)) is not None
        ]
        return ", ".join(parts)


def on_one_line(text: str) -> str:
    """Return a text with what does not show, or would break a line, letter by letter."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


_PLACE_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "dataset": "dataset",
        "table": "table",
        "file": "file",
        "delivery": "delivery",
        "line": "line",
        "column": "column",
        "rule": "rule",
    },
    "fr": {
        "dataset": "jeu",
        "table": "tableau",
        "file": "fichier",
        "delivery": "livraison",
        "line": "ligne",
        "column": "colonne",
        "rule": "règle",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One refusal: a code of the catalogue, its place, a count and safe facts."""

    code: str
    place: Place = Place()
    count: int | None = None
    facts: tuple[tuple[str, Fact], ...] = ()

    def words(self, language: Language = "en") -> str:
        """Return one line: what, where, how many, what to do."""
        what, remedy = self.sentences(language)
        where = self.place.words(language)
        return f"{self.code}: {what}{f' ({where})' if where else ''}. {remedy}"

    def sentences(self, language: Language = "en") -> tuple[str, str]:
        """Return what there is, and what to do or what follows; neither has a full stop."""
        facts = self.said(language)
        what, remedy = MESSAGES[self.code][language]
        return what.format(**facts), remedy.format(**facts)

    def said(self, language: Language) -> dict[str, Fact]:
        """Return the facts as they are said, the count among them."""
        facts = dict(self.facts)
        if language == "fr":
            facts |= {n: in_french(str(facts[n])) for n in TRANSLATED & facts.keys()}
            if self.code.startswith("row.date") and "asked" in facts:
                facts["asked"] = date_in_french(str(facts["asked"]))
        if self.count is not None:
            facts["count"] = self.count
        return facts


class CartableError(Exception):
    """The base of every refusal that Cartable makes knowingly.

    Args:
        code: a key of the message catalogue.
        place: where it was refused.
        count: how many rows, cells or files are concerned.
        problems: every single refusal, when several are told at once.
        facts: names and numbers that the message needs; never values read from a delivery.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.UNEXPECTED

    def __init__(
        self,
        code: str,
        *,
        place: Place | None = None,
        count: int | None = None,
        problems: Sequence[Problem] = (),
        **facts: Fact,
    ) -> None:
        self.problem = Problem(
            code=code, place=place or Place(), count=count, facts=tuple(sorted(facts.items()))
        )
        self.problems = tuple(problems)
        super().__init__(self.words("en"))

    def words(self, language: Language = "en") -> str:
        """Return the message: one line, then one line per single refusal."""
        lines = [self.problem.words(language)]
        lines += [f"  - {problem.words(language)}" for problem in self.problems]
        return "\n".join(lines)


class ContractError(CartableError):
    """A contract, query or suite of the project is not valid."""

    exit_code = ExitCode.CONTRACT


class DeliveryError(CartableError):
    """A delivery was refused as a whole; it stays sealed, nothing of it was accepted."""

    exit_code = ExitCode.DELIVERY


class SourceError(DeliveryError):
    """A source gives nothing now: another try, later, may go well."""


class QualityError(CartableError):
    """A critical expectation failed; the step stopped before it changed anything."""

    exit_code = ExitCode.QUALITY


class PrivacyError(CartableError):
    """A privacy rule could not be applied; nothing was kept."""

    exit_code = ExitCode.PRIVACY


class DisclosureError(CartableError):
    """A table is not safe to publish, or its safety could not be shown."""

    exit_code = ExitCode.DISCLOSURE


class ApprovalError(CartableError):
    """A candidate lacks a valid approval; nothing was published."""

    exit_code = ExitCode.APPROVAL


class StorageError(CartableError):
    """A zone, key or sealed file is missing, altered or cannot be written."""

    exit_code = ExitCode.STORAGE


class PolicyError(CartableError):
    """The policy on disk is not the one in force; nothing was read, and nothing published."""

    exit_code = ExitCode.POLICY


class QueryError(CartableError):
    """A query on the published database was refused."""

    exit_code = ExitCode.QUERY


class NoticeError(CartableError):
    """A notice could not be sent; nothing else changed."""

    exit_code = ExitCode.NOTICE


class UnfitError(CartableError):
    """The installation has faults that `cartable doctor` names; nothing was changed."""

    exit_code = ExitCode.UNFIT


def own_place(error: BaseException) -> str:
    """Return the module and line of the pipeline where an error passed last: all that may be said.

    Its text may quote data.
    """
    place, trace = "unknown", error.__traceback__
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.startswith("pipeline"):
            place = f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


# A thread that has no room for its stack: neither Python nor Arrow has a kind of error for it.
_NO_THREAD = ("can't start new thread", "Failed to launch worker thread")


def lack_of_memory(error: BaseException, *, where: str) -> StorageError | None:
    """Return what is said of an error if it is that of a machine without enough memory.

    Args:
        error: any; an engine's own kind is told by its name, for not every process loads it.
        where: as `own_place` tells.
    """
    is_of_engine = isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryException"
    if is_of_engine or any(words in str(error) for words in _NO_THREAD):
        return StorageError("command.memory", where=where)
    return None
