"""A look over a whole delivery at column speed: where in it are persons looked for?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from pipeline.contracts.datasets import Dataset
from pipeline.intake.loose_records import Layout
from pipeline.intake.mentions import Mask, Sought, least_length, mentions
from pipeline.intake.raw_lines import Open, codec_of

_FAST = {"utf-8", "cp1252", "latin-1"}
_BLOCK_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Glance:
    """What a file without quotes has of persons sought. Its text form shows no record.

    Attributes:
        records: row, from 0 after the header → the cells of a record of theirs.
        names: row of another's record → which of its cells, from 0, name them.
        is_aligned: each row is a line, the header the first.
    """

    records: dict[int, list[str]] = field(repr=False)
    names: dict[int, tuple[int, ...]]
    is_aligned: bool


def at_a_glance(
    open_source: Open, dataset: Dataset, layout: Layout, sought: Sought
) -> Glance | None:
    """Tell, at column speed, what a file without quotes has of theirs; None is not known.

    The fast reader pairs quotes in its own way, so it reads none.
    """
    codec, named = codec_of(open_source, dataset), layout.header
    wanted = set() if sought.in_passing else set(sought.columns)
    if codec not in _FAST or len(set(named)) < len(named) or not wanted <= set(named):
        return None
    lines = _lines_of(open_source)
    if lines is None:
        return None
    least = {name: least_length(name, dataset, sought) for name in named}
    options: dict[str, Any] = {
        "read_options": arrow_csv.ReadOptions(block_size=_BLOCK_BYTES, encoding=codec),
        "parse_options": arrow_csv.ParseOptions(delimiter=layout.delimiter, quote_char=False),
        "convert_options": arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(named, pa.string()),
            strings_can_be_null=False,
        ),
    }
    rows = 0
    records: dict[int, list[str]] = {}
    names: dict[int, tuple[int, ...]] = {}
    try:
        with open_source() as source, arrow_csv.open_csv(source, **options) as reader:
            for batch in reader:
                theirs = _theirs(batch, sought)
                named_in = _named(batch, ~theirs, least, sought)
                # An identifier among other signs in its own column is of that row.
                own = [row for row, at in named_in.items() if wanted & {named[one] for one in at}]
                theirs[own] = True
                for row in np.flatnonzero(theirs).tolist():
                    records[rows + row] = [batch[name][row].as_py() for name in named]
                # A record of theirs goes as a whole, whatever its texts say.
                for row, fields in named_in.items():
                    if not theirs[row]:
                        names[rows + row] = fields
                rows += batch.num_rows
    except (pa.ArrowException, KeyError, UnicodeError):
        return None
    return Glance(records, names, is_aligned=rows + 1 == lines)


def _lines_of(open_source: Open) -> int | None:
    """Return how many lines a file has; 0 where some end in CR alone, None where it has quotes."""
    lines = returns = pairs = 0
    last = b""
    with open_source() as source:
        for block in iter(lambda: source.read(_BLOCK_BYTES), b""):
            if b'"' in block:
                return None
            lines += block.count(b"\n")
            returns += block.count(b"\r")
            pairs += block.count(b"\r\n") + (last == b"\r" and block[:1] == b"\n")
            last = block[-1:]
    return lines + (last != b"\n") if returns == pairs else 0


def _theirs(batch: pa.RecordBatch, sought: Sought) -> Mask:
    if not sought.in_passing:
        return sought.is_listed([batch[name] for name in sought.columns])
    mask = np.zeros(batch.num_rows, np.bool_)
    if sought.is_foreign is None:
        return mask
    # Between those of others may stand a record of theirs, of the same width.
    names = batch.schema.names
    for columns in permutations(names, len(sought.columns)):
        mask |= sought.is_listed([batch[name] for name in columns])
    for row in np.flatnonzero(mask).tolist():
        mask[row] = sought.is_foreign(names, [batch[name][row].as_py() for name in names])
    return mask


def _named(
    batch: pa.RecordBatch, others: Mask, least: Mapping[str, int], sought: Sought
) -> dict[int, tuple[int, ...]]:
    """Return row → which of its cells name somebody, among the rows of others."""
    found: dict[int, tuple[int, ...]] = {}
    for position, (name, length) in enumerate(least.items()):
        for row in np.flatnonzero(mentions(batch[name], sought, least=length) & others).tolist():
            found[row] = (*found.get(row, ()), position)
    return dict(sorted(found.items()))
