"""Packed deliveries: the same table is one batch however it came, and nothing hostile opens."""

from __future__ import annotations

import gzip
import os
import resource
from pathlib import Path

import pytest

from pipeline.errors import DeliveryError, Place
from pipeline.steps.inbox import find_waiting, ingest_waiting
from pipeline.steps.listing import identified
from pipeline.steps.people import people
from pipeline.steps.screening import unsearchable
from pipeline.steps.subjects import find
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.packed_files import HOSTILE, streamed_zip, zipped
from tests.processor_time import processor_time
from tests.small_country import MARKER, pupil_rows, table

# What a refusal may take of the processors: a tenth of it is usual.
A_SECOND = 1.0
ROWS = pupil_rows(12)
SOUND = table(ROWS)
FORMS = {
    "gzip": gzip.compress(SOUND),
    "zip": zipped({"pupils.csv": SOUND}),
    "zip, streamed": streamed_zip("other name.txt", SOUND),
}


# Where the names in hostile archives would lead.
ESCAPED = [Path(folder, "pupils.csv") for folder in ("/", "/tmp", ".", "..", "../..")]


def outside_of_deliveries(folder: Path) -> set[Path]:
    """Return all files but those of the deliveries, which are sealed, and their keys."""
    return {
        path
        for path in folder.rglob("*")
        if path.is_file() and "deliveries" not in path.parts and "vault" not in path.parts
    }


def sample_folder() -> Path | None:
    named = os.environ.get("CARTABLE_TEST_DATA")
    return Path(named) / "adversarial" if named else None


@pytest.mark.parametrize("how", FORMS)
def test_a_packed_table_is_the_batch_that_it_is_unpacked(how: str, zones: Workspace) -> None:
    first = small_country.take(zones, "pupils", FORMS[how])
    assert first.counts["accepted"] == len(ROWS)
    again = small_country.take(zones, "pupils", SOUND)
    assert (again.changed, again.ids) == (False, first.ids)
    for other in FORMS.values():
        assert not small_country.take(zones, "pupils", other).changed
    # What is kept is the table itself: persons are looked for in it.
    assert small_country.sealed_pupils(zones) == [SOUND]
    assert unsearchable(zones) == []
    place = identified(zones, "pupils")
    who = people([[ROWS[3]["national_id"]]], place)
    assert sum(e["rows"] for e in find(zones, place, who) if e["zone"] == "deliveries") == 1
    [delivery] = [
        entry.facts
        for entry in zones.ledger.entries("delivery")
        if str(entry.facts["delivery"]).startswith("pupils-")
    ]
    assert delivery["bytes"] == len(SOUND)
    assert len(list(zones.ledger.entries("sent"))) == len(FORMS)


def test_what_is_hostile_is_refused_at_once_and_nothing_is_written(
    zones: Workspace, tmp_path: Path
) -> None:
    small_country.take(zones, "pupils", table(pupil_rows(1)))
    before = outside_of_deliveries(tmp_path)
    for number, (how, (make, code)) in enumerate(HOSTILE.items(), start=1):
        content = make(table(pupil_rows(2)))
        with processor_time(zones) as spent, pytest.raises(DeliveryError) as refused:
            small_country.take(zones, "pupils", content)
        assert spent.apart < A_SECOND, how
        assert spent.here < A_SECOND, how
        assert refused.value.problem.code == code
        assert refused.value.problem.place == Place(dataset="pupils", file="pupils_2021.csv")
        for language in ("en", "fr"):
            assert MARKER not in refused.value.words(language)
        assert outside_of_deliveries(tmp_path) == before
        # It stays sealed as it was sent, and the ledger tells why.
        assert content in small_country.sealed_pupils(zones)
        assert len(unsearchable(zones)) == number
        assert list(zones.ledger.entries("refusal"))[-1].facts["rule"] == code
    assert not any(path.exists() for path in ESCAPED)
    assert [each.is_text for each in unsearchable(zones)] == [False] * len(HOSTILE)


SLIPS = sorted((sample_folder() / "zip-slip").glob("*.zip")) if sample_folder() else []


@pytest.mark.skipif(not SLIPS, reason="CARTABLE_TEST_DATA names no folder with zip-slip archives")
@pytest.mark.parametrize("path", SLIPS, ids=lambda path: path.name)
def test_a_known_zip_slip_archive_writes_nothing_anywhere(
    path: Path, zones: Workspace, tmp_path: Path
) -> None:
    before = outside_of_deliveries(tmp_path)
    with pytest.raises(DeliveryError) as refused:
        small_country.take(zones, "pupils", path.read_bytes())
    assert refused.value.problem.code == "delivery.zip_name"
    assert outside_of_deliveries(tmp_path) == before
    assert not any(Path(folder, "evil.txt").exists() for folder in ("/", "/tmp", ".", ".."))


def test_a_packed_file_of_the_inbox_is_taken_in_once(zones: Workspace) -> None:
    inbox = zones.settings.inbox
    inbox.mkdir()
    (inbox / "pupils_2021.csv.gz").write_bytes(FORMS["gzip"])
    (inbox / "pupils_2021_again.csv.zip").write_bytes(FORMS["zip"])
    for path in inbox.iterdir():
        os.utime(path, (1_634_000_000, 1_634_000_000))
    (inbox / "pupils_2021.csv.xz").write_bytes(b"no packing that is read")
    waiting = find_waiting(zones, "pupils")
    assert {each.file for each in waiting} == {"pupils_2021.csv.gz", "pupils_2021_again.csv.zip"}
    for each in waiting:
        receipt = ingest_waiting(zones, "pupils", file=each.file, period=each.period)
        assert receipt.counts["accepted"] == len(ROWS)
    assert find_waiting(zones, "pupils") == []


def test_a_large_packed_table_is_read_in_blocks_in_bounded_memory(zones: Workspace) -> None:
    rows = b"".join(
        b"%09dAA;N;G;01/02/2012;F;A;a@example.org;0350001A;CP;oui;oui\n" % n for n in range(400_000)
    )
    plain = SOUND.partition(b"\n")[0] + b"\n" + rows
    assert len(plain) > 20 << 20
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    receipt = small_country.take(zones, "pupils", gzip.compress(plain, 1))
    assert receipt.counts["counted"] == receipt.counts["accepted"] == 400_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 600_000
