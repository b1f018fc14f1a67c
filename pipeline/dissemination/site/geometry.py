"""The maps: each level's outlines as small files of arcs, on one grid for the whole site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pipeline.dissemination.site.projection import equal_area
from pipeline.dissemination.site.topology import (
    Line,
    Ring,
    Topology,
    build_topology,
    join,
    simplify,
)

# Units of the longer side: a tenth of a pixel on a large screen, for a project of some hundred
# territories; a nation's communes are looked at one part at a time, and need more.
GRID = 10_000
GRID_LARGE = 60_000
LARGE = 3_000
# What is dropped: a triangle of this many square pixels where the whole level fills a screen.
_PIXELS, _LEAST = 1_000, 0.6
# Fewer corners enclose nothing.
_TRIANGLE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlines:
    """All territories of the base level on one grid, y downwards."""

    width: int
    height: int
    topology: Topology


def place_outlines(outlines: Mapping[str, Any], codes: Iterable[str]) -> Outlines | None:
    """Project the polygons of some territories onto a grid.

    Args:
        outlines: a GeoJSON feature collection in degrees; each feature has the property `code`.
        codes: of the territories to draw; others are left out.

    Returns:
        Nothing where none of them has an outline.
    """
    wanted = set(codes)
    degrees = {
        str(feature["properties"]["code"]): list(_rings(feature["geometry"]))
        for feature in outlines["features"]
        if str(feature["properties"]["code"]) in wanted
    }
    points = [point for rings in degrees.values() for ring in rings for point in ring]
    if not points:
        return None
    lons, lats = [x for x, _ in points], [y for _, y in points]
    project = equal_area(min(lons), min(lats), max(lons), max(lats))
    flat = {
        code: [[project(*point) for point in ring] for ring in rings]
        for code, rings in sorted(degrees.items())
    }
    xs = [x for rings in flat.values() for ring in rings for x, _ in ring]
    ys = [y for rings in flat.values() for ring in rings for _, y in ring]
    side = max(max(xs) - min(xs), max(ys) - min(ys)) or 1.0
    scale = (GRID_LARGE if len(flat) > LARGE else GRID) / side
    west, north = min(xs), max(ys)
    placed = {
        code: [line for ring in rings if (line := _on_grid(ring, west, north, scale))]
        for code, rings in flat.items()
    }
    return Outlines(
        width=round((max(xs) - west) * scale),
        height=round((north - min(ys)) * scale),
        topology=build_topology(placed),
    )


def _rings(geometry: Mapping[str, Any]) -> Iterator[list[tuple[float, float]]]:
    is_single = geometry["type"] == "Polygon"
    for polygon in [geometry["coordinates"]] if is_single else geometry["coordinates"]:
        for place, ring in enumerate(polygon):
            points = [(float(point[0]), float(point[1])) for point in ring]
            # Neighbours walk their common sides in opposite directions: only then do they cancel.
            is_hole, is_left = place > 0, _turns_left(points)
            yield points if is_hole != is_left else points[::-1]


def _turns_left(ring: Sequence[tuple[float, float]]) -> bool:
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise([*ring, ring[0]])) > 0


def _on_grid(
    ring: Sequence[tuple[float, float]], west: float, north: float, scale: float
) -> Line | None:
    """Return the nodes of a ring, none twice in a row; nothing where no area is left."""
    line: Line = []
    for x, y in ring:
        node = (round((x - west) * scale), round((north - y) * scale))
        if not line or line[-1] != node:
            line.append(node)
    if len(line) > 1 and line[0] == line[-1]:
        line.pop()
    return line if len(set(line)) >= _TRIANGLE else None


def level_shapes(
    outlines: Outlines, groups: Mapping[str, str], *, within: Mapping[str, str] | None = None
) -> dict[str, dict[str, Any]]:
    """Return part → the shapes of one level, as plain JSON values.

    Args:
        outlines: of the base level.
        groups: base code → territory of the level to draw.
        within: territory → part of the file it goes into; None: one part, named `all`.

    Returns:
        Each part: `size` of the whole grid, `arcs` (a start, then steps) and `shapes` (territory
        → rings of arcs, `~n` backwards).
    """
    count = len(set(groups.values()))
    pixel = max(outlines.width, outlines.height) / _PIXELS
    # A level of many territories is looked at closer.
    closer = max(1.0, count / LARGE) ** 0.5
    fine = simplify(join(outlines.topology, groups), _LEAST * (pixel / closer) ** 2)
    parts: dict[str, dict[str, tuple[Ring, ...]]] = {}
    for territory, own in fine.rings.items():
        part = "all" if within is None else within[territory]
        parts.setdefault(part, {})[territory] = own
    return {part: _file(outlines, fine, shapes) for part, shapes in sorted(parts.items())}


def _file(
    outlines: Outlines, topology: Topology, shapes: Mapping[str, tuple[Ring, ...]]
) -> dict[str, Any]:
    used: dict[int, int] = {}
    named: dict[str, list[list[int]]] = {}
    for territory, rings in shapes.items():
        named[territory] = [[_renumbered(arc, used) for arc in ring] for ring in rings]
    return {
        "size": [outlines.width, outlines.height],
        "arcs": [_steps(topology.arcs[arc]) for arc in used],
        "shapes": named,
    }


def _renumbered(arc: int, used: dict[int, int]) -> int:
    own = arc if arc >= 0 else ~arc
    number = used.setdefault(own, len(used))
    return number if arc >= 0 else ~number


def _steps(line: Line) -> list[int]:
    (x, y), steps = line[0], [*line[0]]
    for next_x, next_y in line[1:]:
        steps += [next_x - x, next_y - y]
        x, y = next_x, next_y
    return steps
