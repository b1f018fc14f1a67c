"""The library of gates in a process of its own, loaded while the rows are still being read.

Loading Great Expectations takes seconds of one core, in which a thread would keep all others
waiting. The process gets reductions over a pipe, never the table, and answers with what
`readings` has room for: positions, flags, counts, numbers of rows. It has no output but that pipe,
nothing of this process's environment, and ends with the one that started it. Whatever goes wrong
in it, the gate refuses.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from types import TracebackType
from typing import IO, Any, Self

import pyarrow as pa

from pipeline.errors import ContractError, Place, QualityError
from pipeline.interpreter import AS_TOLD, first_message, loaded, spare, start
from pipeline.quality.parameters import Parameter
from pipeline.quality.readings import Judged, Reading, complete, weighed
from pipeline.quality.reduction import Reduction, reductions
from pipeline.quality.suites import Suite

_LENGTH_BYTES = 8
# What Great Expectations does without where it is not installed, and what few of its expectations
# use: half of the time that it takes to load.
_OPTIONAL = frozenset({"sqlalchemy"})
_SELDOM = frozenset({"altair", "scipy.stats"})
_START = (
    f"import json, sys; told = json.loads(sys.stdin.buffer.readline()); {AS_TOLD}"
    "from pipeline.quality.library import serve; serve()"
)


class Library:
    """The other process: started when asked to, ended with the block.

    Use it as a context; `start` it once it is known that many rows come.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Return the library, not yet loaded."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    @property
    def is_started(self) -> bool:
        """Whether the process was started."""
        return self._process is not None

    def start(self) -> None:
        """Start the process, which then loads the library; a second time is nothing.

        Where no process can be had, none is started: the gate then runs in this one.
        """
        if self._process is not None:
            return
        with suppress(OSError):
            self._process = start(_START, stdout=subprocess.PIPE)
            if self._process.stdin is not None:
                self._process.stdin.write(first_message())
                self._process.stdin.flush()

    def validate(
        self, table: pa.Table, suite: Suite, *, parameters: Mapping[str, Parameter]
    ) -> list[Reading]:
        """Return one reading per expectation of the suite, in its order.

        Raises:
            ContractError: the library does not accept the suite.
            QualityError: the process ended, the library crashed or left an expectation out.
        """
        place = Place(file=f"expectations/{suite.name}.json")
        readings: list[Reading] = []
        try:
            accepted = self._ask({"suite": suite.model_dump_json(), "parameters": parameters})
            for reduction in reductions(table, suite.expectations, parameters) if accepted else ():
                readings += weighed(self._judged(reduction), suite.expectations, reduction)
        except (OSError, ValueError, TypeError, KeyError, pa.ArrowException):
            accepted = None
        # Raised outside the handler, so that no cause or context drags values along.
        if accepted is None:
            raise QualityError("quality.gate_crashed", place=place)
        if not accepted:
            raise ContractError("quality.suite_refused", place=place)
        return complete(readings, suite)

    def _judged(self, reduction: Reduction) -> list[Judged]:
        sink = pa.BufferOutputStream()
        # Where rows are only counted there is no column that could tell how many they are.
        with pa.ipc.new_stream(sink, reduction.table.schema) as writer:
            writer.write_table(reduction.table)
        given = {"positions": reduction.positions, "rows": reduction.table.num_rows}
        answer = self._ask(given, sink.getvalue())
        return [
            Judged(reading=Reading(**each["reading"]), part=each["part"], rows=each["rows"])
            for each in answer
        ]

    def _ask(self, words: Mapping[str, Any], table: pa.Buffer | None = None) -> Any:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise OSError
        _write(process.stdin, json.dumps(words).encode())
        _write(process.stdin, b"" if table is None else table)
        process.stdin.flush()
        return json.loads(_read(process.stdout))


def serve() -> None:
    """Answer what is asked on standard input until it ends. Runs in the other process."""
    answers = os.fdopen(os.dup(1), "wb")
    # Whatever the library prints goes nowhere.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    spare(refused=_OPTIONAL, late=_SELDOM)
    from pipeline.quality import validation  # noqa: PLC0415  what this process is for

    validation.leave_unnamed()
    loaded()
    suite: Suite | None = None
    parameters: dict[str, Parameter] = {}
    while words := sys.stdin.buffer.read(_LENGTH_BYTES):
        asked = json.loads(sys.stdin.buffer.read(int.from_bytes(words, "big")))
        content = _read(sys.stdin.buffer)
        answer: Any = None
        if "suite" in asked:
            suite = Suite.model_validate_json(asked["suite"], strict=True)
            parameters = {
                name: tuple(value) if isinstance(value, list) else value
                for name, value in asked["parameters"].items()
            }
            answer = validation.accepts(suite)
        elif suite is not None:
            table = pa.ipc.open_stream(content).read_all()
            frame = table.to_pandas() if table.num_columns else validation.rows_only(asked["rows"])
            judged = validation.judge(
                frame, suite, parameters=parameters, positions=asked["positions"]
            )
            answer = judged and [asdict(each) for each in judged]
        _write(answers, json.dumps(answer).encode())
        answers.flush()


def _write(stream: IO[bytes], content: bytes | pa.Buffer) -> None:
    stream.write(len(content).to_bytes(_LENGTH_BYTES, "big"))
    stream.write(content)


def _read(stream: IO[bytes]) -> bytes:
    length = stream.read(_LENGTH_BYTES)
    content = stream.read(int.from_bytes(length, "big"))
    if len(length) < _LENGTH_BYTES or len(content) < int.from_bytes(length, "big"):
        raise OSError
    return content
