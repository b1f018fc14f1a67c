"""GeoParquet of the territories: each with its outline, those above the base level by union.

Source: OGC GeoParquet 1.1; the outlines are longitudes and latitudes (OGC:CRS84).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from shapely import to_wkb, union_all
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from pipeline.dissemination.exports.source import ReleaseSource

PATH = "geo/territories.parquet"
_BOX = ("xmin", "ymin", "xmax", "ymax")
_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("code", pa.string()),
        ("name", pa.string()),
        ("level", pa.string()),
        ("inhabitants", pa.int64()),
        ("geometry", pa.binary()),
        ("bbox", pa.struct([(side, pa.float64()) for side in _BOX])),
    ]
)


def write_geoparquet(source: ReleaseSource) -> None:
    """Write `geo/territories.parquet`, one row per territory that has an outline.

    A territory that lies in the project in part has the outline of that part. Without outlines
    there is no file.
    """
    if source.outlines is None:
        return
    outlines = {
        str(feature["properties"]["code"]): shape(feature["geometry"])
        for feature in source.outlines["features"]
    }
    rows = list(_rows(source, outlines))
    path = source.folder / PATH
    path.parent.mkdir()
    table = pa.Table.from_pylist(rows, schema=_SCHEMA)
    geo = json.dumps(_metadata(rows)).encode()
    pq.write_table(table.replace_schema_metadata({b"geo": geo}), path, compression="zstd")


def _rows(source: ReleaseSource, outlines: dict[str, BaseGeometry]) -> Iterator[dict[str, Any]]:
    territories = source.contracts.territories
    for level in territories.levels:
        for code, members in source.geography.members(level.level).items():
            parts = [outlines[member] for member in members if member in outlines]
            territory = source.geography.territories.get((level.level, code))
            if not parts or territory is None:
                continue
            whole = parts[0] if len(parts) == 1 else union_all(parts)
            yield {
                "id": level.prefix + code,
                "code": code,
                "name": territory.name,
                "level": level.level,
                "inhabitants": territory.inhabitants,
                "geometry": to_wkb(whole, byte_order=1),
                "bbox": dict(zip(_BOX, whole.bounds, strict=True)),
                "kind": whole.geom_type,
            }


def _metadata(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the specification asks for under the key `geo`."""
    kinds = sorted({str(row["kind"]) for row in rows})
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": kinds,
        "covering": {"bbox": {side: ["bbox", side] for side in _BOX}},
    }
    if rows:
        column["bbox"] = [
            edge(row["bbox"][side] for row in rows)
            for side, edge in zip(_BOX, (min, min, max, max), strict=True)
        ]
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
