"""Refuse a batch whose kept text holds an identifier: what a closed column should never let in.

Each kept text column is scanned, over its distinct values, for e-mail addresses, telephone numbers,
IBAN, the forms of identifiers that the contract and the policy declare, and the names of the
delivery's own persons. A refusal tells column, kind and number of rows, never a value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.coded import is_coded, plain
from pipeline.contracts import Canonical, Column, Dataset, Keep
from pipeline.errors import Fact, Place, PrivacyError, Problem
from pipeline.privacy.canonical import canonicalise
from pipeline.privacy.iban import FORM as IBAN_FORM
from pipeline.privacy.iban import holds_iban
from pipeline.privacy.rulebook import Rulebook

Kind = tuple[str, str]  # in English, in French

EMAIL: Kind = ("e-mail address", "adresse électronique")
PHONE: Kind = ("telephone number", "numéro de téléphone")
IBAN: Kind = ("bank account number (IBAN)", "numéro de compte (IBAN)")
NAME: Kind = ("name or identifier of a person", "nom ou identifiant d'une personne")

# Capitals, nothing invisible: what is sought does not depend on how it was typed.
_SOUGHT = Canonical(
    version=1,
    unicode="nfkc",
    case="upper",
    apostrophes="unified",
    hyphens="unified",
    invisible="removed",
    space="collapsed",
    leading_zeros="kept",
)
_ALONE = r"(?i)(?:^|[^0-9A-Z])(?:{})(?:$|[^0-9A-Z])"
_EMAIL_FORM = r"[^\s@<>,;:]+@[^\s@<>,;:]+\.[^\s@<>,;:.]{2,}"
_FRENCH_PHONE = r"(?:(?:\+|00) ?33 ?(?:\(0\) ?)?|0)[1-9](?:[ .-]?[0-9]{2}){4}"
# Without a plus sign, a number from abroad is told from a code by the gaps between its groups.
_PHONE_ABROAD = r"\+ ?[1-9](?:[ .()-]{0,2}[0-9]){6,14}|00 ?[1-9][0-9]{0,2}(?:[ .-][0-9]{2,5}){2,6}"
_PHONE_FORM = rf"(?:^|[^0-9A-Z+])(?:{_FRENCH_PHONE}|{_PHONE_ABROAD})(?:$|[^0-9A-Z])"
_SEPARATORS = r"[ ./_-]+"
# A single letter stands for nobody.
_NAME_FORM = r"\p{L}.*[\p{L}\p{N}]|[\p{L}\p{N}].*\p{L}"


@dataclass(frozen=True, slots=True)
class _Kept:
    """The distinct texts of a column as they are sought, and how many rows hold each."""

    texts: pa.Array
    counts: pa.Array

    def rows(self, hits: pa.Array) -> int:
        return int(pc.sum(self.counts.filter(hits)).as_py() or 0)


def check_planted(table: pa.Table, dataset: Dataset, rulebook: Rulebook) -> None:
    """Refuse a table of which a kept text column holds an identifier.

    Args:
        table: exactly the contract's columns, typed.
        dataset: the contract.
        rulebook: the forms of identifiers of the policy, and which references are closed.

    Raises:
        PrivacyError: with every column and kind found, and the number of rows of each; or a
            text is no valid text.
    """
    kept = {
        column: _distinct(table.column(column.name))
        for column in dataset.columns
        if column.type == "text" and isinstance(column.privacy, Keep)
    }
    forms = dict(_forms(dataset, rulebook))
    open_columns = {c: texts for c, texts in kept.items() if c.name not in rulebook.closed}
    problems = [
        _problem(dataset, column, kind=kind, count=count)
        for column, texts in kept.items()
        for kind, count in _by_form(texts, forms)
    ]
    problems += [
        _problem(dataset, column, kind=NAME, count=count)
        for column, count in _by_name(table, dataset, open_columns)
    ]
    if problems:
        first, *others = problems
        facts: dict[str, Fact] = dict(first.facts)
        raise PrivacyError(
            first.code, place=first.place, count=first.count, problems=others, **facts
        )


def is_name_sought(dataset: Dataset, rulebook: Rulebook) -> bool:
    """Tell whether a kept text may hold the name of somebody whom the delivery names."""
    return any(
        column.type == "text"
        and isinstance(column.privacy, Keep)
        and column.name not in rulebook.closed
        for column in dataset.columns
    )


def name_columns(dataset: Dataset) -> list[Column]:
    """Return the columns that hold names and identifiers of a delivery's own persons."""
    return [
        column
        for column in dataset.columns
        if column.role == "direct_identifier" and column.type == "text"
    ]


def _problem(dataset: Dataset, column: Column, *, kind: Kind, count: int) -> Problem:
    return Problem(
        code="privacy.identifier_planted",
        place=Place(dataset=dataset.dataset, column=column.name),
        count=count,
        facts=(("kind_en", kind[0]), ("kind_fr", kind[1])),
    )


def _distinct(values: pa.ChunkedArray) -> _Kept:
    counted = (values if is_coded(values) else values.cast(pa.string())).drop_null().value_counts()
    texts = canonicalise(plain(counted.field("values")), _SOUGHT)
    return _Kept(texts, counted.field("counts"))


def _forms(dataset: Dataset, rulebook: Rulebook) -> Iterator[tuple[Kind, str]]:
    """Yield what identifiers look like by the contract and the policy."""
    yield from rulebook.identifiers.items()
    for column in dataset.columns:
        if column.role == "direct_identifier" and column.pattern is not None:
            yield (column.label.en, column.label.fr), column.pattern


def _by_form(kept: _Kept, forms: dict[Kind, str]) -> Iterator[tuple[Kind, int]]:
    """Yield each kind of identifier that a column holds by its form, and in how many rows."""
    compact = pc.replace_substring_regex(kept.texts, pattern=_SEPARATORS, replacement="")
    found = {
        EMAIL: pc.match_substring_regex(kept.texts, pattern=_EMAIL_FORM),
        PHONE: pc.match_substring_regex(kept.texts, pattern=_PHONE_FORM),
        IBAN: _ibans(kept.texts),
    }
    for kind, form in forms.items():
        within = pc.match_substring_regex(kept.texts, pattern=_ALONE.format(form))
        whole = pc.match_substring_regex(compact, pattern=rf"(?i)\A(?:{form})\z")
        found[kind] = pc.or_(within, whole)
    for kind, hits in found.items():
        if count := kept.rows(hits):
            yield kind, count


def _ibans(texts: pa.Array) -> pa.Array:
    likely = pc.match_substring_regex(texts, pattern=IBAN_FORM)
    places = pc.indices_nonzero(likely)
    valid = [holds_iban(text) for text in texts.take(places).to_pylist()]
    return pc.is_in(
        pa.array(range(len(texts)), pa.uint64()),
        value_set=places.filter(pa.array(valid, pa.bool_())),
    )


def _by_name(
    table: pa.Table, dataset: Dataset, kept: dict[Column, _Kept]
) -> Iterator[tuple[Column, int]]:
    """Yield each column that holds a name of the delivery's own persons, and in how many rows."""
    if not any(len(texts.texts) for texts in kept.values()):
        return
    columns = [
        table.column(column.name).cast(pa.string()).combine_chunks()
        for column in name_columns(dataset)
    ]
    if not columns:
        return
    names = [_bare(canonicalise(values, _SOUGHT)) for values in columns]
    texts = {column: _bare(found.texts) for column, found in kept.items()}
    if any(pc.any(pc.match_substring(t, pattern=" ")).as_py() for t in texts.values()):
        names += [pc.binary_join_element_wise(*pair, " ") for pair in permutations(names, 2)]
    for column, found in kept.items():
        hits = pa.array([False] * len(found.texts), pa.bool_())
        for values in names:
            likely = values.filter(pc.is_in(values, value_set=texts[column]))
            known = likely.filter(pc.match_substring_regex(likely, pattern=_NAME_FORM))
            hits = pc.or_(hits, pc.is_in(texts[column], value_set=known.unique()))
        if count := found.rows(hits):
            yield column, count


def _bare(texts: pa.Array) -> pa.Array:
    """Return the texts without accents, as they are often typed."""
    apart = pc.utf8_normalize(texts, form="NFD")
    return pc.replace_substring_regex(apart, pattern=r"\p{M}+", replacement="")
