"""Hold back counts moved by cell keys until enough persons changed since what is public.

One pupil more or less gives other noise to each cell that counts him, and to no other: whoever
compares two releases would read his place and his answers from which cells moved. Such a cell shows
what it showed, until `k` persons changed in it since each release whose figure it is compared with.
Parts of such a table need not add up, so that each cell stands or comes in by itself.

Source: `docs/decisions/0028`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from pipeline.contracts import Contracts
from pipeline.disclosure.revision import Changes, count_atoms
from pipeline.disclosure.shape import Counts, Geography, Mask
from pipeline.disclosure.system import System
from pipeline.errors import DisclosureError, Place
from pipeline.steps.already_public import PublicPeriod, Said, said_of
from pipeline.steps.counting import Counted, code_lists
from pipeline.steps.laying_out import cells_frame


class Held(NamedTuple):
    """What each cell of a table shows, and which of them show what they showed.

    Attributes:
        value: one figure per cell.
        is_held: the cells whose figure of now waits.
    """

    value: Counts
    is_held: Mask


def hold_back(
    moved: Counts,
    system: System,
    one: Counted,
    public: PublicPeriod | None,
    *,
    contracts: Contracts,
    places: Geography,
) -> Held:
    """Return what is shown of each cell beside all releases that are public.

    Args:
        moved: the count of each cell with its noise of now.
        system: of the table.
        one: the table.
        public: what is public of the period, and who changed since.
        contracts: the rules.
        places: the territories.

    Raises:
        DisclosureError: a release shows cells that the new one lacks, or the rows that it was
            counted from are gone.
    """
    name = one.table.table
    nothing = Held(moved, np.zeros(len(moved), dtype=bool))
    before = public.showing({name}) if public else None
    if before is None:
        return nothing
    frames = {name: cells_frame(system.cells, one, contracts)}
    said = [said_of(system.cells, frames, each, before.period) for each in before.releases]
    is_held, k = nothing.is_held, contracts.threshold(one.table)
    for release, own, is_compared in zip(before.releases, said, _compared(said), strict=True):
        is_other = is_compared & (own.value != moved)
        if is_other.any():
            since = before.since.get(release.candidate, {}).get(name)
            if since is None:
                place = Place(table=name, file=release.release_id)
                raise DisclosureError("disclosure.public_rows_gone", place=place, count=1)
            changed = _changed(since.changes, system, contracts, places)
            is_held = is_held | (is_other & (changed < k))
    value = moved.copy()
    for own in reversed(said):
        shown = is_held & own.shown
        value[shown] = own.value[shown].astype(np.int64)
    return Held(value, is_held)


def _compared(said: list[Said]) -> list[Mask]:
    """Return for each release, the last one first, the cells whose public figure it drew.

    A figure that several releases in a row show alike was drawn by the first of them: the later
    ones may have held it back, so that their own rows tell nothing of it.
    """
    drew = [one.shown.copy() for one in said]
    for later, (one, earlier) in enumerate(pairwise(said)):
        drew[later] &= ~(earlier.shown & (one.value == earlier.value))
    return drew


def _changed(changes: Changes, system: System, contracts: Contracts, places: Geography) -> Counts:
    """Return how many persons at least changed in each cell."""
    codes, geography = code_lists(contracts), places.in_order()
    left, joined, then, now = (
        count_atoms(system, {part.table: part}, codes, geography)
        for part in (changes.left, changes.joined, changes.before, changes.after)
    )
    found: Counts = system.membership @ (left + joined) + np.abs(system.membership @ (now - then))
    return found
