"""Pupils: one synthetic person per real enrolment, streamed as Arrow record batches.

Promises that pupils add up exactly to the enrolment of each school, grade and (where it is
known) sex, and that a pupil who moves up within a school stays the same person. Where the sex
is not known it is drawn, pupil by pupil.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import ContractError
from pipeline.synthetic.draws import (
    Bits,
    Draw,
    Index,
    draw_bits,
    draw_shares,
    pick,
    shares,
)
from pipeline.synthetic.facts import Facts, integers, positions
from pipeline.synthetic.home import ANSWERS, HomeModel, draw_answers, fit_home_model
from pipeline.synthetic.identities import check_capacity, national_ids, pack
from pipeline.synthetic.names import GIVEN_NAMES, Names

SCHEMA = pa.schema(
    [
        (name, pa.string())
        for name in (
            "national_id",
            "family_name",
            "given_name",
            "birth_date",
            "sex",
            "address",
            "guardian_email",
            "school_code",
            "grade",
            "home_internet",
            "home_device",
        )
    ]
)
ROWS_PER_BATCH = 1 << 17

# Years after the first primary grade (CP); a grade of several years is shared out evenly.
GRADE_YEARS: dict[str, tuple[int, ...]] = {
    "PRE": (-3, -2, -1),
    "CP": (0,),
    "CE1": (1,),
    "CE2": (2,),
    "CM1": (3,),
    "CM2": (4,),
    "ULIS": (0, 1, 2, 3, 4),
    "6E": (5,),
    "5E": (6,),
    "4E": (7,),
    "3E": (8,),
}
AGE_IN_FIRST_GRADE = 6
SHARE_OF_GIRLS = 0.488
SHARE_BORN_EARLIER, SHARE_BORN_LATER = 0.05, 0.01

# The sexes of a cell; a stream of an identity is one of them, ULIS apart.
_DRAWN, _GIRLS, _BOYS = 0, 1, 2
_ULIS_STREAMS = 3

_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
_STREETS = (
    "rue des Tisserands,rue du Four à pain,chemin des Alouettes,allée des Noisetiers,"
    "impasse de l'Étang,rue de la Fontaine froide,avenue des Bruyères,place du Pressoir,"
    "rue du Champ rond,sentier des Coquelicots,rue aux Bœufs,cours des Bateliers,"
    f"rue de l{_APOSTROPHE}Horloge,allée des Mésanges,rue du Grand pré,chemin de la Lande verte,"
    "impasse des Genêts,rue des Sabotiers,venelle du Lavoir,boulevard des Peupliers,"
    "rue de la Tannerie,allée du Verger,rue des Cerisiers,chemin du Bois joli"
)
_STREET_NUMBERS = 160
_FIRST_LINES = pa.array(
    [f"{n} {s}, " for s in _STREETS.split(",") for n in range(1, _STREET_NUMBERS + 1)]
)
_MAILBOXES = pa.array([f"{number}@courriel.example" for number in range(10, 1000)])
_SEXES = pa.array(["F", "M"])


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilCells:
    """Groups of pupils alike: one entry per school, grade, year of age and sex (or none)."""

    school: Index
    grade: Index
    cohort: Index
    stream: Index
    count: Index

    def starts(self) -> Index:
        """Return the number of pupils before each cell, and their total at the end."""
        return np.concatenate([[0], np.cumsum(self.count)])


def pupil_cells(facts: Facts, period: int) -> PupilCells:
    """Split the enrolment of a period into cells.

    Raises:
        ContractError: `synthetic.grade`, a grade that has no ages;
            `synthetic.sexes`, counts below zero, or girls and boys that do not add up;
            `synthetic.repeated`, a school and grade counted twice;
            `synthetic.capacity`, a cell or a country too large.
    """
    enrolment = facts.enrolment_of(period)
    grade = _grades(enrolment["grade"])
    at = positions(enrolment["school_code"], facts.schools["school_code"])
    _check_unique(at * len(GRADE_YEARS) + grade)
    by_sex = _counts_by_sex(enrolment)
    years = np.array([len(ages) for ages in GRADE_YEARS.values()])[grade]
    step = np.arange(max(len(ages) for ages in GRADE_YEARS.values()))
    # Of n pupils over k years, each year has n // k, and the first n % k years one more.
    count = np.where(
        step < years[:, None, None],
        (by_sex[:, :, None] + years[:, None, None] - 1 - step) // years[:, None, None],
        0,
    )
    row, sex, age = np.nonzero(count)
    first_year = np.array([ages[0] for ages in GRADE_YEARS.values()])[grade]
    is_ulis = grade == list(GRADE_YEARS).index("ULIS")
    cells = PupilCells(
        school=at[row],
        grade=grade[row],
        cohort=period - (first_year[row] + age),
        stream=sex + _ULIS_STREAMS * is_ulis[row],
        count=count[row, sex, age],
    )
    check_capacity(schools=facts.schools.num_rows, persons_per_cell=int(cells.count.max()))
    return cells


def pupil_batches(
    facts: Facts, *, names: Names, period: int, seed: int, rows_per_batch: int = ROWS_PER_BATCH
) -> Iterator[pa.RecordBatch]:
    """Draw the pupils of a period, in the order of the facts.

    Args:
        facts: the real enrolment.
        names: tables of names, see `compose_names`.
        period: school year, by its first calendar year.
        seed: any integer; the same seed gives the same persons.
        rows_per_batch: pupils per record batch.

    Yields:
        One row per pupil, with the columns of `SCHEMA`.
    """
    cells = pupil_cells(facts, period)
    home = fit_home_model(
        social_position=facts.social_position(),
        inhabitants=facts.school_inhabitants(),
        pupils=facts.pupils_by_school(period),
        period=period,
    )
    tables = _Tables.of(facts, names=names, cells=cells)
    starts = cells.starts()
    for first in range(0, int(starts[-1]), rows_per_batch):
        cell, rank = _rows(starts, first=first, last=min(first + rows_per_batch, int(starts[-1])))
        yield _batch(cells, cell, rank, tables=tables, home=home, period=period, seed=seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tables:
    """The texts from which columns are taken by position."""

    names: Names
    guardians: pa.StringArray
    schools: pa.StringArray
    communes: pa.StringArray
    grades: pa.StringArray
    days: pa.StringArray
    year_starts: Index
    first_year: int

    @classmethod
    def of(cls, facts: Facts, *, names: Names, cells: PupilCells) -> _Tables:
        first, last = _birth_years(cells)
        dates = np.arange(f"{first}-01-01", f"{last + 1}-01-01", dtype="datetime64[D]")
        years = np.arange(str(first), str(last + 1), dtype="datetime64[Y]")
        return cls(
            names=names,
            guardians=pc.binary_join_element_wise(names.given_plain, "", "."),
            schools=facts.schools["school_code"].combine_chunks(),
            communes=pc.take(facts.communes["name"], facts.school_commune()).combine_chunks(),
            grades=pa.array(list(GRADE_YEARS)),
            days=pc.strftime(pa.array(dates), format="%d/%m/%Y"),
            year_starts=np.searchsorted(dates, years.astype("datetime64[D]")).astype(np.int64),
            first_year=first,
        )


def _grades(column: pa.ChunkedArray) -> Index:
    found = pc.index_in(column, value_set=pa.array(list(GRADE_YEARS)))
    if found.null_count:
        raise ContractError("synthetic.grade", count=found.null_count)
    return integers(found)


def _check_unique(keys: Index) -> None:
    # Counted twice, a grade would yield the same identities twice.
    repeated = len(keys) - len(np.unique(keys))
    if repeated:
        raise ContractError("synthetic.repeated", count=repeated)


def _counts_by_sex(enrolment: pa.Table) -> Index:
    known = np.asarray(pc.is_valid(enrolment["girls"]).to_numpy())
    girls, boys = (integers(pc.fill_null(enrolment[sex], 0)) for sex in ("girls", "boys"))
    total = integers(enrolment["total"])
    below_zero = np.minimum(np.minimum(girls, boys), total) < 0
    wrong = int(np.count_nonzero(below_zero | (known & (girls + boys != total))))
    if wrong:
        raise ContractError("synthetic.sexes", count=wrong)
    return np.stack([np.where(known, 0, total), girls, boys], axis=1)


def _rows(starts: Index, *, first: int, last: int) -> tuple[Index, Index]:
    """Return the cell of each pupil from first to last, and the pupil's rank in it."""
    cells = np.arange(
        np.searchsorted(starts, first, side="right") - 1, np.searchsorted(starts, last)
    )
    inside = np.minimum(starts[cells + 1], last) - np.maximum(starts[cells], first)
    cell = np.repeat(cells, inside)
    return cell, np.arange(first, last) - starts[cell]


def _batch(
    cells: PupilCells,
    cell: Index,
    rank: Index,
    *,
    tables: _Tables,
    home: HomeModel,
    period: int,
    seed: int,
) -> pa.RecordBatch:
    school, cohort, stream = cells.school[cell], cells.cohort[cell], cells.stream[cell]
    identity = pack(school=school, cohort=cohort, stream=stream, rank=rank)
    boy = _is_boy(identity, stream=stream, seed=seed)
    name = draw_bits(identity, Draw.NAME, seed=seed)
    family = pick(name, len(tables.names.family))
    given = pick(name, GIVEN_NAMES, shift=20) + GIVEN_NAMES * boy
    internet, device = draw_answers(identity, model=home, school=school, seed=seed, period=period)
    return pa.RecordBatch.from_arrays(
        [
            national_ids(identity, seed=seed),
            tables.names.family.take(pa.array(family)),
            tables.names.given.take(pa.array(given)),
            tables.days.take(pa.array(_birth_days(identity, cohort, tables=tables, seed=seed))),
            _SEXES.take(pa.array(boy)),
            _addresses(identity, school, tables=tables, seed=seed),
            _guardian_emails(identity, family, tables=tables, seed=seed),
            tables.schools.take(pa.array(school)),
            tables.grades.take(pa.array(cells.grade[cell])),
            ANSWERS.take(pa.array(internet)),
            ANSWERS.take(pa.array(device)),
        ],
        schema=SCHEMA,
    )


def _is_boy(identity: Bits, *, stream: Index, seed: int) -> Index:
    sex = stream % _ULIS_STREAMS
    drawn = draw_shares(identity, Draw.SEX, seed=seed) >= SHARE_OF_GIRLS
    return np.where(sex == _DRAWN, drawn, sex == _BOYS).astype(np.int64)


def _birth_years(cells: PupilCells) -> tuple[int, int]:
    first = int(cells.cohort.min()) - AGE_IN_FIRST_GRADE - 1
    return first, int(cells.cohort.max()) - AGE_IN_FIRST_GRADE + 1


def _birth_days(identity: Bits, cohort: Index, *, tables: _Tables, seed: int) -> Index:
    """Return birth dates as positions in the table of days; the 31st of a leap year is spared."""
    bits = draw_bits(identity, Draw.BIRTH, seed=seed)
    luck = shares(bits)
    shift = (luck > 1 - SHARE_BORN_LATER).astype(np.int64) - (luck < SHARE_BORN_EARLIER)
    year = cohort - AGE_IN_FIRST_GRADE + shift
    # The low bits of the draw are independent of the high ones, which chose the year.
    start: Index = tables.year_starts[year - tables.first_year]
    return start + pick(bits, 365)


def _addresses(identity: Bits, school: Index, *, tables: _Tables, seed: int) -> pa.StringArray:
    line = pick(draw_bits(identity, Draw.ADDRESS, seed=seed), len(_FIRST_LINES))
    return pc.binary_join_element_wise(
        _FIRST_LINES.take(pa.array(line)), tables.communes.take(pa.array(school)), ""
    )


def _guardian_emails(
    identity: Bits, family: Index, *, tables: _Tables, seed: int
) -> pa.StringArray:
    bits = draw_bits(identity, Draw.GUARDIAN, seed=seed)
    return pc.binary_join_element_wise(
        tables.guardians.take(pa.array(pick(bits, len(tables.guardians)))),
        tables.names.family_plain.take(pa.array(family)),
        _MAILBOXES.take(pa.array(pick(bits, len(_MAILBOXES), shift=20))),
        "",
    )
