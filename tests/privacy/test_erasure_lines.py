"""After an erasure every line that is told is that of the sender's file, and texts name nobody."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.errors import CartableError, DeliveryError, StorageError
from pipeline.steps.erasing import erase
from pipeline.steps.listing import identified
from pipeline.steps.openings import open_quarantine
from pipeline.steps.people import people
from pipeline.steps.receipt import Receipt
from pipeline.steps.subjects import find
from pipeline.steps.workspace import Workspace
from pipeline.storage.deliveries import LINES
from tests import small_country
from tests.small_country import NOW, PUPIL_COLUMNS, SCHOOLS, Row, pupil_rows, table, take

CODES = list(SCHOOLS)
# Row n stands on line n + 2: the header is line 1.
ROWS = pupil_rows(30, CODES[:2])
WRONG = (10, 40)
GONE = (3, 20, 21, 50)


def ids(*rows: int) -> list[str]:
    return [ROWS[row]["national_id"] for row in rows]


def gone(workspace: Workspace, *rows: int, to: Path | None = None) -> Receipt:
    place = identified(workspace, "pupils")
    return erase(workspace, place, people([[one] for one in ids(*rows)], place), to=to)


def spoiled(*, rows: tuple[int, ...] = WRONG, **cells: str) -> list[Row]:
    return [{**row, **cells} if number in rows else row for number, row in enumerate(ROWS)]


def refusal(workspace: Workspace, content: bytes) -> CartableError:
    with pytest.raises(CartableError) as refused:
        take(workspace, "pupils", content, as_of=NOW)
    return refused.value


def content_of(workspace: Workspace, delivery: str) -> bytes:
    with workspace.deliveries.open(delivery) as stream:
        return stream.read()


def delivery_of(workspace: Workspace, content: bytes) -> str:
    """Return the delivery of a content that was received before: the same again."""
    import io

    return workspace.deliveries.receive(io.BytesIO(content), dataset="pupils", period="2021").id


def test_a_refusal_after_erasures_names_the_lines_that_the_sender_sees(
    delivered: Workspace,
) -> None:
    content = table(spoiled(sex="?"))
    first = refusal(delivered, content)
    lines = [number + 2 for number in WRONG]
    assert f"line(s) {lines[0]}, {lines[1]}" in str(first)
    batch = delivery_of(delivered, content)
    # Several erasures, each of a file that lacks lines already.
    for rows in (GONE[1:2], (GONE[0], GONE[2]), GONE[3:]):
        gone(delivered, *rows)
        again = refusal(delivered, content)
        assert f"line(s) {lines[0]}, {lines[1]}" in str(again)
        assert again.problems[0].place.line == lines[0]
        assert delivered.quarantine.open(batch)["line"].to_pylist() == lines
    assert delivered.deliveries.gone_lines(batch) == ((5, 5), (22, 23), (52, 52))
    described = delivered.deliveries.delivery(batch)
    assert (described.removed, described.revision) == (4, 3)
    shown = open_quarantine(delivered, batch, reason="correction").rows
    assert shown["line"].to_pylist() == lines
    assert [row.split(";")[0] for row in shown["row"].to_pylist()] == ids(*WRONG)


def test_a_fault_of_the_layout_is_told_by_the_line_that_was_sent(delivered: Workspace) -> None:
    lines = table(ROWS).split(b"\n")
    content = b"\n".join([*lines[:30], b"too;few", *lines[30:]])
    assert refusal(delivered, content).problems[0].place.line == 31
    gone(delivered, 0, 1, 5)
    assert refusal(delivered, content).problems[0].place.line == 31


def test_the_gone_lines_are_sealed_and_belong_to_one_state_of_the_delivery(
    delivered: Workspace, tmp_path: Path
) -> None:
    [name] = [each for each in delivered.deliveries.ids() if each.startswith("pupils")]
    path = delivered.home / "deliveries" / name / LINES
    gone(delivered, 0)
    former = tmp_path / "former"
    former.write_bytes(path.read_bytes())
    gone(delivered, 1)
    assert delivered.deliveries.gone_lines(name) == ((2, 3),)
    kept = path.read_bytes()
    note = json.loads((path.parent / "delivery.json").read_text())
    assert "lines" not in note["body"]
    altered = bytearray(kept)
    altered[-1] ^= 1
    for spoil in (former.read_bytes(), bytes(altered), kept[:-1]):
        path.write_bytes(spoil)
        with pytest.raises(StorageError):
            delivered.deliveries.gone_lines(name)
    path.unlink()
    with pytest.raises(StorageError, match=r"storage\.sealed_missing"):
        delivered.deliveries.gone_lines(name)


def named(comment: str, *, row: int, rows: list[Row] | None = None) -> list[Row]:
    """Return the rows with a text that names somebody in the address of another."""
    return [
        {**each, "address": comment} if number == row else each
        for number, each in enumerate(rows or ROWS)
    ]


def test_who_is_named_in_the_text_of_another_is_erased_from_it(
    delivered: Workspace, tmp_path: Path
) -> None:
    [one] = ids(3)
    spelled = [f"lives with {one}", f"see {one[:3]} {one[3:6]} {one[6:].lower()}", f"INE{one}!"]
    rows = ROWS
    for number, text in enumerate(spelled):
        rows = named(text, row=10 + number, rows=rows)
    rows = [{**row, "sex": "?"} if number == 10 else row for number, row in enumerate(rows)]
    receipt = take(delivered, "pupils", table(rows), as_of=NOW)
    batch = receipt.ids["batch"]
    place = identified(delivered, "pupils")
    who = people([[one]], place)
    told = {(held["zone"], held["id"]): held for held in find(delivered, place, who)}
    assert told["deliveries", batch]["mentions"] == 3
    assert told["quarantine", batch]["mentions"] == 1
    assert told["quarantine", batch]["rows"] == 0
    before, state = content_of(delivered, batch), delivered.protected.current("pupils", "2021")
    page = tmp_path / "done.json"
    gone(delivered, 3, to=page)
    assert find(delivered, place, who) == []
    after = content_of(delivered, batch)
    for spelling in (one, one[:3] + " " + one[3:6], one.lower()[6:]):
        assert spelling.encode() not in after
    # All else is to the byte as it was sent.
    lines = [line for line in before.split(b"\n") if not line.startswith(one.encode())]
    joined = b"\n".join(lines)
    for cell in spelled:
        assert joined.count(cell.encode()) == 1
        joined = joined.replace(cell.encode(), b"***")
    assert after == joined
    assert delivered.deliveries.gone_lines(batch) == ((5, 5),)
    [refused] = delivered.quarantine.open(batch)["row"].to_pylist()
    assert refused.split(b";")[PUPIL_COLUMNS.index("address")] == b"***"
    assert refused.split(b";")[0] == ids(10)[0].encode()
    left = delivered.protected.current("pupils", "2021")
    assert left.num_rows == state.num_rows - 1
    body = json.loads(page.read_text())["body"]
    assert body["mentions"] == 4
    assert "4 cells of rows of other persons" in body["words"]["en"]
    assert "4 cellules de lignes d'autres personnes" in body["words"]["fr"]


def test_who_is_named_in_a_cell_over_lines_of_a_refused_file_is_erased_from_it(
    delivered: Workspace,
) -> None:
    [one] = ids(3)
    cell = f'"two lines; one of\r\nis {one}, the other\nends here"'
    with pytest.raises(DeliveryError, match=r"delivery\.line_break"):
        take(delivered, "pupils", table(named(cell, row=20)), as_of=NOW)
    [refused] = [e.facts["delivery"] for e in delivered.ledger.entries("refusal")]
    before = content_of(delivered, str(refused))
    gone(delivered, 3)
    lines = [line for line in before.split(b"\n") if not line.startswith(one.encode())]
    assert content_of(delivered, str(refused)) == b"\n".join(lines).replace(cell.encode(), b"***")
    # The cell of three lines begins on line 22 and left two.
    assert delivered.deliveries.gone_lines(str(refused)) == ((5, 5), (23, 24))


def test_a_later_file_that_names_an_erased_person_in_a_text_keeps_the_row_and_not_the_name(
    delivered: Workspace,
) -> None:
    gone(delivered, 3)
    [one] = ids(3)
    rows = named(f"moved in with {one}", row=10)
    receipt = take(delivered, "pupils", table(rows), as_of=NOW)
    # The row of another stays, though its address has to be filled.
    counts = {name: receipt.counts[name] for name in ("counted", "accepted", "refused")}
    assert counts == {"counted": len(rows), "accepted": len(rows) - 1, "refused": 0}
    described = delivered.deliveries.delivery(receipt.ids["delivery"])
    assert (described.removed, described.blanked) == (1, 1)
    assert one.encode() not in content_of(delivered, described.id)


def test_a_torn_file_loses_the_line_that_names_an_erased_person(delivered: Workspace) -> None:
    gone(delivered, 3)
    [one] = ids(3)
    content = table(named(f"next to {one}", row=10)) + b'1;"never closed\n'
    refusal(delivered, content)
    left = content_of(delivered, delivery_of(delivered, content))
    assert one.encode() not in left
    lines = content.splitlines(keepends=True)
    assert left == b"".join(line for line in lines if one.encode() not in line)


def test_a_list_of_before_shapes_were_noted_reads_as_the_ledger_tells_and_finds_the_same(
    delivered: Workspace,
) -> None:
    from pipeline.steps.listing import change_list, read_list
    from pipeline.steps.seeking import UNKNOWN, least_sought

    gone(delivered, 3)
    held = read_list(delivered, "pupil")
    [section] = held.erased
    assert section.shape is not None
    assert (section.shape.digits, section.shape.length) == (9, 11)
    former = section.model_copy(update={"shape": None})
    assert "shape" not in held.model_copy(update={"erased": (former,)}).model_dump(
        mode="json", exclude_none=True
    )
    change_list(delivered, "pupil", lambda list_: list_.model_copy(update={"erased": (former,)}))
    assert least_sought(read_list(delivered, "pupil").erased) == UNKNOWN
    [one] = ids(3)
    receipt = take(delivered, "pupils", table(named(f"by {one}", row=10)), as_of=NOW)
    assert delivered.deliveries.delivery(receipt.ids["delivery"]).blanked == 1


def test_of_two_runs_that_seal_anew_at_once_the_later_sees_what_the_first_left(
    delivered: Workspace,
) -> None:
    import io

    from pipeline.storage.deliveries import Gone

    [name] = [each for each in delivered.deliveries.ids() if each.startswith("pupils")]
    before = delivered.deliveries.delivery(name)
    gone(delivered, 3)
    lacking = Gone(removed=0, blanked=0, lines=())
    content = io.BytesIO(small_country.table(ROWS))
    assert not delivered.deliveries.reseal(before, content, without=lambda: lacking)
    assert ids(3)[0].encode() not in content_of(delivered, name)
    assert delivered.deliveries.gone_lines(name) == ((5, 5),)
    assert isinstance(delivered.protected.current("pupils", "2021"), pa.Table)
