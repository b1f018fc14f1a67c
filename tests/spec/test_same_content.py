"""Content is what rows say: however they are written they are one batch, of the latest date."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import DeliveryError
from pipeline.steps.ingest import ingest
from pipeline.steps.receipt import Receipt
from pipeline.steps.status import status
from pipeline.steps.workspace import Workspace
from tests.small_country import (
    NOW,
    ON_TIME,
    PERIOD,
    SCHOOLS,
    Row,
    pupil,
    pupil_rows,
    table,
    take,
)

CODES = list(SCHOOLS)
DAY = timedelta(days=1)
# Two of 120 rows are refused: an impossible date, a code that is none, each with a cell to quote.
REFUSED = [
    pupil(9_001, CODES[0], birth_date="31/02/2012", address='3; rue "B"'),
    pupil(9_002, CODES[1], sex="?", address="4; rue C"),
]
ROWS = [*pupil_rows(59, CODES[:2]), *REFUSED]


def written(
    rows: Sequence[Row],
    *,
    columns: Sequence[str] | None = None,
    end: str = "\n",
    quoting: Literal[0, 1, 2, 3] = csv.QUOTE_MINIMAL,
) -> bytes:
    """Return rows as a file, in some order of columns, with some line ends and quotes."""
    text = io.StringIO()
    writer = csv.DictWriter(
        text,
        list(columns or rows[0]),
        delimiter=";",
        lineterminator=end,
        quoting=quoting,
    )
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def disguised(rows: Sequence[Row], seed: int) -> bytes:
    """Return a file of the same content, written in a way of its own."""
    chance = random.Random(seed)
    rows, columns = list(rows), list(rows[0])
    chance.shuffle(rows)
    chance.shuffle(columns)
    content = written(
        rows,
        columns=columns,
        end=chance.choice(["\n", "\r\n"]),
        quoting=chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    )
    return chance.choice([b"", codecs.BOM_UTF8]) + content


PLAIN = written(ROWS)
COLUMNS = list(ROWS[0])
DISGUISES: dict[str, tuple[str, bytes]] = {
    "the same": ("pupils_2021.csv", PLAIN),
    "another name": ("export (2).csv", PLAIN),
    "rows turned round": ("pupils_2021.csv", written(ROWS[::-1])),
    "rows by name": ("pupils_2021.csv", written(sorted(ROWS, key=lambda row: row["address"]))),
    "a byte order mark": ("pupils_2021.csv", codecs.BOM_UTF8 + PLAIN),
    "other line ends": ("pupils_2021.csv", written(ROWS, end="\r\n")),
    "other columns first": ("pupils_2021.csv", written(ROWS, columns=COLUMNS[::-1])),
    "columns by name": ("pupils_2021.csv", written(ROWS, columns=sorted(COLUMNS))),
    "everything in quotes": ("pupils_2021.csv", written(ROWS, quoting=csv.QUOTE_ALL)),
    "packed, and all of it": ("b.csv.gz", gzip.compress(disguised(ROWS, 7))),
}


def send(
    workspace: Workspace, content: bytes, *, file: str = "a.csv", as_of: datetime = ON_TIME
) -> Receipt:
    return ingest(workspace, "pupils", io.BytesIO(content), file=file, period=PERIOD, as_of=as_of)


def batches(workspace: Workspace) -> list[str]:
    return [batch.batch_id for batch in workspace.protected.batches("pupils", PERIOD)]


def test_ten_disguises_of_one_file_are_one_batch(zones: Workspace) -> None:
    receipts = [send(zones, content, file=file) for file, content in DISGUISES.values()]
    assert len(receipts) == 10
    assert len(batches(zones)) == 1
    assert {receipt.ids["batch"] for receipt in receipts} == set(batches(zones))
    assert [receipt.changed for receipt in receipts] == [True, *[False] * 9]
    assert {receipt.counts["accepted"] for receipt in receipts} == {len(ROWS) - len(REFUSED)}
    # Each file is kept as evidence, the refused rows once.
    assert len([name for name in zones.deliveries.ids() if name.startswith("pupils")]) == 9
    assert zones.quarantine.ids() == batches(zones)
    [told] = [e for e in zones.ledger.entries("batch") if e.facts["batch"] in batches(zones)]
    assert told.facts["accepted"] == len(ROWS) - len(REFUSED)
    assert len(list(zones.ledger.entries("again"))) == 8


@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_content_is_recognised_however_it_is_written(zones: Workspace, seed: int) -> None:
    first, other = send(zones, PLAIN), send(zones, disguised(ROWS, seed))
    assert other.ids["batch"] == first.ids["batch"]
    assert len(batches(zones)) == 1


OTHERS: dict[str, Callable[[list[Row]], list[Row]]] = {
    "a row less": lambda rows: rows[1:],
    "a row more": lambda rows: [*rows, pupil(9_003, CODES[0])],
    "another answer": lambda rows: [{**rows[0], "home_device": "oui"}, *rows[1:]],
    "another pupil": lambda rows: [{**rows[0], "national_id": "000009004ZZ"}, *rows[1:]],
    "a refused row less": lambda rows: rows[:-1],
    "a refused row mended": lambda rows: [*rows[:-1], {**rows[-1], "sex": "F"}],
    "a refused row that says something else": lambda rows: [*rows[:-1], {**rows[-1], "sex": "!"}],
}


@pytest.mark.parametrize("change", OTHERS)
def test_content_that_says_something_else_is_another_batch(zones: Workspace, change: str) -> None:
    rows = [{**ROWS[0], "home_device": "non"}, *ROWS[1:]]
    send(zones, written(rows))
    other = send(zones, written(OTHERS[change](rows)), as_of=ON_TIME + DAY)
    assert other.changed
    assert len(batches(zones)) == 2


def test_what_is_not_kept_is_no_content(zones: Workspace) -> None:
    send(zones, table(pupil_rows(8)))
    moved = [{**row, "address": "elsewhere"} for row in pupil_rows(8)]
    assert not send(zones, table(moved)).changed
    assert len(batches(zones)) == 1


def test_content_that_comes_again_later_is_in_force_again_and_still_one_batch(
    zones: Workspace,
) -> None:
    rows = pupil_rows(8, CODES[:2])
    first = send(zones, table(rows))
    state = zones.protected.state_hash("pupils", PERIOD)
    send(zones, table(rows[:-1]), as_of=ON_TIME + DAY)
    assert zones.protected.state_hash("pupils", PERIOD) != state
    again = send(zones, disguised(rows, 1), as_of=ON_TIME + 2 * DAY)
    assert again.changed
    assert again.ids["batch"] == first.ids["batch"]
    assert again.counts["replaced"] == len(rows) - 1
    assert any(words.startswith("delivery.in_force_again: ") for words in again.warnings)
    assert zones.protected.state_hash("pupils", PERIOD) == state
    assert len(batches(zones)) == 2
    # And once more, with a date between: nothing changes.
    between = send(zones, disguised(rows, 2), as_of=ON_TIME + DAY / 2)
    assert not between.changed
    assert zones.protected.state_hash("pupils", PERIOD) == state


def test_the_rows_of_a_candidate_stay_what_they_were_when_a_content_gets_a_later_date(
    zones: Workspace,
) -> None:
    send(zones, table(pupil_rows(8, CODES[:1])))
    send(zones, table(pupil_rows(9, CODES[:1])), as_of=ON_TIME + DAY)
    then = [batch.version for batch in zones.protected.batches("pupils", PERIOD)]
    send(zones, table(pupil_rows(8, CODES[:1])), as_of=ON_TIME + 2 * DAY)
    now = [batch.version for batch in zones.protected.batches("pupils", PERIOD)]
    assert set(then) != set(now)
    rows = [
        zones.protected.current("pupils", PERIOD, among=versions).num_rows
        for versions in (then, now, None)
    ]
    assert rows == [9, 8, 8]


def test_content_that_comes_again_and_would_leave_far_fewer_rows_is_asked_about(
    zones: Workspace,
) -> None:
    small, large = table(pupil_rows(3, CODES[:1])), table(pupil_rows(20, CODES[:1]))
    send(zones, small)
    send(zones, large, as_of=ON_TIME + DAY)
    with pytest.raises(DeliveryError, match=r"delivery\.smaller"):
        send(zones, small, as_of=ON_TIME + 2 * DAY)
    assert zones.protected.current("pupils", PERIOD).num_rows == 20
    receipt = take(zones, "pupils", small, as_of=ON_TIME + 2 * DAY, may_be_smaller=True)
    assert receipt.counts["smaller_after"] == 3
    assert zones.protected.current("pupils", PERIOD).num_rows == 3


def test_contents_of_one_date_have_one_winner_in_each_order_and_it_is_told(
    zones: Workspace,
) -> None:
    contents = [table(pupil_rows(8, CODES[:1])), table(pupil_rows(9, CODES[:1]))]
    assert not any("same_date" in words for words in send(zones, contents[0]).warnings)
    told = send(zones, contents[1]).warnings
    assert any(words.startswith("delivery.same_date: 1 ") for words in told)
    winner = zones.protected.state_hash("pupils", PERIOD)
    for content in [*contents, *contents[::-1]]:
        send(zones, disguised_table(content), as_of=ON_TIME + DAY)
    assert zones.protected.state_hash("pupils", PERIOD) == winner
    assert len(batches(zones)) == 2


def test_of_two_undated_contents_of_one_second_the_one_that_came_last_holds(
    zones: Workspace,
) -> None:
    for earlier, later in ((8, 9), (12, 11)):
        for number, rows in enumerate((earlier, later)):
            clock = NOW + timedelta(seconds=earlier, microseconds=number)
            at = Workspace(zones.settings, clock=lambda clock=clock: clock)
            content = io.BytesIO(table(pupil_rows(rows, CODES[:1])))
            receipt = ingest(at, "pupils", content, file="a.csv", period=PERIOD)
        assert not any("same_date" in words for words in receipt.warnings)
        assert at.protected.current("pupils", PERIOD).num_rows == later


def disguised_table(content: bytes) -> bytes:
    header, *lines = content.decode().splitlines()
    return "".join(f"{line}\r\n" for line in (header, *lines[::-1])).encode()


def test_a_refused_delivery_that_holds_what_a_batch_holds_is_no_longer_awaited(
    zones: Workspace,
) -> None:
    take(zones, "pupils", table(pupil_rows(20)))
    rows = pupil_rows(4, CODES[:2])
    files = {"a.csv": table(rows), "b.csv": disguised(rows, 3)}
    for file, content in files.items():
        with pytest.raises(DeliveryError, match=r"delivery\.smaller"):
            send(zones, content, file=file, as_of=ON_TIME + DAY)
    assert len(status(zones)["awaited"]) == 2
    confirmed = take(zones, "pupils", files["b.csv"], as_of=ON_TIME + DAY, may_be_smaller=True)
    [awaited] = status(zones)["awaited"]
    assert send(zones, files["a.csv"], file="d.csv", as_of=ON_TIME + DAY).ids == {
        "delivery": awaited["delivery"],
        "batch": confirmed.ids["batch"],
    }
    assert status(zones)["awaited"] == []
