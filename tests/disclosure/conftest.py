"""Synthetic populations: a small one to write by hand, and one like a whole département."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from pipeline.disclosure.shape import Codes, Geography, Inner, TableShape
from pipeline.disclosure.system import System, build_system

CODE_LISTS = {
    "sex": ("F", "M"),
    "edu_level": ("L02", "L1", "L2"),
    "sector": ("PUB", "PRIV"),
    "home_internet": ("Y", "N", "_U"),
    "home_device": ("Y", "N", "_U"),
    "has_digital_training": ("Y", "N"),
    "urbanisation": ("U1", "U2", "U3", "U4"),
}
UPPER = ("departement", "region", "country")
TYPOLOGY = "urbanisation"

Find = Callable[..., int]


@dataclass(frozen=True)
class Small:
    """Build systems from counts written in a test: communes, one or more levels, few codes."""

    code_lists: Mapping[str, tuple[str, ...]]

    def table(self, name: str, k: int, levels: Mapping[str, tuple[str, ...]]) -> TableShape:
        dimensions = tuple(dict.fromkeys(name for crossed in levels.values() for name in crossed))
        return TableShape(name=name, k=k, dimensions=dimensions, levels=levels)

    def inner(self, table: str, names: tuple[str, ...], counts: Mapping[str, object]) -> Inner:
        """Return inner cells: commune -> counts, one per combination of codes in list order."""
        combinations = list(product(*(self.code_lists[name] for name in names)))
        rows = [
            (commune, codes, count)
            for commune, values in counts.items()
            for codes, count in zip(combinations, np.ravel(values), strict=True)
        ]
        return Inner(
            table=table,
            territory=np.array([row[0] for row in rows]),
            codes={name: np.array([row[1][i] for row in rows]) for i, name in enumerate(names)},
            count=np.array([row[2] for row in rows], dtype=np.int64),
        )

    def geography(
        self,
        communes: tuple[str, ...],
        typology: tuple[str, ...] = (),
        **upper: tuple[str, ...],
    ) -> Geography:
        return Geography(
            base="commune",
            territory=np.array(communes),
            upper={level: np.array(codes) for level, codes in upper.items()},
            typology={TYPOLOGY: np.array(typology)} if typology else {},
        )

    def one_table(
        self,
        counts: Mapping[str, object],
        *,
        k: int = 5,
        names: tuple[str, ...] = ("sex",),
        **upper: tuple[str, ...],
    ) -> System:
        """Return the system of one table that crosses the same dimensions at each level."""
        communes = tuple(counts)
        levels = dict.fromkeys(("commune", *upper), names)
        return build_system(
            [self.table("enrolment", k, levels)],
            [self.inner("enrolment", names, counts)],
            self.code_lists,
            geography=self.geography(communes, **upper),
        )


@pytest.fixture
def small() -> Small:
    return Small(CODE_LISTS)


@pytest.fixture
def find() -> Find:
    """Return the index of the one cell of an area and codes; codes left out are totals."""

    def index(system: System, area: str, table: str = "enrolment", **codes: str) -> int:
        cells = system.cells
        match = (cells.area == area) & cells.of(table)
        for name, column in cells.codes.items():
            match &= column == codes[name] if name in codes else np.isin(column, ["_T", "_Z"])
        (found,) = np.flatnonzero(match)
        return int(found)

    return index


@dataclass(frozen=True)
class Department:
    """Draw a département as in the demo: two tables of pupils, one of teachers."""

    communes: int
    seed: int

    def geography(self) -> Geography:
        random = np.random.default_rng(self.seed)
        bodies = max(self.communes // 18, 2)
        epci = np.sort(random.integers(0, bodies, self.communes))
        shift = random.integers(0, 2, self.communes)
        arrondissement = np.minimum((epci * 4 + shift * 2) // bodies, 3)
        return Geography(
            base="commune",
            territory=np.array([f"35{i:03d}" for i in range(self.communes)]),
            upper={
                "epci": np.array([f"24{i:03d}" for i in epci]),
                "arrondissement": np.array([f"35{i}" for i in arrondissement]),
                "departement": np.full(self.communes, "35"),
                "region": np.full(self.communes, "53"),
                "country": np.full(self.communes, "FR"),
            },
            typology={
                TYPOLOGY: np.array(CODE_LISTS[TYPOLOGY])[np.digitize(self._sizes(), (80, 300, 900))]
            },
        )

    def _sizes(self) -> np.ndarray:
        random = np.random.default_rng(self.seed + 1)
        sizes = np.exp(random.normal(5.3, 1.2, self.communes)).astype(int)
        return np.where(random.random(self.communes) < 0.12, 0, sizes)

    def enrolment(self) -> np.ndarray:
        """Return pupils by commune x sex x level x sector; a third of communes lack a sector."""
        random = np.random.default_rng(self.seed + 2)
        sizes = self._sizes()
        college = np.where(sizes > 300, 0.3, 0.0)
        private = np.where(random.random(self.communes) < 0.35, 0.4, 0.0)
        level = np.stack([0.37 * (1 - college), 0.63 * (1 - college), college], axis=1)
        sector = np.stack([1 - private, private], axis=1)
        share = (
            np.einsum("cl,cs->cls", level, sector)[:, None] * np.array([0.49, 0.51])[:, None, None]
        )
        flat = np.stack(
            [
                random.multinomial(n, p)
                for n, p in zip(sizes, share.reshape(len(sizes), -1), strict=True)
            ]
        )
        return flat.reshape(share.shape)

    def connectivity(self) -> np.ndarray:
        """Return the same pupils by commune x internet x device x sex."""
        random = np.random.default_rng(self.seed + 3)
        by_sex = self.enrolment().sum(axis=(2, 3))
        share = np.array([0.80, 0.08, 0.0, 0.04, 0.04, 0.0, 0.0, 0.0, 0.04])
        flat = random.multinomial(by_sex, share)
        return flat.reshape(self.communes, 2, 3, 3).transpose(0, 2, 3, 1)

    def teachers(self) -> np.ndarray:
        """Return teachers by commune x sex x level x training."""
        random = np.random.default_rng(self.seed + 4)
        number = -(-self.enrolment().sum(axis=(1, 3)) // np.array([22, 22, 14]))
        share = np.array([0.5, 0.3, 0.12, 0.08])
        return random.multinomial(number, share).reshape(self.communes, 3, 2, 2).swapaxes(1, 2)

    def pupils_system(
        self, elsewhere: Mapping[str, tuple[str, ...]] | None = None, **rules: Any
    ) -> System:
        """Return both tables of pupils; the rules are those of the table of answers."""
        enrolment = self._shape("enrolment", 5, ("sex", "edu_level"), ("sector",))
        enrolment = replace(enrolment, elsewhere=elsewhere or {})
        home = self._shape("home_connectivity", 11, ("home_internet", "home_device"), ("sex",))
        home = replace(home, **rules)
        return self._system(
            (enrolment, ("sex", "edu_level", "sector"), self.enrolment()),
            (home, ("home_internet", "home_device", "sex"), self.connectivity()),
        )

    def teachers_system(self) -> System:
        names = ("sex", "edu_level", "has_digital_training")
        return self._system((self._shape("teaching_staff", 5, (), names), names, self.teachers()))

    def _shape(
        self, name: str, k: int, commune: tuple[str, ...], more: tuple[str, ...]
    ) -> TableShape:
        middle = (*commune, *more)
        levels = {
            "commune": commune,
            "epci": middle,
            "arrondissement": middle,
            **dict.fromkeys(UPPER, (*middle, TYPOLOGY)),
        }
        return TableShape(name=name, k=k, dimensions=(*middle, TYPOLOGY), levels=levels)

    def _system(self, *tables: tuple[TableShape, tuple[str, ...], np.ndarray]) -> System:
        geography = self.geography()
        return build_system(
            [shape for shape, _, _ in tables],
            [
                _inner(shape.name, names, count, geography.territory)
                for shape, names, count in tables
            ],
            CODE_LISTS,
            geography=geography,
        )


def _inner(table: str, names: tuple[str, ...], count: np.ndarray, territory: Codes) -> Inner:
    grid = np.indices(count.shape).reshape(count.ndim, -1)
    return Inner(
        table=table,
        territory=territory[grid[0]],
        codes={name: np.array(CODE_LISTS[name])[grid[i + 1]] for i, name in enumerate(names)},
        count=count.ravel().astype(np.int64),
    )


@pytest.fixture(scope="session")
def department() -> type[Department]:
    return Department
