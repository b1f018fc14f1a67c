"""What is signed: the project as it stands, in one canonical form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pipeline.project import Project

FORMAT = 1


def snapshot_of(project: Project) -> dict[str, Any]:
    """Return all that rules in a project, in plain types.

    The hash of each file is what binds; the meaning of the contracts, the text of the queries
    and the suites stand beside it, so that a later change can be told in words.
    """
    return {
        "format": FORMAT,
        "files": dict(project.files),
        "contracts": project.contracts.model_dump(mode="json", by_alias=True),
        "queries": _queries(project),
        "suites": {
            f"expectations/{zone}/{name}.json": _plain(suite)
            for (zone, name), suite in project.suites.items()
        },
    }


def _queries(project: Project) -> dict[str, str]:
    counts = {f"sql/counts/{table}.sql": text for table, text in project.counts.items()}
    known = project.contracts.indicators
    rates = {known[code].file: sql for code, sql in project.indicators.items()}
    return {**counts, **rates}


def _plain(suite: Mapping[str, Any]) -> Any:
    return json.loads(json.dumps(suite))
