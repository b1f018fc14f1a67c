"""Lay territories of several vintages over each other: the pieces that all of them are made of.

Where communes were merged, a piece is a commune of before: the commune of now is the sum of its
pieces. Areas and classes of every vintage are sums of pieces, so that figures of two releases of
the same persons, under two geographies, are relations of one system.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.disclosure.shape import Absence, Codes, Geography, Inner, Mask, TableShape
from pipeline.errors import DisclosureError, Place

NOBODY = ""
"""The territory of a piece that a vintage did not have: nobody was counted there."""
PIECE = "piece"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vintages:
    """Say where each piece lies in every vintage; one row per piece, sorted by code.

    Args:
        piece: code of each piece: that of its smallest territory when it first was one.
        now: smallest territory of now.
        then: the same of each earlier vintage, oldest first; `NOBODY` where it had none.
    """

    piece: Codes
    now: Codes
    then: tuple[Codes, ...]


def lay_over(now: Geography, formers: Sequence[Geography], changes: Mapping[str, str]) -> Vintages:
    """Return the pieces of several vintages.

    Args:
        now: the territories of now.
        formers: those of before, oldest first.
        changes: code of a smallest territory that is gone -> code of that which it is part of now.

    Raises:
        DisclosureError: a territory is gone, and nothing says what it is part of.
    """
    rows: dict[str, list[str]] = {}
    for number, vintage in enumerate((*formers, now)):
        codes = set(vintage.territory.tolist())
        here = {piece: piece if piece in codes else changes.get(piece, NOBODY) for piece in rows}
        if lost := sum(code not in codes for code in here.values()):
            raise moved(lost)
        for piece, code in here.items():
            rows[piece].append(code)
        for code in sorted(codes - set(here.values())):
            rows[code] = [*[NOBODY] * number, code]
    pieces = sorted(rows)
    columns = np.array([rows[piece] for piece in pieces], dtype=np.str_).T
    return Vintages(piece=np.array(pieces), now=columns[-1], then=tuple(columns[:-1]))


def moved(count: int, *, release: str | None = None, table: str | None = None) -> DisclosureError:
    """Return the refusal of territories that cannot be laid over those of a release."""
    place = Place(file=release, table=table)
    return DisclosureError("disclosure.territories_moved", place=place, count=count)


def of_vintage(name: str, number: int) -> str:
    """Return what a level or typology of an earlier vintage is called beside that of now."""
    return f"{name}@{number}"


def joint_geography(now: Geography, formers: Sequence[Geography], vintages: Vintages) -> Geography:
    """Return the pieces with their areas and classes in every vintage.

    The levels of earlier vintages, the smallest among them, have names of their own.
    """
    upper = {level: now.areas(level) for level in (now.base, *now.upper)}
    place = np.searchsorted(now.territory, vintages.now)
    found = {level: areas[place] for level, areas in upper.items()}
    classes = {name: codes[place] for name, codes in now.typology.items()}
    for number, (former, code) in enumerate(zip(formers, vintages.then, strict=True)):
        is_there = code != NOBODY
        at = np.searchsorted(former.territory, code[is_there])
        for level in (former.base, *former.upper):
            areas = np.full(len(code), NOBODY, dtype=former.areas(level).dtype)
            areas[is_there] = former.areas(level)[at]
            found[of_vintage(level, number)] = areas
        for name, own in former.typology.items():
            # Where nobody was, any class will do.
            told = classes[name].copy()
            told[is_there] = own[at]
            classes[of_vintage(name, number)] = told
    return Geography(base=PIECE, territory=vintages.piece, upper=found, typology=classes)


def joint_shape(shape: TableShape, vintages: int, typologies: Sequence[str]) -> TableShape:
    """Return what a table publishes under each of so many earlier vintages, and now."""
    levels, dimensions = dict(shape.levels), list(shape.dimensions)
    elsewhere = dict(shape.elsewhere)
    for number in range(vintages):

        def name(dimension: str, number: int = number) -> str:
            return of_vintage(dimension, number) if dimension in typologies else dimension

        dimensions += [name(each) for each in shape.dimensions if each in typologies]
        for level, crossed in shape.levels.items():
            levels[of_vintage(level, number)] = tuple(map(name, crossed))
        for level, crossed in shape.elsewhere.items():
            elsewhere[of_vintage(level, number)] = tuple(map(name, crossed))
    return replace(shape, dimensions=tuple(dimensions), levels=levels, elsewhere=elsewhere)


def at_pieces(inner: Inner, vintages: Vintages, changes: Mapping[str, str]) -> Inner:
    """Return inner cells that are told by the territories of then as those of pieces.

    Raises:
        DisclosureError: somebody is in a territory that lies in no piece.
    """
    pieces = set(vintages.piece.tolist())
    codes = np.array(
        [
            code if code in pieces else changes.get(code, NOBODY)
            for code in inner.territory.tolist()
        ],
        dtype=np.str_,
    )
    if lost := int(np.count_nonzero(~np.isin(codes, vintages.piece))):
        raise moved(lost, table=inner.table)
    return replace(inner, territory=codes)


def absent_from(absence: Absence, piece: Codes, territory: Codes) -> Absence:
    """Return where nobody can be, told by pieces.

    Args:
        absence: told by smallest territories of one vintage.
        piece: the pieces.
        territory: smallest territory of each in that vintage.
    """
    order = np.argsort(territory, kind="stable")
    first, end = (
        np.searchsorted(territory[order], absence.territory, side) for side in ("left", "right")
    )
    row = np.repeat(np.arange(len(absence.territory)), end - first)
    within = np.arange(len(row)) - np.repeat(np.cumsum(end - first) - (end - first), end - first)
    codes = {name: code[row] for name, code in absence.codes.items()}
    return Absence(territory=piece[order[first[row] + within]], codes=codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sameness:
    """Tell which areas of before are made of the same pieces now.

    A piece that was not there before does not count: who is in it came.

    Args:
        areas: level and code of each such area.
        other_classes: level, code, typology and class of each part of an area that is another.
    """

    areas: frozenset[tuple[str, str]]
    other_classes: frozenset[tuple[str, str, str, str]]


def sameness(now: Geography, former: Geography, vintages: Vintages) -> Sameness:
    """Return which areas of an earlier vintage are the same now.

    Args:
        now: the territories of now.
        former: those of before.
        vintages: the pieces of these two.
    """
    was_there: Mask = vintages.then[0] != NOBODY
    sides = [(now, vintages.now[was_there]), (former, vintages.then[0][was_there])]
    (areas, parts), (areas_then, parts_then) = (_made_of(*side) for side in sides)
    return Sameness(
        areas=frozenset(key for key, pieces in areas_then.items() if areas.get(key) == pieces),
        other_classes=frozenset(
            key for key in parts.keys() | parts_then.keys() if parts.get(key) != parts_then.get(key)
        ),
    )


_Areas = dict[tuple[str, str], set[int]]
_Parts = dict[tuple[str, str, str, str], set[int]]


def _made_of(places: Geography, code: Codes) -> tuple[_Areas, _Parts]:
    """Return the pieces of each area, and of each class in it."""
    at = np.searchsorted(places.territory, code)
    areas: _Areas = {}
    parts: _Parts = {}
    for level in (places.base, *places.upper):
        for piece, area in enumerate(places.areas(level)[at].tolist()):
            areas.setdefault((level, area), set()).add(piece)
            for name, classes in places.typology.items():
                part = (level, area, name, str(classes[at[piece]]))
                parts.setdefault(part, set()).add(piece)
    return areas, parts
