"""Query the published database in a process of its own, which ends when its bounds are reached.

A function such as `levenshtein` on long texts never looks up from its work, and lists take memory
that the engine does not count: what asks is unknown, so the process that answers holds nothing but
the published files, may write none, and is ended from outside.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.dissemination.access import QueryResult, open_published, query
from pipeline.errors import Place, QueryError
from pipeline.interpreter import AS_TOLD, first_message, start

SECONDS = 30.0
_START = (
    f"import json, sys; told = json.loads(sys.stdin.buffer.readline()); {AS_TOLD}"
    "from pipeline.dissemination.apart import serve; serve()"
)
# The engine counts 2 GB of what it takes; what it does not count comes on top.
_MEMORY = 3 << 30
# To start, and to hand over what was found in time.
_GRACE = 5.0


def query_apart(
    path: Path,
    sql: str,
    *,
    earlier: Mapping[str, Path] | None = None,
    limit: int | None = None,
    seconds: float = SECONDS,
) -> QueryResult:
    """Run one query as `query` does, in a process that is ended when it takes too much.

    Args:
        path: the database of the release in force.
        sql: as `query` takes it.
        earlier: as `open_published` takes it.
        limit: the most rows to return, at least 1; None: all.
        seconds: after which the query is stopped.

    Raises:
        QueryError: as `query` and `open_published` raise it.
    """
    asked = {
        "path": str(path.absolute()),
        "earlier": {name: str(each.absolute()) for name, each in (earlier or {}).items()},
        "sql": sql,
        "limit": limit,
        "seconds": seconds,
    }
    process = start(_START, stdout=subprocess.PIPE)
    try:
        told, _ = process.communicate(
            first_message() + json.dumps(asked).encode(), timeout=seconds + _GRACE
        )
    except subprocess.TimeoutExpired:
        raise QueryError("query.too_long", seconds=seconds) from None
    finally:
        process.kill()
        process.wait()
    header, _, content = told.partition(b"\n")
    if process.returncode != 0 or not header:
        # Nothing else ends it: it ran out of what it was given.
        raise QueryError("query.too_large")
    return _result(json.loads(header), content)


def _result(header: Mapping[str, Any], content: bytes) -> QueryResult:
    if "code" in header:
        place = Place(file=header["file"]) if header["file"] else None
        raise QueryError(header["code"], place=place, count=header["count"], **header["facts"])
    with pa.ipc.open_stream(content) as stream:
        return QueryResult(table=stream.read_all(), is_truncated=header["is_truncated"])


def serve() -> None:
    """Answer the one query on standard input. Runs in the other process."""
    answers = os.fdopen(os.dup(1), "wb")
    # The engine draws a progress bar after some seconds: it goes nowhere.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    asked = json.loads(sys.stdin.buffer.read())
    _bound(asked["seconds"])
    earlier = {name: Path(path) for name, path in asked["earlier"].items()}
    content = b""
    try:
        with open_published(Path(asked["path"]), earlier=earlier) as connection:
            found = query(connection, asked["sql"], limit=asked["limit"], seconds=asked["seconds"])
        header: dict[str, Any] = {"is_truncated": found.is_truncated}
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, found.table.schema) as writer:
            writer.write_table(found.table)
        content = sink.getvalue().to_pybytes()
    except QueryError as refusal:
        problem = refusal.problem
        header = {
            "code": problem.code,
            "file": problem.place.file,
            "count": problem.count,
            "facts": dict(problem.facts),
        }
    except MemoryError:
        header = {"code": "query.too_large", "file": None, "count": None, "facts": {}}
    answers.write(json.dumps(header).encode() + b"\n" + content)
    answers.flush()
    # Threads that never look up are not waited for.
    os._exit(0)


def _bound(seconds: float) -> None:
    """Give up what answering does not need, and end by itself where nobody else ends it."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    most = int((seconds + _GRACE) * (os.cpu_count() or 1)) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))
