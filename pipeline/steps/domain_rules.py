"""The rules of a pseudonymisation domain: today's, and each that was ever signed."""

from __future__ import annotations

from pipeline.contracts import Domain
from pipeline.steps.workspace import Workspace
from pipeline.storage.policies import PolicyStore

SIGNATURE = "policy_signature"


def rules_ever(workspace: Workspace, domain: str) -> list[Domain]:
    """Return the rule of a domain as it stands today, then as each signed policy had it.

    Args:
        workspace: the rules, the ledger and what was signed.
        domain: of the policy of today.

    Raises:
        StorageError: a policy of which the ledger tells is missing or altered.
    """
    rules = [workspace.project.contracts.policy.domains[domain]]
    store = PolicyStore(workspace.home)
    signed = {str(entry.facts["policy"]) for entry in workspace.ledger.entries(SIGNATURE)}
    for policy in sorted(signed):
        told = store.snapshot(policy)["contracts"]["policy"].get("domains", {})
        if domain in told:
            rules.append(Domain.model_validate(told[domain]))
    return rules
