"""A project whose pupils are fetched, and what the tests of every way to fetch them share."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pipeline.errors import CartableError
from pipeline.steps.fetching import fetch
from pipeline.steps.receipt import Receipt
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.small_country import pupil_rows, table

ROWS = pupil_rows(12)
CONTENT = table(ROWS)
SECRET = "Wallaby-Quixotic-9"


def write_project(root: Path) -> Path:
    """Write a project whose pupils come from the connection `town`, one megabyte at most."""
    small_country.write_project(root)
    path = root / "contracts" / "datasets" / "pupils.yml"
    text = path.read_text(encoding="utf-8")
    source = "fetched: {connection: town, file: 'out/pupils_{period}.csv', most_mb: 1}\nmode: full"
    path.write_text(text.replace("mode: full", source), encoding="utf-8")
    return root


def open_country(folder: Path, project: Path) -> Workspace:
    """Return a workspace that has its schools."""
    workspace = small_country.open_workspace(folder, project)
    small_country.take(workspace, "schools", small_country.schools())
    return workspace


def point(workspace: Workspace, secret: str) -> None:
    """Make `town` a connection with this secret."""
    folder = workspace.settings.keys / "sources"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / "town.url"
    file.write_text(secret)
    file.chmod(0o600)


def taken(workspace: Workspace) -> Receipt:
    """Fetch the pupils of the small country."""
    return fetch(workspace, "pupils", period="2021")


def code_of(workspace: Workspace) -> str:
    """Return the code of what refuses a fetch, which told nothing and left nothing."""
    with pytest.raises(CartableError) as refused:
        taken(workspace)
    words = refused.value.words("en") + refused.value.words("fr")
    assert SECRET not in words
    assert "127.0.0.1" not in words
    assert small_country.sealed_pupils(workspace) == []
    return refused.value.problem.code


def wait_for_port(port: int) -> None:
    """Wait until a server of this machine accepts."""
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError


def write_certificate(folder: Path) -> tuple[Path, Path]:
    """Write the certificate of a server on this machine, and its key; return their paths."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A server of the tests")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths
