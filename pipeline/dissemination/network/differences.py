"""What differs between publishers for an indicator that bears the same code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.contracts import Label
from pipeline.dissemination.network.members import Member

Said = Callable[[Member, str], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Difference:
    """What one publisher says of one aspect of an indicator, where others say something else."""

    indicator: str
    aspect: str
    publisher: str
    value_en: str
    value_fr: str


ASPECTS: dict[str, Label] = {
    "label": Label(en="Name", fr="Nom"),
    "definition": Label(en="Definition", fr="Définition"),
    "unit": Label(en="Unit", fr="Unité"),
    "numerator": Label(en="Numerator", fr="Numérateur"),
    "denominator": Label(en="Denominator", fr="Dénominateur"),
    "source": Label(en="Source of the definition", fr="Source de la définition"),
    "made_of": Label(en="Tables it is made of", fr="Tables dont il est fait"),
    "dimensions": Label(en="Breakdowns", fr="Ventilations"),
    "codes": Label(en="Codes of the breakdowns", fr="Codes des ventilations"),
    "levels": Label(en="Territorial levels", fr="Niveaux territoriaux"),
    "periods": Label(en="School years", fr="Années scolaires"),
    "protection": Label(en="How persons are protected", fr="Protection des personnes"),
}


def common_indicators(members: Sequence[Member]) -> tuple[str, ...]:
    """Return the codes that two publishers or more have figures of, in the order of the first."""
    codes = dict.fromkeys(code for member in members for code in member.indicators.index)
    return tuple(code for code in codes if sum(code in m.published for m in members) > 1)


def find_differences(members: Sequence[Member]) -> tuple[Difference, ...]:
    """Return what differs, by indicator, aspect and publisher; what all say alike is left out."""
    return tuple(
        difference
        for code in common_indicators(members)
        for aspect in ASPECTS
        for difference in _compared(members, code, aspect)
    )


def _compared(members: Sequence[Member], code: str, aspect: str) -> Iterator[Difference]:
    having = [member for member in members if code in member.indicators.index]
    said = {member.name: _SAID[aspect](member, code) for member in having}
    if len(set(said.values())) > 1:
        for publisher, (en, fr) in said.items():
            yield Difference(code, aspect, publisher, en, fr)


def _text(column_en: str, column_fr: str) -> Said:
    def said(member: Member, code: str) -> tuple[str, str]:
        row = member.indicators.loc[code]
        return _plain(row[column_en]), _plain(row[column_fr])

    return said


def _unit(member: Member, code: str) -> tuple[str, str]:
    row = member.indicators.loc[code]
    code_of_unit = _plain(row["unit_measure"])
    return (
        f"{_plain(row['unit_en'])} ({code_of_unit})",
        f"{_plain(row['unit_fr'])} ({code_of_unit})",
    )


def _listed(values: Sequence[str]) -> tuple[str, str]:
    text = ", ".join(values)
    return text, text


def _periods(member: Member, code: str) -> tuple[str, str]:
    return _listed(sorted(_rows(member, code)["time_period"].unique()))


def _levels(member: Member, code: str) -> tuple[str, str]:
    labels = member.tables["dimensions"].query("dimension == 'area_level'").set_index("code")
    present = set(_rows(member, code)["area_level"])
    known = labels[labels.index.isin(present)]
    return ", ".join(known["label_en"]), ", ".join(known["label_fr"])


def _codes(member: Member, code: str) -> tuple[str, str]:
    rows = _rows(member, code)
    used = {name: sorted(set(rows[name]) - {"_T", "_Z"}) for name in sorted(member.dimensions)}
    return _listed([f"{name}: {' '.join(codes)}" for name, codes in used.items() if codes])


def _protection(member: Member, code: str) -> tuple[str, str]:
    tables = _plain(member.indicators.loc[code]["made_of"]).split(",")
    return _listed(sorted({member.methods.get(name.strip(), "none") for name in tables}))


def _rows(member: Member, code: str) -> pd.DataFrame:
    rows = member.tables["observations"]
    return rows[rows["indicator"] == code]


def _plain(value: object) -> str:
    return value if isinstance(value, str) else ""


_SAID: dict[str, Said] = {
    "label": _text("label_en", "label_fr"),
    "definition": _text("definition_en", "definition_fr"),
    "unit": _unit,
    "numerator": _text("numerator_en", "numerator_fr"),
    "denominator": _text("denominator_en", "denominator_fr"),
    "source": _text("source", "source"),
    "made_of": _text("made_of", "made_of"),
    "dimensions": _text("dimensions", "dimensions"),
    "codes": _codes,
    "levels": _levels,
    "periods": _periods,
    "protection": _protection,
}
