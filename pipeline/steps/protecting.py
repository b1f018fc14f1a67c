"""Turn the inner cells of one period into released cells, safe jointly over a population."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.contracts import Contracts
from pipeline.contracts.geography import Geography
from pipeline.disclosure.layout import Cells
from pipeline.disclosure.protect import CELLS, Pattern, protect
from pipeline.disclosure.reasons import rules_of
from pipeline.disclosure.shape import Absence, Mask
from pipeline.disclosure.shape import Geography as Places
from pipeline.disclosure.system import System
from pipeline.settings import processors
from pipeline.steps.absences import absences_of, absent_then, housed_of
from pipeline.steps.already_public import PublicPeriod, known_of
from pipeline.steps.amounts import amounts_of
from pipeline.steps.counting import Counted, code_lists, disclosure_geography, person_dimensions
from pipeline.steps.drawing import Drawings
from pipeline.steps.ground import Ground, Protecting, preferences_of
from pipeline.steps.known_elsewhere import known_cells
from pipeline.steps.laying_out import cells_frame, hiding_shape, system_of
from pipeline.steps.perturbing import SHOWN, perturb
from pipeline.steps.progress import SILENT, Progress, shares_told
from pipeline.steps.revising import FEW_CHANGED, Weighed, weigh, weigh_again
from pipeline.steps.showing import RULES, hide, report_of
from pipeline.steps.witnessing import proof_tables, reopened_tables, told_tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Hiding:
    """What is told of the pattern of one population and period: counts of cells, no address.

    Attributes:
        population: that its tables count.
        period: of the counts.
        primary: cells that a rule hides by itself.
        secondary: cells hidden to protect others.
        bound: how many secondary cells any safe pattern has, at least.
        ranges: table → range in persons that is shown of a hidden cell → how many cells have it.
    """

    population: str
    period: str
    primary: int
    secondary: int
    bound: int
    ranges: Mapping[str, Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class Released:
    """The released cells of one period.

    Attributes:
        tables: table → cells: ref_area, area_level, time_period, dimensions, measures (NaN when
            hidden), conf_status.
        exact: the same with every measure, for the review zone only; `is_primary` beside, the
            rules that hide it, and what is shown in their place.
        report: one row per table and level: how many cells, hidden as primary and secondary, and
            what is left of them (`Utility`).
        proofs: worlds that prove the patterns; see `proof_tables`.
        hidings: what is told of the patterns.
        elsewhere: table → exact counts that others publish of its persons.
        standing: population → candidate → the smallest territories that stand as counted for it.
        waiting: population → why changes wait → in how many territories.
    """

    tables: Mapping[str, pd.DataFrame]
    exact: Mapping[str, pd.DataFrame]
    report: pd.DataFrame
    proofs: Mapping[str, pd.DataFrame]
    hidings: Sequence[Hiding]
    elsewhere: Mapping[str, pd.DataFrame]
    standing: Mapping[str, Mapping[str, Sequence[str]]]
    waiting: Mapping[str, Mapping[str, int]]


def release_cells(
    counted: Mapping[str, Counted],
    contracts: Contracts,
    geography: Geography,
    *,
    public: PublicPeriod | None = None,
    before: Sequence[Released] = (),
    drawings: Drawings,
    progress: Progress = SILENT,
    protecting: Protecting = protect,
) -> Released:
    """Return the cells of one period that may be published.

    Args:
        counted: table → its inner cells.
        contracts: the rules.
        geography: the territories.
        public: what releases that are still public show of the period.
        before: the released cells of earlier periods, in their order.
        drawings: the noise of differential privacy, and what it costs.
        progress: told which tables are protected, and how far that is.
        protecting: finds the pattern of tables, as `protect` does.

    Raises:
        DisclosureError: no safe pattern was found, or its audit failed.
    """
    if not counted:
        return Released({}, {}, pd.DataFrame(), {}, (), {}, {}, {})
    places = disclosure_geography(contracts, geography)
    codes = code_lists(contracts)
    exact: dict[str, pd.DataFrame] = {}
    proofs: dict[str, pd.DataFrame] = {}
    hidings: list[Hiding] = []
    elsewhere: dict[str, pd.DataFrame] = {}
    opened = {
        name: _open(one, contracts, places)
        for name, one in counted.items()
        if one.table.counts == "units" and one.table.amounts is None
    }
    for one in counted.values():
        if one.table.amounts is not None:
            hidden = _hidden_last([one], before)
            progress.stage(f"Protecting {one.table.table} {one.period}")
            exact[one.table.table], kept = _amounts(
                one, contracts, places, public, opened=opened, last=hidden, protecting=protecting
            )
            proofs |= kept
        elif one.table.counts == "units":
            exact[one.table.table] = opened[one.table.table]
    suppressed: dict[str, list[Counted]] = {}
    waiting: dict[str, Mapping[str, int]] = {}
    for name, tables in contracts.populations().items():
        present = [counted[table.table] for table in tables if table.table in counted]
        if present and present[0].table.is_perturbed:
            moved = perturb(present, contracts, places, public=public, drawings=drawings)
            exact |= moved.frames
            waiting[name] = {FEW_CHANGED: moved.waiting} if moved.waiting else {}
        elif present:
            suppressed[name] = present
    # What one population tells of another are tables of units, which are all there.
    absences = [absences_of(present, counted, contracts, exact) for present in suppressed.values()]
    protect_one = partial(
        _protected,
        contracts=contracts,
        places=places,
        codes=codes,
        public=public,
        before=before,
        protecting=protecting,
    )
    weighed: dict[str, Weighed] = {}
    for found in _side_by_side(protect_one, suppressed, absences, progress):
        exact |= found.frames
        proofs |= found.proofs
        weighed[found.population] = found.weighed
        present = suppressed[found.population]
        hidings.append(_hiding(found.weighed, present[0].period))
        elsewhere |= known_cells(found.weighed.system.cells, present, contracts)
    return Released(
        tables={name: hide(cells, contracts.tables[name]) for name, cells in exact.items()},
        exact=exact,
        report=pd.concat(
            [report_of(contracts.tables[name], cells) for name, cells in exact.items()]
        ),
        proofs=proofs | told_tables(elsewhere),
        hidings=hidings,
        elsewhere=elsewhere,
        standing={name: one.standing for name, one in weighed.items()},
        waiting=waiting | {name: one.waiting for name, one in weighed.items()},
    )


class _Protected(NamedTuple):
    """The exact cells of the tables of one population, the proofs, and what stands."""

    population: str
    frames: dict[str, pd.DataFrame]
    proofs: dict[str, pd.DataFrame]
    weighed: Weighed


def _side_by_side(
    protect_one: Callable[..., _Protected],
    populations: Mapping[str, list[Counted]],
    absences: Sequence[Sequence[Absence]],
    progress: Progress,
) -> Iterator[_Protected]:
    """Yield the populations of one period, protected, in their order.

    The solver lets other threads run meanwhile. Each pattern is the one that is found alone.
    """
    if not populations:
        return
    period = next(iter(populations.values()))[0].period
    words = f"Protecting {period}: {', '.join(populations)}"
    told = shares_told(progress, words, parts=len(populations))
    with ThreadPoolExecutor(processors()) as pool:
        yield from pool.map(protect_one, populations.values(), absences, told)


def _protected(
    present: list[Counted],
    absences: Sequence[Absence],
    on_progress: Callable[[int, int], None],
    *,
    contracts: Contracts,
    places: Places,
    codes: Mapping[str, tuple[str, ...]],
    public: PublicPeriod | None,
    before: Sequence[Released],
    protecting: Protecting,
) -> _Protected:
    population = present[0].table.population
    ground = Ground(
        population=population,
        shapes=[hiding_shape(one.table, contracts) for one in present],
        inners=[
            one.inner(one.table.measure_names[0], person_dimensions(one.table, contracts))
            for one in present
        ],
        code_lists=codes,
        geography=places,
        absences=absences,
        housed=housed_of(present, public, contracts),
        then_absent=absent_then(present, public, contracts),
        width=int(contracts.policy.protection_width.value),
        secondary=contracts.policy.secondary,
        last=_hidden_last(present, before),
        threads=processors(),
        on_progress=on_progress,
        protect=protecting,
    )

    def frames_of(cells: Cells) -> dict[str, pd.DataFrame]:
        return {one.table.table: cells_frame(cells, one, contracts) for one in present}

    shown = public.showing({one.table.table for one in present}) if public else None
    weighed = weigh_again(ground, shown, frames_of) if shown else weigh(ground)
    frames = frames_of(weighed.system.cells)
    rules = rules_of(weighed.pattern, held=weighed.held, told=weighed.told)
    for one in present:
        frame, mine = frames[one.table.table], weighed.system.cells.of(one.table.table)
        frame[one.table.measure_names[0]] = weighed.counted[mine]
        frame[SHOWN] = weighed.system.cells.value[mine]
        frame["is_primary"] = weighed.pattern.primary[mine]
        frame["is_hidden"] = weighed.pattern.hidden[mine]
        frame[RULES] = rules[mine]
    proofs = _proofs(
        weighed.system, weighed.pattern, present[0], places=places, contracts=contracts
    )
    proofs |= reopened_tables(
        weighed.reopened,
        list(frames),
        prefix=contracts.territories.prefixes[places.base],
        period=present[0].period,
    )
    return _Protected(population, frames, proofs, weighed)


def _proofs(
    system: System, pattern: Pattern, one: Counted, *, places: Places, contracts: Contracts
) -> dict[str, pd.DataFrame]:
    return proof_tables(
        system,
        pattern,
        places,
        code_lists(contracts),
        prefix=contracts.territories.prefixes[places.base],
        period=one.period,
        threads=processors(),
    )


def _hidden_last(counted: Sequence[Counted], before: Sequence[Released]) -> dict[str, Mask]:
    """Return table → which of its cells the last period that has it hides."""
    exact = {name: cells for one in before for name, cells in one.exact.items()}
    names = [one.table.table for one in counted if one.table.table in exact]
    return {name: exact[name]["is_hidden"].to_numpy(dtype=np.bool_) for name in names}


def _hiding(weighed: Weighed, period: str) -> Hiding:
    system, pattern = weighed.system, weighed.pattern
    span = pattern.audit.high - pattern.audit.low
    ranges = {}
    for name in dict.fromkeys(system.cells.table.tolist()):
        widths, cells = np.unique(span[pattern.hidden & system.cells.of(name)], return_counts=True)
        ranges[name] = dict(zip(widths.tolist(), cells.tolist(), strict=True))
    return Hiding(
        population=weighed.population,
        period=period,
        primary=int(np.count_nonzero(pattern.primary)),
        secondary=int(np.count_nonzero(pattern.secondary)),
        bound=pattern.bound,
        ranges=ranges,
    )


def _amounts(
    one: Counted,
    contracts: Contracts,
    places: Places,
    public: PublicPeriod | None,
    *,
    opened: Mapping[str, pd.DataFrame],
    last: Mapping[str, Mask],
    protecting: Protecting,
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Return the exact cells of a table of amounts with what is hidden of them, and the proofs."""
    system, primary = amounts_of(one, contracts, places, opened)
    frame = cells_frame(system.cells, one, contracts)
    known = known_of(system.cells, {one.table.table: frame}, public)
    pattern = protecting(
        system,
        width=1,
        primary=primary,
        public=known,
        preferences=replace(preferences_of(contracts.policy.secondary, system, last), fewest=CELLS),
        threads=processors(),
    )
    frame[one.table.measure_names[0]] = system.cells.value
    proofs = _proofs(system, pattern, one, places=places, contracts=contracts)
    rules = rules_of(pattern, held=known.hidden if known else None)
    marks = {"is_primary": pattern.primary, "is_hidden": pattern.hidden, RULES: rules}
    return frame.assign(**marks), proofs


def _open(one: Counted, contracts: Contracts, places: Places) -> pd.DataFrame:
    """Return the cells of a table that counts no persons: nothing to hide, same cells."""
    systems = {
        measure: system_of(one, measure, contracts, places) for measure in one.table.measure_names
    }
    frame = cells_frame(systems[one.table.measure_names[0]].cells, one, contracts)
    for measure, system in systems.items():
        frame[measure] = system.cells.value
    return frame.assign(is_primary=False, is_hidden=False)
