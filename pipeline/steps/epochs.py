"""Pass the pseudonyms of a domain on to its next epoch, without a single identifier.

The pseudonym of an epoch is the MAC, under the epoch's key, of the pseudonym before it. From the
instant the epoch begins, rows are neither read as current nor accepted until every batch has
passed; a run that was cut short is ended by running it again.
"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from pipeline.contracts import Pseudonymise
from pipeline.errors import StorageError
from pipeline.privacy.pseudonyms import next_epoch
from pipeline.steps.domain_rules import rules_ever
from pipeline.steps.listing import pass_epoch
from pipeline.steps.receipt import Receipt
from pipeline.steps.workspace import Workspace
from pipeline.storage.shredding import shred_withdrawn


def rotate_domain(workspace: Workspace, domain: str) -> Receipt:
    """Begin the next pseudonym epoch of a domain, or end the one that was begun, and tell it.

    Args:
        workspace: whose rows and keys.
        domain: of the policy.

    Raises:
        StorageError: the domain is not known, a dataset of the store has no contract, the rule
            of the domain was ever another, another domain is between two epochs, or a file is
            altered.
    """
    columns = _pseudonym_columns(workspace, domain)
    _check_one_rule(workspace, domain)
    held = sorted({(each.dataset, each.period) for each in workspace.protected.batches()})
    if {dataset for dataset, _ in held} - columns.keys():
        raise StorageError("storage.domain_unknown")
    if not _is_begun(workspace, domain):
        workspace.ring.vault.advance(domain)
        workspace = Workspace(workspace.settings, workspace.clock)
    pass_epoch(workspace, domain)
    parts = 0
    for dataset, period in held:
        change = _passing(workspace, domain, period, columns[dataset])
        epochs = workspace.ring.epochs
        parts += workspace.protected.rewrite(dataset, period, change, epochs=epochs).parts
    shred_withdrawn(workspace.home, workspace.ring)
    return _told(workspace, domain, parts=parts)


def passed_on(
    workspace: Workspace, domain: str, period: str, pseudonyms: pa.Array | pa.ChunkedArray
) -> pa.Array:
    """Return pseudonyms of the epoch before this one as those of the epoch in force.

    Args:
        workspace: whose keys.
        domain: of the policy.
        period: of the rows, such as `2021`; it counts where the domain is linkable in it only.
        pseudonyms: fixed-size binary of 16 bytes, no nulls, of the epoch before.
    """
    scope = workspace.project.contracts.policy.domains[domain].scope(period)
    return next_epoch(pseudonyms, key=workspace.ring.pseudonym_keys(domain, *scope)[-1])


def _pseudonym_columns(workspace: Workspace, domain: str) -> dict[str, list[str]]:
    """Return dataset → the stored columns that hold pseudonyms of the domain."""
    contracts = workspace.project.contracts
    if domain not in contracts.policy.domains:
        raise StorageError("storage.domain_unknown")
    return {
        name: [
            column.privacy.as_
            for column in dataset.columns
            if isinstance(column.privacy, Pseudonymise) and column.privacy.domain == domain
        ]
        for name, dataset in contracts.datasets.items()
    }


def _check_one_rule(workspace: Workspace, domain: str) -> None:
    """Check that no signed policy spelled or linked the domain's persons in another way.

    Batches do not tell under which rule their pseudonyms were made, and another rule is another
    chain of keys.
    """
    scopes = {rule.scope("") for rule in rules_ever(workspace, domain)}
    if len(scopes) > 1:
        raise StorageError("storage.epoch_rules", count=len(scopes))


def _is_begun(workspace: Workspace, domain: str) -> bool:
    """Tell whether the epoch of the keys is not told as reached, or a batch is one behind it.

    Raises:
        StorageError: a batch is behind in another way.
    """
    epochs = workspace.ring.epochs
    behind = [batch for batch in workspace.protected.batches() if batch.epochs != epochs]
    before = {**epochs, domain: epochs.get(domain, 1) - 1}
    before = {name: epoch for name, epoch in before.items() if epoch > 1}
    if any(batch.epochs != before for batch in behind):
        raise StorageError("storage.epoch_turning")
    epoch = epochs.get(domain, 1)
    told = workspace.ledger.find("key_event", event="rotate_domain", domain=domain, epoch=epoch)
    return bool(behind) or (epoch > 1 and told is None)


def _passing(
    workspace: Workspace, domain: str, period: str, columns: list[str]
) -> Callable[[pa.Table], pa.Table]:
    """Return the change of a table whose pseudonyms stand at the epoch before."""

    def change(table: pa.Table) -> pa.Table:
        for name in columns:
            position = table.schema.get_field_index(name)
            passed = passed_on(workspace, domain, period, table[name])
            table = table.set_column(position, table.schema.field(name), passed)
        return table

    return change


def _told(workspace: Workspace, domain: str, *, parts: int) -> Receipt:
    epoch = workspace.ring.epochs[domain]
    check = workspace.ring.pseudonym_check(domain, epoch)
    counts = {"epoch": epoch, "parts": parts, "generation": workspace.ring.vault.generation}
    workspace.ledger.append(
        "key_event", event="rotate_domain", domain=domain, check=check, **counts
    )
    return Receipt(step="keys_rotate_domain", changed=True, ids={"domain": domain}, counts=counts)
