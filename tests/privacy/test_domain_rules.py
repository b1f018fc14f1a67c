"""Rows of one period are pseudonymised under one rule: one person is never two."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.errors import StorageError
from tests import small_country
from tests.signing import sign_for_tests
from tests.small_country import SCHOOLS, open_workspace, pupil_rows, table, take

CODES = list(SCHOOLS)


def test_a_correction_under_another_rule_is_refused_until_the_rule_is_back(
    tmp_path: Path, small_project: Path
) -> None:
    project = shutil.copytree(small_project, tmp_path / "project")
    workspace = open_workspace(tmp_path, project)
    small_country.take_all(workspace, small_country.deliveries())
    state = workspace.protected.state_hash_all()
    policy = project / "contracts" / "policy.yml"
    signed = policy.read_text(encoding="utf-8")
    changed = signed.replace("leading_zeros: kept", "leading_zeros: stripped")
    assert changed != signed
    policy.write_text(changed, encoding="utf-8")
    workspace = sign_for_tests(open_workspace(tmp_path, project))
    correction = table(pupil_rows(20, CODES[:1]))
    with pytest.raises(StorageError, match=r"storage\.other_rule"):
        take(workspace, "pupils", correction)
    assert workspace.protected.state_hash_all() == state
    for dataset in ("schools", "population", "pupils"):
        later = small_country.deliveries()[dataset]
        assert take(workspace, dataset, later, period="2020").changed
    policy.write_text(signed, encoding="utf-8")
    workspace = sign_for_tests(open_workspace(tmp_path, project))
    assert take(workspace, "pupils", correction).changed
