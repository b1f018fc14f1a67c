"""Keep columns coarser, as a recoding that was declared and signed says, and no other way.

Global recoding: a value becomes the same coarser value in every row of a dataset and period. A
second time changes nothing.

Source: Sweeney (2002), Achieving k-anonymity privacy protection using generalization and
suppression; Handbook on Statistical Disclosure Control, chapter 3 (global recoding).
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.coded import plain
from pipeline.contracts import Contracts
from pipeline.contracts.geography import Geography
from pipeline.contracts.ladders import Ladder, ladder_of
from pipeline.errors import Place, PrivacyError


def recode(
    rows: pa.Table, dataset: str, period: str, *, contracts: Contracts, geography: Geography
) -> pa.Table:
    """Return minimised rows as the recoding of their dataset and period keeps them.

    Args:
        rows: the kept columns of a dataset, one row per record.
        dataset: its name.
        period: such as `2021`.
        contracts: the rules in force, with the recodings.
        geography: the territories.

    Returns:
        The same rows, columns and types; what is suppressed is missing in every row. Without a
        recoding, the rows as they are.

    Raises:
        PrivacyError: a value stands nowhere in the hierarchy of its column; nothing is returned.
    """
    recoding = contracts.recodings.get(dataset, {}).get(period)
    if recoding is None:
        return rows
    kept = contracts.kept_columns(dataset)
    ladders = {name: ladder_of(kept[name], contracts, geography) for name in recoding.columns}
    steps = {name: ladders[name].step(asked) for name, asked in recoding.columns.items()}
    return climb(rows, ladders, steps, dataset=dataset)


def climb(
    rows: pa.Table, ladders: Mapping[str, Ladder], steps: Mapping[str, int], *, dataset: str
) -> pa.Table:
    """Return rows with each column of `steps` that far up its ladder; the others as they are.

    Args:
        rows: with at least the columns of `steps`, at these steps or below.
        ladders: of each of these columns.
        steps: column → step, 0 for none, the ladder's top to keep nothing.
        dataset: its name, for messages.

    Raises:
        PrivacyError: as `recode`.
    """
    for name, step in steps.items():
        if step:
            position = rows.column_names.index(name)
            place = Place(dataset=dataset, column=name)
            values = _climbed(plain(rows.column(position)), ladders[name], step, place=place)
            rows = rows.set_column(position, name, values)
    return rows


def _climbed(
    values: pa.ChunkedArray, ladder: Ladder, step: int, *, place: Place
) -> pa.Array | pa.ChunkedArray:
    if step == ladder.top:
        return pa.nulls(len(values), values.type)
    recoding = ladder.recoding(step)
    positions = pc.index_in(values, value_set=pa.array(recoding.keys(), values.type))
    if lacking := positions.null_count - values.null_count:
        raise PrivacyError("risk.value_unknown", place=place, count=lacking)
    return pc.take(pa.array(recoding.values(), values.type), positions)
