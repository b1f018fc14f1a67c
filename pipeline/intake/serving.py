"""The nursery's side: confined, it forks a process for each delivery, which reads what it is told.

Runs in processes of its own, see `nursery`. What they print goes nowhere; what fails in them is
answered by a code, never by the words of a library.
"""

from __future__ import annotations

import json
import os
import select
import socket
from collections.abc import Iterator
from dataclasses import asdict
from typing import IO, Any, NoReturn

import numpy as np
import pyarrow as pa

from pipeline.contracts.codelists import CodeList
from pipeline.contracts.datasets import Dataset
from pipeline.errors import CartableError, Place
from pipeline.intake.answers import Answer, put_claims, put_error, put_part, put_reading
from pipeline.intake.confinement import confine, die_with, grant
from pipeline.intake.formats.feed import PIECE, weight_of
from pipeline.intake.formats.laying_out import laid_out
from pipeline.intake.frames import TornError, receive, receive_pieces, send, send_piece
from pipeline.intake.parts import Header, Task
from pipeline.intake.readers import Here
from pipeline.intake.reference import Reference
from pipeline.interpreter import loaded, spare

_MOST = 1 << 40  # what comes from the parent is not bounded here


def serve(nursery: socket.socket) -> None:
    """Bear a process whenever asked to, and tell how each ended, until nobody asks any more."""
    # Arrow would load pandas at the first array, in each process anew.
    spare(refused={"pandas"})
    # Arrow looks for what it will not find, and readies itself, once for all processes.
    pa.array([""])
    loaded()
    confine()
    own, living = os.getpid(), dict[int, int]()
    while True:
        ready, _, _ = select.select([nursery.fileno(), *living], [], [])
        for handle in living.keys() & set(ready):
            _tell_ended(nursery, living.pop(handle), handle)
        if nursery.fileno() in ready:
            word, ends, _, _ = socket.recv_fds(nursery, 16, 2)
            if not word:
                return
            pid = os.fork()
            if pid == 0:
                _live(nursery, living, ends, own)
            for end in ends:
                os.close(end)
            handle = os.pidfd_open(pid)
            living[handle] = pid
            socket.send_fds(nursery, [json.dumps({"born": pid}).encode()], [handle])


def _tell_ended(nursery: socket.socket, pid: int, handle: int) -> None:
    _, status = os.waitpid(pid, 0)
    os.close(handle)
    nursery.send(json.dumps({"ended": pid, "status": os.waitstatus_to_exitcode(status)}).encode())


def _live(nursery: socket.socket, living: dict[int, int], ends: list[int], parent: int) -> NoReturn:
    """Read one delivery and end, whatever happens."""
    status = 1
    try:
        die_with(parent)
        nursery.close()
        for handle in living:
            os.close(handle)
        with os.fdopen(ends[0], "rb") as asked, os.fdopen(ends[1], "wb") as answers:
            read(asked, answers)
        status = 0
    finally:
        os._exit(status)


def read(asked: IO[bytes], answers: IO[bytes]) -> None:
    """Answer calls about one delivery until nobody asks any more."""
    reader: Here | None = None
    while True:
        try:
            words, bodies = receive(asked, most=_MOST)
        except TornError:
            return
        if reader is None:
            grant(0)
            reader = _reader(words, bodies)
            continue
        try:
            if words["call"] == "lay out":
                answer = _laid_out(reader, asked, answers)
            else:
                answer = _answered(reader, words, bodies, asked)
        except CartableError as error:
            answer = put_error(error)
        except MemoryError:
            answer = {"failed": "memory"}, []
        except BaseException:  # noqa: BLE001  compiled code panics by others than `Exception`
            answer = {"failed": "crash"}, []
        del bodies
        send(answers, *answer)


def _answered(reader: Here, words: dict[str, Any], bodies: list[bytes], asked: IO[bytes]) -> Answer:
    grant(sum(map(len, bodies)))
    match words["call"]:
        case "header":
            found = reader.header(bodies[0], words["codec"])
            return {"names": found and found.names}, []
        case "part":
            return put_part(reader.part(bodies[0], _header(words, bodies[1:])))
        case "claims":
            rows = np.frombuffer(bodies[1], np.int64)
            return put_claims(reader.claims(bodies[0], rows, _header(words, bodies[2:])))
        case "faults":
            pieces = _granted(receive_pieces(asked, most=_MOST), is_kept=False)
            codec, mark = words["codec"], words["mark"]
            reader.faults(pieces, codec, mark=mark, is_only=words["is_only"])
            return {}, []
        case _:
            return put_reading(reader.whole(_granted(receive_pieces(asked, most=_MOST))))


def _laid_out(reader: Here, asked: IO[bytes], answers: IO[bytes]) -> Answer:
    """Answer a file as text, piece by piece while it comes; then what it tells of itself."""
    made = laid_out(
        _granted(receive_pieces(asked, most=_MOST), weight=weight_of(reader.task.dataset)),
        reader.task,
        reader.place,
    )
    try:
        while True:
            text = next(made)
            for at in range(0, len(text), PIECE):
                send_piece(answers, text[at : at + PIECE])
    except StopIteration as end:
        return asdict(end.value), []
    finally:
        send_piece(answers, b"")


def _granted(pieces: Iterator[bytes], *, is_kept: bool = True, weight: int = 1) -> Iterator[bytes]:
    """Yield the pieces of a file, which may take more the longer it gets where it is kept."""
    size = 0
    for piece in pieces:
        size = size + len(piece) if is_kept else max(size, len(piece))
        grant(size * weight)
        yield piece


def _header(words: dict[str, Any], bodies: list[bytes]) -> Header:
    text, line_end = bodies
    return Header(tuple(words["names"]), text, line_end, words["codec"])


def _reader(words: dict[str, Any], bodies: list[bytes]) -> Here:
    values = [pa.ipc.open_stream(body).read_all()["value"] for body in bodies]
    dataset = Dataset.model_validate_json(words["dataset"])
    task = Task(
        dataset=dataset,
        codelists={
            name: CodeList.model_validate_json(each) for name, each in words["codelists"].items()
        },
        reference=Reference(
            values=dict(zip(words["references"], values, strict=True)),
            territories={level: frozenset(codes) for level, codes in words["territories"].items()},
            changes=words["changes"],
        ),
        wanted=frozenset(words["wanted"]),
        is_coded=bool(words["is_coded"]),
        period=words["period"],
    )
    # The name of the file stays where it is: it may be that of a person.
    return Here(task, Place(dataset=dataset.dataset, file="-"))
