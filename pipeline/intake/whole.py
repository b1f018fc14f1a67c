"""Read a whole file: its rows typed and checked, or a refusal with the place of every fault.

Every record is accounted for: accepted + refused = counted, the count being made by a second,
independent counter. No refusal quotes the delivery.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from pipeline.errors import CartableError, DeliveryError, Place, Problem
from pipeline.intake.casts import RULES, CastColumn, cast_column
from pipeline.intake.damage import LINE_BREAK, PLACES_TOLD, damage_problems
from pipeline.intake.encoding import Characters, decode
from pipeline.intake.header import column_at, read_header
from pipeline.intake.outcome import REFUSED, Reading, first_broken, with_verdict
from pipeline.intake.parts import Task, check_last
from pipeline.intake.records import Records, count_records, find_records
from pipeline.intake.repeats import find_repeats
from pipeline.intake.sums import add_up

# Of cells read at once, where no record is longer.
_CELLS_BYTES = 16 << 20


def read_whole(data: bytes, task: Task, *, place: Place) -> Reading:
    """Return the accepted and the refused rows of a file.

    Args:
        data: the file as delivered.
        task: the contract, what rows are checked against, and the columns that leave.
        place: dataset and file, for the refusal.

    Raises:
        DeliveryError: the file is empty, in another encoding or layout than declared, or refers
            to what was not given: every fault at once where several can be told apart.
        ContractError: a pattern or a date format cannot be applied.
    """
    try:
        return _read(data, task, place)
    except (CartableError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001  any library's message may quote a cell
        kind = type(error).__name__
    # Raised outside of the handler: not even as a context may the cause be kept.
    raise DeliveryError("delivery.unreadable", place=place, kind=kind)


def _read(data: bytes, task: Task, place: Place) -> Reading:
    dataset = task.dataset
    characters = decode(
        data,
        *dataset.text.encodings,
        place=place,
        column=partial(column_at, dataset=dataset, period=task.period),
    )
    names, records = _layout(characters.body, task, place)
    if not records.is_ended:
        record = characters.body[records.starts[-1] : records.stops[-1]]
        check_last(record, names, task, replace(place, line=int(records.lines[-1])))
    cells = text_cells(characters.body, records, names, dataset.text.delimiter)
    columns = {
        column.name: cast_column(
            cells[column.name],
            column,
            codelists=task.codelists,
            reference=task.reference,
            is_key=column.name in dataset.key,
            place=place,
        )
        for column in dataset.columns
    }
    reading = replace(
        _sort_out(columns, characters, records, task, names=names), sums=add_up(cells, dataset)
    )
    _check_account(reading, place)
    return reading


def _layout(body: bytes, task: Task, place: Place) -> tuple[list[str], Records]:
    """Return the column names in the file's order and its records, or tell every fault."""
    dataset = task.dataset
    if not body.strip():
        raise DeliveryError("delivery.empty", place=place)
    header = read_header(body, dataset, place=place, period=task.period)
    delimiter = dataset.text.delimiter
    tallest = dataset.tallest(header.names)
    records = find_records(body, delimiter=delimiter, width=len(header.names), tallest=tallest)
    count, problems = len(header.problems), list(header.problems)
    if records is None and any(header.names):
        found, told = damage_problems(
            body, delimiter=delimiter, names=header.names, place=place, tallest=tallest
        )
        if not problems and set(found) == {LINE_BREAK}:
            raise DeliveryError(LINE_BREAK, place=told[0].place, count=found.total())
        count, problems = count + found.total(), problems + told
    elif records and (repeated := _repeated_headers(body, records)):
        count += len(repeated)
        problems += [
            Problem(
                code="delivery.repeated_header",
                place=replace(place, line=line),
            )
            for line in repeated[:PLACES_TOLD]
        ]
    if count or records is None:
        raise DeliveryError("delivery.layout", place=place, count=count, problems=problems)
    if records.starts.size == 1:
        raise DeliveryError("delivery.no_rows", place=place)
    return [str(name) for name in header.names], records


def _repeated_headers(body: bytes, records: Records) -> list[int]:
    """Return the lines on which the header stands again, as in files laid end to end."""
    header = body[records.starts[0] : records.stops[0]]
    same_length = np.flatnonzero(records.stops - records.starts == len(header))[1:]
    return [
        int(records.lines[row])
        for row in same_length
        if body.startswith(header, records.starts[row])
    ]


def text_cells(body: bytes, records: Records, names: Sequence[str], delimiter: str) -> pa.Table:
    """Return every cell as text. The layout is known to be sound: nothing is left to guess."""
    longest = int((records.stops - records.starts).max())
    return arrow_csv.read_csv(
        pa.py_buffer(memoryview(body)[records.starts[1] :]),
        read_options=arrow_csv.ReadOptions(
            column_names=names, block_size=max(_CELLS_BYTES, 2 * longest)
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=False,
            quoted_strings_can_be_null=False,
        ),
    )


def _sort_out(
    columns: Mapping[str, CastColumn],
    characters: Characters,
    records: Records,
    task: Task,
    *,
    names: list[str],
) -> Reading:
    """Put each record among the accepted or the refused ones."""
    declared = list(columns)
    rules, at = first_broken(columns)
    typed = pa.table({name: column.values for name, column in columns.items()})
    copies, conflicts = find_repeats(with_verdict(typed, rules, at), task.dataset.row_key)
    key_at = declared.index(task.dataset.key[0])
    for rule, rows in (("row.duplicate", copies), ("row.conflict", conflicts)):
        sound = rows[rules[rows] == 0]
        rules[sound], at[sound] = RULES.index(rule) + 1, key_at
    refused = np.flatnonzero(rules)
    return Reading(
        accepted=typed.select(task.leaving).filter(pa.array(rules == 0)),
        refused=pa.table(
            {
                "line": records.lines[refused + 1],
                "column": [declared[number] for number in at[refused]],
                "rule": [RULES[number - 1] for number in rules[refused]],
                "row": [
                    characters.delivered(records.starts[row + 1], records.stops[row + 1])
                    for row in refused
                ],
            },
            schema=REFUSED,
        ),
        counted=count_records(characters.body) - 1,
        columns=tuple(names),
    )


def _check_account(reading: Reading, place: Place) -> None:
    if not reading.is_accounted:
        accounted = reading.accepted.num_rows + reading.refused.num_rows
        raise DeliveryError(
            "delivery.account", place=place, count=reading.counted, accounted=accounted
        )
