"""Tell of double enrolments: persons who stand in several rows in force, in counts alone."""

from __future__ import annotations

from typing import Any

from pipeline.contracts import Dataset
from pipeline.contracts.enrolments import AllEnrolments, DoubleEnrolment
from pipeline.contracts.method_checks import record_column
from pipeline.errors import Place, Problem
from pipeline.steps.workspace import Workspace
from pipeline.storage.doubles import Doubles

UNDECLARED = "undeclared"


def read_doubles(
    workspace: Workspace, dataset: Dataset, period: str, *, of: str | None = None
) -> Doubles:
    """Return how many persons of a dataset stand in several rows in force, and what counts of them.

    Args:
        workspace: the zones.
        dataset: its contract; of one that names no person nobody is told.
        period: the first year of the school year.
        of: a batch: only persons of whom it holds a row; None: all.
    """
    rule = _rule(dataset)
    if rule is None or not workspace.protected.batches(dataset.dataset, period):
        return Doubles()
    return workspace.protected.doubles(dataset.dataset, period, rule, of=of)


def double_counts(doubles: Doubles) -> dict[str, int]:
    """Return what a receipt says of double enrolments; nothing where there are none."""
    if not doubles.persons:
        return {}
    return {
        "double_persons": doubles.persons,
        "double_senders": len(doubles.rows),
        "double_set_aside": sum(doubles.aside.values()),
    }


def double_problems(dataset: Dataset, doubles: Doubles, place: Place) -> list[Problem]:
    """Return what is said of double enrolments; nothing where the contract wants all of them."""
    declared = dataset.double_enrolment
    if not doubles.persons or isinstance(declared, AllEnrolments):
        return []
    facts: dict[str, str | int] = {"name": dataset.dataset, "senders": len(doubles.rows)}
    code = "delivery.doubles_undeclared"
    if declared is not None:
        code = "delivery.doubles"
        aside = sum(doubles.aside.values())
        facts |= {"aside": aside, "undecided": doubles.undecided, "how": declared.rule}
    return [Problem(code=code, place=place, count=doubles.persons, facts=tuple(facts.items()))]


def list_doubles(workspace: Workspace) -> list[dict[str, Any]]:
    """Return one row per dataset and period in which persons stand in several rows in force."""
    found = []
    for name, dataset in workspace.project.contracts.datasets.items():
        for period in workspace.protected.periods(name):
            doubles = read_doubles(workspace, dataset, period)
            if not doubles.persons:
                continue
            declared = dataset.double_enrolment
            found.append(
                {
                    "dataset": name,
                    "period": period,
                    "rule": declared.rule if declared else UNDECLARED,
                    "persons": doubles.persons,
                    "rows": sum(doubles.rows.values()),
                    "set_aside": sum(doubles.aside.values()),
                    "undecided": doubles.undecided,
                    "senders": len(doubles.rows),
                    "of_senders": [
                        {
                            "sender": sender or "",
                            "rows": rows,
                            "set_aside": doubles.aside.get(sender, 0),
                        }
                        for sender, rows in sorted(
                            doubles.rows.items(), key=lambda each: each[0] or ""
                        )
                    ],
                }
            )
    return found


def counts_all(dataset: Dataset) -> bool:
    """Return whether every row of a person counts, as the contract says or for lack of a rule."""
    declared = dataset.double_enrolment
    return declared is None or isinstance(declared, AllEnrolments)


def _rule(dataset: Dataset) -> DoubleEnrolment | None:
    """Return the rule of a dataset; of persons whose contract says nothing, that all rows count."""
    if dataset.double_enrolment is not None or not dataset.counts_persons:
        return dataset.double_enrolment
    person = record_column(dataset)
    return None if person is None else AllEnrolments(rule="all", person=person)
