"""From longitude and latitude to a plane in which equal areas look equal."""

from __future__ import annotations

import math
from collections.abc import Callable

Point = tuple[float, float]
Projection = Callable[[float, float], Point]

# Nearer to the equator than this the cone of Albers becomes a cylinder.
_FLAT = 0.02


def equal_area(west: float, south: float, east: float, north: float) -> Projection:
    """Return Albers' equal-area conic projection for a box of degrees, or Lambert's cylinder.

    The standard parallels lie a sixth of the height inside the box; where they lie symmetrically
    about the equator the cone is a cylinder.

    Args:
        west: of the box, in degrees, as the three others.
        south: of the box.
        east: of the box.
        north: of the box.

    Returns:
        (longitude, latitude) in degrees → (x, y) in radii of the earth, y upwards.

    Source:
        Snyder, Map Projections: A Working Manual (USGS 1395), chapters 10 and 14.
    """
    inset = (north - south) / 6
    first, second = math.radians(south + inset), math.radians(north - inset)
    middle = math.radians((west + east) / 2)
    cone = (math.sin(first) + math.sin(second)) / 2
    if abs(cone) < _FLAT:
        squeeze = math.cos((first + second) / 2)
        return lambda lon, lat: (
            (math.radians(lon) - middle) * squeeze,
            math.sin(math.radians(lat)) / squeeze,
        )
    constant = math.cos(first) ** 2 + 2 * cone * math.sin(first)

    def project(lon: float, lat: float) -> Point:
        radius = math.sqrt(max(constant - 2 * cone * math.sin(math.radians(lat)), 0.0)) / cone
        turn = cone * (math.radians(lon) - middle)
        return radius * math.sin(turn), -radius * math.cos(turn)

    return project
