"""Hand a system and its witnesses to the verifier, as a release hands over what it publishes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pipeline.disclosure.proof import Proof, Territories
from pipeline.disclosure.shape import Geography, Mask
from pipeline.disclosure.system import System
from pipeline.disclosure.witnesses import Witnesses


def territories_of(geography: Geography) -> Territories:
    """Return what each smallest territory belongs to, by codes that are unique over all levels."""
    columns = [geography.territory, *geography.upper.values()]
    names = geography.territory.tolist()
    return Territories(
        areas=dict(zip(names, zip(*(each.tolist() for each in columns), strict=True), strict=True)),
        classes={
            typology: dict(zip(names, codes.tolist(), strict=True))
            for typology, codes in geography.typology.items()
        },
    )


def proofs_of(
    system: System,
    hidden: Mask,
    witnesses: Witnesses,
    geography: Geography,
    *,
    code_lists: Mapping[str, tuple[str, ...]],
) -> list[Proof]:
    """Return the proof of each table of a system."""
    cells, place = system.cells, witnesses.changes.tocoo()
    proofs = []
    for lattice in system.lattices:
        mine = np.flatnonzero(cells.table == lattice.table)
        crossed = {name for g in system.grids if g.table == lattice.table for name in g.crossed}
        names = [name for name in cells.codes if name in {*crossed, *lattice.dimensions}]
        address = zip(
            cells.area[mine].tolist(),
            *(cells.codes[name][mine].tolist() for name in names),
            strict=True,
        )
        value = np.where(hidden, -1, cells.value)[mine].tolist()
        codes = [geography.in_order().territory, *(code_lists[n] for n in lattice.dimensions)]
        at = np.unravel_index(np.flatnonzero(lattice.atom >= 0), lattice.sizes)
        rows = [np.array(names)[index].tolist() for names, index in zip(codes, at, strict=True)]
        first = int(lattice.atom[lattice.atom >= 0].min())
        worlds: dict[int, dict[int, int]] = {}
        for world, atom, by in zip(
            *(each.tolist() for each in (*place.coords, place.data)), strict=True
        ):
            if first <= atom < first + len(rows[0]):
                worlds.setdefault(world, {})[atom - first] = by
        proofs.append(
            Proof(
                table=lattice.table,
                dimensions=tuple(names),
                counted_by=lattice.dimensions,
                least=1,
                shown={a: None if n < 0 else n for a, n in zip(address, value, strict=True)},
                rows=list(zip(*rows, strict=True)),
                persons=witnesses.persons[first : first + len(rows[0])].tolist(),
                empty=frozenset(),
                worlds=worlds,
            )
        )
    return proofs
