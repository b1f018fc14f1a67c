"""Lay published territories of several releases over each other, as a stranger would.

He has the lists that the releases publish, and which communes were merged into which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.disclosure.adversary import Territories
from pipeline.errors import DisclosureError


def is_other(then: Territories, now: Territories) -> bool:
    """Tell whether an area or class of before is made of other smallest territories now."""
    if not set(then.base) <= set(now.base):
        return True
    before = _named(then)
    return (
        any(
            before[key] != inside & set(then.base)
            for key, inside in _named(now).items()
            if key in before
        )
        or not before.keys() <= _named(now).keys()
    )


def _named(territories: Territories) -> dict[tuple[str, ...], set[str]]:
    base = np.array(territories.base)
    areas: dict[tuple[str, ...], set[str]] = {
        (area,): set(base[places].tolist()) for area, places in territories.members.items()
    }
    for name, codes in territories.classes.items():
        for code in np.unique(codes).tolist():
            areas[name, code] = set(base[codes == code].tolist())
    return areas


def in_pieces(vintages: Sequence[Territories], merged: Mapping[str, str]) -> list[Territories]:
    """Return the same territories, all made of the smallest ones that any vintage tells apart.

    Args:
        vintages: oldest first; the last one is of now.
        merged: smallest territory that is gone → that which it is part of.

    Raises:
        DisclosureError: one is gone, and nothing tells where.
    """
    if len(vintages) == 1:
        return list(vintages)
    lies: dict[str, list[str]] = {}
    for number, one in enumerate(vintages):
        for piece, told in lies.items():
            told.append(piece if piece in one.base else merged.get(piece, ""))
        reached = {told[-1] for told in lies.values()}
        if lost := len(reached - set(one.base)):
            raise DisclosureError("disclosure.release_contradicts", count=lost)
        lies |= {code: [*[""] * number, code] for code in one.base if code not in reached}
    pieces = tuple(sorted(lies))
    return [
        _made_of(one, pieces, [lies[piece][number] for piece in pieces])
        for number, one in enumerate(vintages)
    ]


def _made_of(one: Territories, pieces: tuple[str, ...], lies: list[str]) -> Territories:
    places = {code: number for number, code in enumerate(one.base)}
    at = np.array([places.get(code, -1) for code in lies])
    return Territories(
        base=pieces,
        members={area: np.flatnonzero(np.isin(at, own)) for area, own in one.members.items()},
        smallest=frozenset(one.base),
        classes={name: np.where(at >= 0, codes[at], "") for name, codes in one.classes.items()},
    )
