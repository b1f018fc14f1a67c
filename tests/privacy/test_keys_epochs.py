"""Pseudonyms pass to another epoch whole or not at all, and the same persons stay the same."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from pipeline.errors import StorageError
from pipeline.steps.epochs import rotate_domain
from pipeline.steps.keeping import key_status
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.signing import sign_for_tests
from tests.small_country import PERIOD


def again(workspace: Workspace, **settings: Any) -> Workspace:
    """Return the same folders, as another process opens them."""
    return Workspace(replace(workspace.settings, **settings), workspace.clock)


def pseudonyms(workspace: Workspace) -> list[bytes]:
    rows: pa.Table = workspace.protected.current("pupils", PERIOD)
    return sorted(rows["pupil_pseudonym"].to_pylist())


def by_pseudonym(workspace: Workspace) -> dict[bytes, dict[str, object]]:
    """Return the rest of each row by its pseudonym."""
    rows = workspace.protected.current("pupils", PERIOD).to_pylist()
    found = {row.pop("pupil_pseudonym"): row for row in rows}
    assert len(found) == len(rows)
    return found


def mac(key: bytes, message: bytes) -> bytes:
    cmac = CMAC(AES(key))
    cmac.update(message)
    return cmac.finalize()


def last_key(workspace: Workspace) -> bytes:
    domain = workspace.project.contracts.policy.domains["pupil"]
    return workspace.ring.pseudonym_keys("pupil", *domain.scope(PERIOD))[-1]


def test_every_pseudonym_becomes_its_mac_and_all_else_stays(
    delivered: Workspace, tmp_path: Path
) -> None:
    before = by_pseudonym(delivered)
    schools = delivered.protected.state_hash("schools", PERIOD)
    shutil.copytree(delivered.home, tmp_path / "before")
    receipt = rotate_domain(delivered, "pupil")
    assert receipt.counts["epoch"] == 2
    after = again(delivered)
    key = last_key(after)
    assert by_pseudonym(after) == {mac(key, each): row for each, row in before.items()}
    assert after.protected.state_hash("schools", PERIOD) == schools
    [pupil] = [each for each in key_status(after)["domains"] if each["domain"] == "pupil"]
    assert pupil["epoch"] == 2
    # The former pseudonyms open in no copy from before.
    shutil.rmtree(tmp_path / "before" / "vault")
    shutil.copytree(delivered.home / "vault", tmp_path / "before" / "vault")
    copy = again(delivered, home=tmp_path / "before")
    batch = next(each for each in copy.protected.batches("pupils"))
    with pytest.raises(StorageError, match=r"storage\.key_forgotten"):
        copy.ring.vault.key(bytes.fromhex(batch.parts[0].key_id), file=tmp_path)


def test_the_same_persons_delivered_again_have_the_same_pseudonyms(delivered: Workspace) -> None:
    rotate_domain(delivered, "pupil")
    rotate_domain(again(delivered), "pupil")
    after = again(delivered)
    held = pseudonyms(after)
    rows = [{**row, "home_internet": "non"} for row in small_country.pupil_rows()]
    receipt = small_country.take(after, "pupils", small_country.table(rows))
    assert receipt.changed
    assert pseudonyms(after) == held
    assert len(after.ring.pseudonym_keys("pupil", "x")) == 3


def test_until_it_ended_nothing_is_current_or_accepted_and_a_second_run_ends_it(
    delivered: Workspace,
) -> None:
    before = pseudonyms(delivered)
    stale = again(delivered)
    assert stale.ring.epochs == {}
    again(delivered).ring.vault.advance("pupil")
    begun = again(delivered)
    for attempt in (
        lambda: begun.protected.current("pupils", PERIOD),
        begun.protected.state_hash_all,
        lambda: begun.protected.rewrite("pupils", PERIOD, lambda rows: rows),
        lambda: _accept_a_row_of(stale, "stale"),
        lambda: rotate_domain(again(delivered), "teacher"),
    ):
        with pytest.raises(StorageError, match=r"storage\.epoch_turning"):
            attempt()
    # One dataset has passed, as a killed run leaves it.
    begun.protected.rewrite("schools", PERIOD, lambda rows: rows, epochs=begun.ring.epochs)
    receipt = rotate_domain(again(delivered), "pupil")
    assert receipt.counts["epoch"] == 2
    after = again(delivered)
    key = last_key(after)
    assert pseudonyms(after) == sorted(mac(key, each) for each in before)


def test_a_run_that_was_killed_before_it_told_so_is_ended_not_repeated(
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("pipeline.steps.epochs.shred_withdrawn", killed)
        with pytest.raises(KeyboardInterrupt):
            rotate_domain(delivered, "pupil")
    once = pseudonyms(again(delivered))
    receipt = rotate_domain(again(delivered), "pupil")
    assert (receipt.counts["epoch"], receipt.counts["parts"]) == (2, 0)
    assert pseudonyms(again(delivered)) == once


def test_a_domain_that_the_policy_does_not_know_is_refused(delivered: Workspace) -> None:
    with pytest.raises(StorageError, match=r"storage\.domain_unknown"):
        rotate_domain(delivered, "nobody")
    assert again(delivered).ring.epochs == {}


def test_a_domain_whose_rule_was_another_once_is_refused(
    delivered: Workspace, small_project: Path, tmp_path: Path
) -> None:
    project = tmp_path / "changed-project"
    shutil.copytree(small_project, project)
    policy = project / "contracts" / "policy.yml"
    head, domains = policy.read_text().split("\ndomains:\n")
    policy.write_text(f"{head}\ndomains:\n{domains.replace('version: 1', 'version: 2', 1)}")
    changed = sign_for_tests(again(delivered, project=project))
    with pytest.raises(StorageError, match=r"storage\.epoch_rules"):
        rotate_domain(changed, "pupil")
    assert again(changed).ring.epochs == {}
    assert rotate_domain(changed, "teacher").counts["epoch"] == 2


def _accept_a_row_of(workspace: Workspace, batch_id: str) -> None:
    batch = workspace.protected.batches("schools", PERIOD)[0]
    table = pa.table({"school_code": ["0350001A"]})
    workspace.protected.accept(
        table,
        dataset=batch.dataset,
        period=PERIOD,
        batch_id=batch_id,
        as_of=batch.as_of,
        sender_column=None,
        groups=1,
        counts={},
    )
