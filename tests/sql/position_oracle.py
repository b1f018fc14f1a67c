"""Pupils by the fifth of schools in which theirs lies, from the definition alone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.sql.indicator_oracle import Oracle, crossed, located, share, total
from tests.sql.small_nation import Nation


def fifth_of(index: np.ndarray) -> list[str]:
    """Return the fifth of each school: where the middle of those of one index stands among all."""
    known = np.sort(index[~np.isnan(index)])
    fifths = []
    for one in index:
        if np.isnan(one):
            fifths.append("_U")
            continue
        first, last = (np.searchsorted(known, one, side=side) for side in ("left", "right"))
        fifths.append(f"Q{int(np.ceil(5 * (first + last) / (2 * len(known)) - 1e-12))}")
    return fifths


def home_internet(nation: Nation) -> pd.Series:
    """Share of pupils with internet at home, by fifth, among those whose answer is known."""
    keys, order = ["time_period", "school_code"], ["social_quintile"]
    schools = nation.rows["schools"][[*keys, "social_position_index"]]
    fifths = schools.groupby("time_period")["social_position_index"].transform(
        lambda index: fifth_of(index.to_numpy(dtype=np.float64))
    )
    schools = schools[keys].assign(social_quintile=fifths)
    pupils = located(nation, "pupils").merge(schools, on=keys)
    own = crossed(nation, ["home_by_position"], order)
    known = pupils[pupils["home_internet"].isin(["Y", "N"])]
    with_it = total(nation, known[known["home_internet"] == "Y"], None, own, order)
    return share(with_it, total(nation, known, None, own, order), times=100)


POSITION_ORACLES: dict[str, Oracle] = {"HOME_INTERNET_QUINTILE": home_internet}
