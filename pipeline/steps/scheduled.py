"""Run a step for a scheduler: settings of the environment, and errors that quote nothing.

A scheduler keeps whatever a task returns and raises, in clear. What leaves here is what the
step returns and, when it fails, a refusal of ours: a code, a place, a count.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from pipeline.errors import CartableError, lack_of_memory, own_place
from pipeline.settings import read_settings

if TYPE_CHECKING:
    from pipeline.steps.workspace import Workspace

Arguments = ParamSpec("Arguments")
Outcome = TypeVar("Outcome")
log = logging.getLogger(__name__)


class Logged:
    """Progress as one line of the log per stage."""

    def stage(self, words: str, total: int | None = None) -> None:
        """Write the stage: names of datasets, tables and periods."""
        log.info("%s%s", words, "" if total is None else f" ({total})")

    def advance(self, amount: int = 1) -> None:
        """Hear the advance: a line for each would hide the others."""


LOGGED = Logged()


def run_step(
    step: Callable[Concatenate[Workspace, Arguments], Outcome],
    /,
    *arguments: Arguments.args,
    **named: Arguments.kwargs,
) -> Outcome:
    """Return what a step returns.

    Args:
        step: takes the workspace of the environment, then the arguments.
        arguments: for the step, by place.
        named: for the step, by name.

    Raises:
        CartableError: the step's refusal as it is; any other error as `schedule.unexpected`,
            with its kind and the last place in our code, and not a word of its text.
    """
    # A scheduler imports this module to read a schedule: the rest is loaded when a step runs.
    from pipeline.steps.workspace import Workspace

    # It tells what it loads and does, of no use to a steward, while it sees every row.
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            # Warnings go to the task's log, and may quote a cell. Filters would not hold:
            # libraries set their own.
            warnings.showwarning = _drop_warning
            return step(Workspace(read_settings()), *arguments, **named)
    except CartableError as error:
        raise error from None
    except BaseException as error:
        # Not every error is an `Exception`: a panic of compiled code is none.
        if isinstance(error, (KeyboardInterrupt, SystemExit)) or _is_of_scheduler(error):
            raise
        kind, where = type(error).__name__, own_place(error)
        lack = lack_of_memory(error, where=where)
    raise lack or CartableError("schedule.unexpected", kind=kind, where=where)


def _drop_warning(*_: Any, **__: Any) -> None:
    """Drop a warning: it stops no step."""


def _is_of_scheduler(error: BaseException) -> bool:
    """Whether the scheduler itself stops the step, such as after its time."""
    return type(error).__module__.partition(".")[0] == "airflow"
