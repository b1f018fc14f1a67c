"""What the cells of one population are made of, and which of them are hidden more readily."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.contracts.policy import Secondary
from pipeline.disclosure.audit import Progress
from pipeline.disclosure.protect import Pattern, Preferences, protect
from pipeline.disclosure.shape import (
    Absence,
    Codes,
    Geography,
    Inner,
    Mask,
    TableShape,
)
from pipeline.disclosure.system import System, build_system

Protecting = Callable[..., Pattern]
"""Finds a pattern, as `protect` does and from the same arguments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the cells of one population are made of.

    Attributes:
        population: its name.
        shapes: of its tables.
        inners: as they are counted now.
        code_lists: dimension → its codes.
        geography: the territories, sorted by code.
        absences: where nobody can be.
        housed: where releases that are still public show that somebody can be.
        then_absent: release that is still public → where it shows that nobody can be, in its own
            territories.
        width: protection width in persons.
        secondary: which of several patterns is taken.
        last: table → which of its cells the period before hides, where it has the table.
        threads: how many parts are worked on at the same time.
        on_progress: told how many hidden figures are safe, and how many there are.
        protect: finds the pattern of tables.
    """

    population: str
    shapes: Sequence[TableShape]
    inners: Sequence[Inner]
    code_lists: Mapping[str, tuple[str, ...]]
    geography: Geography
    absences: Sequence[Absence]
    housed: Sequence[Inner]
    then_absent: Mapping[str, Sequence[Absence]]
    width: int
    secondary: Secondary
    last: Mapping[str, Mask]
    threads: int
    on_progress: Progress | None = None
    protect: Protecting = protect

    def system(self, inners: Sequence[Inner], seen: Sequence[Inner] = ()) -> System:
        """Return the relations of its tables with these counts.

        Where anybody is `seen`, nobody is said to be absent: a territory that stands as it was may
        have persons where there can be none any more.
        """
        absences = [_but_for(absence, [*inners, *seen]) for absence in self.absences]
        return build_system(
            self.shapes, inners, self.code_lists, geography=self.geography, absences=absences
        )

    def reopened(self, inners: Sequence[Inner]) -> tuple[Absence, ...]:
        """Return where somebody is counted though nobody can be there any more."""
        return tuple(_chosen(absence, ~_nobody(absence, inners)) for absence in self.absences)

    def preferences(self, system: System) -> Preferences:
        """Return what to hide more readily of a system of its tables."""
        return preferences_of(self.secondary, system, self.last)


def preferences_of(
    secondary: Secondary, system: System, last: Mapping[str, Mask] | None = None
) -> Preferences:
    """Return what to hide more readily of a system, as the policy says.

    Args:
        secondary: which of several patterns is taken.
        system: of the tables.
        last: table → which of its cells the period before hides, where it has the table.
    """
    again = None
    if secondary.pattern == "kept" and last:
        again = np.zeros(len(system.cells), dtype=bool)
        for table, hidden in last.items():
            again[system.cells.of(table)] = hidden
    found = Preferences(fewest=secondary.fewest, again=again)
    return found if secondary.totals == "kept" else replace(found, margin=0.0)


def _but_for(absence: Absence, inners: Iterable[Inner]) -> Absence:
    """Return where there can be nobody, less where somebody is."""
    return _chosen(absence, _nobody(absence, inners))


def _nobody(absence: Absence, inners: Iterable[Inner]) -> Mask:
    names = sorted(absence.codes)
    nobody = _keys(absence.territory, [absence.codes[name] for name in names])
    kept = np.ones(len(nobody), dtype=bool)
    for inner in inners:
        if set(names) <= inner.codes.keys() and len(nobody):
            there = inner.count > 0
            seen = [inner.codes[name][there] for name in names]
            kept &= ~np.isin(nobody, _keys(inner.territory[there], seen))
    return kept


def _chosen(absence: Absence, chosen: Mask) -> Absence:
    codes = {name: code[chosen] for name, code in absence.codes.items()}
    return replace(absence, territory=absence.territory[chosen], codes=codes)


def _keys(territory: Codes, codes: Sequence[Codes]) -> Codes:
    found = territory
    for code in codes:
        found = np.char.add(np.char.add(found, " "), code)
    return found
