"""The persons of the demonstration, drawn again: all of them, as their deliveries name them."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.random import default_rng

from pipeline.privacy.pseudonyms import pseudonymise
from pipeline.project import load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.demo import PERIODS, SEED
from pipeline.storage.keys import KeyRing
from pipeline.synthetic import draw_deliveries, read_facts
from tests.privacy.scan import Person

DOMAINS = {"pupils": "pupil", "teachers": "teacher"}
COLUMNS = ["national_id", "family_name", "given_name", "birth_date", "email", "address"]


@cache
def demo_deliveries(period: str) -> dict[str, bytes]:
    """Return dataset → the bytes that the demonstration delivers for a period."""
    facts = read_facts(INSTALLATION / "demo" / "facts")
    drawn = draw_deliveries(facts, periods=[period], seed=SEED)
    return {dataset: content for dataset, _, content in drawn}


@cache
def demo_persons() -> pa.Table:
    """Return one row per person and period: COLUMNS and dataset."""
    return pa.concat_tables(
        persons_of(dataset, content)
        for period in PERIODS
        for dataset, content in demo_deliveries(period).items()
        if dataset in DOMAINS
    )


def persons_of(dataset: str, content: bytes) -> pa.Table:
    """Return one row per person of a delivery: COLUMNS and dataset."""
    names = content[: content.index(b"\n")].decode().split(";")
    table = pa.csv.read_csv(
        io.BytesIO(content),
        parse_options=pa.csv.ParseOptions(delimiter=";", quote_char=False),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    table = table.rename_columns(["email" if n == "guardian_email" else n for n in names])
    empty = pa.array([""] * table.num_rows)
    if "address" not in table.column_names:
        table = table.append_column("address", empty)
    return table.select(COLUMNS).append_column("dataset", pa.array([dataset] * table.num_rows))


def sample_persons(count: int, *, seed: int) -> list[Person]:
    """Return some of the persons, the same for the same seed; each has an e-mail."""
    table = demo_persons().filter(pa.compute.not_equal(demo_persons()["email"], ""))
    rows = default_rng(seed).choice(table.num_rows, count, replace=False)
    return [
        Person(
            national_id=row["national_id"],
            family=row["family_name"],
            given=row["given_name"],
            birth_date=row["birth_date"],
            email=row["email"],
            address=row["address"],
        )
        for row in table.take(np.sort(rows)).to_pylist()
    ]


def demo_pseudonyms(ring: KeyRing) -> list[bytes]:
    """Return the pseudonyms that the persons have, in each period, under the keys of a ring."""
    domains = load_project(INSTALLATION).contracts.policy.domains
    found: list[bytes] = []
    for dataset, name in DOMAINS.items():
        mine = demo_persons().filter(pa.compute.equal(demo_persons()["dataset"], dataset))
        ids = mine["national_id"].unique()
        for period in PERIODS:
            keys = ring.pseudonym_keys(name, *domains[name].scope(period))
            canonical = domains[name].canonical
            found += pseudonymise([ids], keys=keys, canonical=canonical).to_pylist()
    return found


def demo_pseudonym_keys(ring: KeyRing) -> dict[str, bytes]:
    """Return every key behind those pseudonyms, by a name of its own."""
    domains = load_project(INSTALLATION).contracts.policy.domains
    return {
        f"{name} {period} {epoch}": key
        for name in DOMAINS.values()
        for period in PERIODS
        for epoch, key in enumerate(ring.pseudonym_keys(name, *domains[name].scope(period)), 1)
    }
