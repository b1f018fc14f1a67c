"""Read the territories of a public release, and say which are others than those of now.

A commune that moved to another community would be the difference of both figures of that community,
hidden or not; one that was merged is the difference of two. What is the same is weighed cell by
cell; the rest becomes relations, see `pipeline.steps.joining`. New territories do no harm: who is
in them came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.contracts import Contracts
from pipeline.disclosure.shape import Codes, Geography
from pipeline.disclosure.vintages import NOBODY, Sameness, Vintages, lay_over, moved, sameness


@dataclass(frozen=True, eq=False, kw_only=True)
class Former:
    """Territories of a public release that are others than those of now.

    Attributes:
        places: as the release publishes them, sorted by code.
        vintages: the pieces of these and of those of now.
        same: which of their areas are the same now.
        changes: code of a smallest territory that is gone → code of now.
        prefixes: level → prefix of its codes in `ref_area`.
        cells: table that hides some → all its cells, those of other areas with them.
    """

    places: Geography
    vintages: Vintages
    same: Sameness
    changes: Mapping[str, str]
    prefixes: Mapping[str, str]
    cells: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def places_of(
    territories: pd.DataFrame, typologies: pd.DataFrame, contracts: Contracts, *, release: str
) -> Geography:
    """Return the territories that a release publishes, sorted by code.

    Raises:
        DisclosureError: a smallest one lacks a level or a class that the contracts name.
    """
    prefixes, base = contracts.territories.prefixes, contracts.territories.base_level
    level_of = dict(zip(territories["id"], territories["level"], strict=True))
    parents: dict[str, set[str]] = {}
    for area, parent in zip(territories["id"], territories["parent_id"], strict=True):
        parents.setdefault(area, set()).update([parent] if isinstance(parent, str) else [])
    smallest = sorted(area for area, level in level_of.items() if level == base)
    above = [{level_of[area]: area for area in _holders(one, parents)} for one in smallest]
    classes = {
        name: dict(zip(own["id"], own["code"], strict=True))
        for name, own in typologies.groupby("typology")
    }
    wanted = [classes.get(name, {}) for name in contracts.territories.typologies]
    levels = {level for chain in contracts.territories.hierarchies.values() for level in chain}
    lacking = sum(not levels <= areas.keys() for areas in above)
    lacking += sum(one not in known for known in wanted for one in smallest)
    if lacking:
        raise moved(lacking, release=release)

    def codes(level: str) -> Codes:
        return np.array([areas[level].removeprefix(prefixes[level]) for areas in above])

    return Geography(
        base=base,
        territory=codes(base),
        upper={level: codes(level) for level in prefixes if level in levels - {base}},
        typology={
            name: np.array([known[one] for one in smallest])
            for name, known in zip(contracts.territories.typologies, wanted, strict=True)
        },
    ).in_order()


def _holders(area: str, parents: Mapping[str, set[str]]) -> set[str]:
    found, waiting = {area}, [area]
    while waiting:
        more = parents.get(waiting.pop(), set()) - found
        found |= more
        waiting += more
    return found


def former_of(
    places: Geography, now: Geography, contracts: Contracts, changes: Mapping[str, str]
) -> Former | None:
    """Return what is other of the territories of a release; None where nothing is.

    Raises:
        DisclosureError: a territory is gone, and nothing says what it is part of; or a level has no
            place in the hierarchies, so that no release says what lies in it.
    """
    vintages = lay_over(now, [places], changes)
    same = sameness(now, places, vintages)
    areas = {
        (level, area)
        for level in (places.base, *places.upper)
        for area in places.areas(level).tolist()
    }
    if areas <= same.areas and not same.other_classes:
        return None
    if unknown := len(now.upper.keys() - places.upper.keys()):
        raise moved(unknown)
    return Former(
        places=places,
        vintages=vintages,
        same=same,
        changes=changes,
        prefixes=contracts.territories.prefixes,
    )


def comparable(frame: pd.DataFrame, former: Former) -> pd.DataFrame:
    """Return the rows of a published table whose area and class are the same now."""
    levels = frame["area_level"].tolist()
    areas = [
        area.removeprefix(former.prefixes[level])
        for level, area in zip(levels, frame["ref_area"], strict=True)
    ]
    kept = [key in former.same.areas for key in zip(levels, areas, strict=True)]
    for name in former.places.typology.keys() & set(frame):
        parts = zip(levels, areas, [name] * len(frame), frame[name], strict=True)
        kept = [
            is_kept and part not in former.same.other_classes
            for is_kept, part in zip(kept, parts, strict=True)
        ]
    return frame[np.array(kept, dtype=bool)]


def where_now(former: Former, territory: Codes) -> Codes:
    """Return in which territory of now each one of then lies."""
    lies = dict(zip(former.vintages.then[0].tolist(), former.vintages.now.tolist(), strict=True))
    return np.array([lies[code] for code in territory.tolist()], dtype=np.str_)


def states_of(former: Former, territory: Codes, standing: Mapping[str, str], usual: str) -> Codes:
    """Return from whose rows each smallest territory of now was counted then.

    Args:
        former: the territories of then.
        territory: those of now.
        standing: territory of then → candidate, of those that stood as counted for it.
        usual: the candidate of all others.

    Raises:
        DisclosureError: parts of one territory were counted for two candidates.
    """
    found: dict[str, set[str]] = {}
    for code, then in zip(
        former.vintages.now.tolist(), former.vintages.then[0].tolist(), strict=True
    ):
        if then != NOBODY:
            found.setdefault(code, set()).add(standing.get(then, usual))
    if mixed := sum(len(states) > 1 for states in found.values()):
        raise moved(mixed)
    return np.array([min(found.get(code, {usual})) for code in territory.tolist()])
