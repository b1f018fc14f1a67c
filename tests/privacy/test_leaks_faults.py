"""What libraries say when they fail holds values; none of it leaves a command or a step.

Each call that touches persons is made to fail, with a person in its message.
"""

from __future__ import annotations

import importlib
import io
import logging
import os
import shutil
import subprocess
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.errors import CartableError, ExitCode, StorageError
from pipeline.intake import nursery
from pipeline.intake.streaming import read_stream
from pipeline.settings import INSTALLATION, Settings
from pipeline.steps.demo import deliver_demo
from pipeline.steps.ingest import ingest
from pipeline.steps.scheduled import run_step
from pipeline.steps.workspace import Workspace
from tests.privacy.scan import Identities, Person
from tests.privacy.scan_demo import demo_deliveries, persons_of
from tests.privacy.scan_views import views_of, views_of_folder
from tests.signing import sign_for_tests

pytestmark = pytest.mark.slow

ROWS = 200
PERIOD = "2021"

# The calls that see rows in clear, or what is made of them, in the order of an ingest.
CALLS = [
    "pipeline.storage.sealed.hashlib.sha256",
    "pipeline.storage.atomic.os.fsync",
    "pipeline.steps.reading.read_by",
    "pipeline.intake.whole.decode",
    "pipeline.intake.whole.find_records",
    "pipeline.intake.whole.text_cells",
    "pipeline.intake.whole.cast_column",
    "pipeline.intake.casts.fits_form",
    "pipeline.intake.whole.find_repeats",
    "pipeline.intake.whole.count_records",
    "pipeline.steps.reading.minimise",
    "pipeline.privacy.pseudonyms.Speller",
    "pipeline.privacy.pseudonyms.Cmac",
    "pipeline.quality.validation.gx.ExpectationSuite",
    "pipeline.quality.validation.EphemeralDataContext",
    "pipeline.quality.validation._comparable",
    "pipeline.quality.validation._reading",
    "pipeline.steps.reading.require",
    "pipeline.storage.encrypted_parquet.pq.write_table",
    "pipeline.storage.staging.split_by_sender",
    "pipeline.storage.ledger_entries.canonical_json",
]

# Those of a delivery of many blocks: where it is parsed, and in this process.
APART = [
    "pipeline.intake.parts.sound_block",
    "pipeline.intake.parts.find_records",
    "pipeline.intake.parts.cast_distinct",
    "pipeline.intake.parts.hash_keys",
    "pipeline.intake.parts.with_verdict",
    "pipeline.intake.serving.put_part",
]
BLOCKS = [
    "pipeline.intake.streaming.read_blocks",
    "pipeline.intake.streaming.repeated",
    "pipeline.intake.streaming.find_repeats",
    "pipeline.intake.streaming._joined",
    "pipeline.intake.apart.take_part",
    "pipeline.steps.reading.minimise",
    "pipeline.quality.library.reductions",
    "pipeline.quality.library.weighed",
]
GATE = BLOCKS[-2:]

# Those of an erasure, in its order.
ERASURE = [
    "pipeline.steps.people.people",
    "pipeline.steps.listing.pseudonymise",
    "pipeline.steps.searches.refused_rows_of",
    "pipeline.steps.searches.find_records_of",
    "pipeline.intake.glance.arrow_csv.open_csv",
    "pipeline.steps.erasing.with_section",
    "pipeline.steps.erasing.theirs",
    "pipeline.storage.rewriting.read_part",
    "pipeline.storage.rewriting.in_own_order",
    "pipeline.storage.rewriting.write_part",
    "pipeline.storage.encrypted_parquet.pq.write_table",
    "pipeline.steps.screening.Remainder",
    "pipeline.steps.kept.shred_withdrawn",
    "pipeline.storage.atomic.os.fsync",
    "pipeline.steps.erasing.certificate",
]


class PanicError(BaseException):
    """Like the panic of compiled code, which is no `Exception`."""


@pytest.fixture(scope="module")
def delivery() -> bytes:
    lines = demo_deliveries(PERIOD)["pupils"].splitlines(keepends=True)
    return b"".join(lines[: ROWS + 1])


@pytest.fixture(scope="module")
def identities(delivery: bytes) -> Identities:
    return Identities(persons_of("pupils", delivery))


@pytest.fixture(scope="module")
def person(delivery: bytes) -> Person:
    row = persons_of("pupils", delivery).to_pylist()[7]
    return Person(
        row["national_id"],
        row["family_name"],
        row["given_name"],
        row["birth_date"],
        row["email"],
        row["address"],
    )


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, delivery: bytes) -> Path:
    """A home that knows the schools, its keys and a delivery of pupils beside it."""
    folder = tmp_path_factory.mktemp("prepared")
    (folder / f"pupils_{PERIOD}.csv").write_bytes(delivery)
    settings = Settings(
        home=folder / "data", keys=folder / "keys", project=INSTALLATION, language="en"
    )
    schools = io.BytesIO(demo_deliveries(PERIOD)["schools"])
    as_of = datetime(2021, 10, 15, tzinfo=UTC)
    workspace = sign_for_tests(Workspace(settings))
    ingest(workspace, "schools", schools, file="s.csv", period=PERIOD, as_of=as_of)
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of what is prepared, and the process as it was afterwards."""
    copy = tmp_path / "copy"
    shutil.copytree(prepared, copy)
    for name, value in {
        "CARTABLE_HOME": copy / "data",
        "CARTABLE_KEYS": copy / "keys",
        "CARTABLE_INBOX": copy,
        "TMPDIR": tmp_path,
    }.items():
        monkeypatch.setenv(name, str(value))
    # The command closes these for the rest of its process, which here is that of the tests.
    for module, name in (
        (warnings, "showwarning"),
        (logging, "lastResort"),
        (sys, "excepthook"),
        (sys, "unraisablehook"),
        (threading, "excepthook"),
    ):
        monkeypatch.setattr(module, name, getattr(module, name))
    yield copy
    (copy / f"pupils_{PERIOD}.csv").unlink()


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, *options: str) -> int:
    file = str(folder / f"pupils_{PERIOD}.csv")
    return command(monkeypatch, "ingest", "pupils", file, "--period", PERIOD, *options)


def command(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["cartable", *words])
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def words_of(person: Person) -> str:
    return f"Conversion of '{person.given};{person.family};{person.national_id}' failed"


def failing(error: BaseException) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


def check_silent(identities: Identities, folder: Path, captured: pytest.CaptureResult[str]) -> None:
    """No person is in what was printed, nor under the home."""
    for name, text in (("stdout", captured.out), ("stderr", captured.err)):
        assert list(identities.find(views_of(name, text.encode()))) == []
        assert "Traceback" not in text
    assert list(identities.find(views_of_folder(folder / "data"))) == []


# What is done where a delivery is parsed: the call is replaced as `patch` does it here.
PLANTED = """
import importlib, sys
class PanicError(BaseException): pass
def fail(*_, **__): raise {kind}({words!r})
parts = {call!r}.split(".")
owner = importlib.import_module(".".join(parts[:3]))
for name in parts[3:-1]: owner = getattr(owner, name)
setattr(owner, parts[-1], fail)
"""


def plant(monkeypatch: pytest.MonkeyPatch, call: str, error: BaseException) -> None:
    """Make a call fail, in this process or in the one that parses."""
    if not call.startswith("pipeline.intake."):
        patch(monkeypatch, call, failing(error))
        return
    code = PLANTED.format(kind=type(error).__name__, words=str(error), call=call)
    start = nursery._START.replace("from pipeline", f"exec({code!r}, globals()); from pipeline")
    monkeypatch.setattr(nursery, "_START", start)


def patch(monkeypatch: pytest.MonkeyPatch, call: str, replacement: object) -> None:
    """Replace a call, named by module and attributes."""
    parts = call.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            owner = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for name in parts[length:-1]:
            owner = getattr(owner, name)
        monkeypatch.setattr(owner, parts[-1], replacement)
        return


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        *((call, ValueError) for call in CALLS),
        *((call, OSError) for call in CALLS[:3]),
        *((call, PanicError) for call in CALLS[2::4]),
    ],
)
def test_a_failing_call_is_told_without_its_words(
    call: str,
    kind: type[BaseException],
    folder: Path,
    person: Person,
    identities: Identities,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with monkeypatch.context() as patched:
        plant(patched, call, kind(words_of(person)))
        code = run(monkeypatch, folder)
    captured = capfd.readouterr()
    assert code in set(ExitCode) - {ExitCode.OK, ExitCode.USAGE}
    assert len(captured.err.strip().splitlines()) == 1
    assert captured.out == ""
    check_silent(identities, folder, captured)


def many_blocks(monkeypatch: pytest.MonkeyPatch, folder: Path, *, is_judged_apart: bool) -> None:
    """Have the delivery, with a row twice, read in blocks; and its gate run apart, if wanted."""
    path = folder / f"pupils_{PERIOD}.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines, lines[7]]))
    monkeypatch.setattr("pipeline.intake.reading.BLOCK_BYTES", 1 << 12)
    if is_judged_apart:
        monkeypatch.setattr("pipeline.steps.ingest.MANY_BYTES", 1)
        monkeypatch.setattr("pipeline.quality.gates.REDUCED_FROM", 1)


@pytest.mark.parametrize("call", [*APART, *BLOCKS])
def test_a_call_that_fails_on_a_block_is_told_without_its_words(
    call: str,
    folder: Path,
    person: Person,
    identities: Identities,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    many_blocks(monkeypatch, folder, is_judged_apart=call in GATE)
    (plant if call in APART else replaced)(monkeypatch, call, ValueError(words_of(person)))
    in_blocks: list[bool] = []

    def read(*given: Any, **named: Any) -> Any:
        in_blocks.append(False)
        found = read_stream(*given, **named)
        in_blocks[:] = [found is not None]
        return found

    monkeypatch.setattr("pipeline.intake.reading.read_stream", read)
    code = run(monkeypatch, folder)
    captured = capfd.readouterr()
    # What fails on a block alone leaves the file to the reader of whole files.
    assert code in set(ExitCode) - {ExitCode.USAGE}
    assert in_blocks == [call in GATE]
    assert len(captured.err.strip().splitlines()) <= 1 or code == ExitCode.OK
    check_silent(identities, folder, captured)


def replaced(monkeypatch: pytest.MonkeyPatch, call: str, error: BaseException) -> None:
    """Make a call of this process fail, whatever its room."""
    patch(monkeypatch, call, failing(error))


def test_what_the_process_of_the_gate_says_when_it_breaks_is_heard_by_nobody(
    folder: Path,
    person: Person,
    identities: Identities,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    many_blocks(monkeypatch, folder, is_judged_apart=True)
    words = words_of(person)
    broken = f"import sys; print({words!r}, flush=True); sys.exit({words!r})"
    monkeypatch.setattr("pipeline.quality.library._START", broken)
    code = run(monkeypatch, folder)
    captured = capfd.readouterr()
    assert code == ExitCode.QUALITY
    assert "quality.gate_crashed" in captured.err
    check_silent(identities, folder, captured)


def test_a_delivery_of_many_blocks_without_a_fault_is_taken(
    folder: Path,
    identities: Identities,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    many_blocks(monkeypatch, folder, is_judged_apart=True)
    assert run(monkeypatch, folder, "--json") == 0
    captured = capfd.readouterr()
    assert f'"accepted": {ROWS}' in captured.out
    assert '"refused": 1' in captured.out
    check_silent(identities, folder, captured)


@pytest.fixture(scope="module")
def held(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is prepared, with the delivery taken in, one row of it refused."""
    folder = tmp_path_factory.mktemp("held") / "copy"
    shutil.copytree(prepared, folder)
    settings = Settings(
        home=folder / "data", keys=folder / "keys", project=INSTALLATION, language="en"
    )
    lines = (folder / f"pupils_{PERIOD}.csv").read_bytes().splitlines(keepends=True)
    content = io.BytesIO(b"".join([*lines, lines[7]]))
    ingest(Workspace(settings), "pupils", content, file="p.csv", period=PERIOD)
    return folder


@pytest.mark.parametrize(
    ("call", "kind"),
    [*((call, ValueError) for call in ERASURE), *((call, PanicError) for call in ERASURE[2::4])],
)
def test_a_call_that_fails_in_an_erasure_is_told_without_its_words(
    call: str,
    kind: type[BaseException],
    held: Path,
    folder: Path,
    person: Person,
    identities: Identities,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for part in ("data", "keys"):
        shutil.rmtree(folder / part)
        shutil.copytree(held / part, folder / part)
    named = folder / "person.txt"
    named.touch(mode=0o600)
    named.write_text(f"{person.national_id}\n", encoding="utf-8")
    words = ("subject", "erase", "--dataset", "pupils", "--id-file", str(named), "--yes")
    with monkeypatch.context() as patched:
        replaced(patched, call, kind(words_of(person)))
        code = command(patched, *words)
    captured = capfd.readouterr()
    assert code in set(ExitCode) - {ExitCode.OK, ExitCode.USAGE}
    assert len(captured.err.strip().splitlines()) == 1
    assert captured.out == ""
    check_silent(identities, folder, captured)
    if kind is PanicError:
        # What the fault cut short is ended by the next run, which says as little.
        assert command(monkeypatch, *words) == 0
        check_silent(identities, folder, capfd.readouterr())


def test_the_same_command_without_a_fault_succeeds(
    folder: Path,
    identities: Identities,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, folder, "--json") == 0
    captured = capfd.readouterr()
    assert f'"accepted": {ROWS}' in captured.out
    check_silent(identities, folder, captured)


def test_the_faults_would_be_seen_if_they_got_out(person: Person, identities: Identities) -> None:
    kinds = {hit.kind for hit in identities.find(views_of("stderr", words_of(person).encode()))}
    assert kinds == {"name", "national id"}


def _warn(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(text, stacklevel=1)


# By each way that is no exception of the step itself, a library says what stands in its hands.
OTHER_WAYS = """
import logging, os, sys, threading, warnings
from pipeline.cli import main
from pipeline.cli import boundary
from pipeline.steps import reading

words, is_closed = os.environ["PLANTED"], sys.argv.pop() == "closed"
minimise = reading.minimise

class Dying:
    def __del__(self):
        raise ValueError("destructor " + words)

def fail():
    raise ValueError("thread " + words)

def tell(*given):
    warnings.warn("warning " + words)
    logging.getLogger("some.library").error("log %s", words)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    Dying()
    return minimise(*given)

reading.minimise = tell
if not is_closed:
    boundary.close_boundary = lambda language: None
main()
"""


@pytest.mark.parametrize("state", ["closed", "open"])
def test_what_a_library_says_by_other_ways_is_cut(
    state: str, folder: Path, person: Person, identities: Identities
) -> None:
    file = str(folder / f"pupils_{PERIOD}.csv")
    command = ["ingest", "pupils", file, "--period", PERIOD, state]
    done = subprocess.run(
        [sys.executable, "-c", OTHER_WAYS, *command],
        env={**os.environ, "PLANTED": words_of(person), "PYTHONPATH": str(INSTALLATION)},
        capture_output=True,
        text=True,
        check=True,
    )
    ways = {
        way for way in ("warning", "log", "thread", "destructor") if f"{way} Conv" in done.stderr
    }
    # Without the boundary each of them gets out: the test can fail.
    assert ways == (set() if state == "closed" else {"warning", "log", "thread", "destructor"})
    assert bool(list(identities.find(views_of("stderr", done.stderr.encode())))) == bool(ways)
    assert list(identities.find(views_of_folder(folder / "data"))) == []


def test_deliveries_in_clear_are_not_written_among_the_zones(workspace: Workspace) -> None:
    inside = workspace.home / "outbox"
    with pytest.raises(StorageError) as refused:
        deliver_demo(workspace, inside, periods=[PERIOD])
    assert refused.value.problem.code == "storage.clear_inside_data"
    assert not inside.exists()


@pytest.mark.parametrize("kind", [ValueError, PanicError])
@pytest.mark.parametrize("call", CALLS[2:6])
def test_a_scheduled_step_tells_its_scheduler_no_words_either(
    call: str,
    kind: type[BaseException],
    folder: Path,
    person: Person,
    identities: Identities,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pipeline.steps.inbox import ingest_waiting

    plant(monkeypatch, call, kind(words_of(person)))
    with pytest.raises(CartableError) as caught:
        run_step(ingest_waiting, "pupils", file=f"pupils_{PERIOD}.csv", period=PERIOD)
    told = "".join(traceback.format_exception(caught.value))
    assert list(identities.find(views_of("log", told.encode()))) == []
    assert Path(folder).is_dir()


def test_a_warning_in_a_scheduled_step_is_dropped(
    folder: Path, person: Person, capfd: pytest.CaptureFixture[str]
) -> None:
    del folder

    def step(_: Workspace) -> int:
        _warn(words_of(person))
        return 7

    assert run_step(step) == 7
    assert person.national_id not in capfd.readouterr().err
