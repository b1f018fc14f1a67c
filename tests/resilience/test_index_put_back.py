"""An earlier index of the protected zone, signed as it was, is not believed; nothing dies by it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from pipeline.errors import StorageError
from pipeline.steps.erasing import erase
from pipeline.steps.listing import identified
from pipeline.steps.people import people
from pipeline.steps.prepare import prepare
from pipeline.steps.retain import retain
from pipeline.steps.workspace import Workspace
from pipeline.storage.ledger import Ledger
from pipeline.storage.protected import ProtectedStore
from pipeline.storage.shredding import key_ids_in_use, shred_withdrawn
from pipeline.storage.told_batches import OUTLIVED, ToldBatches, batches_told
from tests.small_country import NOW, SCHOOLS, open_workspace, pupil_rows, table, take

CODES = list(SCHOOLS)
ROWS = pupil_rows(24)


def again(workspace: Workspace, now: datetime = NOW) -> Workspace:
    return open_workspace(workspace.home.parent, workspace.settings.project, now=now)


def erase_one(workspace: Workspace) -> object:
    place = identified(workspace, "pupils")
    return erase(workspace, place, people([[ROWS[0]["national_id"]]], place))


def shred(workspace: Workspace) -> object:
    return shred_withdrawn(workspace.home, workspace.ring)


STEPS: tuple[Callable[[Workspace], object], ...] = (
    lambda workspace: workspace.protected.batches(),
    lambda workspace: workspace.protected.current("pupils", "2021"),
    lambda workspace: workspace.protected.withdraw_before("2000"),
    lambda workspace: workspace.protected.renew(),
    lambda workspace: key_ids_in_use(workspace.home, workspace.ring),
    lambda workspace: take(workspace, "pupils", table(ROWS[:40]), as_of=NOW),
    lambda workspace: workspace.quarantine.destroy("nothing"),
    shred,
    prepare,
    retain,
    erase_one,
)


def test_an_earlier_index_is_refused_and_what_it_does_not_name_stays(
    delivered: Workspace,
) -> None:
    protected = delivered.home / "protected"
    index = protected / "index.json"
    former, generation = index.read_bytes(), delivered.ring.vault.generation
    newer = take(delivered, "pupils", table(pupil_rows(30, CODES[:2])), as_of=NOW).ids["batch"]
    wanted, now = delivered.protected.state_hash_all(), index.read_bytes()
    # Nothing was destroyed in between: every key of the former index is there still.
    assert again(delivered).ring.vault.generation == generation
    files = sorted(protected.rglob("*.parquet"))
    for spoil in (lambda: index.write_bytes(former), index.unlink):
        spoil()
        for step in STEPS:
            with pytest.raises(StorageError, match=r"storage\.(index_behind|altered)"):
                step(again(delivered))
    assert sorted(protected.rglob("*.parquet")) == files
    assert again(delivered).ring.vault.generation == generation
    index.write_bytes(now)
    assert again(delivered).protected.state_hash_all() == wanted
    shred(again(delivered))
    assert again(delivered).protected.has(newer)


def test_a_zone_that_is_gone_as_a_whole_is_not_an_empty_one(delivered: Workspace) -> None:
    shutil.rmtree(delivered.home / "protected")
    with pytest.raises(StorageError, match=r"storage\.index_behind"):
        again(delivered).protected.batches()
    # Also to who opens the store with the keys alone.
    with pytest.raises(StorageError, match=r"storage\.index_behind"):
        ProtectedStore(delivered.home, delivered.ring).batches()


def test_what_outlived_its_retention_is_told_before_it_goes_and_asked_for_no_more(
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = batches_told(delivered.ledger)
    assert held == {batch.batch_id for batch in delivered.protected.batches()}
    later = NOW + timedelta(days=365 * 40)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ProtectedStore, "withdraw_before", killed)
        with pytest.raises(KeyboardInterrupt):
            retain(again(delivered, later))
    assert batches_told(again(delivered).ledger) == frozenset()
    assert {batch.batch_id for batch in again(delivered).protected.batches()} == held
    assert retain(again(delivered, later)).counts["protected"] == len(held)
    assert again(delivered).protected.batches() == []
    told = [entry.facts for entry in delivered.ledger.entries(OUTLIVED)]
    assert [fact["zone"] for fact in told] == ["protected"]
    assert not retain(again(delivered, later)).changed


def test_a_batch_of_an_outlived_period_that_comes_again_is_asked_for_again(
    small: Workspace,
) -> None:
    ledger = small.ledger
    name = "pupils-2021-0123456789abcdef"
    ledger.append("batch", batch=name, accepted=1)
    ledger.append("batch", batch="pupils-2022-0123456789abcdef", accepted=1)
    ledger.append(OUTLIVED, zone="protected", before="2022")
    assert batches_told(ledger) == {"pupils-2022-0123456789abcdef"}
    ledger.append("batch", batch=name, accepted=1)
    assert name in batches_told(ledger)
    ledger.append("destroyed", zone="deliveries", delivery=name)
    assert name in batches_told(ledger)
    ledger.append("destroyed", zone="protected", batch=name)
    assert name not in batches_told(ledger)


def test_a_batch_that_goes_while_the_index_is_read_is_not_missed(small: Workspace) -> None:
    ledger, name = small.ledger, "pupils-2021-0123456789abcdef"
    ledger.append("batch", batch=name, accepted=1)
    told = ToldBatches(Ledger(small.home / "ledger", publisher=small.ring))
    before, index = told.now(), small.home / "protected" / "index.json"
    with pytest.raises(StorageError, match=r"storage\.index_behind"):
        told.check_named(before, (), index)
    ledger.append(OUTLIVED, zone="protected", before="2022")
    told.check_named(before, (), index)
