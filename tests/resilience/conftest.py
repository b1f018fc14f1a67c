from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.storage.keys import KeyRing
from tests.resilience.processes import Processes


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


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """The keys of `home`: a vault belongs to one home."""
    KeyRing.create(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def ring(keys: Path, home: Path) -> KeyRing:
    return KeyRing.open(keys, home=home)


@pytest.fixture(scope="session")
def processes() -> Iterator[Processes]:
    server = Processes()
    yield server
    server.close()
