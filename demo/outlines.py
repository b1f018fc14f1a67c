"""Outlines of today's communes, simplified together so that neighbours still touch.

Promises one outline per commune and neither gap nor overlap between neighbours: the outlines
are simplified as one coverage, never one by one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely  # type: ignore[import-untyped]

from demo.sources import SourceError
from demo.territories import Geography

# Degrees; a removed detail is about 300 m wide, which a map of a département does not show.
TOLERANCE = 0.0032
# Decimals of a degree: about 10 m.
DECIMALS = 4


def read_outlines(path: Path, *, geography: Geography) -> tuple[list[str], list[Any]]:
    """Read the outlines of a former vintage, merged into the communes of the reference vintage.

    Returns:
        Commune codes, sorted, and one full outline (degrees, WGS 84) for each.

    Raises:
        SourceError: a commune has no outline, or an outline no commune.
    """
    pieces: dict[str, list[Any]] = {code: [] for code in sorted(geography.communes["commune"])}
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        code = geography.current(feature["properties"]["code"])
        if code not in pieces:
            raise SourceError(path.name, "each outline is that of a commune of the COG", count=1)
        pieces[code].append(shapely.geometry.shape(feature["geometry"]))
    missing = sum(not parts for parts in pieces.values())
    if missing:
        raise SourceError(path.name, "each commune has an outline", count=missing)
    # Former communes share their vertices exactly, so the union of their coverage is clean.
    return list(pieces), [shapely.coverage_union_all(parts) for parts in pieces.values()]


def simplify(outlines: Sequence[Any]) -> list[Any]:
    """Return outlines with fewer points and the same shared borders, rounded to `DECIMALS`."""
    simpler = shapely.coverage_simplify(np.asarray(outlines), TOLERANCE)
    rounded = [shapely.transform(outline, lambda xy: np.round(xy, DECIMALS)) for outline in simpler]
    return [shapely.normalize(shapely.remove_repeated_points(outline)) for outline in rounded]


def write_geojson(path: Path, *, codes: Sequence[str], outlines: Sequence[Any]) -> None:
    """Write one feature per commune, one feature per line, whose only property is its code."""
    features = [
        json.dumps(
            {
                "type": "Feature",
                "properties": {"code": code},
                "geometry": shapely.geometry.mapping(outline),
            },
            separators=(",", ":"),
        )
        for code, outline in zip(codes, outlines, strict=True)
    ]
    body = ",\n".join(features)
    path.write_text(
        f'{{"type":"FeatureCollection","features":[\n{body}\n]}}\n', encoding="utf-8", newline="\n"
    )
