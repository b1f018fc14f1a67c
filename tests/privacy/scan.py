"""Find any of many persons in any view of a content: all of them at once, by look-up.

What could be an identity is picked out of each view and looked up among those of all persons.
Text is compared without accents, case and punctuation, word by word.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tests.privacy.scan_views import View

KINDS = ("name", "national id", "birth date", "address", "e-mail", "digest", "pseudonym", "key")
DIGESTS = (hashlib.md5, hashlib.sha1, hashlib.sha256)
PARTICLES = {"l", "d", "n", "le"}

_WORD = re.compile(r"[a-z]+|[0-9]+")
_ID = re.compile(rb"[0-9]{9,}[A-Za-z]{2}")
_DOMAIN = re.compile(rb"@[A-Za-z0-9.-]+[A-Za-z]")
_MAILBOX = re.compile(rb"[A-Za-z0-9._%+-]+\Z")
_DATE = re.compile(
    rb"([0-9]{2})(?:[/.-]([0-9]{2})[/.-]([0-9]{4})|([0-9]{2})[/.-]([0-9]{2})[/.-]([0-9]{2}))"
    rb"(?![0-9])"
)
_HASH_BITS = 27
_LONGEST_NAME = 7


@dataclass(frozen=True, slots=True)
class Person:
    """One person as delivered; the date as dd/mm/yyyy."""

    national_id: str
    family: str
    given: str
    birth_date: str
    email: str
    address: str = ""

    @property
    def forms(self) -> Mapping[str, str]:
        """Return kind → the text that gives the person away."""
        return {
            "given family": f"{self.given} {self.family}",
            "family given": f"{self.family} {self.given}",
            "FAMILY, Given": f"{self.family.upper()}, {self.given}",
            "national id": self.national_id,
            "birth date": self.birth_date,
            "iso birth date": "-".join(reversed(self.birth_date.split("/"))),
            "e-mail": self.email,
        } | ({"address": self.address} if self.address else {})


@dataclass(frozen=True, slots=True)
class Hit:
    """A person found: where, which kind of identity, and what stood there."""

    where: str
    kind: str
    what: str


def fold(text: str) -> str:
    """Return a text without accents and case, typographic apostrophes as plain ones."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("\u2019", "'"))
    return plain.encode("ascii", "ignore").decode()


def words(text: str) -> list[str]:
    """Return the words and numbers of a text, folded."""
    return _WORD.findall(fold(text))


class Identities:
    """The identities of many persons, ready to be looked up.

    Args:
        persons: national_id, family_name, given_name, birth_date (dd/mm/yyyy), e-mail, address
            (empty where there is none), one row per person or more.
        pseudonyms: their pseudonyms, of 16 bytes each.
        secrets: bytes that must not be seen either, such as keys.
        known_dates: dates, as yyyymmdd, that are public for another reason than a birth.
    """

    def __init__(
        self,
        persons: pa.Table,
        *,
        pseudonyms: Iterable[bytes] = (),
        secrets: Mapping[str, bytes] | None = None,
        known_dates: frozenset[str] = frozenset(),
    ) -> None:
        columns = {name: persons[name].to_pylist() for name in persons.column_names}
        self.count = len(set(columns["national_id"]))
        self._ids = {text.upper().encode() for text in columns["national_id"]}
        self._emails = {text.lower().encode() for text in columns["email"] if text}
        dates = {"".join(reversed(text.split("/"))) for text in set(columns["birth_date"])}
        self._dates = dates - known_dates
        lines = {text.rpartition(",")[0] for text in columns["address"] if text}
        self._first_lines = {" ".join(words(line)) for line in lines}
        self._streets = _streets(self._first_lines)
        self._learn_names(columns["given_name"], columns["family_name"])
        self._digests = _Prefixes(_digests(columns))
        self._pseudonyms = _Prefixes(pseudonym[:8] for pseudonym in pseudonyms)
        self._secrets = secrets or {}

    def find(self, views: Iterable[View]) -> Iterator[Hit]:
        """Yield every identity found in every view."""
        for view in views:
            yield from self._find_in(view)

    def find_numbers(self, views: Iterable[View]) -> Iterator[Hit]:
        """Yield national ids, digests and pseudonyms alone: quick where a content is large."""
        for view in views:
            yield from self._find_ids(view) if view.has_words else self._find_prefixes(view)

    def _find_in(self, view: View) -> Iterator[Hit]:
        if view.has_words:
            yield from self._find_patterns(view)
            yield from self._find_words(view)
        else:
            yield from self._find_prefixes(view)
        for name, secret in self._secrets.items():
            if secret in view.data:
                yield Hit(view.where, "key", name)

    def _find_prefixes(self, view: View) -> Iterator[Hit]:
        for kind, prefixes in (("digest", self._digests), ("pseudonym", self._pseudonyms)):
            for what in prefixes.found_in(view.data):
                yield Hit(view.where, kind, what)

    def _find_ids(self, view: View) -> Iterator[Hit]:
        for found in _ID.findall(view.data):
            if (national_id := found[-11:].upper()) in self._ids:
                yield Hit(view.where, "national id", national_id.decode())

    def _find_patterns(self, view: View) -> Iterator[Hit]:
        yield from self._find_ids(view)
        for at in _DOMAIN.finditer(view.data):
            mailbox = _MAILBOX.search(view.data[max(0, at.start() - 64) : at.start()])
            if mailbox and (email := (mailbox[0] + at[0]).lower()) in self._emails:
                yield Hit(view.where, "e-mail", email.decode())
        for parts in _DATE.findall(view.data):
            first, month, year, rest, iso_month, day = (part.decode() for part in parts)
            date = year + month + first if year else first + rest + iso_month + day
            if date in self._dates:
                yield Hit(view.where, "birth date", date)

    def _find_words(self, view: View) -> Iterator[Hit]:
        found = words(view.data.decode("utf-8", "replace"))
        if view.is_text:
            # No name of a person is a word of a place, a school or our own texts.
            for word in sorted(self._family_words.intersection(found)):
                yield Hit(view.where, "name", word)
        if not self._first_words.isdisjoint(found):
            yield from self._find_names(view.where, found)
        if not self._streets.isdisjoint(found):
            yield from self._find_addresses(view.where, found)

    def _find_names(self, where: str, found: list[str]) -> Iterator[Hit]:
        for at, word in enumerate(found):
            if word in self._first_words:
                for length in range(2, _LONGEST_NAME + 1):
                    if (name := " ".join(found[at : at + length])) in self._names:
                        yield Hit(where, "name", name)

    def _find_addresses(self, where: str, found: list[str]) -> Iterator[Hit]:
        for at, word in enumerate(found):
            if word.isdigit() and found[at + 1 : at + 2] and found[at + 1] in self._streets:
                for length in range(3, 9):
                    if (line := " ".join(found[at : at + length])) in self._first_lines:
                        yield Hit(where, "address", line)

    def _learn_names(self, given: list[str], family: list[str]) -> None:
        folded = {text: tuple(words(text)) for text in {*given, *family}}
        pairs = {(folded[g], folded[f]) for g, f in zip(given, family, strict=True)}
        names = [_bare(order) for g, f in pairs for order in (g + f, f + g)]
        self._names = {" ".join(parts) for parts in names}
        self._first_words = {parts[0] for parts in names}
        self._family_words = {word for _, f in pairs for word in f} - PARTICLES


class _Prefixes:
    """The first eight bytes of many digests, found at any offset of a content."""

    def __init__(self, prefixes: Iterable[bytes]) -> None:
        numbers = np.frombuffer(b"".join(prefixes), ">u8").astype(np.uint64)
        self._sorted: NDArray[np.uint64] = np.unique(numbers)
        at = self._sorted >> np.uint64(64 - _HASH_BITS)
        self._bits = np.zeros(1 << (_HASH_BITS - 3), np.uint8)
        np.bitwise_or.at(self._bits, at >> np.uint64(3), _bit(at))

    def found_in(self, data: bytes) -> Iterator[str]:
        """Yield, in hex, each known prefix that stands anywhere in the content."""
        if self._sorted.size == 0:
            return
        for start in range(min(8, max(len(data) - 7, 0))):
            count = (len(data) - start) // 8
            numbers = np.frombuffer(data, ">u8", count=count, offset=start)
            for first in range(0, count, 1 << 18):
                part = numbers[first : first + (1 << 18)].astype(np.uint64)
                at = part >> np.uint64(64 - _HASH_BITS)
                maybe = part[(self._bits[at >> np.uint64(3)] & _bit(at)) != 0]
                place = np.searchsorted(self._sorted, maybe).clip(max=self._sorted.size - 1)
                for number in maybe[self._sorted[place] == maybe].tolist():
                    yield f"{number:016x}"


def _bit(at: NDArray[np.uint64]) -> NDArray[np.uint8]:
    return (np.uint8(1) << (at & np.uint64(7)).astype(np.uint8)).astype(np.uint8)


def _digests(columns: Mapping[str, list[str]]) -> Iterator[bytes]:
    texts = {*columns["national_id"], *(text for text in columns["email"] if text)}
    for given, family in set(zip(columns["given_name"], columns["family_name"], strict=True)):
        texts |= {f"{given} {family}", f"{family} {given}"}
    for text in texts:
        data = text.encode()
        for digest in DIGESTS:
            yield digest(data).digest()[:8]


def _bare(name: tuple[str, ...]) -> tuple[str, ...]:
    """Return a name from its first word that is more than a particle."""
    start = next((at for at, word in enumerate(name) if word not in PARTICLES), 0)
    return name[start:]


def _streets(first_lines: Iterable[str]) -> set[str]:
    return {line.split(" ")[1] for line in first_lines}
