"""The hierarchy of a kept column as a ladder: what each of its values becomes, rung by rung.

A code climbs by the first coarser list in which every code of its own list has a code; a
territory by the levels of the hierarchy that goes highest above its own. Any other column has one
rung. Above the last rung nothing is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from pipeline.contracts.datasets import Column
from pipeline.contracts.geography import Geography
from pipeline.contracts.model import Contracts
from pipeline.contracts.recodings import SUPPRESS
from pipeline.contracts.rules import GeneraliseTerritory, Keep
from pipeline.contracts.territories import Territories


@dataclass(frozen=True, slots=True)
class Ladder:
    """The hierarchy of one kept column.

    Attributes:
        column: name of the kept column.
        names: code list or level of each rung, the delivered one first; empty for a column
            without a declared hierarchy.
        rungs: per rung, value of the first rung → value of this one; the first maps to itself.
    """

    column: str
    names: tuple[str, ...]
    rungs: tuple[Mapping[str, str], ...]

    @property
    def height(self) -> int:
        """Steps that lead to the last rung; one more keeps nothing."""
        return max(len(self.rungs) - 1, 0)

    @property
    def top(self) -> int:
        """The step at which nothing is kept."""
        return self.height + 1

    def step(self, asked: int | str) -> int:
        """Return the step that a recoding asks for: `suppress` is the top."""
        return self.top if asked == SUPPRESS else int(asked)

    def recoding(self, step: int) -> dict[str, str]:
        """Return value of any rung up to a step → value at that step.

        What was recoded before, even further, comes out as it is: a second time changes nothing.

        Args:
            step: from 0, below the top.
        """
        found = {value: value for rung in self.rungs[step + 1 :] for value in rung.values()}
        for rung in reversed(self.rungs[: step + 1]):
            found |= {value: self.rungs[step][first] for first, value in rung.items()}
        return found

    def ambiguous(self, step: int) -> int:
        """Return how many values mean different things on two rungs up to a step."""
        meanings: dict[str, set[str]] = {}
        for rung in self.rungs[: step + 1]:
            for first, value in rung.items():
                meanings.setdefault(value, set()).add(self.rungs[step][first])
        return sum(1 for meant in meanings.values() if len(meant) > 1)

    def width(self, step: int) -> dict[str, float]:
        """Return value at a step → share of the first rung's values that became it.

        A value of the first rung itself has none: it was not widened.
        """
        if step == 0:
            return dict.fromkeys(self.rungs[0], 0.0)
        inside: dict[str, int] = {}
        for value in self.rungs[step].values():
            inside[value] = inside.get(value, 0) + 1
        whole = len(self.rungs[0])
        return {value: count / whole if count > 1 else 0.0 for value, count in inside.items()}


def ladder_of(column: Column, contracts: Contracts, geography: Geography) -> Ladder:
    """Return the ladder of a kept column.

    Args:
        column: of which something is kept.
        contracts: code lists and levels.
        geography: the territories.
    """
    kept, level = str(column.kept_as), _kept_level(column)
    if column.kept_codelist is not None:
        names = tuple(_coarser_lists(column.kept_codelist, contracts))
        codes = contracts.codelists[names[0]].codes
        return Ladder(kept, names, tuple(_climbed(codes, names, contracts)))
    if level is not None:
        names = _levels_above(level, contracts.territories)
        return Ladder(kept, names, tuple(geography.upward(level, name) for name in names))
    return Ladder(kept, (), ())


def _kept_level(column: Column) -> str | None:
    match column.privacy:
        case Keep():
            return column.territory
        case GeneraliseTerritory(to=level):
            return level
        case _:
            return None


def _coarser_lists(name: str, contracts: Contracts) -> Iterator[str]:
    """Yield a code list and those above it; a circle ends where it closes."""
    seen: set[str] = set()
    while name not in seen:
        yield name
        seen.add(name)
        codelist = contracts.codelists[name]
        named = [target for target in codelist.items[0].broader if target in contracts.codelists]
        whole = [target for target in named if len(codelist.broader(target)) == len(codelist.items)]
        name = whole[0] if whole else name


def _climbed(
    codes: tuple[str, ...], names: tuple[str, ...], contracts: Contracts
) -> Iterator[dict[str, str]]:
    rung = {code: code for code in codes}
    yield rung
    for below, above in pairwise(names):
        broader = contracts.codelists[below].broader(above)
        rung = {code: broader[value] for code, value in rung.items()}
        yield rung


def _levels_above(level: str, territories: Territories) -> tuple[str, ...]:
    above = (
        members[members.index(level) :]
        for members in territories.hierarchies.values()
        if level in members
    )
    return max(above, key=len, default=(level,))
