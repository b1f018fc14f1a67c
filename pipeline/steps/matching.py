"""Which refused row a corrected row mends: told by its line, or found by its key."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from pipeline.errors import DeliveryError, Place, Problem
from pipeline.intake.again import LINE
from pipeline.intake.refusals import told_lines
from pipeline.steps.joining_rows import are_held, key_columns, keys_in, waiting_keys
from pipeline.steps.waiting import Waiting, mark_of
from pipeline.steps.workspace import Workspace


def matched(
    workspace: Workspace, waiting: Waiting, accepted: pa.Table, *, place: Place
) -> tuple[pa.Table, list[Problem]]:
    """Return the corrected rows that wait, with the line of each, and what is said of others.

    Raises:
        DeliveryError: a row neither waits nor was settled before, or a line comes twice.
    """
    if LINE in accepted.column_names:
        lines = accepted[LINE].to_pylist()
        if len(set(lines)) < len(lines):
            twice = len(lines) - len(set(lines))
            raise DeliveryError("quarantine.line_twice", place=place, count=twice)
        check_known(workspace, waiting, sorted(lines), place=place)
        found: list[int | None] = [line if line in waiting.lines else None for line in lines]
        rows = accepted
    else:
        found = _by_key(workspace, waiting, accepted, place=place)
        rows = accepted.append_column(LINE, pa.array(found, pa.int64()))
    settled = found.count(None)
    problem = Problem(
        code="quarantine.settled_before",
        place=place,
        count=settled,
        facts=(("batch", waiting.id),),
    )
    waits = pa.array([line is not None for line in found], pa.bool_())
    return rows.filter(waits), [problem] * bool(settled)


def check_known(
    workspace: Workspace, waiting: Waiting, lines: Sequence[int], *, place: Place
) -> None:
    """Check that each line is one of a row that waits, or that waited."""
    unknown = [
        line
        for line in sorted(set(lines) - set(waiting.lines))
        if mark_of(workspace, waiting.id, line) not in waiting.settled
    ]
    if unknown:
        raise DeliveryError(
            "quarantine.unknown_lines",
            place=place,
            count=len(unknown),
            lines=told_lines(unknown),
            batch=waiting.id,
        )


def _by_key(
    workspace: Workspace, waiting: Waiting, accepted: pa.Table, *, place: Place
) -> list[int | None]:
    """Return the line of the waiting row that each row mends; None where its key is held."""
    columns = key_columns(waiting.dataset, place)
    known = waiting_keys(workspace, waiting, place) if waiting.rows.num_rows else {}
    found = [known.get(key) for key in keys_in(accepted, columns)]
    held = are_held(accepted, workspace.protected.rows_of(waiting.id), columns)
    unknown = sum(
        line is None and not is_held for line, is_held in zip(found, held.tolist(), strict=True)
    )
    if unknown:
        raise DeliveryError("quarantine.unknown_rows", place=place, count=unknown, batch=waiting.id)
    return found
