"""Outlines as arcs that neighbours share: simplified once, joined to any level, without gaps.

A ring is a list of arcs; arc `~n` is arc `n` walked backwards, as in TopoJSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import pairwise

Node = tuple[int, int]
Line = list[Node]
Ring = list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """Arcs on a grid, and the rings of each territory made of them."""

    arcs: tuple[Line, ...]
    rings: Mapping[str, tuple[Ring, ...]]


def build_topology(outlines: Mapping[str, Sequence[Line]]) -> Topology:
    """Cut the rings of territories where their neighbours change; each arc is kept once.

    Args:
        outlines: code → closed rings on the grid, the last node not repeated.
    """
    junctions = _junctions(outlines.values())
    known: dict[tuple[Node, ...], int] = {}
    arcs: list[Line] = []
    rings: dict[str, tuple[Ring, ...]] = {}
    for code, lines in outlines.items():
        rings[code] = tuple(
            [_number(arc, known, arcs) for arc in _cut(line, junctions)] for line in lines
        )
    return Topology(arcs=tuple(arcs), rings=rings)


def _junctions(outlines: Iterable[Sequence[Line]]) -> set[Node]:
    """Return the nodes at which lines meet: those that have other neighbours in another ring."""
    beside: dict[Node, frozenset[Node]] = {}
    found: set[Node] = set()
    for lines in outlines:
        for line in lines:
            for place, node in enumerate(line):
                around = frozenset((line[place - 1], line[(place + 1) % len(line)]))
                if beside.setdefault(node, around) != around:
                    found.add(node)
    return found


def _cut(line: Line, junctions: set[Node]) -> Iterator[Line]:
    places = [place for place, node in enumerate(line) if node in junctions]
    if not places:
        # A ring of its own, or the same one on both sides: it starts where every reader would.
        start = line.index(min(line))
        yield [*line[start:], *line[: start + 1]]
        return
    turned = [*line[places[0] :], *line[: places[0] + 1]]
    cuts = [place - places[0] for place in places] + [len(line)]
    for start, end in pairwise(cuts):
        yield turned[start : end + 1]


def _number(arc: Line, known: dict[tuple[Node, ...], int], arcs: list[Line]) -> int:
    key, back = tuple(arc), tuple(reversed(arc))
    if key in known:
        return known[key]
    if back in known:
        return ~known[back]
    known[key] = len(arcs)
    arcs.append(arc)
    return known[key]


def simplify(topology: Topology, least: float) -> Topology:
    """Drop the nodes whose triangle with their neighbours is smaller than `least` (grid units²).

    The ends of arcs stay, so neighbours still meet; a closed arc keeps four nodes.

    Source:
        Visvalingam and Whyatt (1993), Line generalisation by repeated elimination of points.
    """
    return Topology(
        arcs=tuple(_simplified(arc, least) for arc in topology.arcs), rings=topology.rings
    )


def _simplified(arc: Line, least: float) -> Line:
    fewest = 4 if arc[0] == arc[-1] else 2
    before = list(range(-1, len(arc) - 1))
    after = list(range(1, len(arc) + 1))
    current = {place: _triangle(*arc[place - 1 : place + 2]) for place in range(1, len(arc) - 1)}
    waiting = [(area, place) for place, area in current.items()]
    heapify(waiting)
    while waiting and len(current) + 2 > fewest:
        area, place = heappop(waiting)
        if current.get(place) != area:
            continue
        if area >= least:
            break
        del current[place]
        left, right = before[place], after[place]
        after[left], before[right] = right, left
        for near in (left, right):
            if near in current:
                grown = _triangle(arc[before[near]], arc[near], arc[after[near]])
                current[near] = max(grown, area)
                heappush(waiting, (current[near], near))
    return [
        node for place, node in enumerate(arc) if place in {0, len(arc) - 1} or place in current
    ]


def _triangle(first: Node, second: Node, third: Node) -> float:
    return (
        abs(
            (second[0] - first[0]) * (third[1] - first[1])
            - (third[0] - first[0]) * (second[1] - first[1])
        )
        / 2
    )


def join(topology: Topology, groups: Mapping[str, str]) -> Topology:
    """Return the topology of groups of territories, cut anew where groups meet.

    Where their members met is no corner of theirs: it would be kept by `simplify`, and of the
    outlines of a wide level most of the nodes would be such.
    """
    return build_topology(
        {
            group: [_nodes(topology, ring) for ring in rings]
            for group, rings in merge(topology, groups).items()
        }
    )


def _nodes(topology: Topology, ring: Ring) -> Line:
    """Return the nodes of a ring, the last not repeated."""
    walked = (topology.arcs[arc] if arc >= 0 else topology.arcs[~arc][::-1] for arc in ring)
    return [node for line in walked for node in line[:-1]]


def merge(topology: Topology, groups: Mapping[str, str]) -> dict[str, tuple[Ring, ...]]:
    """Return group → rings, without the arcs that lie inside a group."""
    around: dict[str, dict[int, int]] = {}
    for code, rings in topology.rings.items():
        if code not in groups:
            continue
        kept = around.setdefault(groups[code], {})
        for arc in (arc for ring in rings for arc in ring):
            if ~arc in kept:
                # Both sides lie in the group.
                kept[~arc] -= 1
                if not kept[~arc]:
                    del kept[~arc]
            else:
                kept[arc] = kept.get(arc, 0) + 1
    return {group: tuple(_joined(topology, kept)) for group, kept in sorted(around.items())}


def _joined(topology: Topology, kept: Mapping[int, int]) -> Iterator[Ring]:
    leaving: dict[Node, list[int]] = {}
    for arc in sorted(kept):
        leaving.setdefault(_ends(topology, arc)[0], []).append(arc)
    for start in sorted(leaving):
        while leaving[start]:
            ring = [leaving[start].pop()]
            while (at := _ends(topology, ring[-1])[1]) != start and leaving.get(at):
                ring.append(leaving[at].pop())
            yield ring


def _ends(topology: Topology, arc: int) -> tuple[Node, Node]:
    line = topology.arcs[arc if arc >= 0 else ~arc]
    return (line[0], line[-1]) if arc >= 0 else (line[-1], line[0])
