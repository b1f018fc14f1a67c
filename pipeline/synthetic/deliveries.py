"""Delivered files: what the senders of a département would send, for each period.

Promises one CSV file per dataset and period: UTF-8, semicolons, one header line, lines that
end with a line feed. The same facts and seed give the same bytes. Persons are synthetic, and
still belong in a folder that is removed after use: they are written in clear.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
from pyarrow import csv

from pipeline.synthetic.children import draw_children
from pipeline.synthetic.facts import Facts, read_facts
from pipeline.synthetic.names import Names, compose_names
from pipeline.synthetic.places import draw_connected_places, draw_programmes, fixed_texts
from pipeline.synthetic.pupils import pupil_batches
from pipeline.synthetic.resources import draw_equipment, open_schools, population
from pipeline.synthetic.surveys import draw_family_survey, draw_school_survey
from pipeline.synthetic.teachers import draw_teachers

_FORMAT = csv.WriteOptions(delimiter=";", quoting_style="none", quoting_header="none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One delivered file: the dataset, the school year it is about, and where it lies."""

    dataset: str
    period: str
    path: Path


def write_deliveries(
    facts_dir: Path, out_dir: Path, *, periods: Sequence[str], seed: int
) -> list[Delivery]:
    """Draw the deliveries of each period and write them as files.

    Args:
        facts_dir: folder of the real facts, see `read_facts`.
        out_dir: folder that receives the files; made if absent.
        periods: school years, each by its first calendar year, such as "2021".
        seed: any integer; the same seed gives the same bytes.

    Returns:
        One delivery per dataset and period, period by period.

    Raises:
        ContractError: the facts cannot be read, or do not fit together.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    deliveries = []
    for dataset, period, batches in _drawn(read_facts(facts_dir), periods=periods, seed=seed):
        path = out_dir / f"{dataset}_{period}.csv"
        with path.open("wb") as file:
            _write_csv(file, batches)
        deliveries.append(Delivery(dataset=dataset, period=period, path=path))
    return deliveries


def draw_deliveries(
    facts: Facts, *, periods: Sequence[str], seed: int
) -> Iterator[tuple[str, str, bytes]]:
    """Yield dataset, period and bytes of each delivery, as `write_deliveries` writes them.

    Nothing is written: persons in clear stay in memory.
    """
    for dataset, period, batches in _drawn(facts, periods=periods, seed=seed):
        content = BytesIO()
        _write_csv(content, batches)
        yield dataset, period, content.getvalue()


def _drawn(
    facts: Facts, *, periods: Sequence[str], seed: int
) -> Iterator[tuple[str, str, Iterable[pa.RecordBatch]]]:
    names = names_for(facts, seed=seed)
    for period in periods:
        for dataset, batches in _datasets(facts, names=names, period=int(period), seed=seed):
            yield dataset, period, batches


def names_for(facts: Facts, *, seed: int) -> Names:
    """Compose the names of persons so that no text of the facts or of the places holds one."""
    texts = chain(
        facts.communes["name"].to_pylist(),
        facts.territories["name"].to_pylist(),
        facts.schools["school_name"].to_pylist(),
        fixed_texts(),
    )
    return compose_names(texts, seed=seed)


def _datasets(
    facts: Facts, *, names: Names, period: int, seed: int
) -> Iterator[tuple[str, Iterable[pa.RecordBatch]]]:
    yield "schools", open_schools(facts, period=period).to_batches()
    yield "pupils", pupil_batches(facts, names=names, period=period, seed=seed)
    teachers = draw_teachers(facts, names=names, period=period, seed=seed)
    yield "teachers", teachers.to_batches()
    yield "equipment", draw_equipment(facts, period=period, seed=seed).to_batches()
    places = draw_connected_places(facts, period=period, seed=seed)
    yield "connected_places", places.to_batches()
    yield "population", population(facts).to_batches()
    families = draw_family_survey(facts, period=period, seed=seed)
    yield "family_survey", families.to_batches()
    heads = draw_school_survey(facts, period=period, seed=seed)
    yield "school_survey", heads.to_batches()
    children = draw_children(facts, period=period, seed=seed)
    yield "school_age_population", children.to_batches()
    yield "programmes", draw_programmes(facts, period=period, seed=seed).to_batches()


def _write_csv(sink: BinaryIO, batches: Iterable[pa.RecordBatch]) -> None:
    stream = iter(batches)
    first = next(stream)
    with csv.CSVWriter(sink, first.schema, write_options=_FORMAT) as writer:
        for batch in chain([first], stream):
            writer.write_batch(batch)
