"""Say in words how the figures of a table were moved to protect persons."""

from __future__ import annotations

from pipeline.contracts.base import Label
from pipeline.contracts.model import Contracts
from pipeline.contracts.policy import CellKey
from pipeline.contracts.tables import Table


def perturbation_words(table: Table, contracts: Contracts) -> Label | None:
    """Return how a table's counts are moved; None where they are not."""
    policy = contracts.policy
    if table.method == "cell_key" and policy.cell_key is not None:
        return _cell_key(policy.cell_key)
    return None


def _cell_key(rule: CellKey) -> Label:
    variance, maximum, smallest = rule.variance.value, rule.maximum.value, rule.smallest.value
    small = smallest > 1
    return Label(
        en="Each count above 0 is moved by random noise of mean 0, variance "
        f"{variance:g} and at most {maximum}; the same persons always have the same noise."
        + (f" No result lies between 0 and {smallest}." if small else "")
        + " Parts need not add up to their total, and rates are made of the moved counts.",
        fr="Chaque effectif non nul est décalé d'un bruit aléatoire de moyenne 0, de variance "
        f"{f'{variance:g}'.replace('.', ',')} et d'au plus {maximum} ; les mêmes personnes ont"
        " toujours le même bruit."
        + (f" Aucun résultat n'est entre 0 et {smallest}." if small else "")
        + " La somme des parties peut différer du total, et les taux sont faits des effectifs"
        " décalés.",
    )
