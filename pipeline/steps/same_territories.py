"""Check that a public release counts the same territories in the same areas as the next one.

A commune that moved to another community would be the difference of both figures of that community,
hidden or not. Territories that are new are no harm: who is in them came.
"""

from __future__ import annotations

import pandas as pd

from pipeline.contracts import Contracts
from pipeline.contracts.geography import Geography
from pipeline.dissemination.reference import parents_of
from pipeline.errors import DisclosureError, Place

Pairs = set[tuple[str, str]]


def check_same_territories(
    territories: pd.DataFrame,
    typologies: pd.DataFrame,
    *,
    contracts: Contracts,
    geography: Geography,
    release: str,
) -> None:
    """Check that what a release says of its territories still holds.

    Args:
        territories: as the release publishes them.
        typologies: as the release publishes them.
        contracts: the rules of now.
        geography: the territories of now.
        release: its name.

    Raises:
        DisclosureError: a territory lies in other areas or classes now, or is gone.
    """
    inside = zip(territories["id"], territories["parent_id"], strict=True)
    then = {(area, parent) for area, parent in inside if isinstance(parent, str)}
    then |= set(zip(typologies["id"], typologies["code"], strict=True))
    now = _areas_now(contracts, geography)
    known = {area for area, _ in now}
    here = {pair for pair in now if pair[0] in {area for area, _ in then}}
    moved = {area for area, _ in (then ^ here)} | {area for area, _ in then if area not in known}
    if moved:
        place = Place(file=release)
        raise DisclosureError("disclosure.territories_moved", place=place, count=len(moved))


def _areas_now(contracts: Contracts, geography: Geography) -> Pairs:
    """Return each territory with its parent in each hierarchy, and with each of its classes."""
    prefixes = contracts.territories.prefixes
    found: Pairs = set()
    for levels in contracts.territories.hierarchies.values():
        for (level, code), parent in parents_of(geography, levels).items():
            if parent is not None:
                found.add((prefixes[level] + code, prefixes[parent[0]] + parent[1]))
    base = prefixes[geography.base_level]
    for classes in geography.classes.values():
        found |= {(base + code, one) for code, one in classes.items() if code in geography.parents}
    return found
