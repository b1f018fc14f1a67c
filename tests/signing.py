"""Two persons of the tests, who sign whatever project a workspace has, by the real steps."""

from __future__ import annotations

from pipeline.errors import PolicyError
from pipeline.steps.signing import enrol, opine, sign
from pipeline.steps.versions import check_version
from pipeline.steps.workspace import Workspace
from pipeline.storage.keys import KeyRing
from pipeline.storage.signatories import ROLES, PersonKey, Role, make_person_key, open_person_key


def sign_for_tests(workspace: Workspace) -> Workspace:
    """Make the keys of the installation if there are none, and sign its project as it stands.

    Where other files were signed under its version, that is raised first, as a person would do;
    the workspace that comes back reads the project anew.
    """
    if not workspace.settings.keys.exists():
        KeyRing.create(workspace.settings.keys)
    for role in ROLES:
        enrol(workspace, role, person(workspace, role).public_key)
    try:
        check_version(workspace)
    except PolicyError as refusal:
        workspace = _raised(workspace, dict(refusal.problem.facts))
    opine(workspace, person(workspace, "dpo"), "favourable")
    sign(workspace, person(workspace, "delegate"))
    return workspace


def _raised(workspace: Workspace, facts: dict[str, str | int | float]) -> Workspace:
    path = workspace.settings.project / "contracts" / "policy.yml"
    text = path.read_text(encoding="utf-8")
    before, after = f"version: {facts['version']}\n", f"version: {facts['next']}\n"
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return Workspace(workspace.settings, clock=workspace.clock)


def person(workspace: Workspace, role: Role) -> PersonKey:
    """Return the private key of a person of the tests; it lies among the keys."""
    path = workspace.settings.keys / "persons" / f"{role}.pem"
    if path.exists():
        return open_person_key(path, passphrase=None)
    return make_person_key(path, passphrase=None)
