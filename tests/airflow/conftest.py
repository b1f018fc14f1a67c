from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.airflow.deliveries import write_small_deliveries

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.airflow)
            if find_spec("airflow") is None:
                item.add_marker(pytest.mark.skip(reason="Airflow is not installed: `make test`"))


@pytest.fixture(scope="session")
def outbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of one small delivery per dataset."""
    return write_small_deliveries(tmp_path_factory.mktemp("deliveries"))
