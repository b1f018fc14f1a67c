"""Data Package: one descriptor of all CSV files, with types, keys, sizes and hashes.

Source: Frictionless Data, Data Package standard, version 2.0.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pipeline.dissemination.columns import PublishedColumn, PublishedTable
from pipeline.dissemination.exports.source import ReleaseSource, file_of

NAME = "datapackage.json"
_SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
_TYPES = {
    "varchar": "string",
    "double": "number",
    "bigint": "integer",
    "integer": "integer",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "datetime",
}


def write_datapackage(source: ReleaseSource) -> None:
    """Write `datapackage.json`, which describes the files of `csv/` as they are."""
    policy, release = source.contracts.policy, source.release
    described = {
        "$schema": _SCHEMA,
        "name": release["release_id"],
        "title": policy.publisher.en,
        "description": policy.purpose.en,
        "created": f"{release['created'].isoformat()}Z",
        "version": str(release["policy_version"]),
        "licenses": [
            {
                "name": policy.licence.id,
                "title": policy.licence.name,
                "path": policy.licence.url,
            }
        ],
        "contributors": [{"title": policy.publisher.en, "roles": ["publisher"]}],
        "resources": [_resource(source, table) for table in source.tables],
    }
    text = json.dumps(described, ensure_ascii=False, indent=1)
    (source.folder / NAME).write_text(text, "utf-8")


def _resource(source: ReleaseSource, table: PublishedTable) -> dict[str, Any]:
    path = file_of(table, "csv")
    with (source.folder / path).open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {
        "name": f"{table.schema}-{table.name}".replace("_", "-"),
        "path": path,
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "title": table.name,
        "description": table.description.en,
        "description_fr": table.description.fr,
        "bytes": (source.folder / path).stat().st_size,
        "hash": f"sha256:{digest}",
        "schema": {
            "fields": [_field(column, table) for column in table.columns],
            "primaryKey": list(table.order),
            "missingValues": [""],
        },
    }


def _field(column: PublishedColumn, table: PublishedTable) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES[column.type],
        "description": column.description.en,
        "description_fr": column.description.fr,
    }
    if column.name in table.order:
        told["constraints"] = {"required": True}
    if column.unit is not None:
        told["unit"] = column.unit
    return told
