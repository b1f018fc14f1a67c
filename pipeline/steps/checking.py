"""Check a project as a whole: contracts, queries, suites."""

from __future__ import annotations

from pipeline.errors import ContractError
from pipeline.lineage import check_lineage, released_columns
from pipeline.project import Project
from pipeline.quality import check_suite, gate_parameters
from pipeline.steps.receipt import Receipt


def check_project(project: Project) -> Receipt:
    """Return what was checked; the project itself was validated when it was loaded.

    Raises:
        ContractError: a query reads what it must not, or a suite names an unknown column.
    """
    contracts = project.contracts
    problems = check_lineage(contracts, project.counts, project.indicators)
    for (zone, name), suite in project.suites.items():
        columns = (
            list(contracts.kept_columns(name))
            if zone == "protected"
            else released_columns(contracts, name)
        )
        parameters = gate_parameters(contracts, zone=zone, name=name)
        problems += check_suite(suite, columns, zone=zone, name=name, parameters=parameters)
    if problems:
        raise ContractError("contract.invalid", count=len(problems), problems=problems)
    return Receipt(
        step="contracts check",
        changed=False,
        counts={
            "datasets": len(contracts.datasets),
            "tables": len(contracts.tables),
            "indicators": len(contracts.indicators.indicators),
            "code_lists": len(contracts.codelists),
            "queries": len(project.counts) + len(project.indicators),
            "suites": len(project.suites),
        },
        hashes={"fingerprint": project.fingerprint},
    )
