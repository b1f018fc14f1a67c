"""Who may do what in Airflow, role by role of the house; run once, by the service `init`.

`python house_roles.py PASSWORDS` makes the roles and one account for each; PASSWORDS is a JSON file
of account and password. It may be run again: roles are set anew, accounts stay as they are.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
from airflow.providers.fab.auth_manager.fab_auth_manager import FabAuthManager

Permission = tuple[str, str]

STARTS: tuple[Permission, ...] = (
    ("can_edit", "DAGs"),
    ("can_create", "DAG Runs"),
    ("can_edit", "DAG Runs"),
    ("can_edit", "Task Instances"),
    ("can_create", "Backfills"),
    ("can_edit", "Backfills"),
)
"""Switch a schedule on, start and stop runs and backfills, clear tasks."""
ANSWERS: tuple[Permission, ...] = (
    ("can_edit", "HITL Detail"),
    ("menu_access", "HITL Detail"),
)
"""Answer a question, of those that name the account."""
ROLES: dict[str, tuple[Permission, ...]] = {
    "Steward": STARTS,
    "Statistician": (),
    "DPO": (),
    "Delegate": ANSWERS,
}
"""What a role of the house may do beside reading; connections and variables are nobody's."""
ACCOUNTS = {
    "admin": "Admin",
    "steward": "Steward",
    "statistician": "Statistician",
    "dpo": "DPO",
    "delegate": "Delegate",
}


class NamedApprovers(FabAuthManager):  # type: ignore[misc] # the library brings no types here
    """Lets those answer whom a question names, by the name of the account, not by its number."""

    def is_authorized_hitl_task(self, *, assigned_users: set[str], user: Any) -> bool:
        """Tell whether a question is for this account."""
        return user.get_name() in assigned_users


def make_roles(security: Any) -> None:
    """Make the roles of the house, or set them anew."""
    read: Iterable[Permission] = security.VIEWER_PERMISSIONS
    security.bulk_sync_roles(
        [{"role": role, "perms": {*read, *more}} for role, more in ROLES.items()]
    )


def make_accounts(security: Any, passwords: dict[str, str]) -> list[str]:
    """Make the accounts that are not there; return their names."""
    missing = [name for name in ACCOUNTS if security.find_user(username=name) is None]
    for name in missing:
        security.add_user(
            username=name,
            first_name=name,
            last_name="",
            email=f"{name}@cartable.invalid",
            role=security.find_role(ACCOUNTS[name]),
            password=passwords[name],
        )
    return missing


if __name__ == "__main__":
    with get_application_builder() as builder:
        builder.sm.sync_roles()
        make_roles(builder.sm)
        made = make_accounts(builder.sm, json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    sys.stdout.write(f"roles: {', '.join(ROLES)}; new accounts: {', '.join(made) or 'none'}\n")
