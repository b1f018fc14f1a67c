"""The territories as the site shows them: where each lies, what lies in it, what class it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import duckdb

from pipeline.contracts import Contracts

_WHOLE = 1 - 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One territory.

    Attributes:
        up: hierarchy → the territories that hold it, nearest first.
        classes: typology → its class.
        scope_share: share of its inhabitants in scope, 0 to 1; None: unknown.
    """

    id: str
    code: str
    name: str
    level: str
    inhabitants: int | None
    scope_share: float | None
    up: Mapping[str, tuple[str, ...]]
    classes: Mapping[str, str]

    @property
    def is_whole(self) -> bool:
        """Whether all of it is in scope; an unknown share is not."""
        return self.scope_share is not None and self.scope_share >= _WHOLE


@dataclass(frozen=True, kw_only=True)
class Places:
    """All territories of a release, by identifier and by level."""

    contracts: Contracts
    by_id: Mapping[str, Place]

    def of_level(self, level: str) -> tuple[Place, ...]:
        """Return the territories of a level by identifier."""
        return self._by_level.get(level, ())

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The levels that have a territory, base first."""
        declared = (level.level for level in self.contracts.territories.levels)
        return tuple(level for level in declared if level in self._by_level)

    @cached_property
    def _by_level(self) -> Mapping[str, tuple[Place, ...]]:
        # Asked for each page and each territory: of a nation they are parted once.
        found: dict[str, list[Place]] = {}
        for _, place in sorted(self.by_id.items()):
            found.setdefault(place.level, []).append(place)
        return {level: tuple(members) for level, members in found.items()}

    def inside(self) -> dict[str, dict[str, list[str]]]:
        """Return territory → level → the territories just below it, in each hierarchy."""
        found: dict[str, dict[str, list[str]]] = {}
        for identifier, place in sorted(self.by_id.items()):
            for parents in place.up.values():
                if parents:
                    own = found.setdefault(parents[0], {}).setdefault(place.level, [])
                    if identifier not in own:
                        own.append(identifier)
        return found

    def groups(self, level: str) -> dict[str, str]:
        """Return code of a base territory → identifier of the one of `level` that holds it."""
        found: dict[str, str] = {}
        for place in self.of_level(self.contracts.territories.base_level):
            above = {self.by_id[up].level: up for chain in place.up.values() for up in chain}
            holder = place.id if place.level == level else above.get(level)
            if holder is not None:
                found[place.code] = holder
        return found

    def main(self) -> Place:
        """Return the territory the site speaks for: the widest that is wholly in scope."""
        for level in reversed(self.levels):
            if whole := [place for place in self.of_level(level) if place.is_whole]:
                return max(whole, key=lambda place: place.inhabitants or 0)
        return max(self.of_level(self.levels[-1]), key=lambda place: place.scope_share or 0)

    def group_level(self) -> str | None:
        """Return the level just above the base with the most territories."""
        above = {
            chain[1] for chain in self.contracts.territories.hierarchies.values() if len(chain) > 1
        }
        sizes = {level: len(self.of_level(level)) for level in self.levels if level in above}
        return max(sizes, key=lambda level: (sizes[level], level)) if sizes else None

    def partial(self) -> tuple[Place, ...]:
        """Return the territories only partly in scope, widest level first."""
        return tuple(
            place
            for level in reversed(self.levels)
            for place in self.of_level(level)
            if not place.is_whole
        )


def read_places(connection: duckdb.DuckDBPyConnection, contracts: Contracts) -> Places:
    """Read the territories and typologies of the published database."""
    classes: dict[str, dict[str, str]] = {}
    for identifier, typology, code in connection.execute(
        "select id, typology, code from typologies order by id, typology"
    ).fetchall():
        classes.setdefault(identifier, {})[typology] = code
    rows = connection.execute(
        "select id, code, name, level, inhabitants, scope_share, hierarchy, parent_id "
        "from territories order by id, hierarchy"
    ).fetchall()
    parents = {(row[6], row[0]): row[7] for row in rows}
    chains: dict[str, dict[str, tuple[str, ...]]] = {}
    for hierarchy, identifier in parents:
        chain = []
        at = parents.get((hierarchy, identifier))
        while at is not None:
            chain.append(at)
            at = parents.get((hierarchy, at))
        chains.setdefault(identifier, {})[hierarchy] = tuple(chain)
    by_id = {
        row[0]: Place(
            id=row[0],
            code=row[1],
            name=row[2],
            level=row[3],
            inhabitants=row[4],
            scope_share=row[5],
            up=chains[row[0]],
            classes=classes.get(row[0], {}),
        )
        for row in rows
    }
    return Places(contracts=contracts, by_id=by_id)
