"""Weigh the cells of a population with every release of the same period that is still public.

A new figure is the last public one and what changed since in the territories whose changes may
show; see `pipeline.disclosure.revision`. Whoever was erased since left no row of either time, so
that a public figure never moves by one person who is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from pipeline.disclosure.layout import Cells
from pipeline.disclosure.protect import Pattern
from pipeline.disclosure.protect import Public as Known
from pipeline.disclosure.revision import (
    Changes,
    count_atoms,
    inside,
    let_in,
    revise,
    together,
    unexplained,
)
from pipeline.disclosure.shape import Absence, Codes, Counts, Inner, Mask
from pipeline.disclosure.system import System
from pipeline.errors import DisclosureError
from pipeline.steps.already_public import PublicPeriod, Said, said_of
from pipeline.steps.gone import with_the_gone
from pipeline.steps.ground import Ground
from pipeline.steps.joining import Joint
from pipeline.steps.reading_all import NOW, Read, check_together

# Why the changes of a territory wait: fewer persons than the threshold changed there; no pattern
# hides what the changes of all would tell; to show them would hide as many figures, or more.
FEW_CHANGED, NOT_SAFE, HIDES_MORE = "few_changed", "not_safe", "hides_more"
# How often what one system hides more is asked of the other.
_ROUNDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What may be published of one population, one value per cell of its system.

    Attributes:
        population: that the tables count.
        system: with the counts that are published or hidden.
        pattern: which of them are hidden.
        counted: what the rows of now give.
        standing: candidate → the smallest territories that stand as counted for it.
        waiting: why changes wait → in how many territories.
        gained: the shown figures that are others than the last public ones, by their price.
        lost: the figures that are hidden and were shown, by their price.
        held: cells that a release which is still public hides.
        told: cells that would tell of too few changed persons, with what protects them.
        reopened: where somebody stands as counted then, though nobody can be there any more.
    """

    population: str
    system: System
    pattern: Pattern
    counted: Counts
    standing: Mapping[str, Sequence[str]]
    waiting: Mapping[str, int] = field(default_factory=dict)
    gained: float = 0.0
    lost: float = 0.0
    held: Mask | None = None
    told: Mask | None = None
    reopened: Sequence[Absence] = ()


def weigh(ground: Ground) -> Weighed:
    """Return the cells of a population of which nothing is public.

    Raises:
        DisclosureError: no safe pattern was found, or its audit failed.
    """
    system = ground.system(ground.inners)
    pattern = ground.protect(
        system,
        width=ground.width,
        preferences=ground.preferences(system),
        threads=ground.threads,
        on_progress=ground.on_progress,
    )
    return Weighed(
        population=ground.population,
        system=system,
        pattern=pattern,
        counted=system.cells.value,
        standing={},
    )


FramesOf = Callable[[Cells], Mapping[str, pd.DataFrame]]


def weigh_again(ground: Ground, public: PublicPeriod, frames_of: FramesOf) -> Weighed:
    """Return the cells of a population of which releases are public.

    Changes wait, all of them, where no safe pattern can show them, and where to show them would
    hide as many figures as it moves, or more.

    Args:
        ground: what the cells are made of.
        public: what is public of the period.
        frames_of: cells of a system → table → their keys in the same order.

    Raises:
        DisclosureError: what is public is below today's threshold, or cannot be weighed; no safe
            pattern was found.
    """
    again = _Again(ground, public, frames_of)
    nothing = np.zeros_like(again.coming)
    if not again.coming.any():
        return again.weighed(nothing)
    try:
        found = again.weighed(again.coming)
    except DisclosureError:
        return again.weighed(nothing, why=NOT_SAFE)
    return found if found.gained > found.lost else again.weighed(nothing, why=HIDES_MORE)


class _Again:
    """One population, what is public of it, and which territories' changes may show."""

    def __init__(self, ground: Ground, public: PublicPeriod, frames_of: FramesOf) -> None:
        self._ground, self._public, self._frames_of = ground, public, frames_of
        self._territory = ground.geography.territory
        self._states = [
            release.state_of(public.period, ground.population, self._territory)
            for release in public.releases
        ]
        self._check_kept()
        self._changes = [self._since(state) for state in self._states]
        k = max(shape.k for shape in ground.shapes)
        known = ~np.isin(self._territory, self._unexplained())
        self.coming = let_in(self._territory, self._changes, k) & known
        self._changed = let_in(self._territory, self._changes[:1], 1)

    def weighed(self, coming: Mask, *, why: str = HIDES_MORE) -> Weighed:
        """Return the cells with the changes of some territories, the others as they were.

        Args:
            coming: the territories whose changes show.
            why: what keeps those back whose changes might show and do not.
        """
        ground = self._ground
        came, stood = self._territory[coming], self._territory[~coming]
        then = {shape.name: self._then(shape.name, self._states[0]) for shape in ground.shapes}
        changes = [[table.inside(came) for table in tables] for tables in self._changes]
        inners = [
            together([inside(inner, came), inside(then[inner.table], stood)])
            for inner in ground.inners
        ]
        # Who left may have been where there can be nobody any more; who is counted is not.
        wide = ground.system(inners, [*then.values(), *ground.inners, *_persons(changes)])
        housed = [inside(one, stood) for one in ground.housed]
        counted = ground.system(inners, housed)
        said = self._said(counted)
        hidden, shown, there = (
            np.any([getattr(each, name) for each in said], axis=0)
            for name in ("hidden", "shown", "is_there")
        )
        last = said[0]
        before, today = (
            wide.membership @ count_atoms(wide, each, ground.code_lists, ground.geography)
            for each in (then, {inner.table: inner for inner in ground.inners})
        )
        system = with_the_gone(counted, last, before, is_new=~(there | counted.cells.elsewhere))
        value, moved = system.cells.value, counted.cells.value - before
        falls = there & ~hidden & (value > 0) & (value < system.cells.k)
        revision = revise(
            wide,
            changes,
            ground.code_lists,
            geography=ground.geography,
            coming=coming,
            spent=hidden,
            falls=falls,
            preferences=ground.preferences(system),
            width=ground.width,
            threads=ground.threads,
        )
        held = hidden.copy()
        hidden |= revision.hidden
        known = Known(
            hidden=hidden,
            shown=shown & ~hidden & (revision.persons == 0),
            moved=shown & ~hidden & (revision.persons > 0),
        )
        pattern = self._jointly(system, known)
        if coming.any():
            states = np.where(coming, NOW, self._states[0])
            gone = system.atoms - counted.atoms
            check_together(ground, self._reads(said), system, pattern, states=states, gone=gone)
        price = ground.preferences(system).prices(system)
        return Weighed(
            population=ground.population,
            system=system,
            pattern=pattern,
            counted=today,
            standing=self._standing(~coming),
            reopened=ground.reopened([*inners, *housed]),
            waiting=self._waiting(coming, why),
            gained=float(price[~pattern.hidden & (moved != 0)].sum()),
            lost=float(price[pattern.hidden & shown].sum()),
            held=held,
            told=revision.hidden & ~held,
        )

    def _waiting(self, coming: Mask, why: str) -> dict[str, int]:
        held = {
            FEW_CHANGED: self._changed & ~self.coming,
            why: self._changed & self.coming & ~coming,
        }
        return {reason: int(mask.sum()) for reason, mask in held.items() if mask.any()}

    def _reads(self, said: Sequence[Said]) -> list[Read]:
        """Return the releases of the same territories."""
        names = [shape.name for shape in self._ground.shapes]
        return [
            Read(release, each, states, {name: self._then(name, states) for name in names})
            for release, each, states in zip(self._public.releases, said, self._states, strict=True)
            if not release.former
        ]

    def _jointly(self, system: System, known: Known) -> Pattern:
        """Return what is hidden so that releases with other territories tell no more either.

        Raises:
            DisclosureError: no pattern hides all that has to be.
        """
        if not any(each.former for each in self._public.releases):
            return self._pattern(system, known)
        joint = Joint(self._ground, self._public)
        for _ in range(_ROUNDS):
            hidden = known.hidden | joint.hidden(system, known)
            known = Known(hidden=hidden, shown=known.shown & ~hidden, moved=known.moved & ~hidden)
            pattern = self._pattern(system, known)
            if not np.any(pattern.hidden & ~hidden):
                return pattern
            known = replace(known, hidden=pattern.hidden, shown=known.shown & ~pattern.hidden)
        raise DisclosureError("disclosure.no_safe_pattern", count=1, width=self._ground.width)

    def _pattern(self, system: System, known: Known) -> Pattern:
        """Return what is hidden so that the new cells are safe by themselves, too.

        Raises:
            DisclosureError: no pattern hides all that has to be.
        """
        # What is shown before and after was judged by what was public, and by who changed.
        judged = known.shown | known.moved
        cells = replace(system.cells, k=np.where(judged, 1, system.cells.k))
        pattern = self._ground.protect(
            replace(system, cells=cells),
            width=self._ground.width,
            public=known,
            preferences=self._ground.preferences(system),
            threads=self._ground.threads,
            on_progress=self._ground.on_progress,
        )
        if count := int(np.count_nonzero(known.hidden & ~pattern.hidden)):
            raise DisclosureError("disclosure.cannot_stay_hidden", count=count)
        return pattern

    def _said(self, system: System) -> list[Said]:
        frames, period = self._frames_of(system.cells), self._public.period
        said = [said_of(system.cells, frames, each, period) for each in self._public.releases]
        small = [each.shown & (each.value > 0) & (each.value < system.cells.k) for each in said]
        if count := int(np.count_nonzero(np.any(small, axis=0))):
            raise DisclosureError("disclosure.small_is_public", count=count)
        return said

    def _check_kept(self) -> None:
        tables = {shape.name for shape in self._ground.shapes}
        states = {state for each in self._states for state in each.tolist()}
        lacking = sum(not tables <= self._public.since.get(state, {}).keys() for state in states)
        if lacking:
            raise DisclosureError("disclosure.public_rows_gone", count=lacking)

    def _since(self, states: Codes) -> list[Changes]:
        """Return who changed since the rows from which each territory was counted, by table."""
        found = []
        for shape in self._ground.shapes:
            parts = [
                self._public.since[state][shape.name].changes.inside(territories)
                for state, territories in self._by_state(states)
            ]
            found.append(
                Changes(
                    left=together([part.left for part in parts]),
                    joined=together([part.joined for part in parts]),
                    before=together([part.before for part in parts]),
                    after=together([part.after for part in parts]),
                )
            )
        return found

    def _then(self, table: str, states: Codes) -> Inner:
        """Return the inner cells of a table as a release counted them."""
        return together(
            [
                inside(self._public.since[state][table].then, territories)
                for state, territories in self._by_state(states)
            ]
        )

    def _unexplained(self) -> Codes:
        """Return the territories that moved by other persons than those who changed."""
        found = [
            np.intersect1d(territories, unexplained(since.then, inner, since.changes))
            for states in self._states
            for state, territories in self._by_state(states)
            for inner in self._ground.inners
            for since in [self._public.since[state][inner.table]]
        ]
        return np.unique(np.concatenate(found))

    def _by_state(self, states: Codes) -> Iterator[tuple[str, Codes]]:
        for state in np.unique(states).tolist():
            yield state, self._territory[states == state]

    def _standing(self, stood: Mask) -> dict[str, list[str]]:
        last = self._states[0][stood]
        territory = self._territory[stood]
        return {state: territory[last == state].tolist() for state in np.unique(last).tolist()}


def _persons(changes: Sequence[Sequence[Changes]]) -> Iterator[Inner]:
    """Yield everybody who changed, as before and as after."""
    for tables in changes:
        for table in tables:
            yield from (table.left, table.joined, table.before, table.after)
