"""Files are fetched from a real SFTP server, if it is the one that the secret knows."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import asyncssh
import pytest

from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.fetched import (
    CONTENT,
    ROWS,
    SECRET,
    code_of,
    open_country,
    point,
    taken,
    wait_for_port,
    write_project,
)

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
FILE = "out/pupils_2021.csv"
CHANGED = 1_634_284_800


@dataclass
class Server:
    """An SFTP server, whom it lets in, and what it was asked for."""

    root: Path
    host_key: asyncssh.SSHKey
    user_key: asyncssh.SSHKey
    port: int = 0
    asked: list[str] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    short: int = 0
    resolves: bool = True
    slow: float = 0

    @property
    def known(self) -> str:
        """What `ssh-keyscan` prints of it."""
        public = self.host_key.export_public_key().decode()
        return f"# 127.0.0.1:{self.port} SSH-2.0\n[127.0.0.1]:{self.port} {public}"

    @property
    def address(self) -> str:
        return f"sftp://steward:{SECRET}@127.0.0.1:{self.port}/shared"


class Files(asyncssh.SFTPServer):
    """Gives files as the test says."""

    def __init__(self, server: Server, channel: asyncssh.SSHServerChannel[bytes]) -> None:
        super().__init__(channel, chroot=os.fsencode(server.root))
        self._server = server

    def realpath(self, path: bytes) -> bytes:
        return super().realpath(path) if self._server.resolves else os.path.normpath(path)

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        self._server.asked.append(path.decode())
        return super().open(path, pflags, attrs)

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        await asyncio.sleep(self._server.slow)
        whole = super().read(file_obj, offset, size)
        assert isinstance(whole, bytes)
        return whole[: max(0, self._server.short - offset)] if self._server.short else whole


class Door(asyncssh.SSHServer):
    """Lets in the steward, by password or key."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def begin_auth(self, username: str) -> bool:
        self._server.users.append(username)
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("steward", SECRET)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == "steward" and key == self._server.user_key.convert_to_public()


def serve(server: Server, ready: threading.Event, loop: asyncio.AbstractEventLoop) -> None:
    """Serve until the loop is stopped."""

    async def listen() -> None:
        accepted = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=partial(Door, server),
            sftp_factory=partial(Files, server),
            server_host_keys=[server.host_key],
        )
        server.port = accepted.get_port()

    asyncio.set_event_loop(loop)
    loop.run_until_complete(listen())
    ready.set()
    loop.run_forever()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    keys = [asyncssh.generate_private_key("ssh-ed25519") for _ in range(2)]
    state = Server(tmp_path / "server", *keys)
    file = state.root / "shared" / FILE
    file.parent.mkdir(parents=True)
    file.write_bytes(CONTENT)
    os.utime(file, (CHANGED, CHANGED))
    ready, loop = threading.Event(), asyncio.new_event_loop()
    thread = threading.Thread(target=serve, args=(state, ready, loop), daemon=True)
    thread.start()
    assert ready.wait(10)
    yield state
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("fetched") / "project")


@pytest.fixture
def country(tmp_path: Path, project: Path, server: Server) -> Workspace:
    workspace = open_country(tmp_path, project)
    point(workspace, f"{server.address}\n{server.known}")
    return workspace


def test_a_file_is_fetched_once_until_it_changed_and_nothing_is_told(
    country: Workspace, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert taken(country).counts["accepted"] == len(ROWS)
    assert server.asked == [f"/shared/{FILE}"]
    assert small_country.sealed_pupils(country) == [CONTENT]
    [batch] = country.protected.batches("pupils", "2021")
    assert datetime.fromisoformat(batch.as_of).timestamp() == CHANGED
    again = taken(country)
    assert (again.step, again.changed) == ("fetch", False)
    os.utime(server.root / "shared" / FILE, (CHANGED + 1, CHANGED + 1))
    # Another version of the same content is the same batch.
    assert taken(country).step == "ingest"
    assert len(list(country.ledger.entries("fetched"))) == 2
    ledger = (country.home / "ledger" / "ledger.jsonl").read_text()
    # What the client says; the server of the test speaks in this process, too.
    told = [
        record.getMessage()
        for record in caplog.records
        if record.threadName == threading.main_thread().name
    ]
    for text in (ledger, *told):
        assert SECRET not in text
        assert "127.0.0.1" not in text
        assert "steward" not in text


def test_a_private_key_of_the_secret_opens_too_and_no_other_is_used(
    country: Workspace, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whoever runs this has a key that would do; only the secret counts.
    own = tmp_path / "house" / ".ssh"
    own.mkdir(parents=True, mode=0o700)
    server.user_key.write_private_key(own / "id_ed25519")
    monkeypatch.setenv("HOME", str(own.parent))
    alone = server.address.replace(f":{SECRET}", "")
    point(country, f"{alone}\n{server.known}")
    assert code_of(country) == "delivery.fetch_credentials"
    point(country, f"{server.address}x\n{server.known}".replace(SECRET, f"{SECRET}x"))
    assert code_of(country) == "delivery.fetch_failed"
    locked = server.user_key.export_private_key("pkcs8-pem", "a word").decode()
    point(country, f"{alone}\n{server.known}\n{locked}")
    assert code_of(country) == "delivery.fetch_credentials"
    key = server.user_key.export_private_key().decode()
    point(country, f"{alone}\n{server.known}\n{key}")
    assert taken(country).counts["accepted"] == len(ROWS)


def test_a_server_that_the_secret_does_not_know_is_not_spoken_to(
    country: Workspace, server: Server
) -> None:
    other = server.known.replace(f":{server.port} ", ":1 ")
    for known in ("", other, "no line of known_hosts"):
        point(country, f"{server.address}\n{known}")
        assert code_of(country) == "delivery.fetch_host_unknown"
    assert server.users == []


@pytest.mark.parametrize("kind", ["ssh-ed25519", "ecdsa-sha2-nistp256"])
def test_a_server_with_another_key_is_refused_before_anybody_is_named(
    country: Workspace, server: Server, kind: str
) -> None:
    public = asyncssh.generate_private_key(kind).export_public_key().decode()
    point(country, f"{server.address}\n[127.0.0.1]:{server.port} {public}")
    assert code_of(country) == "delivery.fetch_host_key"
    assert (server.users, server.asked) == ([], [])


@pytest.mark.parametrize("resolves", [True, False])
def test_no_link_leads_out_of_the_folder(
    country: Workspace, server: Server, *, resolves: bool
) -> None:
    server.resolves = resolves
    file = server.root / "shared" / FILE
    file.rename(server.root / "outside.csv")
    assert code_of(country) == "delivery.fetch_absent"
    file.symlink_to(server.root / "outside.csv")
    assert code_of(country) == "delivery.fetch_failed"
    file.unlink()
    file.parent.rmdir()
    (server.root / "elsewhere").mkdir()
    (server.root / "elsewhere" / file.name).write_bytes(CONTENT)
    file.parent.symlink_to(server.root / "elsewhere")
    assert code_of(country) == "delivery.fetch_failed"
    file.parent.unlink()
    file.mkdir(parents=True)
    assert code_of(country) == "delivery.fetch_failed"
    assert server.asked == []


def test_what_is_cut_too_large_or_too_slow_is_not_received(
    country: Workspace, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.short = len(CONTENT) - 1
    assert code_of(country) == "delivery.fetch_cut"
    server.short, server.slow = 0, 60
    monkeypatch.setattr("pipeline.intake.sftp_files.WAIT_SECONDS", 1)
    begun = time.monotonic()
    assert code_of(country) == "delivery.fetch_failed"
    assert time.monotonic() - begun < 30
    server.slow = 0
    (server.root / "shared" / FILE).write_bytes(b"x" * 1_000_001)
    assert code_of(country) == "delivery.fetch_size"
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        known = server.known.replace(f":{server.port}", f":{port}")
        point(country, f"{server.address.replace(f':{server.port}', f':{port}')}\n{known}")
        assert code_of(country) == "delivery.fetch_failed"


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """Start OpenSSH's server; yield its port, and the folder of its keys."""
    folder = tmp_path / "sshd"
    folder.mkdir(mode=0o700)
    for name in ("host", "user"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(command, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "ListenAddress": f"127.0.0.1:{port}",
        "HostKey": folder / "host",
        "AuthorizedKeysFile": folder / "user.pub",
        "PidFile": "none",
        "StrictModes": "no",
        "UsePAM": "no",
        "PasswordAuthentication": "no",
        "PermitRootLogin": "prohibit-password",
        "Subsystem": "sftp internal-sftp",
    }
    (folder / "config").write_text("".join(f"{k} {v}\n" for k, v in settings.items()))
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    with subprocess.Popen(
        [str(SSHD), "-D", "-e", "-f", str(folder / "config")], stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait_for_port(port)
            yield port, folder
        finally:
            process.terminate()


@pytest.mark.skipif(SSHD is None, reason="OpenSSH's server is not installed")
def test_the_server_of_openssh_is_read_too(
    country: Workspace, sshd: tuple[int, Path], tmp_path: Path
) -> None:
    import getpass

    port, folder = sshd
    file = tmp_path / "shared" / FILE
    file.parent.mkdir(parents=True)
    scan = ["ssh-keyscan", "-t", "ed25519", "-p", str(port), "127.0.0.1"]
    known = subprocess.run(scan, check=True, capture_output=True, text=True).stdout
    address = f"sftp://{getpass.getuser()}@127.0.0.1:{port}{tmp_path}/shared"
    point(country, f"{address}\n{known}{(folder / 'user').read_text()}")
    assert code_of(country) == "delivery.fetch_absent"
    outside = tmp_path / "outside.csv"
    outside.write_bytes(CONTENT)
    file.symlink_to(outside)
    assert code_of(country) == "delivery.fetch_failed"
    file.unlink()
    file.write_bytes(CONTENT)
    assert taken(country).counts["accepted"] == len(ROWS)
    assert not taken(country).changed


def test_whoever_fetches_may_have_a_loop_that_runs(country: Workspace) -> None:
    async def fetched() -> int:
        await asyncio.sleep(0)
        return taken(country).counts["accepted"]

    with ThreadPoolExecutor(1) as thread:  # the browser of other tests has its loop in this one
        assert thread.submit(asyncio.run, fetched()).result() == len(ROWS)
