"""A look over a whole delivery at column speed: is anything of persons looked for in it?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from pipeline.contracts.datasets import Dataset
from pipeline.intake.loose_records import Layout
from pipeline.intake.mentions import Sought, least_length, mentions
from pipeline.intake.raw_lines import Open, codec_of

_FAST = {"utf-8", "cp1252", "latin-1"}
_BLOCK_BYTES = 8 << 20


class Glance(NamedTuple):
    """Whether a file without quotes has records of persons sought, and texts that name them."""

    records: bool
    names: bool


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
    if _has_quotes(open_source):
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
    try:
        with open_source() as source, arrow_csv.open_csv(source, **options) as reader:
            found = [_glance(batch, least, sought) for batch in reader]
    except (pa.ArrowException, KeyError, UnicodeError):
        return None
    return Glance(any(each.records for each in found), any(each.names for each in found))


def _has_quotes(open_source: Open) -> bool:
    with open_source() as source:
        return any(b'"' in block for block in iter(lambda: source.read(_BLOCK_BYTES), b""))


def _glance(batch: pa.RecordBatch, least: Mapping[str, int], sought: Sought) -> Glance:
    theirs = np.zeros(batch.num_rows, np.bool_)
    if not sought.in_passing:
        theirs = sought.is_listed([batch[name] for name in sought.columns])
    # A record of theirs goes as a whole, whatever its texts say.
    others = batch.filter(pa.array(~theirs)) if theirs.any() else batch
    names = (mentions(others[name], sought, least=least[name]).any() for name in least)
    return Glance(bool(theirs.any()), any(names))
