"""Build published tables of a whole nation: pupils by commune, sex and level, and what is above.

The cells are those of a public cube where `CARTABLE_TEST_DATA` names a folder with one of that many
communes, else drawn: sizes are lognormal with a median of 80 pupils and a mean of 343, as in
France; communities of communes straddle départements.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from pipeline.disclosure.shape import Codes, Counts, Geography, Inner, TableShape
from pipeline.disclosure.system import System, build_system

SEXES, LEVELS = ("F", "M"), ("L0", "L1", "L2", "L3", "L4")
SECTORS, PUBLIC = ("public", "private"), 0.85
TYPES = ("T1", "T2", "T3", "T4")
THRESHOLD = 5
MEDIAN, SPREAD = 80, 1.7
COMMUNES_OF_A_DEPARTEMENT, DEPARTEMENTS_OF_A_REGION, COMMUNES_OF_AN_EPCI = 350, 8, 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Nation:
    """Hold the inner cells of a nation: communes x sexes x levels, and where each commune lies.

    Sectors may be a fourth axis of `pupils`.
    """

    source: str
    commune: Codes
    departement: Codes
    region: Codes
    epci: Codes
    typology: Codes
    pupils: Counts

    def by_sector(self, *, seed: int) -> Nation:
        """Return the same nation with its pupils told by sector, public or private."""
        public = np.random.default_rng(seed).binomial(self.pupils, PUBLIC)
        pupils = np.stack([public, self.pupils - public], axis=-1)
        return replace(self, source=f"{self.source}, by sector", pupils=pupils)

    def next_year(self, *, seed: int, stay: float = 0.8) -> Nation:
        """Return the same communes a year later: most pupils stay, others come for the rest."""
        random = np.random.default_rng(seed)
        size = self.pupils.mean(axis=tuple(range(1, self.pupils.ndim)), keepdims=True)
        came = random.poisson(np.broadcast_to((1 - stay) * size, self.pupils.shape))
        pupils = random.binomial(self.pupils, stay) + came
        return replace(self, source=f"{self.source}, a year later", pupils=pupils)

    def geography(self, *, linked: bool) -> Geography:
        """Return the levels: nested ones, or overlapping ones and a typology as well."""
        upper = {"departement": self.departement, "region": self.region}
        if linked:
            upper["epci"] = self.epci
        upper["country"] = np.full(len(self.commune), "FR")
        return Geography(
            base="commune",
            territory=self.commune,
            upper=upper,
            typology={"typology": self.typology} if linked else {},
        )

    def system(self, *, linked: bool) -> System:
        """Return what is published at the levels of its geography."""
        geography = self.geography(linked=linked)
        lists = self.code_lists
        names = tuple(lists)[: self.pupils.ndim - 1]
        levels: dict[str, tuple[str, ...]] = dict.fromkeys(("commune", *geography.upper), names)
        if linked:
            levels |= dict.fromkeys(("region", "country"), (*names, "typology"))
        territory, *codes = np.unravel_index(np.arange(self.pupils.size), self.pupils.shape)
        return build_system(
            [
                TableShape(
                    name="pupils",
                    k=THRESHOLD,
                    dimensions=(*names, "typology") if linked else names,
                    levels=levels,
                )
            ],
            [
                Inner(
                    table="pupils",
                    territory=self.commune[territory],
                    codes={
                        name: np.array(lists[name])[code]
                        for name, code in zip(names, codes, strict=True)
                    },
                    count=self.pupils.ravel(),
                )
            ],
            self.code_lists,
            geography=geography,
        )

    @property
    def code_lists(self) -> dict[str, tuple[str, ...]]:
        """Return dimension → its codes."""
        typology = tuple(np.unique(self.typology).tolist())
        return {"sex": SEXES, "level": LEVELS, "sector": SECTORS, "typology": typology}


def nation(communes: int, *, seed: int) -> Nation:
    """Return a nation of that many communes: a public one if there is one, else a drawn one."""
    folder = os.environ.get("CARTABLE_TEST_DATA")
    path = Path(folder or ".") / "data" / "sdc_cubes" / f"cube_{communes}.parquet"
    if folder is not None and seed == 0 and path.exists():
        return _read(path)
    return _draw(communes, seed=seed)


def _read(path: Path) -> Nation:
    cube = pq.read_table(path).to_pandas().sort_values(["commune", "sex", "level"])
    base = cube.drop_duplicates("commune")
    return Nation(
        source=path.name,
        commune=base["commune"].to_numpy(dtype=np.str_),
        departement=base["dept"].to_numpy(dtype=np.str_),
        region=base["region"].to_numpy(dtype=np.str_),
        epci=base["epci"].to_numpy(dtype=np.str_),
        typology=base["typo"].to_numpy(dtype=np.str_),
        pupils=cube["freq"].to_numpy(dtype=np.int64).reshape(-1, len(SEXES), len(LEVELS)),
    )


def _draw(communes: int, *, seed: int) -> Nation:
    rng = np.random.default_rng(seed)
    number = np.arange(communes)
    size = rng.lognormal(np.log(MEDIAN), SPREAD, communes)
    share = rng.dirichlet(np.full(len(SEXES) * len(LEVELS), 40.0), communes)
    departement = number // COMMUNES_OF_A_DEPARTEMENT
    ends = np.cumsum(rng.integers(10, 2 * COMMUNES_OF_AN_EPCI - 10, communes))
    rank = np.argsort(np.argsort(size * rng.lognormal(0, 0.5, communes)))
    return Nation(
        source=f"drawn, seed {seed}",
        commune=_codes("C", number),
        departement=_codes("D", departement),
        region=_codes("R", departement // DEPARTEMENTS_OF_A_REGION),
        epci=_codes("E", np.searchsorted(ends, number, side="right")),
        typology=np.array(TYPES)[rank * len(TYPES) // communes],
        pupils=rng.poisson(size[:, None] * share).reshape(-1, len(SEXES), len(LEVELS)),
    )


def _codes(letter: str, number: Counts) -> Codes:
    return np.char.add(letter, np.char.zfill(number.astype(np.str_), 5))
