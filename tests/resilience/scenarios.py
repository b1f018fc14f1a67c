"""What the tests run and kill: each scenario is idempotent and ends in one known state.

People are synthetic: a pseudonym is a number in 16 bytes.
"""

from __future__ import annotations

import io
import os
import resource
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.errors import StorageError
from pipeline.storage.deliveries import DeliveryStore, Gone
from pipeline.storage.keys import KeyRing
from pipeline.storage.ledger import Ledger
from pipeline.storage.protected import ProtectedStore
from pipeline.storage.quarantine import SCHEMA, QuarantineStore
from pipeline.storage.registers import Event, Register
from pipeline.storage.releases import ReleaseStore
from pipeline.storage.renewing import renew_files
from pipeline.storage.review import ReviewStore
from pipeline.storage.root_rotation import replace_root
from pipeline.storage.roots import FILE_SOURCE
from pipeline.storage.shredding import shred_withdrawn

APPENDERS, APPENDS = 4, 25


def rows(first: int, senders: Iterable[str]) -> pa.Table:
    """Three rows per sender, numbered from `first`."""
    codes = [sender for sender in senders for _ in range(3)]
    return pa.table(
        {
            "pupil_pseudonym": pa.array(
                [(first + n).to_bytes(16, "big") for n in range(len(codes))], pa.binary(16)
            ),
            "school_code": codes,
            "sex": ["F" if n % 2 else "M" for n in range(len(codes))],
            "grade_year": pa.array([None if n == 4 else n % 5 for n in range(len(codes))]),
        }
    )


BATCHES = {
    "whole": ("2021-10-01", rows(0, ["A", "B", "C", "D"])),
    "correction": ("2021-11-01", rows(100, ["B", "D"])),
}


def accept_batch(store: ProtectedStore, batch_id: str) -> None:
    as_of, table = BATCHES[batch_id]
    store.accept(
        table,
        dataset="pupils",
        period="2021",
        batch_id=batch_id,
        as_of=as_of,
        sender_column="school_code",
        groups=2,
        counts={"accepted": table.num_rows},
    )


def accept(home: Path, keys: Path) -> None:
    store = ProtectedStore(home, KeyRing.open(keys, home=home))
    for batch_id in BATCHES:
        accept_batch(store, batch_id)


def receive(home: Path, keys: Path) -> None:
    store = DeliveryStore(home, KeyRing.open(keys, home=home))
    store.receive(io.BytesIO(b"x" * 150_000), dataset="pupils", period="2021")


REFUSED = pa.table([[2, 5], ["sex", "sex"], ["code", "code"], [b"2;X", b"5;Y"]], schema=SCHEMA)


def seal_for_review(home: Path, keys: Path) -> None:
    ring = KeyRing.open(keys, home=home)
    QuarantineStore(home, ring).put("whole", REFUSED)
    review = ReviewStore(home, ring)
    review.put("decided", {"exact": rows(0, "AB")}, {"hidden": 3})
    review.destroy_counts("decided")


PLAIN = (b"header\nfirst\nsecond\n", b"header\nsecond\n")


def seal_first(home: Path, keys: Path) -> None:
    """Seal what `seal_anew` replaces."""
    ring = KeyRing.open(keys, home=home)
    DeliveryStore(home, ring).receive(io.BytesIO(PLAIN[0]), dataset="pupils", period="2021")
    QuarantineStore(home, ring).put("whole", REFUSED)


def seal_anew(home: Path, keys: Path) -> None:
    """Seal a delivery and refused rows without some of what they hold, and shred what was."""
    ring = KeyRing.open(keys, home=home)
    store = DeliveryStore(home, ring)
    [name] = store.ids()
    delivery = store.delivery(name)
    if delivery.revision == 0:
        gone = Gone(removed=1, blanked=0, lines=[(2, 2)])
        assert store.reseal(delivery, io.BytesIO(PLAIN[1]), without=lambda: gone)
    QuarantineStore(home, ring).put("whole", REFUSED.slice(1))
    shred_withdrawn(home, ring)


def keep_register(home: Path, keys: Path) -> None:
    """Open a record with free words, and add to it."""
    register = Register(home, KeyRing.open(keys, home=home), "request")
    event = Event(at="2021-10-01T00:00:00+00:00", what="opened", facts={})
    if not register.records():
        register.begin(event, words=b"first words")
    [record] = register.records()
    if len(register.events(record)) == 1:
        register.add(record, event.model_copy(update={"what": "decided"}), words=b"more words")


def shred(home: Path, keys: Path) -> None:
    """Destroy one of everything and rewrite a batch; what is left does not depend on a kill."""
    ring = KeyRing.open(keys, home=home)
    deliveries, protected = DeliveryStore(home, ring), ProtectedStore(home, ring)
    for batch_id in BATCHES:
        accept_batch(protected, batch_id)
    for content in (b"kept", b"gone"):
        delivery = deliveries.receive(io.BytesIO(content), dataset="pupils", period="2021")
    QuarantineStore(home, ring).put("whole", REFUSED)
    protected.rewrite("pupils", "2021", lambda table: table.slice(0, 4))
    deliveries.withdraw(delivery.id)
    QuarantineStore(home, ring).withdraw("whole")
    shred_withdrawn(home, ring)


def rotate(home: Path, keys: Path) -> None:
    """Replace the root, the vault key and every data key."""
    ring = KeyRing.open(keys, home=home)
    accept_batch(ProtectedStore(home, ring), "whole")
    DeliveryStore(home, ring).receive(io.BytesIO(b"kept"), dataset="pupils", period="2021")
    replace_root(ring, keys, source=FILE_SOURCE, copy=None, to=None)
    ring = KeyRing.open(keys, home=home)
    ring.vault.replace()
    renew_files(home, ring)


def rotate_new(home: Path, keys: Path) -> None:
    """Replace every key of an installation that has sealed nothing yet, and seal."""
    ring = KeyRing.open(keys, home=home)
    replace_root(ring, keys, source=FILE_SOURCE, copy=None, to=None)
    ring = KeyRing.open(keys, home=home)
    ring.vault.replace()
    DeliveryStore(home, ring).receive(io.BytesIO(b"kept"), dataset="pupils", period="2021")
    shred_withdrawn(home, ring)


def builder(text: str) -> Callable[[Path], None]:
    def build(folder: Path) -> None:
        (folder / "csv").mkdir()
        (folder / "csv" / "observations.csv").write_text(text)
        (folder / "index.html").write_text(text)

    return build


def publish(home: Path, keys: Path) -> None:
    store = ReleaseStore(home / "published", KeyRing.open(keys))
    for release_id in ("first", "second"):
        store.publish(builder(release_id), release_id=release_id, facts={"candidate": release_id})


def opened_ledger(home: Path, keys: Path) -> Ledger:
    """Return the ledger as the installation opens it: it signs, and keeps its head elsewhere."""
    return Ledger(home / "ledger", signer=KeyRing.open(keys), copies=[home.parent / "head.json"])


def append(home: Path, keys: Path) -> None:
    ledger = opened_ledger(home, keys)
    for number in range(6):
        ledger.append_once("batch", batch=f"batch-{number}", rows=number)


def append_at_once(home: Path, keys: Path) -> None:
    """Several processes append; one entry is the same for all of them."""

    def work(appender: int) -> None:
        ledger = opened_ledger(home, keys)
        for number in range(APPENDS):
            ledger.append("batch", appender=appender, number=number)
        ledger.append_once("policy", version=1)

    _in_processes([lambda n=n: work(n) for n in range(APPENDERS)])


def accept_at_once(home: Path, keys: Path) -> None:
    """Several processes accept the same batches."""
    _in_processes([lambda: accept(home, keys)] * 3)


def run_out_of_room(home: Path, keys: Path) -> None:
    """No file may grow past 700 bytes; what fits is written, the rest is refused in words."""
    ledger = opened_ledger(home, keys)
    while not ledger.verify() or (home / "ledger" / "ledger.jsonl").stat().st_size < 600:
        ledger.append("batch")
    entries = ledger.verify()
    resource.setrlimit(resource.RLIMIT_FSIZE, (700, resource.RLIM_INFINITY))
    works: list[Callable[[], object]] = [
        lambda: ledger.append("batch"),
        lambda: accept(home, keys),
        lambda: receive(home, keys),
        lambda: seal_for_review(home, keys),
        lambda: ReleaseStore(home / "published", KeyRing.open(keys)).publish(
            builder("x" * 1000), release_id="large", facts={}
        ),
    ]
    for work in works:
        with pytest.raises(StorageError, match="cannot_write"):
            work()
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert ledger.verify() == entries
    assert ReleaseStore(home / "published").releases() == []
    assert not [path for path in home.rglob("*") if path.name.startswith(".work-")]


SCENARIOS = {
    scenario.__name__: scenario
    for scenario in (
        accept,
        receive,
        seal_for_review,
        seal_first,
        seal_anew,
        keep_register,
        shred,
        rotate,
        rotate_new,
        publish,
        append,
        append_at_once,
        accept_at_once,
        run_out_of_room,
    )
}


def _in_processes(works: list[Callable[[], None]]) -> None:
    children = [_forked(work) for work in works]
    statuses = [os.waitpid(child, 0)[1] for child in children]
    assert statuses == [0] * len(works)


def _forked(work: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return child
