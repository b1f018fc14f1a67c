"""A delivery is parsed in a process of its own, which may break: the delivery is then refused."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pipeline.coded import CODED, plain_table
from pipeline.errors import DeliveryError, ExitCode, Place
from pipeline.intake import Apart, Reading, Reference, Task, nursery, read_by
from pipeline.intake.answers import (
    OddAnswerError,
    put_part,
    put_reading,
    put_table,
    take_error,
    take_part,
    take_reading,
    take_table,
)
from pipeline.intake.keys import HASH
from pipeline.intake.outcome import REFUSED
from pipeline.intake.parts import Part
from pipeline.intake.readers import Here
from pipeline.settings import INSTALLATION
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.small_country import MARKER, pupil_rows, table

CONTENT = table(pupil_rows(12))
START = nursery._START
Plant = Callable[[str], None]


@pytest.fixture
def plant(monkeypatch: pytest.MonkeyPatch) -> Plant:
    """Return a function that puts code into the processes, in the place of the reader of files."""

    def put(body: str) -> None:
        code = (
            "import ctypes, os, resource, sys, time\n"
            "from pipeline.intake import answers, confinement, readers, serving\n"
            "def read(data, task, *, place):\n" + textwrap.indent(textwrap.dedent(body), "    ")
        )
        planted = f"exec({code!r}, globals()); readers.read_whole = read; "
        monkeypatch.setattr(
            nursery, "_START", START.replace("from pipeline", planted + "from pipeline")
        )

    return put


BREAKS = {
    "memory": ("held = []\nwhile True: held.append(bytearray(64 << 20))", "delivery.reader_memory"),
    "an allocation too large": ("bytearray(1 << 40)", "delivery.reader_memory"),
    "processor time": ("while True: pass", "delivery.reader_time"),
    "sleep": ("time.sleep(600)", "delivery.reader_time"),
    "a crash in compiled code": ("ctypes.string_at(0)", "delivery.reader_crash"),
    "an end": ("os._exit(3)", "delivery.reader_crash"),
    "a kill": ("os.kill(os.getpid(), 9)", "delivery.reader_crash"),
    "a panic": (f"raise BaseException({MARKER!r})", "delivery.reader_crash"),
    "words of its own": (
        "os.write(max(map(int, os.listdir('/proc/self/fd')[:-1])), b'x' * 99)\nos._exit(0)",
        "delivery.reader_crash",
    ),
}


@pytest.mark.parametrize("what", BREAKS)
def test_what_breaks_the_process_refuses_the_delivery_and_it_can_be_taken_in_again(
    what: str,
    zones: Workspace,
    small_project: Path,
    plant: Plant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body, code = BREAKS[what]
    with monkeypatch.context() as patched:
        if what == "processor time":
            body = f"resource.setrlimit(resource.RLIMIT_CPU, (1, -1))\n{body}"
        if what == "sleep":
            patched.setattr("pipeline.intake.confinement.SECONDS_BASE", 1.5)
        plant(body)
        with pytest.raises(DeliveryError) as refused:
            small_country.take(zones, "pupils", CONTENT)
    monkeypatch.setattr(nursery, "_START", START)
    error = refused.value
    assert error.problem.code == code
    assert error.exit_code is ExitCode.DELIVERY
    assert error.problem.place == Place(dataset="pupils", file="pupils_2021.csv")
    assert error.__context__ is None
    for language in ("en", "fr"):
        assert MARKER not in error.words(language)
    [entry] = zones.ledger.entries("refusal")
    assert (entry.facts["rule"], entry.facts["refused"]) == (code, 0)
    assert zones.protected.batches("pupils", "2021") == []
    assert zones.quarantine.ids() == []
    [sealed] = [name for name in zones.deliveries.ids() if name.startswith("pupils-")]
    with zones.deliveries.open(sealed) as stream:
        assert stream.read() == CONTENT
    again = small_country.open_workspace(zones.home.parent, small_project)
    assert small_country.take(again, "pupils", CONTENT).ids["batch"] == sealed


CONFINED = """
    status = open("/proc/self/status").read()
    facts = [
        set(os.environ) <= {"LC_ALL", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS",
                            "ARROW_DEFAULT_MEMORY_POOL", "MALLOC_ARENA_MAX",
                            "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"},
        "NoNewPrivs:\\t1" in status,
        ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0,
        resource.getrlimit(resource.RLIMIT_FSIZE) == (0, 0),
        max(resource.getrlimit(resource.RLIMIT_CORE)) <= 1,
        max(resource.getrlimit(resource.RLIMIT_NOFILE)) <= 64,
        resource.getrlimit(resource.RLIMIT_DATA)[0] < 1 << 30,
        not {"cryptography", "pipeline.storage", "duckdb"} & set(sys.modules),
    ]
    try:
        with open("/tmp/" + "written", "wb") as file:
            file.write(data)
        facts.append(os.path.getsize("/tmp/written") == 0)
    except OSError:
        facts.append(True)
    os._exit(100 + sum(not fact for fact in facts))
"""


def test_the_process_has_no_key_no_environment_and_no_right_that_reading_does_not_need(
    zones: Workspace, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARTABLE_PLANTED", MARKER)
    plant(CONFINED)
    with pytest.raises(DeliveryError) as refused:
        small_country.take(zones, "pupils", CONTENT)
    Path("/tmp/written").unlink(missing_ok=True)
    assert dict(refused.value.problem.facts) == {"status": 100}


ALONE = """
import sys, time
from pipeline.intake.nursery import Nursery
nursery = Nursery()
born = nursery.born()
print(born.pid, flush=True)
time.sleep(60)
"""


def test_the_processes_die_with_the_one_that_they_read_for() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ALONE],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(INSTALLATION)},
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2]
        bearer = int(stat.split()[1])
        assert bearer != parent.pid
        parent.send_signal(signal.SIGKILL)
    until = time.monotonic() + 20
    while any(_lives(each) for each in (pid, bearer)) and time.monotonic() < until:
        time.sleep(0.02)
    assert not any(_lives(each) for each in (pid, bearer))


def _lives(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_without_a_process_the_delivery_is_refused(
    zones: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nursery, "_START", "raise SystemExit")
    with pytest.raises(DeliveryError, match=r"delivery\.reader_missing"):
        small_country.take(zones, "pupils", CONTENT)


@pytest.fixture
def task(zones: Workspace) -> Task:
    contracts = zones.project.contracts
    return Task(
        dataset=contracts.datasets["pupils"],
        codelists=contracts.codelists,
        reference=Reference(),
        wanted=frozenset({"national_id", "sex"}),
    )


ROWS = pupil_rows(12)
MIXED = [*ROWS, ROWS[3], {**ROWS[5], "sex": "M"}, {**ROWS[7], "birth_date": "31/02/2012"}]


@pytest.mark.parametrize("block_bytes", [900, 4_000, 1 << 20])
@pytest.mark.parametrize("wanted", [None, frozenset({"sex", "birth_date"})])
@pytest.mark.parametrize("is_coded", [False, True])
def test_a_process_apart_reads_what_this_one_reads(
    *, block_bytes: int, wanted: frozenset[str] | None, is_coded: bool, zones: Workspace
) -> None:
    contracts = zones.project.contracts
    task = Task(
        dataset=contracts.datasets["pupils"].model_copy(update={"max_refused_pct": 50.0}),
        codelists=contracts.codelists,
        reference=Reference(values={"schools.school_code": pa.array(list(small_country.SCHOOLS))}),
        wanted=wanted,
        is_coded=is_coded,
    )
    place, content = Place(dataset="pupils", file="f.csv"), table(MIXED)
    with Apart(zones.nursery, task, place) as apart:
        here, there = (
            read_by(
                reader,
                io.BytesIO(content),
                task,
                place=place,
                again=lambda: io.BytesIO(content),
                block_bytes=block_bytes,
            )
            for reader in (Here(task, place), apart)
        )
    assert here.refused.num_rows == 4
    assert there.counted == here.counted == len(MIXED)
    assert there.accepted.equals(here.accepted)
    assert there.refused.equals(here.refused)
    bare = Here(replace(task, is_coded=False), place).whole([content])
    assert plain_table(there.accepted).equals(bare.accepted)
    assert is_coded == (there.accepted["sex"].type == CODED) or block_bytes > len(content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_process_apart_tells_a_damaged_large_file_as_this_one_does(
    zones: Workspace, encoding: str
) -> None:
    contracts = zones.project.contracts
    pupils = contracts.datasets["pupils"]
    task = Task(
        dataset=pupils.model_copy(
            update={"format": pupils.text.model_copy(update={"encoding": ("utf-16", "utf-8")})}
        ),
        codelists=contracts.codelists,
        reference=Reference(values={"schools.school_code": pa.array(list(small_country.SCHOOLS))}),
    )
    place = Place(dataset="pupils", file="f.csv")
    content = (table(ROWS).decode() + f"{MARKER}\n" + table(ROWS).decode()).encode(encoding)
    told = set()
    with Apart(zones.nursery, task, place) as apart:
        for reader in (Here(task, place), apart):
            with pytest.raises(DeliveryError, match=r"delivery\.note") as refused:
                read_by(
                    reader,
                    io.BytesIO(content),
                    task,
                    place=place,
                    again=lambda: io.BytesIO(content),
                    block_bytes=600,
                )
            told.add(refused.value.words())
    assert len(told) == 1
    assert f"line {len(ROWS) + 2}" in told.pop()


NONE_REFUSED = REFUSED.empty_table()


@pytest.mark.parametrize(
    ("accepted", "refused", "counted"),
    [
        (pa.table({"national_id": ["1"], "sex": ["F"], "address": ["x"]}), NONE_REFUSED, 1),
        (pa.table({"sex": ["F"], "national_id": ["1"]}), NONE_REFUSED, 1),
        (pa.table({"national_id": [1], "sex": ["F"]}), NONE_REFUSED, 1),
        (pa.table({"national_id": ["1"], "sex": ["F"]}), NONE_REFUSED, 2),
        (pa.table({"national_id": ["1"], "sex": ["F"]}), NONE_REFUSED, -1),
        (
            pa.table({"national_id": pa.array([], pa.string()), "sex": pa.array([], pa.string())}),
            pa.table([[1], [MARKER], ["row.date"], [b"x"]], schema=REFUSED),
            1,
        ),
        (
            pa.table({"national_id": pa.array([], pa.string()), "sex": pa.array([], pa.string())}),
            pa.table([[1], ["sex"], [MARKER], [b"x"]], schema=REFUSED),
            1,
        ),
    ],
)
def test_an_answer_that_is_not_of_the_contract_is_none(
    accepted: pa.Table, refused: pa.Table, counted: int, task: Task
) -> None:
    columns = tuple(column.name for column in task.dataset.columns)
    reading = Reading(accepted=accepted, refused=refused, counted=counted, columns=columns)
    words, bodies = put_reading(reading)
    with pytest.raises(OddAnswerError):
        take_reading(words, [bytes(body) for body in bodies], task)


SEX = pa.array(["F", "M"])
BYTES_THAT_ARE_NO_TEXT = pa.Array.from_buffers(
    pa.string(), 1, [None, pa.array([0, 1], pa.int32()).buffers()[1], pa.py_buffer(b"\xff")]
)


@pytest.mark.parametrize(
    ("numbers", "values", "is_asked"),
    [
        ([2], SEX, True),
        ([-1], SEX, True),
        ([0], pa.array(["F", "F"]), True),
        ([0], pa.array(["F", None]), True),
        ([0], BYTES_THAT_ARE_NO_TEXT, True),
        ([0], pa.array([1, 2]), True),
        ([0], SEX, False),
    ],
)
def test_a_coded_column_that_is_not_sound_or_not_asked_for_is_no_answer(
    numbers: list[int], values: pa.Array, *, is_asked: bool, task: Task
) -> None:
    asked, hashes = replace(task, is_coded=is_asked), np.zeros(1, HASH)

    def take(sex: pa.Array) -> None:
        accepted = pa.table({"national_id": ["1"], "sex": sex})
        rows = np.empty(0, np.int64)
        words, bodies = put_part(
            Part(
                accepted=accepted,
                refused=NONE_REFUSED,
                refused_rows=rows,
                hashes=hashes,
                counted=1,
                lines=1,
                line_end=b"\n",
            )
        )
        take_part(words, [bytes(body) for body in bodies], asked)

    take(SEX.slice(1).dictionary_encode() if is_asked else SEX.slice(1))
    column = pa.DictionaryArray.from_arrays(pa.array(numbers, pa.int32()), values, safe=False)
    with pytest.raises(OddAnswerError):
        take(column)


def test_a_table_with_offsets_that_lead_astray_is_none() -> None:
    offsets = pa.array([0, 1 << 20, 1], pa.int32()).buffers()[1]
    wild = pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(b"x")])
    with pytest.raises(OddAnswerError):
        take_table(bytes(put_table(pa.table({"sex": wild}))))


@pytest.mark.parametrize(
    ("code", "column", "rule", "fact"),
    [
        (MARKER, None, None, 1),
        ("policy.unsigned", None, None, 1),
        ("delivery.empty", MARKER, None, 1),
        ("delivery.empty", None, MARKER, 1),
        ("delivery.empty", None, None, MARKER),
    ],
)
def test_a_refusal_says_nothing_that_was_not_known_before_the_file_came(
    code: str, column: str | None, rule: str | None, fact: object, task: Task
) -> None:
    place = dict.fromkeys(("dataset", "file", "line", "column", "table", "rule"))
    told = {
        "code": code,
        "place": {**place, "column": column, "rule": rule},
        "count": None,
        "facts": [["kind", fact]],
    }
    with pytest.raises(OddAnswerError):
        take_error({"error": "DeliveryError", "problems": [told]}, task, Place())
