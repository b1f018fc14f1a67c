"""The small country, whose schools send of their pupils what changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from tests import small_country
from tests.small_country import Row, table

STATUS = """
  - name: status
    label: {en: Status, fr: Statut}
    type: code
    codelist: row_status
    role: attribute
    privacy: {rule: keep}
"""


def write_delta_project(folder: Path) -> Path:
    """Write the small country's project, whose pupils come as changes."""
    project = small_country.write_project(folder)
    small_country.add_code_list(project, "row_status", ("active", "tobedeleted"))
    pupils = project / "contracts" / "datasets" / "pupils.yml"
    text = pupils.read_text(encoding="utf-8")
    deletions = "mode: delta\ndeletions: {column: status, values: [tobedeleted]}"
    pupils.write_text(text.replace("mode: full", deletions) + STATUS, encoding="utf-8")
    return project


def told(rows: Sequence[Row], *, gone: Collection[str] = ()) -> bytes:
    """Return rows as a file that says of some pupils that they are gone."""
    return table(
        [
            {**row, "status": "tobedeleted" if row["national_id"] in gone else "active"}
            for row in rows
        ]
    )
