"""A PostgreSQL of the tests' own: a folder, a free port, a password, gone afterwards."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.airflow.ports import free_port

PATIENCE = 60.0
# It refuses to run as root: Debian's package brings a user for it.
OWNER = "postgres"


def find_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


class Postgres:
    """One server with one database, named after Airflow."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._password = secrets.token_hex(16)
        self._port = free_port()
        # Not below pytest's folder, which nobody else may enter.
        self._folder = Path(tempfile.mkdtemp(prefix="cartable-postgres-"))
        self._as: dict[str, Any] = {}
        if os.getuid() == 0:
            shutil.chown(self._folder, OWNER, OWNER)
            self._as = {"user": OWNER, "group": OWNER, "extra_groups": []}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def url(self) -> str:
        """The address that Airflow is given."""
        return f"postgresql+psycopg2://airflow:{self._password}@127.0.0.1:{self._port}/airflow"

    def start(self) -> None:
        password = self._folder / "password"
        password.write_text(self._password)
        if self._as:
            shutil.chown(password, OWNER, OWNER)
        data = str(self._folder / "data")
        options = ["--username=airflow", "--auth=scram-sha-256", f"--pwfile={password}"]
        self._run("initdb", "--no-sync", *options, data)
        settings = {
            "port": str(self._port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            # A test database needs no disk.
            "fsync": "off",
            "synchronous_commit": "off",
        }
        given = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        log = (self._folder / "log").open("wb")
        self._process = subprocess.Popen(
            [self._programs / "postgres", "-D", data, *given],
            stdout=log,
            stderr=log,
            cwd=self._folder,
            **self._as,
        )
        deadline = time.monotonic() + PATIENCE
        while not self._make_database():
            assert time.monotonic() < deadline, (self._folder / "log").read_text()
            time.sleep(0.2)

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(30)
        shutil.rmtree(self._folder)

    def select(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """Return what the database answers; `%s` stands for a value."""
        with closing(self._connect("airflow")) as connection, connection.cursor() as cursor:
            cursor.execute(query, values or None)
            return cursor.fetchall()

    def _make_database(self) -> bool:
        import psycopg2

        try:
            connection = self._connect("postgres")
        except psycopg2.OperationalError:
            return False
        with closing(connection):
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("create database airflow")
        return True

    def _connect(self, database: str) -> Any:
        import psycopg2

        return psycopg2.connect(
            host="127.0.0.1",
            port=self._port,
            user="airflow",
            password=self._password,
            dbname=database,
        )

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=self._folder, check=False, **self._as
        )
        assert done.returncode == 0, done.stderr
