"""Check that a release and those that are still public leave every hidden figure uncertain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.disclosure.beside import Telling, audit_together
from pipeline.disclosure.elsewhere import published
from pipeline.disclosure.protect import Pattern
from pipeline.disclosure.shape import Codes, Counts, Inner
from pipeline.disclosure.system import System
from pipeline.errors import DisclosureError
from pipeline.steps.already_public import Public, Said
from pipeline.steps.ground import Ground

NOW = ""
"""What the state is called in which a territory comes in: no candidate has this name."""


@dataclass(frozen=True, slots=True)
class Read:
    """One release that is still public, under the territories of now.

    Attributes:
        release: the release.
        said: what it shows of the cells of now.
        states: of what candidate's rows each smallest territory is counted in it.
        then: table → its inner cells.
    """

    release: Public
    said: Said
    states: Codes
    then: Mapping[str, Inner]


def check_together(
    ground: Ground,
    reads: Sequence[Read],
    system: System,
    pattern: Pattern,
    *,
    states: Codes,
    gone: Counts,
) -> None:
    """Check what all releases tell together, once some territories come in and others stand.

    Args:
        ground: what the cells are made of.
        reads: the releases that are public.
        system: of the new release.
        pattern: which of its cells are hidden.
        states: as in the releases; of those that come in another one.
        gone: per atom of the system, who was placed for persons who left no row.

    Raises:
        DisclosureError: a hidden figure of one of them is too narrow; or what one shows does not
            follow from its rows, so that it cannot be told.
    """
    names = np.unique(np.concatenate([states, *(one.states for one in reads)]))

    tellings = [
        Telling(
            system=system,
            states=np.searchsorted(names, states),
            hidden=pattern.hidden,
            is_there=np.ones(len(system.cells), dtype=bool),
            asked=pattern.audit.asked,
        )
    ]
    for one in reads:
        own = _then(ground, one, system, gone)
        size = len(own.cells)
        tellings.append(
            Telling(
                system=own,
                states=np.searchsorted(names, one.states),
                hidden=one.said.hidden[:size],
                is_there=one.said.is_there[:size],
                asked=np.full(size, ground.width, dtype=np.int64),
            )
        )
    report = audit_together(tellings, worlds=pattern.audit.changes, threads=ground.threads)
    if not report.passed:
        narrow = int(np.count_nonzero(report.narrow))
        raise DisclosureError("disclosure.audit_failed", count=narrow, width=ground.width)


def _then(ground: Ground, one: Read, system: System, gone: Counts) -> System:
    """Return the cells of a release, with whom it counts and who left no row."""
    absences = ground.then_absent.get(one.release.release_id, ())
    inners = [one.then[shape.name] for shape in ground.shapes]
    own = published(replace(ground, absences=absences).system(inners))
    atoms = own.atoms.copy()
    for here, there in zip(own.lattices, system.lattices, strict=True):
        both = (here.atom >= 0) & (there.atom >= 0)
        atoms[here.atom[both]] += gone[there.atom[both]]
    value = own.membership @ atoms
    said, size = one.said, len(own.cells)
    shown = said.shown[:size]
    wrong = np.count_nonzero(atoms < 0) + np.count_nonzero(
        value[shown] != np.nan_to_num(said.value[:size])[shown]
    )
    if wrong:
        raise DisclosureError("disclosure.public_rows_gone", count=int(wrong))
    return replace(own, atoms=atoms, cells=replace(own.cells, value=value))
