"""The dictionary of the database as the codebook shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.contracts import Contracts, Label
from pipeline.dissemination.dictionary import published_tables
from pipeline.dissemination.views import published_views


def codebook(contracts: Contracts) -> list[dict[str, Any]]:
    """Return one entry per table and view, with its columns in order."""
    described = (
        *published_tables(contracts),
        *(view.described for view in published_views(contracts)),
    )
    return [
        {
            "name": table.name if table.schema == "main" else f"{table.schema}.{table.name}",
            "description": _both(table.description),
            "columns": [
                {
                    "name": column.name,
                    "type": column.type,
                    "meaning": _both(column.description),
                    "codelist": column.codelist,
                }
                for column in table.columns
            ],
        }
        for table in described
    ]


def code_lists(rows: Sequence[tuple[str, str, str, str, str]]) -> list[dict[str, Any]]:
    """Return one entry per dimension or status, with its codes in order.

    Args:
        rows: dimension, code, label in English, in French, source; in the order to show.
    """
    lists: dict[str, dict[str, Any]] = {}
    for dimension, code, english, french, source in rows:
        own = lists.setdefault(dimension, {"name": dimension, "source": source, "codes": []})
        own["codes"].append({"code": code, "label": {"en": english, "fr": french}})
    return list(lists.values())


def _both(label: Label) -> dict[str, str]:
    return {"en": label.en, "fr": label.fr}
