"""An enrolment that is killed before any change to a file is ended by enrolling again."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from pipeline.errors import PolicyError, StorageError
from pipeline.steps.policy import require_policy, signatory
from pipeline.steps.signing import enrol, opine, sign
from pipeline.steps.workspace import Workspace
from pipeline.storage.keys import KeyRing
from pipeline.storage.signatories import PersonKey, fingerprint, make_person_key
from tests import small_country
from tests.resilience.processes import kill_self_before


@pytest.fixture
def start(tmp_path: Path, small_project: Path) -> tuple[Path, PersonKey, PersonKey]:
    """Keys of an installation, with an officer; and two keys of delegates, one after the other."""
    folder = tmp_path / "start"
    (folder / "keys").mkdir(parents=True, mode=0o700)
    KeyRing.create(folder / "keys")
    workspace = small_country.open_workspace(folder, small_project)
    officer = make_person_key(tmp_path / "dpo.pem", passphrase=None)
    enrol(workspace, "dpo", officer.public_key)
    one, other = (make_person_key(tmp_path / f"{n}.pem", passphrase=None) for n in range(2))
    return folder, one, other


def enrol_and_die(workspace: Workspace, key: PersonKey, change: int) -> bool:
    """Enrol in a process of its own that is killed before a change; False when it was."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            kill_self_before(change)
            enrol(workspace, "delegate", key.public_key, confirmed=fingerprint(key.public_key))
            status = 0
        finally:
            os._exit(status)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL)
    return code == 0


@pytest.mark.parametrize("is_replaced", [False, True])
def test_whoever_is_enrolled_again_counts_and_is_told_once(
    *,
    is_replaced: bool,
    start: tuple[Path, PersonKey, PersonKey],
    small_project: Path,
    tmp_path: Path,
) -> None:
    folder, one, other = start
    if is_replaced:
        enrol(small_country.open_workspace(folder, small_project), "delegate", one.public_key)
    key, killed = other if is_replaced else one, 0
    while True:
        copy = shutil.copytree(folder, tmp_path / f"killed-{killed}")
        workspace = small_country.open_workspace(copy, small_project)
        if enrol_and_die(workspace, key, killed + 1):
            break
        killed += 1
        try:
            half_done = signatory(workspace, "delegate")
        except (PolicyError, StorageError):
            half_done = None
        assert half_done is None or half_done.public_key in {one.public_key, key.public_key}
        confirmed = fingerprint(key.public_key)
        enrol(workspace, "delegate", key.public_key, confirmed=confirmed)
        enrolled = signatory(workspace, "delegate")
        assert enrolled is not None
        assert enrolled.public_key == key.public_key
        told = [e.facts["key"] for e in workspace.ledger.entries("policy_signatory")]
        assert told.count(confirmed) == 1
        assert not enrol(workspace, "delegate", key.public_key).changed
    # Entry, head and two halves of a pin: each is opened, renamed, or both.
    assert killed >= 6


def test_what_is_half_enrolled_signs_nothing(
    start: tuple[Path, PersonKey, PersonKey], small_project: Path, tmp_path: Path
) -> None:
    folder, one, _ = start
    workspace = small_country.open_workspace(folder, small_project)
    enrol(workspace, "delegate", one.public_key)
    (workspace.settings.keys / "signatories" / "delegate.pub").unlink()
    with pytest.raises(PolicyError, match=r"policy\.no_public_key"):
        sign(workspace, one)
    enrol(workspace, "delegate", one.public_key)
    from pipeline.storage.signatories import open_person_key

    opine(workspace, open_person_key(tmp_path / "dpo.pem", passphrase=None), "favourable")
    sign(workspace, one)
    assert require_policy(workspace)
