"""The figures as SDMX-CSV 2.0, written by pysdmx in parts, so that a country fits in memory.

An intentionally missing value is `NaN`, as the standard says, with the status that tells why.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
from pysdmx.io import write_sdmx
from pysdmx.io.format import Format
from pysdmx.io.pd import PandasDataset
from pysdmx.model.dataflow import Schema
from pysdmx.model.dataset import ActionType

from pipeline.dissemination.exports.sdmx_structure import (
    concept_id,
    observation_columns,
)
from pipeline.dissemination.exports.source import ReleaseSource

PATH = "sdmx/observations.csv"
_ROWS_AT_ONCE = 200_000


def write_figures(source: ReleaseSource, schema: Schema) -> None:
    """Write `sdmx/observations.csv`: every row of `observations`, in its order."""
    names = [column.name for column in observation_columns(source)]
    reader = source.connection.sql("from observations").to_arrow_reader(_ROWS_AT_ONCE)
    path = source.folder / PATH
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        for part, batch in enumerate(reader):
            frame = pa.table(batch).select(names).to_pandas()
            dataset = PandasDataset(structure=schema, data=_named(frame), action=ActionType.Replace)
            text = str(write_sdmx(dataset, Format.DATA_SDMX_CSV_2_0_0))
            header, _, rows = text.partition("\n")
            stream.write(rows if part else f"{header}\n{rows}")


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the figures under SDMX's names; a text that is not there is empty, not missing."""
    texts = frame.select_dtypes(exclude="number").columns
    filled = frame.assign(**{str(name): frame[name].fillna("") for name in texts})
    return filled.rename(columns=concept_id)
