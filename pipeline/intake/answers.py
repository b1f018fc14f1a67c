"""What a reader's process answers, written there and checked here before it is used.

Whoever wrote the delivery may have got hold of the process: its answer is a delivery too. Tables
are validated to the last offset, names and rules are those of the contract, and a refusal is made
of words that were known before the file came.
"""

from __future__ import annotations

import builtins
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from pipeline.coded import is_coded, is_sound
from pipeline.contracts.datasets import Dataset
from pipeline.errors import CartableError, ContractError, DeliveryError, Fact, Place, Problem
from pipeline.intake.casts import RULES, SYNTAX_ASKED, TYPES
from pipeline.intake.dates import PARTS_ASKED
from pipeline.intake.encoding import LOOKS
from pipeline.intake.frames import Body
from pipeline.intake.header import DELIMITERS, delimiter_name
from pipeline.intake.keys import HASH
from pipeline.intake.outcome import REFUSED, Reading
from pipeline.intake.parts import Claims, Part, Task
from pipeline.intake.records import LINE_FEED, RETURN
from pipeline.intake.sums import SUM, Sums, summed_columns
from pipeline.messages import MESSAGES

Words: TypeAlias = "Mapping[str, Any]"
Answer: TypeAlias = "tuple[Words, list[Body]]"

# The first lines that a fault is on, as `told_lines` writes them.
_LINES = re.compile(r"[0-9]{1,12}(, [0-9]{1,12}){0,9}(, …)?")
_ERRORS = {"DeliveryError": DeliveryError, "ContractError": ContractError}
_LINE_ENDS = (LINE_FEED, RETURN + LINE_FEED)
_CLAIMED = {"0 column": pa.int64(), "0 rule": pa.int8()}


class OddAnswerError(Exception):
    """The answer is none that a reader gives."""


def put_part(part: Part | None) -> Answer:
    """Write what a block holds."""
    if part is None:
        return {"none": True}, []
    words = {
        "counted": part.counted,
        "sums": _put_sums(part.sums),
        "lines": part.lines,
        "end": None if part.line_end is None else _LINE_ENDS.index(part.line_end),
        "utf8": part.may_be_utf8,
    }
    rows, hashes = part.refused_rows.tobytes(), part.hashes.tobytes()
    return words, [put_table(part.accepted), put_table(part.refused), rows, hashes]


def take_part(words: Words, bodies: Sequence[bytes], task: Task) -> Part:
    """Return what a block holds.

    Raises:
        OddAnswerError: it is not of the contract, or does not agree with itself.
    """
    accepted, refused = (take_table(body) for body in bodies[:2])
    rows, hashes = np.frombuffer(bodies[2], np.int64), np.frombuffer(bodies[3], HASH)
    _check_accepted(accepted, task)
    _check_refused(refused, task.dataset)
    _check(len(hashes) == accepted.num_rows + refused.num_rows)
    _check_rows(rows, among=len(hashes), count=refused.num_rows)
    end, is_utf8 = words["end"], words["utf8"]
    _check(is_utf8 is None or isinstance(is_utf8, bool))
    return Part(
        accepted=accepted,
        refused=refused,
        refused_rows=rows,
        hashes=hashes,
        counted=_count(words["counted"]),
        sums=_take_sums(words["sums"], task),
        lines=_count(words["lines"]),
        line_end=None if end is None else _LINE_ENDS[_count(end)],
        may_be_utf8=is_utf8,
    )


def put_claims(claims: Claims | None) -> Answer:
    """Write what some rows say."""
    if claims is None:
        return {"none": True}, []
    told = pa.table({"line": pa.array(claims.lines), "row": pa.array(claims.raw, pa.binary())})
    return {}, [put_table(claims.content), put_table(told)]


def take_claims(bodies: Sequence[bytes], task: Task, *, rows: int) -> Claims:
    """Return what some rows say.

    Raises:
        OddAnswerError: it is not of the contract, or of other rows.
    """
    content, told = (take_table(body) for body in bodies)
    names = [column.name for column in task.dataset.columns]
    _check(content.column_names == [*names, *_CLAIMED])
    _check_types(content.select(names), task.dataset)
    _check(all(content[name].type == kind for name, kind in _CLAIMED.items()))
    _check(told.schema.equals(pa.schema({"line": pa.int64(), "row": pa.binary()})))
    _check(content.num_rows == told.num_rows == rows and not told["row"].null_count)
    return Claims(content, told["line"].to_numpy(), told["row"].to_pylist())


def put_reading(reading: Reading) -> Answer:
    """Write what a whole file holds."""
    bodies: list[Body] = [put_table(reading.accepted), put_table(reading.refused)]
    words = {
        "counted": reading.counted,
        "columns": reading.columns,
        "sums": _put_sums(reading.sums),
    }
    return words, bodies


def take_reading(words: Words, bodies: Sequence[bytes], task: Task) -> Reading:
    """Return what a whole file holds.

    Raises:
        OddAnswerError: it is not of the contract, or not every record is accounted for.
    """
    accepted, refused = (take_table(body) for body in bodies)
    _check_accepted(accepted, task)
    _check_refused(refused, task.dataset)
    columns = tuple(words["columns"])
    _check(sorted(columns) == sorted(column.name for column in task.dataset.columns))
    reading = Reading(
        accepted=accepted,
        refused=refused,
        counted=_count(words["counted"]),
        columns=columns,
        sums=_take_sums(words["sums"], task),
    )
    _check(reading.is_accounted)
    return reading


def put_error(error: CartableError) -> Answer:
    """Write a refusal."""
    kind = next((name for name, each in _ERRORS.items() if type(error) is each), None)
    problems = [asdict(problem) for problem in (error.problem, *error.problems)]
    return {"error": kind, "problems": problems}, []


def take_error(words: Words, task: Task, place: Place) -> CartableError:
    """Return a refusal, with the name of the file, which the process did not know.

    Raises:
        OddAnswerError: it says what was not known before the file came.
    """
    first, *others = (_problem(each, task, place) for each in words["problems"])
    return _ERRORS[words["error"]](
        first.code, place=first.place, count=first.count, problems=others, **dict(first.facts)
    )


def put_table(table: pa.Table) -> pa.Buffer:
    """Write a table as an Arrow stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def take_table(content: bytes) -> pa.Table:
    """Return a table of an Arrow stream once each of its buffers is known to be sound.

    Raises:
        OddAnswerError: it is not.
    """
    try:
        table = pa.ipc.open_stream(pa.py_buffer(content)).read_all()
        table.validate(full=True)
    except (pa.ArrowException, OSError):
        raise OddAnswerError from None
    return table


def _check(holds: object) -> None:
    if not holds:
        raise OddAnswerError


def _count(number: object) -> int:
    if not isinstance(number, int) or number < 0:
        raise OddAnswerError
    return int(number)


def _put_sums(sums: Sums) -> dict[str, str]:
    return {name: f"{number:f}" for name, number in sums.items()}


def _take_sums(told: object, task: Task) -> Sums:
    if not isinstance(told, dict):
        raise OddAnswerError
    _check(set(told) == set(summed_columns(task.dataset)))
    _check(all(SUM.fullmatch(str(text)) for text in told.values()))
    return {str(name): Decimal(text) for name, text in told.items()}


def _check_accepted(accepted: pa.Table, task: Task) -> None:
    _check(accepted.column_names == task.leaving)
    coded = [name for name in task.leaving if task.is_coded and is_coded(accepted[name])]
    _check(all(is_sound(accepted[name]) for name in coded))
    _check_types(accepted, task.dataset, coded=coded)


def _check_types(table: pa.Table, dataset: Dataset, *, coded: Sequence[str] = ()) -> None:
    for name in table.column_names:
        kind = TYPES[dataset.column(name).type]
        _check(kind == pa.string() if name in coded else table[name].type == kind)


def _check_refused(refused: pa.Table, dataset: Dataset) -> None:
    _check(refused.schema.equals(REFUSED))
    _check(not any(column.null_count for column in refused.columns))
    _check(set(refused["column"].unique().to_pylist()) <= {c.name for c in dataset.columns})
    _check(set(refused["rule"].unique().to_pylist()) <= set(RULES))


def _check_rows(rows: np.ndarray, *, among: int, count: int) -> None:
    _check(len(rows) == count)
    if count:
        _check(rows[0] >= 0 and rows[-1] < among and (np.diff(rows) > 0).all())


def _problem(told: Words, task: Task, place: Place) -> Problem:
    code, where, known = told["code"], told["place"], _known(task)
    _check(code in MESSAGES and code.partition(".")[0] in {"delivery", "row", "contract"})
    rule, column, line = where["rule"], where["column"], where["line"]
    _check(where["table"] is None and (line is None or _count(line)))
    _check(column is None or column in known)
    _check(rule is None or set(rule.split(".")) <= known)
    facts: list[tuple[str, Fact]] = []
    for name, fact in told["facts"]:
        _check(str(name).isidentifier())
        is_said = type(fact) in {int, float} or fact in known or _is_kind(fact)
        _check(is_said or (name == "lines" and _LINES.fullmatch(str(fact))))
        facts.append((name, fact))
    return Problem(
        code=code,
        place=Place(
            dataset=where["dataset"] and task.dataset.dataset,
            file=where["file"] and place.file,
            line=line,
            column=column,
            rule=rule,
        ),
        count=None if told["count"] is None else _count(told["count"]),
        facts=tuple(facts),
    )


def _is_kind(fact: object) -> bool:
    """Whether it is the name of a kind of exception, of Python or Arrow."""
    kinds = (getattr(room, str(fact), None) for room in (builtins, pa))
    return any(isinstance(kind, type) and issubclass(kind, BaseException) for kind in kinds)


def _known(task: Task) -> set[object]:
    """Return the words of which a refusal may be made."""
    dataset = task.dataset
    names = [column.name for column in dataset.columns]
    marks = {*DELIMITERS, *map(delimiter_name, DELIMITERS)}
    asked = {PARTS_ASKED, SYNTAX_ASKED}
    references = {column.references for column in dataset.columns if column.references}
    levels = {column.territory for column in dataset.columns if column.territory}
    rules = {
        "columns",
        "format",
        "kind",
        "delimiter",
        "encoding",
        "quote",
        "pattern",
        "key",
        "line_end",
    }
    rules |= set(type(dataset.columns[0]).model_fields)
    encodings = {", ".join(dataset.text.encodings), *LOOKS}
    encodings |= {", ".join(getattr(dataset.format, "versions", ()))}
    return set(
        itertools.chain(
            names, [", ".join(names)], marks, asked, references, levels, rules, encodings
        )
    )
