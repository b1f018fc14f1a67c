"""One table written in other formats: as JSON Lines, Parquet and XLSX."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape

import pyarrow as pa
from pyarrow import parquet

from tests.packed_files import zipped

Rows = Sequence[Mapping[str, Any]]
_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_STYLES = (
    f'<styleSheet xmlns="{_SPACE}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
    "</styleSheet>"
)


def json_lines(rows: Rows) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def parquet_file(rows: Rows, *, schema: pa.Schema | None = None, **more: Any) -> bytes:
    target = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(list(rows), schema=schema), target, **more)
    return target.getvalue()


def cell(value: Any, at: str) -> str:
    """Return a cell of a sheet: text stays text, a date is a serial that is shown as one."""
    match value:
        case None | "":
            return ""
        case bool():
            return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
        case int() | float():
            return f'<c r="{at}"><v>{value}</v></c>'
        case datetime():
            days = (value - datetime(1899, 12, 30)).total_seconds() / 86400  # noqa: DTZ001 - a sheet has no zone
            return f'<c r="{at}" s="1"><v>{days}</v></c>'
        case date():
            return f'<c r="{at}" s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
        case _:
            return f'<c r="{at}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def letters(number: int) -> str:
    return letters(number // 26 - 1) + chr(65 + number % 26) if number > 25 else chr(65 + number)


def sheet(rows: Rows, *, before: str = "", after: str = "", names: bool = True) -> str:
    """Return the XML of a sheet; `before` and `after` stand around its data."""
    table = ([dict.fromkeys(rows[0])] if names else []) + list(rows)
    lines = [list(rows[0]), *[list(row.values()) for row in rows]] if names else table
    data = "".join(
        f'<row r="{number}">'
        + "".join(cell(value, f"{letters(at)}{number}") for at, value in enumerate(line))
        + "</row>"
        for number, line in enumerate(lines, start=1)
    )
    return f'<worksheet xmlns="{_SPACE}">{before}<sheetData>{data}</sheetData>{after}</worksheet>'


def workbook(
    sheets: Mapping[str, str],
    *,
    states: Mapping[str, str] | None = None,
    main: str = _MAIN,
    properties: str = "",
    shared: str | None = None,
    more: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return a workbook of sheets by name."""
    states = states or {}
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" state="{states.get(name, "visible")}" '
        f'r:id="rId{n}"/>'
        for n, name in enumerate(sheets, start=1)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_LINK}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    if shared is not None:
        links += f'<Relationship Id="rIdT" Type="{_LINK}/sharedStrings" Target="{shared}"/>'
    styles = f'<Relationship Id="rIdS" Type="{_LINK}/styles" Target="styles.xml"/>'
    root = f'<Relationship Id="rId1" Type="{_LINK}/officeDocument" Target="xl/workbook.xml"/>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{root}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_SPACE}" xmlns:r="{_LINK}">{properties}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        f"{styles}</Relationships>",
        "xl/styles.xml": _STYLES,
        **{f"xl/worksheets/sheet{n}.xml": text for n, text in enumerate(sheets.values(), start=1)},
    }
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    members = {name: (head + text).encode() for name, text in parts.items()}
    return zipped({**members, **(more or {})})


def xlsx(rows: Rows, **more: Any) -> bytes:
    return workbook({"Feuille 1": sheet(rows, **more)})
