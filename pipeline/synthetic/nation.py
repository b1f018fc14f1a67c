"""A made-up nation of any size, to measure what a département cannot show.

Promises exactly the pupils asked for, over as many communes, in nested territories, with
skewed sizes: many tiny communes, a few cities. Nothing in it is real.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.synthetic.draws import Index
from pipeline.synthetic.facts import COMMUNES, ENROLMENT, SCHOOLS, TERRITORIES, Facts
from pipeline.synthetic.pupils import SHARE_OF_GIRLS

PRIMARY_SHARE = 0.66
PRIMARY_GRADES = {"PRE": 0.364, "CP": 0.125, "CE1": 0.126, "CE2": 0.126, "CM1": 0.127,
                  "CM2": 0.127, "ULIS": 0.005}  # fmt: skip
COLLEGE_GRADES = {"6E": 0.25, "5E": 0.25, "4E": 0.25, "3E": 0.25}
PUPILS_PER_PRIMARY_SCHOOL, PUPILS_PER_COLLEGE = 160, 470
INHABITANTS_PER_COLLEGE_TOWN = 3_000
INHABITANTS_PER_PUPIL = 6.7
SHARE_PRIVATE = 0.15
REGIONS, DEPARTEMENTS, ARRONDISSEMENTS_EACH, EPCI_EACH = 18, 101, 3, 12


def draw_nation(*, communes: int, pupils: int, period: int, seed: int) -> Facts:
    """Draw a nation of facts, in memory.

    Args:
        communes: number of communes, at most 99,999.
        pupils: number of pupils in the period.
        period: the one school year drawn.
        seed: any integer.
    """
    generator = np.random.default_rng(seed)
    size = generator.lognormal(6.2, 1.25, communes)
    inhabitants = np.maximum(size / size.sum() * pupils * INHABITANTS_PER_PUPIL, 20)
    inhabitants = inhabitants.astype(np.int64)
    codes = _codes("", communes, width=5)
    in_primary = round(pupils * PRIMARY_SHARE)
    primary = generator.multinomial(in_primary, inhabitants / inhabitants.sum())
    towns = np.where(inhabitants >= INHABITANTS_PER_COLLEGE_TOWN, inhabitants, 0)
    # A nation of villages only still has one town with a collège: its largest.
    towns[np.argmax(inhabitants)] = inhabitants.max()
    secondary = generator.multinomial(pupils - in_primary, towns / towns.sum())
    commune, school_pupils, is_college = _split_into_schools(primary, secondary)
    schools = _schools(codes, commune, is_college, period=period, generator=generator)
    return Facts(
        communes=_communes(codes, inhabitants, generator=generator),
        schools=schools,
        enrolment=_enrolment(
            schools["school_code"], school_pupils, is_college, period=period, generator=generator
        ),
        territories=nested_territories(codes, inhabitants),
    )


def hierarchy(communes: int) -> dict[str, Index]:
    """Return, for each commune, the number of the territory it belongs to at each level."""
    commune = np.arange(communes)
    departement = commune * DEPARTEMENTS // communes
    first = np.searchsorted(departement, np.arange(DEPARTEMENTS))
    inside = (commune - first[departement]) / np.bincount(departement)[departement]
    return {
        "epci": departement * EPCI_EACH + (inside * EPCI_EACH).astype(np.int64),
        "arrondissement": departement * ARRONDISSEMENTS_EACH
        + (inside * ARRONDISSEMENTS_EACH).astype(np.int64),
        "departement": departement,
        "region": departement * REGIONS // DEPARTEMENTS,
    }


def nested_territories(codes: pa.StringArray, inhabitants: Index) -> pa.Table:
    """Return the territories of every level: level, code, name, inhabitants."""
    parts = [_level("commune", codes, inhabitants)]
    for level, belongs in hierarchy(len(codes)).items():
        known, member = np.unique(belongs, return_inverse=True)
        sums = np.bincount(member, weights=inhabitants).astype(np.int64)
        parts.append(_level(level, _codes(level[0].upper(), len(known), width=4), sums))
    parts.append(_level("country", pa.array(["XX"]), np.array([inhabitants.sum()])))
    return pa.concat_tables(parts)


def _level(level: str, codes: pa.StringArray, inhabitants: Index) -> pa.Table:
    names = pc.binary_join_element_wise(level.capitalize(), codes, " ")
    return pa.table([pa.array([level] * len(codes)), codes, names, inhabitants], schema=TERRITORIES)


def _codes(prefix: str, count: int, *, width: int, suffix: str = "") -> pa.StringArray:
    digits = pc.utf8_lpad(pc.cast(pa.array(np.arange(1, count + 1)), pa.string()), width, "0")
    return pc.binary_join_element_wise(prefix, digits, suffix, "")


def _communes(
    codes: pa.StringArray, inhabitants: Index, *, generator: np.random.Generator
) -> pa.Table:
    return pa.table(
        [
            codes,
            pc.binary_join_element_wise("Commune", codes, " "),
            inhabitants,
            generator.uniform(-4.5, 8.0, len(codes)),
            generator.uniform(42.5, 51.0, len(codes)),
        ],
        schema=COMMUNES,
    )


def _split_into_schools(primary: Index, secondary: Index) -> tuple[Index, Index, Index]:
    """Return, for each school, its commune, its pupils and whether it is a collège."""
    parts = []
    for pupils, usual in ((primary, PUPILS_PER_PRIMARY_SCHOOL), (secondary, PUPILS_PER_COLLEGE)):
        count = -(-pupils // usual)
        commune = np.repeat(np.arange(len(pupils)), count)
        order = np.arange(len(commune)) - np.repeat(np.cumsum(count) - count, count)
        share, rest = np.divmod(pupils[commune], count[commune])
        parts.append((commune, share + (order < rest)))
    is_college = np.repeat([0, 1], [len(parts[0][0]), len(parts[1][0])])
    commune, pupils = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return commune, pupils, is_college


def _schools(
    codes: pa.StringArray,
    commune: Index,
    is_college: Index,
    *,
    period: int,
    generator: np.random.Generator,
) -> pa.Table:
    count = len(commune)
    school_codes = _codes("", count, width=7, suffix="N")
    private = pa.array((generator.random(count) < SHARE_PRIVATE).astype(np.int64))
    index = generator.normal(104.0, 15.0, count).clip(58, 162)
    return pa.table(
        [
            school_codes,
            pc.binary_join_element_wise("Établissement", school_codes, " "),
            codes.take(pa.array(commune)),
            pa.array(["PUBLIC", "PRIVE"]).take(private),
            pa.array(["primaire", "collège"]).take(pa.array(is_college)),
            pa.array([""] * count),
            pa.array([""] * count),
            pc.cast(pa.array(index.round(1)), pa.string()),
            np.full(count, period),
            np.full(count, period),
        ],
        schema=SCHOOLS,
    )


def _enrolment(
    school_codes: pa.ChunkedArray,
    pupils: Index,
    is_college: Index,
    *,
    period: int,
    generator: np.random.Generator,
) -> pa.Table:
    parts = []
    for college, grades in ((0, PRIMARY_GRADES), (1, COLLEGE_GRADES)):
        school = np.flatnonzero(is_college == college)
        weights = np.array(list(grades.values()))
        counts = generator.multinomial(pupils[school], weights / weights.sum())
        row, grade = np.nonzero(counts)
        total = counts[row, grade]
        girls = generator.binomial(total, SHARE_OF_GIRLS)
        unknown = np.full(len(total), college == 0)
        parts.append(
            pa.table(
                [
                    np.full(len(total), period),
                    school_codes.take(pa.array(school[row])),
                    pa.array(list(grades)).take(pa.array(grade)),
                    pa.array(girls, mask=unknown),
                    pa.array(total - girls, mask=unknown),
                    total,
                ],
                schema=ENROLMENT,
            )
        )
    return pa.concat_tables(parts)
