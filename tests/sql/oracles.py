"""Every oracle of an indicator that is made of rows, and what its figures cover."""

from __future__ import annotations

import pandas as pd

from pipeline.contracts import Indicator
from tests.sql.age_oracle import AGE_ORACLES, covered_by_both
from tests.sql.facility_oracle import ANSWERED, FACILITY_ORACLES
from tests.sql.indicator_oracle import ORACLES as OTHER_ORACLES
from tests.sql.position_oracle import POSITION_ORACLES
from tests.sql.reach_oracle import REACH_ORACLES
from tests.sql.small_nation import Nation
from tests.sql.staff_oracle import STAFF_ORACLES
from tests.sql.survey_oracle import SURVEY_ORACLES

ORACLES = (
    OTHER_ORACLES
    | AGE_ORACLES
    | FACILITY_ORACLES
    | POSITION_ORACLES
    | REACH_ORACLES
    | STAFF_ORACLES
    | SURVEY_ORACLES
)


def coverage_of(nation: Nation, indicator: Indicator, index: pd.MultiIndex) -> pd.Series:
    """Return the least coverage of what an indicator is made of, times the share that knows."""
    if indicator.code in AGE_ORACLES:
        return covered_by_both(nation, indicator.code, index)
    datasets = {nation.contracts.tables[name].population for name in indicator.tables}
    if indicator.code == "SCHOOLS_RESPONSE":
        # Who did not answer is in the rate itself: it is of all schools.
        datasets = {"schools"}
    rows = nation.coverage[nation.coverage["dataset"].isin(datasets)]
    least = rows.groupby(["ref_area", "time_period"])["coverage"].min()
    places = pd.MultiIndex.from_arrays([index.get_level_values(n) for n in (0, 1)])
    least = pd.Series(least.reindex(places).to_numpy(), index=index)
    knows = ANSWERED.get(indicator.code)
    return least if knows is None else least * knows(nation).reindex(index)
