"""Whether what is fetched can be: the secret of each connection that a contract names."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import Place, StorageError
from pipeline.steps.health import Finding, Level, Part, found
from pipeline.steps.source_secrets import Secrets
from pipeline.steps.workspace import Workspace


def sources(workspace: Workspace) -> Iterator[Finding]:
    """Yield per dataset that is fetched whether its secret is here; nothing is asked for.

    Where it lacks is a warning: the scheduler may have it from elsewhere.

    Args:
        workspace: the contracts, the settings and the key folder.
    """
    for name, dataset in workspace.project.contracts.datasets.items():
        if dataset.connection is None:
            continue
        try:
            Secrets(workspace).of(dataset.connection)
        except StorageError as error:
            is_missing = error.problem.code == "storage.no_source_secret"
            yield Finding(Part.KEYS, Level.WARNING if is_missing else Level.FAULT, error.problem)
        else:
            place, facts = Place(dataset=name), {"name": dataset.connection}
            yield found(Part.KEYS, Level.OK, "doctor.source", place=place, facts=facts)
