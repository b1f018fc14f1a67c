"""Place whom a public release counts and who left no row since: the erased and the restricted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.disclosure.revision import place
from pipeline.disclosure.shape import Counts, Mask
from pipeline.disclosure.system import System
from pipeline.errors import DisclosureError
from pipeline.steps.already_public import Said


def with_the_gone(system: System, last: Said, before: Counts, *, is_new: Mask) -> System:
    """Return the system with whom the last release counts and who left no row, placed anyhow.

    What is shown then adds up to what is public. Where they were nobody knows any more. Who was not
    counted then, though his row was there, is taken out alike.

    Raises:
        DisclosureError: somebody is gone, and cells are new, which would show that; or there is
            no way to place them.
    """
    public = last.shown | (last.is_there & ~last.hidden)
    lacking = np.where(public, np.nan_to_num(last.value) - before, 0).astype(np.int64)
    if not lacking.any():
        return system
    if count := int(np.count_nonzero(is_new)):
        raise DisclosureError("disclosure.public_lacks", count=count)
    atoms = system.atoms + place(system, lacking, among=public, hidden=last.hidden)
    cells = replace(system.cells, value=system.membership @ atoms)
    return replace(system, atoms=atoms, cells=cells)
