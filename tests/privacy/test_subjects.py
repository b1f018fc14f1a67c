"""A person is told all that is held and what it means, or left out of counts; no name in argv."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contracts import Dataset
from pipeline.errors import PrivacyError, StorageError
from pipeline.intake.identified import Found, find_records_of
from pipeline.intake.mentions import Sought
from pipeline.intake.remainder import Remainder
from pipeline.project import load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.listing import identified, read_list
from pipeline.steps.people import people, people_of_file
from pipeline.steps.prepare import prepare
from pipeline.steps.release import approve, release
from pipeline.steps.restricting import restrict
from pipeline.steps.status import status
from pipeline.steps.subjects import export
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.conftest import Command
from tests.small_country import MARKER, NOW, PUPIL_COLUMNS, pupil_rows, table, take

CONTRACT = load_project(INSTALLATION).contracts.datasets["pupils"]
ROWS = pupil_rows(24)
ONE = ROWS[7]


def id_file(folder: Path, *ids: str, mode: int = 0o600) -> Path:
    path = folder / "person.txt"
    path.write_text("".join(f"{one}\n" for one in ids or [ONE["national_id"]]))
    path.chmod(mode)
    return path


def test_all_that_is_held_is_exported_with_its_meaning(
    delivered: Workspace, tmp_path: Path
) -> None:
    refused = [{**ONE, "sex": "?"}, *(row for row in ROWS if row is not ONE)]
    take(delivered, "pupils", table(refused), as_of=NOW)
    place = identified(delivered, "pupils")
    target = tmp_path / "held.json"
    receipt = export(delivered, place, people([[ONE["national_id"]]], place), to=target)
    assert receipt.counts == {"places": 4, "rows": 4}
    assert target.stat().st_mode & 0o777 == 0o600
    page = json.loads(target.read_text(encoding="utf-8"))
    held = {(each["zone"], each["rows"]): each for each in page["held"]}
    assert sorted(zone for zone, _ in held) == ["deliveries", "protected", "quarantine"]
    [kept] = held["protected", 1]["content"]
    assert (kept["sex"], kept["school_code"]) == (ONE["sex"], ONE["school_code"])
    assert held["protected", 1]["columns"].keys() == kept.keys()
    deliveries = [each for each in page["held"] if each["zone"] == "deliveries"]
    assert [ONE] in [each["content"] for each in deliveries]
    assert deliveries[0]["columns"]["birth_date"]["meaning"]["fr"] == "Date de naissance"
    assert deliveries[0]["columns"]["birth_date"]["what_is_kept"]["en"].startswith("the class")
    [row] = held["quarantine", 1]["content"]
    assert row["row"].split(";") == list(refused[0].values())
    # No row of anybody else.
    text = target.read_text(encoding="utf-8")
    assert not any(row["national_id"] in text for row in ROWS if row is not ONE)
    assert page["kept_days"] == {"deliveries": 30, "quarantine": 90, "protected": 3650}
    [told] = delivered.ledger.entries("subject")
    assert told.facts["action"] == "export"


def test_an_export_is_of_one_person_who_is_held(delivered: Workspace, tmp_path: Path) -> None:
    place = identified(delivered, "pupils")
    for ids, code in (
        ([["999999999ZZ"]], "nothing_held"),
        ([[row["national_id"]] for row in ROWS[:2]], "one_person"),
    ):
        with pytest.raises(PrivacyError, match=rf"subjects\.{code}"):
            export(delivered, place, people(ids, place), to=tmp_path / "held.json")
    assert list(tmp_path.glob("*.json")) == []


def test_a_file_of_identifiers_is_its_owners_alone(delivered: Workspace, tmp_path: Path) -> None:
    place = identified(delivered, "pupils")
    for mode in (0o640, 0o604, 0o660):
        with pytest.raises(StorageError, match=r"subjects\.open_to_others"):
            people_of_file(id_file(tmp_path, mode=mode), place)
    assert len(people_of_file(id_file(tmp_path, "a", "", "b"), place)) == 2
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "person.txt")
    with pytest.raises(StorageError, match=r"subjects\.file_unreadable"):
        people_of_file(link, place)
    for content, code in (
        (b"", "nobody"),
        (b"\n \n", "nobody"),
        (b"a;b\n", "id_parts"),
        (b"\xff\xfe\n", "id_file"),
    ):
        (tmp_path / "person.txt").write_bytes(content)
        with pytest.raises(PrivacyError, match=rf"subjects\.{code}"):
            people_of_file(tmp_path / "person.txt", place)


def test_a_dataset_without_persons_is_refused(delivered: Workspace) -> None:
    with pytest.raises(PrivacyError, match=r"subjects\.no_persons"):
        identified(delivered, "schools")
    with pytest.raises(PrivacyError, match=r"subjects\.not_on_list") as refusal:
        identified(delivered, MARKER)
    assert MARKER not in str(refusal.value)


def exact(workspace: Workspace) -> tuple[str, int]:
    """Return the candidate of today's rows, and how many pupils it counts."""
    name = prepare(workspace).ids["candidate"]
    cells = workspace.review.tables(name)["exact_enrolment"].to_pandas()
    keys = [each for each in cells.columns if set(cells[each]) & {"_T"}]
    whole = cells[(cells["area_level"] == "departement") & (cells[keys] == "_T").all(axis=1)]
    return name, int(whole["pupils"].sum())


def test_a_restricted_person_is_kept_and_not_counted_until_it_is_lifted(
    prepared: Workspace,
) -> None:
    first, before = exact(prepared)
    place = identified(prepared, "pupils")
    who = people([[ONE["national_id"]]], place)
    rows = prepared.protected.state_hash_all()
    assert restrict(prepared, place, who).changed
    assert not restrict(prepared, place, who).changed
    assert not prepared.review.has_counts(first)
    second, after = exact(prepared)
    assert (second == first, after) == (False, before - 1)
    assert prepared.protected.state_hash_all() == rows
    approve(prepared, second, approver="delegate")
    release(prepared, second)
    # In the next file and in another period as well.
    changed = [*ROWS, small_country.pupil(88_888, ONE["school_code"])]
    take(prepared, "pupils", table(changed), as_of=NOW)
    assert exact(prepared)[1] == before
    assert restrict(prepared, place, who, is_lifted=True).changed
    assert status(prepared)["release"]["recompute"] != []
    assert exact(prepared)[1] == before + 1
    assert read_list(prepared, "pupil").is_empty


def test_who_is_restricted_before_a_period_comes_is_not_counted_in_it(
    delivered: Workspace,
) -> None:
    place = identified(delivered, "pupils")
    restrict(delivered, place, people([[ONE["national_id"]]], place))
    for name, content in small_country.deliveries().items():
        take(delivered, name, content, period="2020")
    periods = {
        rows.period: len(rows.pseudonyms) for rows in read_list(delivered, "pupil").uncounted
    }
    assert periods == {"2021": 1, "2020": 1}


def test_commands_take_who_is_meant_from_a_file_or_unseen(
    command: Command,
    delivered: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = id_file(tmp_path)
    given = ("--dataset", "pupils", "--id-file", str(path))
    rows = json.loads(command(delivered, "subject", "find", *given, "--json").out)
    assert {(row["zone"], row["rows"]) for row in rows} == {("protected", 1), ("deliveries", 1)}
    said = command(delivered, "subject", "find", "--dataset", "pupils", typed=f"{path}\n")
    assert (said.code, said.err.partition(":")[0]) == (6, "subjects.no_prompt")
    for arguments, changed in (
        (("restrict", *given), True),
        (("unrestrict", *given), True),
        (("export", *given, "--to", str(tmp_path / "held.json")), True),
        (("erase", *given, "--yes", "--certificate", str(tmp_path / "done.json")), True),
        # What was done asks nothing.
        (("erase", *given), False),
        (("readmit", *given), True),
    ):
        ran = command(delivered, "subject", *arguments, "--json")
        assert ran.code == 0, ran.err
        assert json.loads(ran.out)["changed"] is changed, arguments
        assert MARKER not in ran.out + ran.err
        assert ONE["national_id"] not in ran.out + ran.err
    assert json.loads(command(delivered, "subject", "find", *given, "--json").out) == []
    monkeypatch.setattr("pipeline.cli.subject._typed", lambda column: ONE[column])
    assert "Held: none" in command(delivered, "subject", "find", "--dataset", "pupils").out


@pytest.mark.parametrize(
    ("typed", "strange"),
    [("{}", 0), (" {} ", 0), ("{}0", 1), ("0", 1)],
)
def test_an_identifier_that_is_not_of_the_contracts_form_is_told_and_looked_for(
    command: Command, delivered: Workspace, tmp_path: Path, typed: str, strange: int
) -> None:
    file = id_file(tmp_path, typed.format(ONE["national_id"]), ONE["national_id"].lower())
    ran = command(delivered, "subject", "find", "--dataset", "pupils", "--id-file", str(file))
    assert ran.code == 0
    assert ran.err.startswith(f"subjects.id_form: {strange} identifier(s) ") == bool(strange)
    assert ONE["national_id"].lower() not in (ran.out + ran.err).lower()


def test_an_erasure_asks_first_and_says_plainly_what_it_did(
    command: Command, prepared: Workspace, tmp_path: Path
) -> None:
    given = ("--dataset", "pupils", "--id-file", str(id_file(tmp_path)))
    [candidate] = prepared.review.candidates()
    approve(prepared, candidate, approver="delegate")
    made = release(prepared, candidate).ids["release"]
    # Nobody there, an empty answer, a no: nothing goes.
    for typed in ("", "\n", "n\n"):
        asked = command(prepared, "subject", "erase", *given, typed=typed)
        assert asked.code == 6
        assert "subjects.unconfirmed" in asked.err
        assert "To be erased for good" in asked.out
        assert "[y/N]" in asked.err
    assert list(prepared.ledger.entries("erasure")) == []
    page = tmp_path / "done.json"
    ran = command(prepared, "subject", "erase", *given, "--certificate", str(page), typed="y\n")
    assert ran.code == 0, ran.err
    said = ran.out[ran.out.index("erasure-0001: done") :]
    told = dict(line.strip().split("  ", 1) for line in said.splitlines()[1:10])
    assert {name: told[name].strip() for name in told} == {
        "persons": "1",
        "cells of other rows emptied": "0",
        "protected files written anew": "1",
        "deliveries sealed anew": "1",
        "releases to recompute": "1",
        "version of the list of the erased": "1",
        "vault key": told["vault key"].strip(),
        "request": "none",
        "certificate": str(page),
    }
    for zone in ("protected", "deliveries"):
        assert re.search(rf"pupils\W+{zone}\W+1\b", said)
    assert (
        f"subjects.recompute: 1 release(s) still public were computed with their rows: {made}"
        in said
    )
    again = command(prepared, "subject", "erase", *given)
    assert "erasure-0001: was done before; nothing was changed" in again.out
    assert not any(secret in ran.out + ran.err for secret in (ONE["national_id"], MARKER))


def test_what_is_typed_at_a_terminal_is_not_shown(delivered: Workspace) -> None:
    settings = delivered.settings
    environment = {
        **os.environ,
        **{f"CARTABLE_{n.upper()}": str(getattr(settings, n)) for n in ("home", "keys", "project")},
        "PYTHONPATH": str(INSTALLATION),
    }
    words = ["subject", "find", "--dataset", "pupils"]
    program = f"import sys; sys.argv[1:] = {words!r}; from pipeline.cli import main; main()"
    child, terminal = pty.fork()
    if child == 0:
        arguments = [sys.executable, "-c", program]
        os.execve(sys.executable, arguments, environment)  # noqa: S606 - it takes the terminal over
    shown = b""
    while b"national_id: " not in shown:
        shown += os.read(terminal, 1024)
    os.write(terminal, ONE["national_id"].encode() + b"\n")
    with suppress(OSError):
        while read := os.read(terminal, 1024):
            shown += read
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert b"protected" in shown
    assert ONE["national_id"].encode() not in shown


def listed_ids(*ids: str) -> Sought:
    def is_listed(parts: Sequence[pa.Array]) -> np.ndarray:
        return np.isin(np.array(parts[0].to_pylist()), ids)

    least = min(map(len, ids))
    digits = min(sum(map(str.isdigit, one)) for one in ids)
    return Sought(is_listed=is_listed, columns=("national_id",), digits=digits, length=least)


def without(source: Callable[[], BinaryIO], dataset: Dataset, found: Found) -> bytes:
    return b"".join(Remainder(source, dataset, found).blocks())


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_records_are_taken_out_and_all_else_is_left_to_the_byte(
    small: Workspace, encoding: str, end: str
) -> None:
    dataset = small.project.contracts.datasets["pupils"]
    dataset = dataset.model_copy(
        update={"format": dataset.format.model_copy(update={"encoding": encoding})}
    )
    rows = pupil_rows(2)[:4]
    rows[1] = {**rows[1], "address": '"two; lines\nand ""quotes"" é"'}
    rows[2] = {**rows[2], "address": f'"one{end}two"'}
    text = end.join([";".join(PUPIL_COLUMNS), *(";".join(row.values()) for row in rows)]) + end

    def opened(content: bytes) -> Callable[[], BinaryIO]:
        return lambda: io.BytesIO(content)

    for number, row in enumerate(rows):
        kept = [one for one in rows if one is not row]
        wanted = end.join([";".join(PUPIL_COLUMNS), *(";".join(r.values()) for r in kept)]) + end
        source = opened(text.encode(encoding))
        found = find_records_of(source, dataset, listed_ids(row["national_id"]))
        assert len(found) == 1, number
        assert without(source, dataset, found) == wanted.encode(encoding)


@given(
    torn=st.text(alphabet='ab7";\n\r \0é', max_size=80),
    place=st.integers(0, 80),
    is_headed=st.booleans(),
)
def test_who_stands_in_a_field_is_found_whatever_stands_around(
    *, torn: str, place: int, is_headed: bool
) -> None:
    header = "national_id;sex\n" if is_headed else ""
    at = min(place, len(torn))
    content = f"{header}{torn[:at]}\n{ONE['national_id']};F\n{torn[at:]}".encode()
    found = find_records_of(lambda: io.BytesIO(content), CONTRACT, listed_ids(ONE["national_id"]))
    rest = without(lambda: io.BytesIO(content), CONTRACT, found)
    assert ONE["national_id"].encode() not in rest
    assert len(rest) == len(content) - sum(
        len(line)
        for number, line in enumerate(io.StringIO(content.decode(), newline=""))
        if any(start <= number < stop for start, stop in found.lines)
        for line in [line.encode()]
    )
