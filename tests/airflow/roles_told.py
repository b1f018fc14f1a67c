"""Run with FAB's tables in a database of its own: prints what each account of the house may do."""

from __future__ import annotations

import json


def main() -> None:
    """Make roles and accounts, then ask the auth manager as Airflow's API does."""
    import house_roles
    from airflow import settings
    from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
    from airflow.providers.fab.auth_manager.models import metadata

    metadata.create_all(settings.engine)
    told = {}
    with get_application_builder() as builder:
        security = builder.sm
        passwords = dict.fromkeys([*house_roles.ACCOUNTS, "deputy"], "x")
        security.bulk_sync_roles([{"role": "Admin", "perms": set()}])
        house_roles.make_roles(security)
        made = house_roles.make_accounts(security, passwords)
        again = house_roles.make_accounts(security, passwords)
        house_roles.ACCOUNTS["deputy"] = "Delegate"
        house_roles.make_accounts(security, passwords)
        manager = house_roles.NamedApprovers()
        for name in house_roles.ACCOUNTS:
            user = security.find_user(username=name)
            allowed = {
                "read": manager.is_authorized_dag(method="GET", user=user),
                "switch on": manager.is_authorized_dag(method="PUT", user=user),
                "start": manager.is_authorized_dag(
                    method="POST", access_entity=DagAccessEntity.RUN, user=user
                ),
                "answer": manager.is_authorized_dag(
                    method="PUT", access_entity=DagAccessEntity.HITL_DETAIL, user=user
                ),
                "is asked": manager.is_authorized_hitl_task(assigned_users={"delegate"}, user=user),
                "connections": manager.is_authorized_connection(method="GET", user=user),
                "variables": manager.is_authorized_variable(method="GET", user=user),
            }
            told[name] = [act for act, is_allowed in allowed.items() if is_allowed]
    print(json.dumps({"made": made, "again": again, "told": told}))


if __name__ == "__main__":
    main()
