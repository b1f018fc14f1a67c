"""Take places out of a system of which everybody knows that nobody is there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from pipeline.disclosure.layout import homes
from pipeline.disclosure.shape import Mask
from pipeline.disclosure.system import System
from pipeline.errors import DisclosureError, Place


def emptied(system: System, there: Mask) -> System:
    """Return a system in which no world puts anybody but in some of the atoms.

    Args:
        system: the relations and counts.
        there: the atoms in which somebody can be.

    Raises:
        DisclosureError: somebody is counted in another one.
    """
    if misplaced := int(system.atoms[~there].sum()):
        place = Place(table=system.shapes[0].name)
        raise DisclosureError("disclosure.absent_counted", place=place, count=misplaced)
    atom = np.append(np.where(there, np.cumsum(there) - 1, -1), -1)
    membership = sparse.csr_array(system.membership[:, there])
    floor = np.where(np.diff(membership.indptr) > 0, system.cells.floor, 1)
    return replace(
        system,
        cells=replace(system.cells, floor=floor),
        membership=membership,
        links=sparse.csr_array(system.links[:, there]),
        atoms=system.atoms[there],
        lattices=tuple(replace(one, atom=atom[one.atom]) for one in system.lattices),
    )


def inside_of(system: System, territories: Mask) -> Mask:
    """Return the atoms that lie in some of the smallest territories, in order of their codes."""
    home = homes(system.grids, system.lattices, territories.astype(np.int64))[1]
    inside: Mask = home == 1
    return inside
