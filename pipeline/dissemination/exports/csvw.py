"""CSV on the Web: beside each CSV file, what its columns are, for programs.

Source: W3C, Metadata Vocabulary for Tabular Data (2015).
"""

from __future__ import annotations

import json
from typing import Any

from pipeline.dissemination.columns import PublishedColumn, PublishedTable
from pipeline.dissemination.exports.source import ReleaseSource, both, file_of

_DATATYPES = {
    "varchar": "string",
    "double": "double",
    "bigint": "integer",
    "integer": "integer",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "dateTime",
}


def write_csvw(source: ReleaseSource) -> None:
    """Write `<file>-metadata.json` beside each file of `csv/`."""
    for table in source.tables:
        path = source.folder / f"{file_of(table, 'csv')}-metadata.json"
        path.write_text(json.dumps(_metadata(source, table), ensure_ascii=False, indent=1), "utf-8")


def _metadata(source: ReleaseSource, table: PublishedTable) -> dict[str, Any]:
    licence = source.contracts.policy.licence
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{table.name}.csv",
        "dc:title": table.name,
        "dc:description": both(table.description),
        "dc:license": {"@id": licence.url},
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ",", "quoteChar": '"'},
        "tableSchema": {
            "columns": [_column(column, table) for column in table.columns],
            "primaryKey": list(table.order),
        },
    }


def _column(column: PublishedColumn, table: PublishedTable) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": column.name,
        "titles": column.name,
        "datatype": _DATATYPES[column.type],
        "dc:description": both(column.description),
        "null": "",
        "required": column.name in table.order,
    }
    if column.unit is not None:
        told["dc:extent"] = column.unit
    return told
