"""Objects are fetched from a real S3 server over TLS, by a signature that it checks."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.fetched import (
    CONTENT,
    ROWS,
    code_of,
    open_country,
    point,
    taken,
    wait_for_port,
    write_certificate,
    write_project,
)
from tests.packed_files import zipped

FOLDER = "pupils of the town"
FILE = f"{FOLDER}/out/pupils_2021.csv"
EVERYTHING = {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
pytestmark = pytest.mark.slow


@dataclass
class Store:
    """An S3 server, and the key that may read it."""

    port: int
    certificate: Path
    key: str
    secret: str

    def client(self, service: str = "s3") -> Any:
        import boto3

        return boto3.client(
            service,
            endpoint_url=f"https://127.0.0.1:{self.port}",
            verify=str(self.certificate),
            region_name="eu-west-3",
            aws_access_key_id=self.key,
            aws_secret_access_key=self.secret,
        )

    def put(self, content: bytes, **told: str) -> None:
        self.client().put_object(Bucket="town", Key=FILE, Body=content, **told)

    def address(self, *, secret: str = "", scheme: str = "s3") -> str:
        pair = f"{self.key}:{quote(secret or self.secret, safe='')}"
        folder = quote(f"town/{FOLDER}")
        return f"{scheme}://{pair}@127.0.0.1:{self.port}/{folder}?region=eu-west-3"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Start the server; whoever signs wrongly is then let in no more."""
    folder = tmp_path_factory.mktemp("store")
    certificate, key = write_certificate(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-p", str(port)]
    with subprocess.Popen(
        [*command, "-c", str(certificate), "-k", str(key)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield _opened(port, certificate)
        finally:
            process.terminate()


def _opened(port: int, certificate: Path) -> Store:
    wait_for_port(port)
    store = Store(port, certificate, "nobody", "nothing")
    people = store.client("iam")
    people.create_user(UserName="steward")
    policy = json.dumps({"Version": "2012-10-17", **EVERYTHING})
    people.put_user_policy(UserName="steward", PolicyName="reads", PolicyDocument=policy)
    made = people.create_access_key(UserName="steward")["AccessKey"]
    place = {"LocationConstraint": "eu-west-3"}
    store.client().create_bucket(Bucket="town", CreateBucketConfiguration=place)
    context = ssl.create_default_context(cafile=certificate)
    strict = urllib.request.Request(
        f"https://127.0.0.1:{port}/moto-api/reset-auth", b"0", {"Content-Type": "text/plain"}
    )
    urllib.request.urlopen(strict, context=context, timeout=30).close()  # noqa: S310  https
    return Store(port, certificate, made["AccessKeyId"], made["SecretAccessKey"])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("fetched") / "project")


@pytest.fixture
def country(
    tmp_path: Path, project: Path, server: Store, monkeypatch: pytest.MonkeyPatch
) -> Workspace:
    workspace = open_country(tmp_path, project)
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    point(workspace, server.address())
    server.put(CONTENT)
    return workspace


def test_an_object_is_fetched_once_until_it_changed(country: Workspace, server: Store) -> None:
    assert taken(country).counts["accepted"] == len(ROWS)
    assert small_country.sealed_pupils(country) == [CONTENT]
    again = taken(country)
    assert (again.step, again.changed) == ("fetch", False)
    # The same rows, packed: another version, and one batch.
    server.put(zipped({"pupils.csv": CONTENT}), ContentEncoding="zip")
    same = taken(country)
    assert (same.step, same.changed) == ("ingest", False)
    ledger = (country.home / "ledger" / "ledger.jsonl").read_text()
    assert server.key not in ledger
    assert server.secret not in ledger


def test_only_the_key_of_the_secret_signs(
    country: Workspace, server: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whoever runs this has a key that would do; only the secret counts.
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", server.key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", server.secret)
    point(country, server.address(secret=f"{server.secret[:-1]}_"))
    assert code_of(country) == "delivery.fetch_failed"
    point(country, f"s3://127.0.0.1:{server.port}/town/{quote(FOLDER)}")
    assert code_of(country) == "delivery.fetch_credentials"
    point(country, f"s3://{server.key}@127.0.0.1:{server.port}/town/{quote(FOLDER)}")
    assert code_of(country) == "delivery.fetch_credentials"
    point(country, server.address())
    assert taken(country).changed


def test_what_is_not_there_too_large_or_not_certain_is_not_fetched(
    country: Workspace, server: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.put(b"x" * 1_000_001)
    assert code_of(country) == "delivery.fetch_size"
    server.client().delete_object(Bucket="town", Key=FILE)
    assert code_of(country) == "delivery.fetch_absent"
    server.put(CONTENT)
    point(country, server.address(scheme="http"))
    assert code_of(country) == "delivery.fetch_address"
    point(country, "s3://" + server.address().rpartition("@")[2].partition("/")[0])
    assert code_of(country) == "delivery.fetch_address"
    point(country, server.address())
    monkeypatch.delenv("SSL_CERT_FILE")
    assert code_of(country) == "delivery.fetch_failed"
