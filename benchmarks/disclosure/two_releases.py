"""A small nation of pupils in memory, its releases, and who reads two of them.

Pupils are counted, compared, weighed and released by the code that a candidate is made with; only
the zones are left out. Whoever attacks reads cells alone, and knows the territories, who did not
change, and either who came or who left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from types import SimpleNamespace
from typing import cast
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from scipy.optimize import linprog

from pipeline.contracts.geography import Geography
from pipeline.disclosure.protect import protect
from pipeline.engines import run_query
from pipeline.lineage import tables_read
from pipeline.project import Project, load_project
from pipeline.settings import INSTALLATION
from pipeline.steps import protecting
from pipeline.steps.already_public import Public, PublicPeriod
from pipeline.steps.changed_since import changed_since
from pipeline.steps.counting import Counted, at_reference, disclosure_geography
from pipeline.steps.drawing import Drawings
from pipeline.steps.ground import Protecting
from pipeline.steps.protecting import Released, release_cells
from pipeline.steps.same_territories import comparable, former_of
from pipeline.steps.workspace import Workspace

PERIOD = "2021"
TABLES = ("enrolment", "home_connectivity", "schools")
PERSONS = TABLES[:2]
CODES = {
    "sex": ("F", "M"),
    "edu_level": ("L02", "L1", "L2"),
    "home_internet": ("Y", "N", "_U"),
    "home_device": ("Y", "N", "_U"),
}
Address = tuple[str, str, frozenset[tuple[str, str]]]
"""Table, area, and the codes that are no total."""
Rows = npt.NDArray[np.generic]
THRESHOLDS = {"enrolment": 5, "home_connectivity": 11}
WIDTH = 3
UNBOUNDED = 3
Pupils = pd.DataFrame
"""One row per pupil: pupil_pseudonym (number), school_code and CODES."""


@dataclass(frozen=True)
class Nation:
    """Territories, schools and rules.

    Args:
        project: contracts of two tables of pupils and one of schools, and their queries.
        geography: the territories.
        schools: one row per school: school_code, commune_code, sector.
        protecting: finds the pattern of tables.
    """

    project: Project
    geography: Geography
    schools: pd.DataFrame
    protecting: Protecting = protect

    def count(self, pupils: Pupils) -> dict[str, Counted]:
        """Return table → inner cells."""
        rows = self.rows(pupils)
        rows = {name: at_reference(self.project, name, own) for name, own in rows.items()}
        return {
            name: Counted(
                self.project.contracts.tables[name],
                PERIOD,
                run_query(sql, {each: rows[each] for each in tables_read(sql)}, name=name),
            )
            for name, sql in self.project.counts.items()
        }

    def rows(self, pupils: Pupils) -> dict[str, pa.Table]:
        """Return dataset → rows, as the protected zone has them."""
        named = pupils.assign(
            pupil_pseudonym=[int(n).to_bytes(16, "big") for n in pupils["pupil_pseudonym"]]
        )
        return {
            "pupils": pa.Table.from_pandas(named, preserve_index=False),
            "schools": pa.Table.from_pandas(self.schools, preserve_index=False),
        }

    def release(self, pupils: Pupils, *earlier: Told) -> Told:
        """Return a release of these pupils, the earlier ones public, the last one first."""
        counted = self.count(pupils)
        public = self._public(counted, pupils, earlier)
        contracts = self.project.contracts
        # Worlds for the review zone alone, which nobody here reads.
        with patch.object(protecting, "proof_tables", return_value={}):
            found = release_cells(
                counted,
                contracts,
                self.geography,
                public=public,
                drawings=Drawings(cast("Workspace", None)),
                protecting=self.protecting,
            )
        return Told(
            candidate=f"candidate-{len(earlier)}",
            pupils=pupils,
            shows=self._shown(found, pupils, earlier),
            released=found,
            nation=self,
        )

    def under(self, geography: Geography) -> Nation:
        """Return the same nation under other territories; schools keep the codes of before."""
        project = SimpleNamespace(**{**vars(self.project), "geography": geography})
        return replace(self, project=cast("Project", project), geography=geography)

    def seen(self, told: Told) -> Public:
        """Return what a new release reads of an earlier one."""
        contracts, public = self.project.contracts, told.public
        then, now = (
            disclosure_geography(contracts, one.geography).in_order() for one in (told.nation, self)
        )
        former = former_of(then, now, contracts, self.geography.changes)
        if former is None:
            return public
        former = replace(former, cells=public.cells)
        cells = {name: comparable(frame, former) for name, frame in public.cells.items()}
        return replace(public, cells=cells, former=former)

    def _shown(self, found: Released, pupils: Pupils, earlier: Sequence[Told]) -> Pupils:
        """Return the pupils whom the figures count: of now, of then, and who was erased since."""
        if not earlier:
            return pupils
        last = earlier[0]
        stood = {code for codes in found.standing["pupils"].values() for code in codes}
        now = pupils[~self.communes_of(pupils).isin(stood)]
        then = last.shows[self.communes_of(last.shows).isin(stood)]
        rest = last.shows[~self.communes_of(last.shows).isin(stood)]
        gone = rest[~rest["pupil_pseudonym"].isin(last.kept)]
        return pd.concat([now, then, gone], ignore_index=True)

    def communes_of(self, pupils: Pupils) -> pd.Series[str]:
        """Return the commune of each pupil's school."""
        commune = self.schools.set_index("school_code")["commune_code"]
        return pupils["school_code"].map(commune)

    def _public(
        self,
        counted: Mapping[str, Counted],
        pupils: Pupils,
        earlier: Sequence[Told],
    ) -> PublicPeriod | None:
        if not earlier:
            return None
        persons = [counted[name] for name in PERSONS]
        now = self.rows(pupils)
        return PublicPeriod(
            period=PERIOD,
            releases=tuple(self.seen(told) for told in earlier),
            since={
                told.candidate: changed_since(self.project, persons, self.rows(told.pupils), now)
                for told in earlier
            },
        )


@dataclass(frozen=True)
class Told:
    """One release.

    Args:
        candidate: what it was made of.
        pupils: whose rows of then are kept.
        shows: whom its figures count.
        released: its cells.
        nation: under whose territories it was made.
    """

    candidate: str
    pupils: Pupils
    shows: Pupils
    released: Released
    nation: Nation

    @property
    def kept(self) -> pd.Series[int]:
        """The numbers of those whose rows are kept."""
        return self.pupils["pupil_pseudonym"]

    @property
    def public(self) -> Public:
        """What a new release reads of it."""
        none = pd.DataFrame()
        return Public(
            release_id=self.candidate,
            candidate=self.candidate,
            cells={name: self.released.tables[name] for name in PERSONS},
            units={"schools": self.released.tables["schools"]},
            observations=none,
            coverage=none,
            facts={"standing": {PERIOD: self.released.standing}},
        )

    def erased(self, persons: Sequence[int]) -> Told:
        """Return the same release after its rows were taken from the zones."""
        gone = self.pupils["pupil_pseudonym"].isin(persons)
        return replace(self, pupils=self.pupils[~gone])

    def cells(self) -> dict[Address, float]:
        """Return the value of each cell of persons, NaN where it is hidden."""
        found = {}
        for name in PERSONS:
            table = self.released.tables[name]
            dimensions = [c for c in table if c in CODES or c in ("sector", "urbanisation")]
            for row in table.to_dict("records"):
                codes = {(d, row[d]) for d in dimensions if row[d] not in ("_T", "_Z")}
                found[name, row["ref_area"], frozenset(codes)] = row["pupils"]
        return found


def nation(communes: int, seed: int) -> tuple[Nation, Pupils]:
    """Draw territories, schools and pupils; a third of the communes has a private school too."""
    random = np.random.default_rng(seed)
    whole = load_project(INSTALLATION)
    alone = {"known_elsewhere": {}}
    tables = {n: whole.contracts.tables[n].model_copy(update=alone) for n in TABLES}
    contracts = whole.contracts.model_copy(update={"tables": tables})
    codes = [f"35{i:03d}" for i in range(communes)]
    epci = [f"24{i * 4 // communes}" for i in range(communes)]
    parents = {
        code: {
            "commune": code,
            "epci": epci[i],
            "arrondissement": f"35{(i * 4 + 2) // communes // 2}",
            "departement": "35",
            "region": "53",
            "country": "FR",
        }
        for i, code in enumerate(codes)
    }
    classes = {code: ("U1", "U2")[i % 3 == 0] for i, code in enumerate(codes)}
    urban = next(iter(contracts.territories.typologies))
    known = contracts.codes(urban)
    geography = Geography(
        base_level="commune",
        territories={},
        parents=parents,
        classes={urban: {code: known[int(one[1]) - 1] for code, one in classes.items()}},
        changes={},
    )
    counts = {name: whole.counts[name] for name in TABLES}
    project = SimpleNamespace(contracts=contracts, counts=counts, geography=geography)
    schools = [(f"S{code}{sector}", code, sector) for code in codes for sector in ("PUB", "PRIV")]
    kept = [one for one in schools if one[2] == "PUB" or random.random() < 0.35]
    frame = pd.DataFrame(kept, columns=["school_code", "commune_code", "sector"])
    made = Nation(cast("Project", project), geography, frame)
    sizes = np.exp(random.normal(4.2, 0.8, len(kept))).astype(int) + 1
    drawn = [pupils_of(school, n, random) for (school, *_), n in zip(kept, sizes, strict=True)]
    pupils = pd.concat(drawn, ignore_index=True)
    return made, pupils.assign(pupil_pseudonym=np.arange(len(pupils)))


def pupils_of(school: str, count: int, random: np.random.Generator) -> Pupils:
    """Draw pupils of a school; their numbers are not unique yet."""
    shares = {
        "sex": (0.49, 0.51),
        "edu_level": (0.35, 0.5, 0.15),
        "home_internet": (0.88, 0.08, 0.04),
        "home_device": (0.9, 0.06, 0.04),
    }
    drawn = {name: random.choice(CODES[name], count, p=p) for name, p in shares.items()}
    return pd.DataFrame({"pupil_pseudonym": 0, "school_code": school, **drawn})


def with_more(pupils: Pupils, count: int, *, school: str, seed: int = 0) -> Pupils:
    """Return the pupils and some more of one school."""
    random = np.random.default_rng([seed, count])
    first = int(pupils["pupil_pseudonym"].max()) + 1
    more = pupils_of(school, count, random)
    return pd.concat(
        [pupils, more.assign(pupil_pseudonym=np.arange(first, first + count))], ignore_index=True
    )


def changed_by_one(pupils: Pupils, schools: Sequence[str], seed: int) -> Pupils:
    """Add, remove or change one pupil, drawn at random."""
    random = np.random.default_rng(seed)
    one = random.choice(pupils.index.to_numpy())
    match seed % 3:
        case 0:
            return with_more(pupils, 1, school=random.choice(schools), seed=seed)
        case 1:
            return pupils.drop(index=one)
    name = random.choice([*CODES, "school_code"])
    others = [code for code in CODES.get(name, schools) if code != pupils.loc[one, name]]
    changed = pupils.copy()
    changed.loc[one, name] = random.choice(others)
    return changed


def same(one: Told, other: Told) -> bool:
    """Tell whether two releases show the same of every table."""
    return all(
        one.released.tables[name].equals(cells) for name, cells in other.released.tables.items()
    )


@dataclass(frozen=True)
class Attacker:
    """Know the territories, and what everybody's cells would be.

    An atom is a school and a code of each dimension, so that both tables are sums of the same.
    """

    nation: Nation

    def atoms(self, schools: Sequence[str]) -> pd.DataFrame:
        """Return one row per atom: school, its areas and class, codes."""
        names = list(CODES)
        rows = [
            (school, *codes) for school in schools for codes in product(*(CODES[n] for n in names))
        ]
        atoms = pd.DataFrame(rows, columns=["school_code", *names])
        atoms = atoms.merge(self.nation.schools, on="school_code")
        parents = self.nation.geography.parents
        prefixes = self.nation.project.contracts.territories.prefixes
        for level, prefix in prefixes.items():
            atoms[level] = [prefix + parents[code][level] for code in atoms["commune_code"]]
        (classes,) = self.nation.geography.classes.values()
        return atoms.assign(urbanisation=[classes[code] for code in atoms["commune_code"]])

    def matrix(self, addresses: Sequence[Address], atoms: pd.DataFrame) -> Rows:
        """Return which atoms each cell counts."""
        prefixes = self.nation.project.contracts.territories.prefixes
        columns = {c: atoms[c].to_numpy() for c in (*CODES, "sector", "urbanisation", *prefixes)}
        inside = {a: np.any([columns[x] == a for x in prefixes], axis=0) for _, a, _ in addresses}
        found = np.empty((len(addresses), len(atoms)), dtype=bool)
        for row, (_, area, codes) in enumerate(addresses):
            found[row] = inside[area]
            for name, code in codes:
                found[row] &= columns[name] == code
        return found

    def counts(self, atoms: pd.DataFrame, pupils: Pupils) -> npt.NDArray[np.int64]:
        """Return how many pupils are in each atom."""
        keys = ["school_code", *CODES]
        size = pupils.groupby(keys).size().rename("n").reset_index()
        found = atoms.merge(size, on=keys, how="left")["n"].fillna(0)
        return found.to_numpy(dtype=np.int64)

    def named(self, first: Told, second: Told) -> list[Address]:
        """Return the cells that fewer persons moved than may be told, though it can be seen.

        It is seen where both releases show the cell, and where the number of those who came to it,
        or who left it, is known but for two persons.
        """
        keys = list(first.shows)
        then, now = (pd.MultiIndex.from_frame(told.shows[keys]) for told in (first, second))
        came, left = second.shows[~now.isin(then)], first.shows[~then.isin(now)]
        if came.empty and left.empty:
            return []
        before, after = first.cells(), second.cells()
        addresses = list(after)
        atoms = self.atoms(sorted({*came["school_code"], *left["school_code"]}))
        matrix = self.matrix(addresses, atoms)
        values = np.array([(before[address], after[address]) for address in addresses]).T
        is_seen = ~np.isnan(values).any(axis=0)
        into, out = self._moves(matrix, atoms, came, left)
        threshold = np.array([THRESHOLDS[table] for table, *_ in addresses])
        few = (into + out > 0) & (into + out < threshold)
        found = few & is_seen & (values[0] != values[1])
        for changed, moved in ((came, into), (left, out)):
            counts = self.counts(atoms, changed)
            own = atoms["school_code"].isin(changed["school_code"]).to_numpy()
            asked = few & ~is_seen & (moved > 0)
            found |= self._narrow(matrix[:, own], counts[own], is_seen, asked)
        return [addresses[cell] for cell in np.flatnonzero(found)]

    def range_in_both(
        self, first: Told, second: Told, address: Address, *, changed: Sequence[str]
    ) -> tuple[float, float]:
        """Return what a cell of the second release can be, given both and where persons changed."""
        atoms = self.atoms(sorted(self.nation.schools["school_code"]))
        own = atoms["school_code"].isin(changed).to_numpy()
        before, after = first.cells(), second.cells()
        matrix = self.matrix(list(after), atoms).astype(float)
        none = np.zeros((len(matrix), int(own.sum())))
        # Who stayed, who left, who came.
        then = np.hstack([matrix, matrix[:, own], none])
        now = np.hstack([matrix, none, matrix[:, own]])
        values = np.array([[cells[a] for a in after] for cells in (before, after)]).ravel()
        rows, is_seen = np.vstack([then, now]), ~np.isnan(values)
        cost = now[list(after).index(address)]
        least, most = (
            sign * _least(sign * cost, rows[is_seen], values[is_seen]) for sign in (1.0, -1.0)
        )
        return least, most

    def _moves(
        self, matrix: Rows, atoms: pd.DataFrame, came: Pupils, left: Pupils
    ) -> tuple[Rows, Rows]:
        """Return how many persons joined each cell, and how many left it."""
        both = set(came["pupil_pseudonym"]) & set(left["pupil_pseudonym"])
        stays = [part["pupil_pseudonym"].isin(both) for part in (came, left)]
        new, old = (
            matrix[:, self._places(atoms, part[stay].sort_values("pupil_pseudonym"))]
            for part, stay in zip((came, left), stays, strict=True)
        )
        joined, gone = (
            matrix @ self.counts(atoms, part[~stay])
            for part, stay in zip((came, left), stays, strict=True)
        )
        return joined + (new & ~old).sum(axis=1), gone + (old & ~new).sum(axis=1)

    def _places(self, atoms: pd.DataFrame, pupils: Pupils) -> Rows:
        keys = ["school_code", *CODES]
        index = pd.MultiIndex.from_frame(atoms[keys])
        return index.get_indexer(pd.MultiIndex.from_frame(pupils[keys]))

    def _narrow(self, matrix: Rows, counts: Rows, is_seen: Rows, asked: Rows) -> Rows:
        """Return which of the cells asked have a count that is known but for two persons.

        It is the count of those who came, known that of those who left, or the reverse.
        """
        found = np.zeros(len(matrix), dtype=bool)
        rows = np.unique(matrix[is_seen], axis=0)
        for cell in np.flatnonzero(asked):
            least, most = (
                sign * _least(sign * matrix[cell].astype(float), rows, rows @ counts)
                for sign in (1, -1)
            )
            found[cell] = most - least < WIDTH - 1e-6
        return found


def _least(cost: npt.NDArray[np.float64], rows: Rows, known: Rows) -> float:
    solved = linprog(cost, A_eq=rows.astype(float), b_eq=known, method="highs")
    if solved.status == UNBOUNDED:
        return -np.inf
    if solved.status != 0:
        raise RuntimeError(solved.message)
    return float(solved.fun)
