"""Examine an installation: software, settings, rules, keys, places, clock, trust, the next run."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import datetime

from pipeline.errors import CartableError
from pipeline.settings import INSTALLATION, Settings, read_settings, scheduler_database
from pipeline.steps.health import Finding, Level, Part, found, looked
from pipeline.steps.health_next import ingests, is_usable, publication, queue, retention
from pipeline.steps.health_places import clock, key_files, places, rules_files, secret_files
from pipeline.steps.health_software import software
from pipeline.steps.health_sources import sources
from pipeline.steps.keeping import key_status
from pipeline.steps.policy import State, require_policy, standing
from pipeline.steps.workspace import Workspace, utc_now

REACH_SECONDS = 3.0


def examine(*, clock_now: Callable[[], datetime] | None = None) -> list[Finding]:
    """Return all findings of the installation that the environment names; never raises."""
    return list(_findings(clock_now or utc_now))


def _findings(told: Callable[[], datetime]) -> Iterator[Finding]:
    database = scheduler_database()
    uses_scheduler = database is not None
    yield from looked(Part.SOFTWARE, lambda: software(INSTALLATION, is_airflow_used=uses_scheduler))
    try:
        settings = read_settings()
    except CartableError as error:
        yield Finding(Part.SETTINGS, Level.FAULT, error.problem)
        return
    yield found(Part.SETTINGS, Level.OK, "doctor.settings")
    yield from looked(Part.SETTINGS, lambda: secret_files(settings))
    workspace = Workspace(settings, clock=told)
    yield from looked(Part.RULES, lambda: _rules(workspace))
    yield from looked(Part.RULES, lambda: rules_files(settings))
    yield from looked(Part.KEYS, lambda: key_files(settings))
    if settings.keys.is_dir():
        yield from looked(Part.KEYS, lambda: _keys(workspace))
    if _has_rules(workspace):
        yield from looked(Part.KEYS, lambda: sources(workspace))
    yield from looked(Part.PLACES, lambda: places(settings))
    yield from looked(Part.CLOCK, lambda: clock(settings, told(), _last(workspace)))
    yield from _trust(workspace)
    yield from looked(Part.REACH, lambda: _reach(settings, database))
    usable = workspace if is_usable(workspace) else None
    yield from looked(Part.NEXT, lambda: ingests(settings, usable, told()))
    yield from looked(Part.NEXT, lambda: publication(told()))
    yield from looked(Part.NEXT, lambda: retention(usable, told()))
    if usable is not None:
        yield from looked(Part.NEXT, lambda: queue(usable))


def _rules(workspace: Workspace) -> Iterator[Finding]:
    contracts = workspace.project.contracts
    count = len(contracts.datasets)
    yield found(
        Part.RULES, Level.OK, "doctor.rules", count=count, facts={"tables": len(contracts.tables)}
    )


def _keys(workspace: Workspace) -> Iterator[Finding]:
    told = key_status(workspace) if _has_rules(workspace) else None
    ring, settings = workspace.ring, workspace.settings
    yield found(
        Part.KEYS,
        Level.OK,
        "doctor.keys",
        count=ring.vault.size,
        facts={
            "source": settings.root.kind,
            "check": ring.root_check,
            "generation": ring.vault.generation,
        },
    )
    if told is not None and told["is_renewing"]:
        yield found(Part.KEYS, Level.WARNING, "doctor.renewing")
    if settings.vault_copy is None:
        yield found(Part.KEYS, Level.WARNING, "doctor.no_vault_copy")


def _has_rules(workspace: Workspace) -> bool:
    try:
        return bool(workspace.project)
    except CartableError:
        return False


def _last(workspace: Workspace) -> datetime | None:
    """Return when the ledger was told last, where that can be known."""
    last = None
    try:
        for entry in workspace.ledger.entries():
            last = entry.at
    except CartableError:
        return None
    return datetime.fromisoformat(last) if last is not None else None


def _trust(workspace: Workspace) -> Iterator[Finding]:
    """Yield whether the ledger is whole, and whether the rules are those that were signed."""
    if not (workspace.settings.keys.is_dir() and _opens(workspace)):
        for part in (Part.POLICY, Part.LEDGER):
            yield found(part, Level.FAULT, "doctor.not_looked_at")
        return
    yield from looked(Part.POLICY, lambda: _policy(workspace))
    yield from looked(Part.LEDGER, lambda: _ledger(workspace))


def _opens(workspace: Workspace) -> bool:
    try:
        return bool(workspace.ring)
    except CartableError:
        return False


def _policy(workspace: Workspace) -> Iterator[Finding]:
    now = standing(workspace)
    if now.state is State.IN_FORCE and now.is_demonstration:
        yield found(Part.POLICY, Level.WARNING, "doctor.demonstration")
    policy = require_policy(workspace)
    yield found(Part.POLICY, Level.OK, "doctor.policy", facts={"policy": policy[:16]})


def _ledger(workspace: Workspace) -> Iterator[Finding]:
    workspace.ledger.check_heads()
    count = sum(1 for _ in workspace.ledger.entries())
    yield found(Part.LEDGER, Level.OK, "doctor.ledger", count=count)
    if workspace.settings.ledger_copy is None:
        yield found(Part.LEDGER, Level.WARNING, "doctor.no_ledger_copy")


def _reach(settings: Settings, database: tuple[str, int] | None) -> Iterator[Finding]:
    """Yield whether what the installation talks to answers; nothing is sent there."""
    mail = (settings.mail.host, settings.mail.port) if settings.mail is not None else None
    for what, address in (("mail", mail), ("database", database)):
        if address is None:
            yield found(Part.REACH, Level.NOTE, "doctor.not_used", facts={"what": what})
            continue
        told = {"what": what, "server": f"{address[0]}:{address[1]}"}
        try:
            with socket.create_connection(address, timeout=REACH_SECONDS):
                yield found(Part.REACH, Level.OK, "doctor.reached", facts=told)
        except OSError:
            yield found(Part.REACH, Level.FAULT, "doctor.out_of_reach", facts=told)
