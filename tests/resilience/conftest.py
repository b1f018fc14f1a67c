from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.storage.keys import KeyRing
from tests.resilience.processes import Processes


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installation") / "keys"
    KeyRing.create(folder)
    return folder


@pytest.fixture(scope="session")
def ring(keys: Path) -> KeyRing:
    return KeyRing.open(keys)


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """In memory where that can be: a killed process needs no disk, and a disk takes its time."""
    if not os.access("/dev/shm", os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir="/dev/shm", prefix="cartable-") as folder:
        yield Path(folder)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture(scope="session")
def processes() -> Iterator[Processes]:
    server = Processes()
    yield server
    server.close()
