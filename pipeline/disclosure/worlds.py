"""Find other worlds: whole tables of persons that agree with everything that is shown.

A world is given by its change from the truth: one integer per unknown (atoms, then figures).
The widest range that worlds give to a hidden figure is what an adversary cannot narrow. A linear
program proposes; its answer is rounded, and counts only if all its relations hold in integers.
"""

from __future__ import annotations

from collections.abc import Iterator

import highspy
import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.figures import Part
from pipeline.disclosure.shape import Counts, Mask
from pipeline.errors import DisclosureError

Weights = NDArray[np.float64]

# The gap stays under one person for any width up to a hundred.
_OPTIONS: dict[str, bool | int | float] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "mip_rel_gap": 0.005,
}
_WHOLE = 1e-6
_ATTEMPTS = 8
_FAR = 1_000_000
# What it is worth to widen one figure that is asked for alone, and how often it is asked again.
_LARGE, _ASKED_AGAIN = 1e4, 2
_FEWER = 4


class WorldModel:
    """Hold the relations of one part of a system, ready for repeated linear programs.

    The change of each figure is split into a rise and a fall, each with a price per person and a
    bound, so that a program can ask for cheap changes (prices above 0) or large ones (below).
    """

    def __init__(self, part: Part) -> None:
        """Load the relations; nothing can change until `solve` says what may."""
        self._part = part
        self._atoms, self._size = part.atoms, len(part.figures)
        self._columns = self._atoms + 2 * self._size
        self._indices = np.arange(self._columns, dtype=np.int32)
        self._highs = highspy.Highs()
        for option, value in _OPTIONS.items():
            self._highs.setOptionValue(option, value)
        self._load()

    def _load(self) -> None:
        relations = self._part.relations.tocsc()
        changes = relations[:, self._atoms :]
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self._columns, relations.shape[0]
        model.col_cost_ = model.col_lower_ = model.col_upper_ = np.zeros(self._columns)
        model.row_lower_ = model.row_upper_ = np.zeros(relations.shape[0])
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = np.append(
            relations.indptr, relations.indptr[-1] + changes.indptr[1:]
        ).astype(np.int32)
        model.a_matrix_.index_ = np.append(relations.indices, changes.indices).astype(np.int32)
        model.a_matrix_.value_ = np.append(relations.data, -changes.data).astype(np.float64)
        self._highs.passModel(model)

    def solve(
        self,
        *,
        rise_price: Weights,
        fall_price: Weights,
        rise: Counts,
        fall: Counts,
        reach: int,
        exact: bool = False,
        warm: bool = False,
    ) -> Counts | None:
        """Return the best change found, in whole persons, or None if none could be made whole.

        Where the program's answer is not whole, what is broken stays still and it is asked again.

        Args:
            rise_price: price of one person more, per figure.
            fall_price: price of one person less, per figure.
            rise: most persons more, per figure; 0 for what is shown.
            fall: most persons less, per figure; 0 for what is shown.
            reach: most persons by which one atom may change.
            exact: solve in integers, to half a percent of the best whole change.
            warm: start from the last answer, which is faster where little is free to change.

        Raises:
            DisclosureError: the solver gives no optimum.
        """
        truth = self._part.value[: self._atoms]
        size = self._size
        lower = np.concatenate([-np.minimum(truth, reach), np.zeros(2 * size)]).astype(np.float64)
        upper = np.concatenate([np.full(self._atoms, reach), rise, fall]).astype(np.float64)
        price = np.concatenate([np.zeros(self._atoms), rise_price, fall_price])
        self._highs.changeColsCost(self._columns, self._indices, price)
        for _ in range(_ATTEMPTS):
            answer = self._run(lower, upper, exact=exact, warm=warm)
            whole = np.rint(answer)
            broken = np.abs(whole - answer) > _WHOLE
            if not broken.any():
                return self._change(whole.astype(np.int64))
            lower[broken] = upper[broken] = 0.0
        return None

    def _run(self, lower: Weights, upper: Weights, *, exact: bool, warm: bool) -> Weights:
        kind = highspy.HighsVarType.kInteger if exact else highspy.HighsVarType.kContinuous
        kinds = np.full(self._columns, int(kind), dtype=np.uint8)
        self._highs.changeColsIntegrality(self._columns, self._indices, kinds)
        if not warm:
            self._highs.clearSolver()
        self._highs.setOptionValue("presolve", "off" if warm else "choose")
        self._highs.changeColsBounds(self._columns, self._indices, lower, upper)
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise DisclosureError("disclosure.solver_failed")
        return np.asarray(self._highs.getSolution().col_value, dtype=np.float64)

    def _change(self, whole: Counts) -> Counts | None:
        risen, fallen = np.split(whole[self._atoms :], 2)
        change = np.append(whole[: self._atoms], risen - fallen)
        return None if np.any(self._part.relations @ change) else change


class WorldSearch:
    """Widen the range of figures, one world at a time.

    `low` and `high` hold the widest change seen of each figure, at most 0 and at least 0. The
    directions that are tried are drawn from a fixed seed: the same input gives the same worlds.
    """

    def __init__(
        self,
        part: Part,
        *,
        low: Counts,
        high: Counts,
        width: Counts,
        seed: int,
    ) -> None:
        """Start from the ranges that other worlds gave.

        Args:
            part: the unknowns and their relations.
            low: widest fall of each figure seen, at most 0.
            high: widest rise of each figure seen.
            width: the range that is sought for each figure, in persons.
            seed: of the directions that are tried.
        """
        self._count = part.value[part.atoms :]
        self._room = self._count - part.floor
        self._atoms = part.atoms
        self._model = WorldModel(part)
        self._width = width
        home = part.territory[part.atoms :]
        self._owner = np.where(home < 0, np.arange(len(home)) + home.max(initial=0) + 1, home)
        self._random = np.random.default_rng(seed)
        self.low, self.high = low.copy(), high.copy()

    def need(self, among: Mask) -> Counts:
        """Return the persons by which the range of each of these figures is still too narrow."""
        gap = np.maximum(self._width - (self.high - self.low), 0)
        return np.where(among, gap, 0)

    def widen(
        self,
        *,
        among: Mask,
        price: Weights,
        free: Mask,
        bonus: float,
        last_resort: bool = False,
        warm: bool = False,
        most: int | None = None,
    ) -> Counts | None:
        """Look for a world that widens what needs it, and return its change of every unknown.

        Args:
            among: figures whose range should reach the width.
            price: price per person of changing a figure; `inf` where it must not change.
            free: figures that are hidden already, and may change at next to no price.
            bonus: what one person of missing range is worth.
            warm: start from the last answer.
            last_resort: serve one figure alone, by a rise, in integers: where enough may be
                hidden this never fails.
            most: how many territories are led at the same time.
        """
        need = self._led(self.need(among), most)
        if last_resort:
            need[np.argmax(need > 0) + 1 :] = 0
        wanted = need > 0
        up = self._directions(need) | last_resort
        step = 2 * int(self._width[wanted].max(initial=0))
        may = free | np.isfinite(price)
        cost = np.where(free, 1e-3, np.where(may, price, 0.0))
        rise = np.where(may, step, 0)
        fall = np.where(may, np.minimum(self._room, step), 0)
        rise = np.where(wanted & up, self.high + need, rise)
        fall = np.where(wanted & ~up, np.minimum(self._room, need - self.low), fall)
        change = self._model.solve(
            rise_price=np.where(wanted, np.where(up, -bonus, bonus), cost),
            fall_price=np.where(wanted, np.where(up, bonus, -bonus), cost),
            rise=rise,
            fall=fall,
            reach=step,
            exact=last_resort,
            warm=warm,
        )
        if change is not None:
            self._keep(change)
        return change

    def widen_all(self, free: Mask, *, patience: int, fewest: int = 1) -> Iterator[Counts]:
        """Yield worlds that move only hidden figures, until all have the width or few do more.

        Those who want the same room take it from each other, so that none gets enough: when worlds
        widen nothing, ever fewer territories are led at a time.

        Args:
            free: the hidden figures.
            patience: how many worlds may in turn widen nothing before fewer are led.
            fewest: how many territories are led at last.
        """
        never = np.full(len(free), np.inf)
        left, idle, most = int(np.count_nonzero(self.need(free))), 0, len(free)
        while left and most >= fewest:
            change = self.widen(among=free, price=never, free=free, bonus=1.0, warm=True, most=most)
            if change is not None:
                yield change
            before, left = left, int(np.count_nonzero(self.need(free)))
            idle = idle + 1 if left == before else 0
            if idle == patience:
                most, idle = min(most, left) // _FEWER, 0

    def widen_one(self, figure: int, *, price: Weights, free: Mask) -> Counts | None:
        """Return the cheapest world found that gives one figure its width.

        What a figure costs is paid once, however far it moves: the program is asked again with the
        price per person that the last answer shows.

        Args:
            figure: whose range is too narrow.
            price: price of changing each figure; `inf` where it must not change.
            free: figures that are hidden already.
        """
        worlds = [
            world
            for sign in (1, -1)
            for world in self._moving(figure, sign=sign, price=price, free=free)
        ]
        if not worlds:
            return None
        moved = [(world[self._atoms :] != 0) & ~free for world in worlds]
        best = worlds[int(np.argmin([price[one].sum() for one in moved]))]
        self._keep(best)
        return best

    def _moving(self, figure: int, *, sign: int, price: Weights, free: Mask) -> Iterator[Counts]:
        """Yield worlds in which one figure moves in one direction as far as it must."""
        far = self.low[figure] if sign > 0 else -self.high[figure]
        target = int(self._width[figure] + far)
        if sign < 0 and self._room[figure] < target:
            return
        reach = 2 * int(self._width[figure])
        may = free | np.isfinite(price)
        rise, fall = np.where(may, reach, 0), np.where(may, np.minimum(self._room, reach), 0)
        worth = _LARGE * sign
        per_person = price
        for _ in range(_ASKED_AGAIN):
            cost = np.where(free, 1e-3, np.where(may, per_person, 0.0))
            rise_price, fall_price = cost.copy(), cost.copy()
            rise_price[figure], fall_price[figure] = -worth, worth
            (rise if sign > 0 else fall)[figure] = target
            world = self._model.solve(
                rise_price=rise_price, fall_price=fall_price, rise=rise, fall=fall, reach=reach
            )
            if world is None or sign * world[self._atoms + figure] < target:
                return
            yield world
            moved = np.abs(world[self._atoms :])
            if not np.any((moved > 0) & ~free):
                return
            per_person = price / np.maximum(moved, 1)

    def widen_exactly(self, figure: int, *, free: Mask) -> tuple[Counts, ...]:
        """Return worlds that give one figure its widest range, up to the width, in integers."""
        size = len(self._count)
        worlds = []
        for sign in (1, -1):
            price = np.zeros(size)
            price[figure] = -sign
            rise, fall = np.where(free, _FAR, 0), np.where(free, self._room, 0)
            rise[figure] = self._width[figure]
            fall[figure] = min(self._width[figure], self._room[figure])
            change = self._model.solve(
                rise_price=price, fall_price=-price, rise=rise, fall=fall, reach=_FAR, exact=True
            )
            if change is not None:
                self._keep(change)
                worlds.append(change)
        return tuple(worlds)

    def _led(self, need: Counts, most: int | None) -> Counts:
        """Return the need of one figure of each territory, drawn among those that have any.

        The others of the territory move with it or against it. Of more than `most` territories some
        are drawn.
        """
        order = np.lexsort((self._random.random(len(need)), need == 0, self._owner))
        first = np.append(True, np.diff(self._owner[order]) != 0)
        led = np.zeros_like(need)
        led[order[first]] = need[order[first]]
        if most is not None and np.count_nonzero(led) > most:
            led[self._random.permutation(np.flatnonzero(led))[most:]] = 0
        return led

    def _keep(self, change: Counts) -> None:
        self.low = np.minimum(self.low, change[self._atoms :])
        self.high = np.maximum(self.high, change[self._atoms :])

    def _coins(self, size: int) -> Mask:
        return self._random.integers(0, 2, size).astype(np.bool_)

    def _directions(self, need: Counts) -> Mask:
        """Draw a direction for each figure; up where falling could never suffice."""
        return self._coins(len(need)) | (self._room < need - self.low)
