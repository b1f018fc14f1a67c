"""Outlines as SVG paths: a plain projection, whole tenths of a unit, borders of groups."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Point = tuple[float, float]
Ring = list[Point]

WIDTH = 1000.0
NAME_WIDTH, NAME_HEIGHT = 160, 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One territory on the map: its path and a point inside its largest part."""

    code: str
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A name on the map."""

    name: str
    x: float
    y: float

    def is_near(self, other: Town) -> bool:
        """Whether both names would run into each other, in thousandths of the map's width."""
        return abs(self.x - other.x) < NAME_WIDTH and abs(self.y - other.y) < NAME_HEIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class MapShapes:
    """All territories in one drawing of `width` x `height`, and the borders between groups."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    borders: str


def draw_outlines(outlines: Mapping[str, Any], groups: Mapping[str, str]) -> MapShapes:
    """Project GeoJSON polygons (longitude, latitude) into an SVG drawing.

    Equirectangular, true to scale at the middle latitude: good for an area of a few degrees.

    Args:
        outlines: a GeoJSON feature collection; each feature has the property `code`.
        groups: code → group, whose common borders are drawn stronger; others are left out.

    Returns:
        Shapes in the order of their codes.
    """
    rings = {
        str(feature["properties"]["code"]): list(_rings(feature["geometry"]))
        for feature in outlines["features"]
        if str(feature["properties"]["code"]) in groups
    }
    points = [point for territory in rings.values() for ring in territory for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / ((east - west) * squeeze)
    placed = {
        code: [
            [
                (round((x - west) * squeeze * scale, 1), round((north - y) * scale, 1))
                for x, y in ring
            ]
            for ring in territory
        ]
        for code, territory in sorted(rings.items())
    }
    return MapShapes(
        width=WIDTH,
        height=round((north - south) * scale, 1),
        shapes=tuple(_shape(code, territory) for code, territory in placed.items()),
        borders=_borders(placed, groups),
    )


def _rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    is_single = geometry["type"] == "Polygon"
    for polygon in [geometry["coordinates"]] if is_single else geometry["coordinates"]:
        for ring in polygon:
            yield [(float(point[0]), float(point[1])) for point in ring]


def _shape(code: str, rings: list[Ring]) -> Shape:
    x, y = _centre(max(rings, key=lambda ring: abs(_area(ring))))
    return Shape(code=code, path="".join(map(_path, rings)), x=round(x, 1), y=round(y, 1))


def _path(ring: Ring) -> str:
    """Return a closed path of relative moves, which are shorter than absolute ones."""
    parts = [f"M{ring[0][0]:g} {ring[0][1]:g}"]
    x, y = ring[0]
    for next_x, next_y in ring[1:-1]:
        dx, dy = round(next_x - x, 1), round(next_y - y, 1)
        if dx or dy:
            parts.append(f"l{dx:g} {dy:g}")
        x, y = next_x, next_y
    return "".join(parts) + "z"


def _area(ring: Ring) -> float:
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in _sides(ring)) / 2


def _centre(ring: Ring) -> Point:
    area = _area(ring)
    if not area:
        return ring[0]
    x = sum((x0 + x1) * (x0 * y1 - x1 * y0) for (x0, y0), (x1, y1) in _sides(ring))
    y = sum((y0 + y1) * (x0 * y1 - x1 * y0) for (x0, y0), (x1, y1) in _sides(ring))
    return x / (6 * area), y / (6 * area)


def _sides(ring: Ring) -> Iterable[tuple[Point, Point]]:
    return zip(ring, ring[1:] + ring[:1], strict=True)


def _borders(placed: Mapping[str, list[Ring]], groups: Mapping[str, str]) -> str:
    """Return the sides between territories of different groups, joined into lines."""
    beside: dict[frozenset[Point], list[str]] = {}
    for code, territory in placed.items():
        for ring in territory:
            for start, end in _sides(ring):
                if start != end:
                    beside.setdefault(frozenset((start, end)), []).append(groups[code])
    following: dict[Point, list[Point]] = {}
    for side, around in beside.items():
        if len(around) > 1 and len(set(around)) > 1:
            start, end = sorted(side)
            following.setdefault(start, []).append(end)
            following.setdefault(end, []).append(start)
    return "".join(_lines(following))


def _lines(following: dict[Point, list[Point]]) -> Iterator[str]:
    """Walk the sides until none is left: each line is as long as it can be."""
    for start in sorted(following):
        while following[start]:
            x, y = start
            line = [f"M{x:g} {y:g}"]
            while following[x, y]:
                target = following[x, y].pop()
                following[target].remove((x, y))
                line.append(f"L{target[0]:g} {target[1]:g}")
                x, y = target
            yield "".join(line)
