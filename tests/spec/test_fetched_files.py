"""Files are fetched from a real HTTPS server or a folder, once, and taken in like any other."""

from __future__ import annotations

import http.server
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest

from pipeline.errors import DeliveryError, SourceError, StorageError
from pipeline.intake import SUFFIX
from pipeline.steps.due import fetch_due, school_year
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.conftest import Command
from tests.fetched import (
    CONTENT,
    ROWS,
    SECRET,
    code_of,
    open_country,
    point,
    taken,
    write_certificate,
    write_project,
)
from tests.packed_files import zipped

CHANGED = datetime(2021, 10, 15, 8, tzinfo=UTC)


@dataclass
class Served:
    """What a server has, and what it was asked for."""

    port: int = 0
    certificate: Path = Path()
    content: bytes = CONTENT
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    pause: float = 0
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    sent: int = 0
    control: bytes | None = None
    no_control: int = 404


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def served(certificate: tuple[Path, Path]) -> Iterator[Served]:
    """Serve over TLS what the test says."""
    state = Served(certificate=certificate[0])

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.endswith(SUFFIX):
                self.send_control()
                return
            state.asked.append((self.path, self.headers.get("Authorization")))
            self.send_response(state.status)
            length = len(state.content) if state.length is None else state.length
            for name, value in {"Content-Length": str(length), **state.headers}.items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            try:
                for at in range(0, len(state.content) if state.pause else 0, 100):
                    self.wfile.write(state.content[at : at + 100])
                    time.sleep(state.pause)
                if not state.pause:
                    self.wfile.write(state.content)
                state.sent += 1
            except OSError:
                pass

        def send_control(self) -> None:
            """Send what lies beside the file."""
            content = state.control or b""
            self.send_response(200 if state.control else state.no_control)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("fetched") / "project")


@pytest.fixture
def country(
    tmp_path: Path, project: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> Workspace:
    workspace = open_country(tmp_path, project)
    monkeypatch.setenv("SSL_CERT_FILE", str(served.certificate))
    point(workspace, f"https://steward:{SECRET}@127.0.0.1:{served.port}/files/")
    return workspace


def test_a_file_is_fetched_once_until_its_server_says_that_it_changed(
    country: Workspace, served: Served
) -> None:
    served.headers = {"ETag": '"one"', "Last-Modified": format_datetime(CHANGED, usegmt=True)}
    receipt = taken(country)
    assert receipt.counts["accepted"] == len(ROWS)
    [(path, given)] = served.asked
    assert path == "/files/out/pupils_2021.csv"
    assert given is not None
    assert given.startswith("Basic ")
    assert small_country.sealed_pupils(country) == [CONTENT]
    [batch] = country.protected.batches("pupils", "2021")
    assert datetime.fromisoformat(batch.as_of) == CHANGED
    again = taken(country)
    assert (again.step, again.changed) == ("fetch", False)
    served.headers["ETag"] = '"two"'
    # Another version of the same content is the same batch.
    same = taken(country)
    assert (same.step, same.changed) == ("ingest", False)
    assert len(list(country.ledger.entries("fetched"))) == 2
    ledger = (country.home / "ledger" / "ledger.jsonl").read_text()
    assert SECRET not in ledger
    assert '"one' not in ledger


def test_a_control_file_beside_a_fetched_file_is_held_against_it(
    country: Workspace, served: Served
) -> None:
    served.headers = {"ETag": '"one"', "Last-Modified": format_datetime(CHANGED, usegmt=True)}
    served.control = f"records: {len(ROWS) + 1}\nend: true\n".encode()
    with pytest.raises(DeliveryError, match=r"control\.differs") as refused:
        taken(country)
    assert refused.value.problem.place.file == f"out/pupils_2021.csv{SUFFIX}"
    assert list(country.ledger.entries("fetched")) == []
    # Of another day than the server says that the file was changed.
    served.control = f"records: {len(ROWS)}\nas_of: 2021-10-10\nend: true\n".encode()
    assert taken(country).counts["accepted"] == len(ROWS)
    [batch] = country.protected.batches("pupils", "2021")
    assert batch.as_of.startswith("2021-10-10T00:00:00")
    assert datetime.fromisoformat(batch.received) == CHANGED
    assert not taken(country).changed
    # What is said of the same file later is news.
    served.control = b"as_of: 2021-10-11\nend: true\n"
    assert taken(country).step == "ingest"
    [batch] = country.protected.batches("pupils", "2021")
    assert batch.as_of.startswith("2021-10-11T00:00:00")


def test_a_file_whose_control_file_is_not_finished_waits(
    country: Workspace, served: Served
) -> None:
    served.control = f"records: {len(ROWS)}\n".encode()
    assert code_of(country) == "control.unfinished"
    assert not fetch_due(country, "pupils", period="2021").changed
    served.control += b"end: true\n"
    assert fetch_due(country, "pupils", period="2021").changed


def test_a_control_file_of_which_the_server_tells_nothing_keeps_the_file_from_being_received(
    country: Workspace, served: Served
) -> None:
    served.no_control = 500
    assert code_of(country) == "delivery.fetch_failed"
    # So answers a store that lets objects be read and not listed, of one that is not there.
    served.no_control = 403
    assert taken(country).changed


def test_a_secret_that_is_not_there_is_asked_for_by_an_address_of_files(
    country: Workspace,
) -> None:
    (country.settings.keys / "sources" / "town.url").unlink()
    with pytest.raises(StorageError, match=r"storage\.no_source_secret") as refused:
        taken(country)
    for language in ("en", "fr"):
        told = refused.value.words(language)
        assert all(scheme in told for scheme in ("https://", "sftp://", "s3://", "file:///"))


@pytest.mark.parametrize("need", ["required", "optional"])
def test_a_contract_may_require_the_control_file_of_what_is_fetched(
    tmp_path: Path, need: str
) -> None:
    root = write_project(tmp_path / "project")
    path = root / "contracts" / "datasets" / "pupils.yml"
    text = path.read_text(encoding="utf-8")
    control = f"control: {{need: {need}}}\nmode: full"
    path.write_text(text.replace("mode: full", control), encoding="utf-8")
    country = open_country(tmp_path, root)
    file = tmp_path / "shared" / "out" / "pupils_2021.csv"
    file.parent.mkdir(parents=True)
    file.write_bytes(CONTENT)
    point(country, f"file://{tmp_path}/shared")
    beside = file.with_name(file.name + SUFFIX)
    if need == "required":
        assert code_of(country) == "control.missing"
        assert not fetch_due(country, "pupils", period="2021").changed
    # What lies elsewhere is not read, and that is no reason to take the file without it.
    (tmp_path / "elsewhere.yml").write_text("end: true\n")
    beside.symlink_to(tmp_path / "elsewhere.yml")
    assert code_of(country) == "delivery.fetch_failed"
    beside.unlink()
    beside.write_text(f"records: {len(ROWS)}\nend: true\n")
    assert taken(country).changed


def test_what_is_fetched_may_be_packed(country: Workspace, served: Served) -> None:
    served.content = zipped({"pupils.csv": CONTENT})
    assert taken(country).counts["accepted"] == len(ROWS)
    assert small_country.sealed_pupils(country) == [CONTENT]


def test_a_server_is_who_its_certificate_says_or_nothing_is_fetched(
    country: Workspace, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    point(country, f"http://127.0.0.1:{served.port}/files")
    assert code_of(country) == "delivery.fetch_address"
    point(country, f"https://localhost:{served.port}/files")
    assert code_of(country) == "delivery.fetch_failed"
    monkeypatch.delenv("SSL_CERT_FILE")
    point(country, f"https://127.0.0.1:{served.port}/files")
    assert code_of(country) == "delivery.fetch_failed"
    assert served.asked == []


def test_a_server_that_drips_is_not_waited_for(
    country: Workspace, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.pause = 0.1
    monkeypatch.setattr("pipeline.intake.remote_files.PATIENCE_SECONDS", 0.3)
    assert code_of(country) == "delivery.fetch_slow"


def test_a_date_that_is_none_tells_nothing(country: Workspace, served: Served) -> None:
    served.headers = {"Last-Modified": "yesterday"}
    assert taken(country).counts["accepted"] == len(ROWS)


def test_a_server_may_leave_out_its_zone(country: Workspace, served: Served) -> None:
    served.headers = {"Last-Modified": CHANGED.strftime("%a, %d %b %Y %H:%M:%S -0000")}
    assert taken(country).changed
    [batch] = country.protected.batches("pupils", "2021")
    assert datetime.fromisoformat(batch.as_of) == CHANGED


def test_what_leads_elsewhere_is_cut_or_too_large_is_not_received(
    country: Workspace, served: Served
) -> None:
    served.status, served.headers = 302, {"Location": f"https://127.0.0.1:{served.port}/other"}
    assert code_of(country) == "delivery.fetch_failed"
    assert len(served.asked) == 1
    served.status, served.headers = 410, {}
    assert code_of(country) == "delivery.fetch_absent"
    served.status, served.headers = 200, {"Content-Encoding": "gzip"}
    assert code_of(country) == "delivery.fetch_failed"
    # Without a length nothing would tell that it was cut.
    served.headers = {"Content-Length": ""}
    assert code_of(country) == "delivery.fetch_failed"
    served.headers, served.length = {}, len(CONTENT) + 1
    served.content = CONTENT
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("pipeline.intake.https_files.WAIT_SECONDS", 2)
        assert code_of(country) in {"delivery.fetch_cut", "delivery.fetch_failed"}
    served.length, served.content = None, b"x" * 1_000_001
    assert code_of(country) == "delivery.fetch_size"


def test_a_folder_is_a_source_too_and_no_path_leads_out_of_it(
    country: Workspace, tmp_path: Path
) -> None:
    folder = tmp_path / "shared" / "out"
    folder.mkdir(parents=True)
    point(country, f"file://{tmp_path}/shared")
    assert code_of(country) == "delivery.fetch_absent"
    outside = tmp_path / "outside.csv"
    outside.write_bytes(CONTENT)
    (folder / "pupils_2021.csv").symlink_to(outside)
    assert code_of(country) == "delivery.fetch_failed"
    (folder / "pupils_2021.csv").unlink()
    (folder / "pupils_2021.csv").write_bytes(CONTENT)
    assert taken(country).counts["accepted"] == len(ROWS)
    assert not taken(country).changed


def test_the_command_fetches_and_a_dataset_without_source_is_told(
    country: Workspace, served: Served, command: Command
) -> None:
    ran = command(country, "fetch", "pupils", "--period", "2021")
    assert ran.code == 0, ran.err
    assert len(served.asked) == 1
    ran = command(country, "fetch", "schools", "--period", "2021")
    assert "delivery.no_source" in ran.err
    assert SECRET not in ran.out + ran.err


def test_a_file_that_is_not_there_yet_is_awaited_and_one_that_is_gone_is_told(
    country: Workspace, served: Served
) -> None:
    served.status = 404
    assert code_of(country) == "delivery.fetch_absent"
    assert not fetch_due(country, "pupils", period="2021").changed
    served.status = 403
    with pytest.raises(SourceError):
        fetch_due(country, "pupils", period="2021")
    served.status = 200
    receipt = fetch_due(country, "pupils", period="2021")
    assert (receipt.changed, receipt.ids["period"]) == (True, "2021")
    served.status = 404
    # Without a version nothing tells that it was fetched: it is awaited again.
    assert not fetch_due(country, "pupils", period="2021").changed
    served.status, served.headers = 200, {"ETag": '"one"'}
    fetch_due(country, "pupils", period="2021")
    served.status = 404
    with pytest.raises(SourceError) as refused:
        fetch_due(country, "pupils", period="2021")
    assert refused.value.problem.code == "delivery.fetch_absent"


@pytest.mark.parametrize(
    ("day", "year"), [((2021, 8, 31), "2020"), ((2021, 9, 1), "2021"), ((2022, 1, 1), "2021")]
)
def test_a_schedule_fetches_the_school_year_that_runs(day: tuple[int, int, int], year: str) -> None:
    assert school_year(datetime(*day, tzinfo=UTC)) == year
