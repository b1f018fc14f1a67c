"""Say in words how the figures of a table were moved to protect persons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, prod, sqrt
from statistics import NormalDist

from pipeline.contracts.bands import CONFIDENCE_PCT, ERROR
from pipeline.contracts.base import Label
from pipeline.contracts.model import Contracts
from pipeline.contracts.policy import CellKey, DifferentialPrivacy
from pipeline.contracts.tables import Table

_SURE = Label(
    en=" The exact figure lies between obs_low and obs_high, with a chance of"
    f" {CONFIDENCE_PCT} % or more.",
    fr=" Le chiffre exact est entre obs_low et obs_high, avec une probabilité d'au moins"
    f" {CONFIDENCE_PCT} %.",
)
_NORMAL = NormalDist().inv_cdf(1 - ERROR / 2)


def perturbation_words(table: Table, contracts: Contracts) -> Label | None:
    """Return how a table's counts are moved; None where they are not."""
    policy = contracts.policy
    if table.method == "cell_key" and policy.cell_key is not None:
        return _cell_key(policy.cell_key)
    if table.method == "dp" and policy.dp is not None:
        return _dp(policy.dp, error_bounds(table, contracts))
    if table.method == "rounding" and policy.rounding is not None:
        return _rounding(policy.rounding.base.value)
    return None


@dataclass(frozen=True, slots=True)
class ErrorBound:
    """How far the noise moves figures of a level, in persons, as often as bands say.

    Attributes:
        crossed: figures of one combination of all codes crossed there.
        total: figures of whole areas.
    """

    crossed: int
    total: int


def error_bounds(table: Table, contracts: Contracts) -> dict[str, ErrorBound]:
    """Return level → the error bounds of a table under differential privacy.

    The noise moves a figure no more than it moves the measured cells that it sums, and the rounding
    does, together: what other levels tell of it only brings it nearer. That nothing is negative
    takes figures further where many cells are empty: the bands of figures hold the truth there too.
    """
    if table.method != "dp" or contracts.policy.dp is None:
        return {}
    variance = contracts.policy.dp.scale(len(table.levels)) ** 2
    codes = {name: len(contracts.codes(name)) for name in table.dimensions}
    typologies = contracts.territories.typologies
    every = prod(number for name, number in codes.items() if name not in typologies)
    bounds = {}
    for level, crossed in table.levels.items():
        of_persons = prod(codes[name] for name in crossed if name not in typologies)
        bounds[level] = ErrorBound(
            crossed=error_bound(variance, measured=1, rounded=every // of_persons),
            total=error_bound(
                variance, measured=prod(codes[name] for name in crossed), rounded=every
            ),
        )
    return bounds


def error_bound(variance: float, *, measured: int, rounded: int) -> int:
    """Return how far noise and rounding move a figure, in persons, as often as bands say.

    Args:
        variance: of the noise of each measured cell.
        measured: how many of them the figure sums.
        rounded: how many combinations of codes it sums; each is a rounded running total less
            another.
    """
    return ceil(_NORMAL * sqrt(variance * measured + rounded / 6))


def _cell_key(rule: CellKey) -> Label:
    variance, maximum, smallest = rule.variance.value, rule.maximum.value, rule.smallest.value
    small = smallest > 1
    return Label(
        en="Each count above 0 is moved by random noise of mean 0, variance "
        f"{variance:g} and at most {maximum}; the same persons always have the same noise."
        + (f" No result lies between 0 and {smallest}." if small else "")
        + " Parts need not add up to their total, and rates are made of the moved counts."
        + _SURE.en,
        fr="Chaque effectif non nul est décalé d'un bruit aléatoire de moyenne 0, de variance "
        f"{f'{variance:g}'.replace('.', ',')} et d'au plus {maximum} ; les mêmes personnes ont"
        " toujours le même bruit."
        + (f" Aucun résultat n'est entre 0 et {smallest}." if small else "")
        + " La somme des parties peut différer du total, et les taux sont faits des effectifs"
        + " décalés."
        + _SURE.fr,
    )


def _dp(rule: DifferentialPrivacy, bounds: Mapping[str, ErrorBound]) -> Label:
    rho, budget = f"{rule.rho.value:g}", f"{rule.budget.value:g}"
    levels = {
        language: ", ".join(
            f"{name} ±{b.crossed} ({whole} ±{b.total})" for name, b in bounds.items()
        )
        for language, whole in (("en", "total"), ("fr", "ensemble"))
    }
    return Label(
        en=f"Counts have noise of differential privacy (discrete Gaussian, {rho} zCDP a drawing, at"
        f" most {budget} in all for a period), zeros too, and add up. With a chance of"
        f" {CONFIDENCE_PCT} % noise and rounding move them by no more than: {levels['en']}. None"
        " is below 0: that lifts empty groups and lowers others, the more the more are empty."
        " obs_low and obs_high hold the truth there too. Rates are made of the noisy counts.",
        fr="Les effectifs portent un bruit de confidentialité différentielle (gaussienne discrète,"
        f" {rho.replace('.', ',')} zCDP par tirage, au plus {budget.replace('.', ',')} en tout pour"
        " une période), les zéros aussi, et s'additionnent. Avec une probabilité de"
        f" {CONFIDENCE_PCT} %, bruit et arrondi ne les décalent pas de plus de : {levels['fr']}."
        " Aucun n'est sous 0 : cela relève les groupes vides et abaisse les autres, d'autant plus"
        " qu'il y a de vides. obs_low et obs_high contiennent la vérité là aussi. Les taux sont"
        " faits des effectifs bruités.",
    )


def _rounding(base: int) -> Label:
    return Label(
        en=f"Counts are rounded to multiples of {base}, so that all sums still add up. A figure"
        f" lies less than {base} from the truth or, where nothing nearer was found that adds up,"
        f" less than {2 * base}: obs_low and obs_high say so of each. Rates are made of the rounded"
        " counts.",
        fr=f"Les effectifs sont arrondis à des multiples de {base}, de sorte que les sommes restent"
        f" justes. Un chiffre est à moins de {base} de la vérité ou, si rien de plus proche qui"
        f" s'additionne n'a été trouvé, à moins de {2 * base} : obs_low et obs_high le disent de"
        " chacun. Les taux sont faits des effectifs arrondis.",
    )
