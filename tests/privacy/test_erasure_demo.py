"""Two hundred random persons of the demonstration, erased: in no file, no row, no restored copy.

Everything is read twice: as it lies on the disk, and opened with the keys, row by row.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import yaml

from pipeline.errors import StorageError
from pipeline.privacy.pseudonyms import pseudonymise
from pipeline.settings import INSTALLATION, Settings
from pipeline.steps.drawing import Drawings
from pipeline.steps.erasing import erase
from pipeline.steps.ingest import ingest
from pipeline.steps.listing import Identified, People, identified, rows_of, section_of
from pipeline.steps.people import people
from pipeline.steps.prepare import _draft, prepare
from pipeline.steps.progress import SILENT
from pipeline.steps.receipt import Receipt
from pipeline.steps.subjects import find
from pipeline.steps.workspace import Workspace
from pipeline.storage.encrypted_parquet import read_part
from pipeline.storage.registers import Register
from pipeline.storage.suppressions import SuppressionStore
from tests.privacy.counts_of_persons import (
    Cell,
    cell_of,
    cells_of_persons,
    rows_of_persons,
    tables_of,
)
from tests.privacy.scan import Hit, Identities
from tests.privacy.scan_demo import demo_deliveries, demo_persons
from tests.privacy.scan_views import View, views_of, views_of_folder

SEED, DRAWN = 200, {"pupils": 180, "teachers": 20}
PERIOD = "2021"

pytestmark = pytest.mark.slow


@dataclass
class Erased:
    """The demonstration before and after: copies, persons, and what was removed.

    Attributes:
        workspace: without them.
        restored: a copy of home taken before, with keys and key table of after.
        persons: dataset → their rows as delivered, of all periods.
        found_before: kind → how many of theirs an opened reading found before.
        rows_before: (dataset, period) → current rows before.
        receipts: of the erasures.
        identities: of the persons, their pseudonyms under every key in bytes and in hex.
        scanned: hashes of the files in which every view was scanned for them.
        exact_before: table → all exact cells that a candidate of all rows holds.
    """

    workspace: Workspace
    restored: Workspace
    persons: dict[str, pa.Table]
    found_before: Counter[str]
    rows_before: dict[tuple[str, str], pa.Table]
    receipts: dict[str, Receipt]
    identities: Identities
    scanned: set[bytes]
    exact_before: dict[str, pd.DataFrame]

    def who(self, dataset: str) -> tuple[Identified, People]:
        return who_is(self.workspace, self.persons, dataset)


def workspace_in(folder: Path) -> Workspace:
    settings = Settings(
        home=folder / "data", keys=folder / "keys", project=INSTALLATION, language="en"
    )
    return Workspace(settings)


def drawn() -> dict[str, pa.Table]:
    """Return dataset → all delivered rows of persons drawn at random."""
    table, draw = demo_persons(), np.random.default_rng(SEED)
    found = {}
    for dataset, count in DRAWN.items():
        mine = table.filter(pc.equal(table["dataset"], dataset))
        ids = sorted(mine["national_id"].unique().to_pylist())
        chosen = draw.choice(ids, count, replace=False)
        found[dataset] = mine.filter(pc.is_in(mine["national_id"], pa.array(chosen)))
    return found


@pytest.fixture(scope="module")
def erased(demo_output: Path, tmp_path_factory: pytest.TempPathFactory) -> Erased:
    folder, copy = tmp_path_factory.mktemp("erased"), tmp_path_factory.mktemp("restored")
    for target in (folder, copy):
        shutil.copytree(demo_output / "data", target / "data")
    shutil.copytree(demo_output / "keys", folder / "keys")
    workspace = workspace_in(folder)
    persons = drawn()
    before = {
        (dataset, period): workspace.protected.current(dataset, period)
        for dataset in DRAWN
        for period in workspace.protected.periods(dataset)
    }
    names = all_pseudonyms(workspace, persons)
    identities = Identities(
        pa.concat_tables(persons.values()),
        pseudonyms=[*names, *(one.hex().encode() for one in names)],
    )
    places = {(hit.kind, hit.where, hit.what) for hit in identities.find_numbers(opened(workspace))}
    # What the demonstration left, test_leaks scans for all persons and all pseudonyms.
    scanned = {hash_of(path) for path in files_of(demo_output / "data")}
    # Those of the release were destroyed when it was decided.
    exact = dict(_draft(workspace, Drawings(workspace), SILENT).exact)
    found = Erased(
        workspace=workspace,
        restored=workspace,
        persons=persons,
        found_before=Counter(kind for kind, *_ in places),
        rows_before=before,
        receipts={},
        identities=identities,
        scanned=scanned,
        exact_before=exact,
    )
    for dataset in DRAWN:
        found.receipts[dataset] = erase(workspace, *found.who(dataset))
    shutil.copytree(folder / "keys", copy / "keys")
    shutil.rmtree(copy / "data" / "vault")
    shutil.copytree(folder / "data" / "vault", copy / "data" / "vault")
    found.restored = workspace_in(copy)
    return found


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def hash_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def new_views(found: Erased, folder: Path) -> Iterator[View]:
    """Yield every view of every file that was not scanned yet, and of the names of all."""
    names = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*"))]
    yield from views_of(f"{folder.name}!names", "\n".join(names).encode())
    for path in files_of(folder):
        if (content := hash_of(path)) not in found.scanned:
            yield from views_of(str(path.relative_to(folder)), path.read_bytes())
            found.scanned.add(content)


def ids_of(persons: dict[str, pa.Table]) -> list[bytes]:
    return [
        one.encode() for rows in persons.values() for one in set(rows["national_id"].to_pylist())
    ]


def opened(workspace: Workspace, *, is_copy: bool = False) -> Iterator[View]:
    """Yield all that the keys open: protected parts, refused rows, deliveries, review, registers.

    Args:
        workspace: every zone is opened but the lists, which are to know who stays out.
        is_copy: taken before, so that keys may be forgotten; else one that is fails the test.
    """
    unless_forgotten = open_if_known if is_copy else open_always
    yield from opened_words(workspace, unless_forgotten)
    for name in workspace.deliveries.ids():
        content = unless_forgotten(partial(_content, workspace, name))
        if content is not None:
            yield View(f"delivery {name}", content, is_text=True)
    for name in workspace.quarantine.ids():
        refused = unless_forgotten(partial(workspace.quarantine.open, name))
        if refused is not None:
            yield View(f"quarantine {name}", b"\n".join(refused["row"].to_pylist()), is_text=True)
    for batch in workspace.protected.batches():
        folder = workspace.home / "protected" / batch.dataset / batch.period / batch.batch_id
        address = (batch.dataset, batch.period, batch.batch_id)
        for part in batch.parts:
            path = folder / part.name
            rows = unless_forgotten(partial(read_part, part, path, workspace.ring, address=address))
            if rows is not None:
                yield from _pseudonym_views(f"protected {batch.batch_id}", rows)


def _content(workspace: Workspace, delivery: str) -> bytes:
    with workspace.deliveries.open(delivery) as stream:
        return stream.read()


def _pseudonym_views(where: str, rows: pa.Table) -> Iterator[View]:
    for column in rows.column_names:
        if pa.types.is_fixed_size_binary(rows.schema.field(column).type):
            yield View(where, b"\n".join(rows[column].to_pylist()), is_text=False)


def opened_words(workspace: Workspace, unless_forgotten: Callable[..., Any]) -> Iterator[View]:
    """Yield the candidates under review, and the registers with their free words."""
    for name in workspace.review.candidates():
        facts = unless_forgotten(partial(workspace.review.facts, name))
        yield View(f"review {name}", json.dumps(facts, default=str).encode(), is_text=True)
        if workspace.review.has_counts(name):
            for table in (unless_forgotten(partial(workspace.review.tables, name)) or {}).values():
                yield View(f"review {name}", str(table.to_pydict()).encode(), is_text=True)
                yield from _pseudonym_views(f"review {name}", table)
    for folder in sorted((workspace.home / "registers").glob("[!.]*")):
        register = Register(workspace.home, workspace.ring, folder.name)
        for record in register.records():
            events = [event.model_dump(mode="json") for event in register.events(record)]
            words = unless_forgotten(partial(register.words, record)) or {}
            content = b"\n".join([json.dumps(events).encode(), *words.values()])
            yield View(f"register {record}", content, is_text=True)


def open_always(read: Callable[[], Any]) -> Any:
    return read()


def open_if_known(read: Callable[[], Any]) -> Any:
    """Return what is read, or None when its key was forgotten; any other refusal is one."""
    try:
        return read()
    except StorageError as closed:
        if closed.problem.code != "storage.key_forgotten":
            raise
        return None


def who_is(
    workspace: Workspace, persons: dict[str, pa.Table], dataset: str
) -> tuple[Identified, People]:
    place = identified(workspace, dataset)
    ids = persons[dataset]["national_id"].unique().to_pylist()
    return place, people([[one] for one in ids], place)


def all_pseudonyms(workspace: Workspace, persons: dict[str, pa.Table]) -> list[bytes]:
    """Return every pseudonym that they had in any period, and those of the lists."""
    names: set[str] = set()
    for dataset in DRAWN:
        _, who = who_is(workspace, persons, dataset)
        for period in workspace.protected.periods(dataset):
            for rows in rows_of(workspace, who, period):
                names.update(rows.pseudonyms)
        names.update(section_of(workspace, who).pseudonyms)
    return [bytes.fromhex(name) for name in sorted(names)]


def hits(found: Erased, workspace: Workspace) -> list[Hit]:
    """Return who is found when everything is opened: by number or by pseudonym."""
    is_copy = workspace is found.restored
    return list(found.identities.find_numbers(opened(workspace, is_copy=is_copy)))


def test_they_were_there_and_all_of_their_rows_went(erased: Erased) -> None:
    rows = {dataset: table.num_rows for dataset, table in erased.persons.items()}
    # By number in the deliveries, by pseudonym in the protected zone, every one of both.
    assert erased.found_before["national id"] >= sum(DRAWN.values())
    assert erased.found_before["pseudonym"] >= sum(DRAWN.values())
    for dataset, receipt in erased.receipts.items():
        assert receipt.counts["persons"] == DRAWN[dataset]
        # The demonstration delivers each period once, and refuses nobody.
        assert receipt.counts["deliveries_rows"] == rows[dataset]
        assert receipt.counts["protected_rows"] == rows[dataset]
        assert receipt.counts["vault_after"] == receipt.counts["vault_before"] + 1


def test_the_exact_counts_inside_review_move_by_exactly_them(erased: Erased) -> None:
    """Every cell of every table and period, against the delivered rows counted by hand."""
    candidate = prepare(erased.workspace).ids["candidate"]
    sealed = erased.workspace.review.tables(candidate)
    after = {name: sealed[f"exact_{name}"].to_pandas() for name in erased.exact_before}
    ours = {name for name in sealed if name.startswith("exact_") and "_elsewhere_" not in name}
    assert {f"exact_{name}" for name in after} == ours
    compared, counted = 0, Counter[str]()
    for name, before in erased.exact_before.items():
        contract = contract_of(name)
        expected = expected_of(erased, contract)
        cells = [cell_of(row, contract) for row in before.to_dict("records")]
        following = [cell_of(row, contract) for row in after[name].to_dict("records")]
        assert len(set(cells)) == len(cells) == len(before)
        assert set(following) == set(cells)
        assert set(expected) <= set(cells)
        for measure in (each["name"] for each in contract["measures"]):
            was = dict(zip(cells, before[measure].astype(int).tolist(), strict=True))
            left = dict(zip(following, after[name][measure].astype(int).tolist(), strict=True))
            moved = {cell: was[cell] - left[cell] for cell in cells if was[cell] != left[cell]}
            assert moved == dict(expected), (name, measure)
        compared += len(cells)
        counted[contract["population"]] += len(expected)
    assert compared > 50_000
    # Who is gone counted in some of them: no comparison of nothing with nothing.
    assert min(counted[dataset] for dataset in DRAWN) > 500
    rows = sum(table.num_rows for table in erased.persons.values())
    whole = [
        sum(count for cell, count in expected_of(erased, tables[0]).items() if is_whole(cell))
        for tables in (list(tables_of(dataset).values()) for dataset in DRAWN)
    ]
    assert sum(whole) == rows


def contract_of(name: str) -> dict[str, Any]:
    path = INSTALLATION / "contracts" / "tables" / f"{name}.yml"
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def expected_of(found: Erased, contract: dict[str, Any]) -> Counter[Cell]:
    """Return cell → how many of the erased persons a table counted, over all periods."""
    population, counted = contract["population"], Counter[Cell]()
    if population not in DRAWN:
        return counted
    ids = set(found.persons[population]["national_id"].to_pylist())
    for period in found.workspace.protected.periods(population):
        delivered = demo_deliveries(period)
        rows = rows_of_persons(delivered[population], ids)
        counted += cells_of_persons(
            rows,
            delivered["schools"],
            contract,
            period=period,
            connected_places=delivered["connected_places"],
        )
    return counted


def is_whole(cell: Cell) -> bool:
    """Tell whether a cell is the total of the country in a period."""
    codes = dict(cell)
    others = [code for name, code in cell if name not in {"ref_area", "time_period"}]
    return codes["ref_area"] == "FR" and set(others) == {"_T"}


def test_a_decoded_scan_finds_none_of_them_in_any_file(erased: Erased) -> None:
    files = {hash_of(path) for path in files_of(erased.workspace.home)} - erased.scanned
    assert list(erased.identities.find(new_views(erased, erased.workspace.home))) == []
    # All that was written anew, and with what was scanned before it nothing is left out.
    assert len(files) > 10
    assert {hash_of(path) for path in files_of(erased.workspace.home)} <= erased.scanned
    control = views_of("control", b"x" + ids_of(erased.persons)[0] + b"x")
    assert len(list(erased.identities.find(control))) == 1
    name = all_pseudonyms(erased.workspace, erased.persons)[0]
    planted = views_of("control", name.hex().encode())
    assert {hit.kind for hit in erased.identities.find(planted)} == {"pseudonym"}


def test_none_of_them_is_in_what_the_keys_open(erased: Erased) -> None:
    assert hits(erased, erased.workspace) == []
    for dataset in DRAWN:
        assert find(erased.workspace, *erased.who(dataset)) == []


def test_the_lists_know_them_by_a_name_of_their_own_and_by_nothing_else(erased: Erased) -> None:
    store = SuppressionStore(erased.workspace.home, erased.workspace.ring)
    for dataset in DRAWN:
        place, who = erased.who(dataset)
        held = store.read(place.domain)
        content = json.dumps(held.model_dump(mode="json")).encode()
        listed = set(section_of(erased.workspace, who).pseudonyms)
        assert {name for each in held.erased for name in each.pseudonyms} == listed
        assert not any(one in content for one in ids_of(erased.persons))
        for period in erased.workspace.protected.periods(dataset):
            for rows in rows_of(erased.workspace, who, period):
                assert not any(name.encode() in content for name in rows.pseudonyms)


def test_none_of_them_is_in_what_a_restored_copy_opens(erased: Erased) -> None:
    assert hits(erased, erased.restored) == []
    # It opens what nobody was taken out of: the keys are the right ones.
    assert erased.restored.protected.current("schools", PERIOD).num_rows > 700


def test_the_rows_in_force_are_the_others_exactly(erased: Erased) -> None:
    for (dataset, period), before in erased.rows_before.items():
        place, who = erased.who(dataset)
        names = [
            name for rows in rows_of(erased.workspace, who, period) for name in rows.pseudonyms
        ]
        gone = pa.array(map(bytes.fromhex, names), pa.binary(16))
        kept = before.filter(pc.invert(pc.is_in(before[place.kept_as], value_set=gone)))
        after = erased.workspace.protected.current(dataset, period)
        assert after.num_rows == kept.num_rows < before.num_rows
        assert Counter(map(str, after.to_pylist())) == Counter(map(str, kept.to_pylist()))


def test_no_re_delivery_brings_them_back(erased: Erased) -> None:
    content = demo_deliveries(PERIOD)["pupils"]
    header, first, rest = content.split(b"\n", 2)
    extra = first.split(b";", 1)
    changed = b"\n".join([header, first, b"000000000ZZ;" + extra[1], rest])
    before = erased.workspace.protected.current("pupils", PERIOD).num_rows
    there = set(ids_of(erased.persons))
    expected = sum(line.split(b";", 1)[0] in there for line in content.split(b"\n"))
    assert expected > 50
    for number, delivered in enumerate((content, changed)):
        receipt = ingest(
            erased.workspace,
            "pupils",
            io.BytesIO(delivered),
            file="pupils_2021.csv",
            period=PERIOD,
            # Of two contents of one second, neither is known to be the later.
            as_of=erased.workspace.clock() - timedelta(minutes=1 - number),
        )
        assert receipt.changed is bool(number)
    assert receipt.counts["suppressed"] == expected
    counted = receipt.counts["accepted"] + receipt.counts["refused"] + expected
    assert receipt.counts["counted"] == counted == changed.count(b"\n") - 1
    assert erased.workspace.protected.current("pupils", PERIOD).num_rows == before + 1
    assert hits(erased, erased.workspace) == []
    found = list(erased.identities.find(new_views(erased, erased.workspace.home / "deliveries")))
    assert found == []


def test_a_pseudonym_is_found_by_the_scan_where_it_lies_open(
    erased: Erased, tmp_path: Path
) -> None:
    place, who = erased.who("pupils")
    domain = erased.workspace.project.contracts.policy.domains[place.domain]
    keys = erased.workspace.ring.pseudonym_keys(place.domain, *domain.scope(PERIOD))
    names = pseudonymise(who.parts, keys=keys, canonical=domain.canonical)
    pa.parquet.write_table(pa.table({"name": names}), tmp_path / "rows.parquet")
    kinds = {hit.kind for hit in erased.identities.find(views_of_folder(tmp_path))}
    assert kinds == {"pseudonym"}
