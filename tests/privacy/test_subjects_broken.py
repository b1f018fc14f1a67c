"""Deliveries that were refused as a whole hide nobody, and none is certified unsearched."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import DeliveryError, StorageError
from pipeline.steps.erasing import erase
from pipeline.steps.ingest import ingest
from pipeline.steps.listing import identified
from pipeline.steps.people import people
from pipeline.steps.registering import read_all
from pipeline.steps.retain import retain
from pipeline.steps.subjects import export, find
from pipeline.steps.workspace import Workspace
from tests.small_country import pupil_rows, table

ROWS = pupil_rows(24)
ONE = ROWS[7]
ID = ONE["national_id"]
ACCENTED = {**ONE, "address": "École"}


def refuse(workspace: Workspace, content: bytes, dataset: str = "pupils") -> str:
    """Deliver what is refused as a whole, and return its id."""
    before = set(workspace.deliveries.ids())
    with pytest.raises(DeliveryError):
        ingest(workspace, dataset, io.BytesIO(content), file="pupils.csv", period="2021")
    [new] = set(workspace.deliveries.ids()) - before
    return new


def sealed(workspace: Workspace) -> bytes:
    """Return all that is sealed as received, one after the other."""
    content = b""
    for each in workspace.deliveries.ids():
        with workspace.deliveries.open(each) as stream:
            content += stream.read()
    return content


def test_a_person_is_found_told_and_erased_in_what_is_broken(
    delivered: Workspace, tmp_path: Path
) -> None:
    plain = table(ROWS[:12]).decode()
    accented = plain.replace(table([ONE]).decode().splitlines()[1], ";".join(ACCENTED.values()))
    refuse(delivered, accented.encode("latin-1"))
    refuse(delivered, plain.replace(";", "|").encode())
    lines = plain.splitlines(keepends=True)
    lines[4] = lines[4].replace(ROWS[3]["address"], f'"{ROWS[3]["address"]}')
    lines[10] = lines[10].replace(ROWS[9]["address"], f'{ROWS[9]["address"]}"')
    # Where the quote opens and closes an address, the rows between are taken for a part of it.
    refuse(delivered, "".join(lines).encode())
    # Two forms of one record in one file: whole, and without its last cell.
    short = ";".join(list(ONE.values())[:-2])
    refuse(delivered, f"{plain}{short}\n".encode())
    place = identified(delivered, "pupils")
    who = people([[ID]], place)
    told = find(delivered, place, who)
    assert sum(each["rows"] for each in told if each["zone"] == "deliveries") == 6
    export(delivered, place, who, to=tmp_path / "held.json")
    page = json.loads((tmp_path / "held.json").read_text(encoding="utf-8"))
    contents = [each["content"] for each in page["held"] if each["zone"] == "deliveries"]
    forms = next(each for each in contents if len(each) == 2)
    assert [{name: cell for name, cell in row.items() if cell is not None} for row in forms] == [
        ONE,
        {str(position): cell for position, cell in enumerate(short.split(";"), start=1)},
    ]
    assert any(r"\udcc9cole" in row.values() for rows in contents for row in rows)
    assert page["not_searched"] == []
    assert erase(delivered, place, who).changed
    assert ID.encode() not in sealed(delivered)
    assert ROWS[8]["national_id"].encode() in sealed(delivered)


def zipped(plain: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("pupils.csv", plain)
        archive.writestr("read me.txt", "two files: which is the delivery?")
    return packed.getvalue()


CLOSED: dict[str, Callable[[bytes], bytes]] = {
    "packed": zipped,
    "base64": base64.encodebytes,
    "EBCDIC": lambda plain: plain.decode().encode("cp1140", "replace"),
    "UTF-16 without a mark": lambda plain: plain.decode().encode("utf-16-le"),
}


@pytest.mark.parametrize("dataset", ["pupils", "schools"])
@pytest.mark.parametrize("how", CLOSED)
def test_what_reads_as_no_table_is_named_and_no_erasure_is_certified_before_it_is_gone(
    how: str, dataset: str, delivered: Workspace, tmp_path: Path
) -> None:
    name = refuse(delivered, CLOSED[how](table(ROWS[:12])), dataset)
    place = identified(delivered, "pupils")
    who = people([[ID]], place)
    zones = {each["zone"]: each for each in find(delivered, place, who) if each["id"] == name}
    assert zones["deliveries (not searchable)"]["rows"] == 0
    export(delivered, place, who, to=tmp_path / "held.json")
    assert json.loads((tmp_path / "held.json").read_text())["not_searched"] == [name]
    for _ in range(2):
        with pytest.raises(StorageError, match=r"subjects\.not_searchable") as refusal:
            erase(delivered, place, who, to=tmp_path / "certificate.json")
        assert dict(refusal.value.problem.facts)["names"] == name
    assert not (tmp_path / "certificate.json").exists()
    [record] = read_all(delivered, "erasure").values()
    assert "done" not in [event.what for event in record]
    # All else is done, and the rest is once it is gone.
    assert [each["id"] for each in find(delivered, place, who)] == [name]
    retain(delivered, destroy=[name])
    assert erase(delivered, place, who, to=tmp_path / "certificate.json").changed
    [record] = read_all(delivered, "erasure").values()
    assert record[-1].what == "done"
