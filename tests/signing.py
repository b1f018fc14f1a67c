"""Two persons of the tests, who sign whatever project a workspace has, by the real steps."""

from __future__ import annotations

from pipeline.steps.signing import enrol, opine, sign
from pipeline.steps.workspace import Workspace
from pipeline.storage.keys import KeyRing
from pipeline.storage.signatories import ROLES, PersonKey, Role, make_person_key, open_person_key


def sign_for_tests(workspace: Workspace) -> Workspace:
    """Make the keys of the installation if there are none, and sign its project as it stands."""
    if not workspace.settings.keys.exists():
        KeyRing.create(workspace.settings.keys)
    for role in ROLES:
        enrol(workspace, role, person(workspace, role).public_key)
    opine(workspace, person(workspace, "dpo"), "favourable")
    sign(workspace, person(workspace, "delegate"))
    return workspace


def person(workspace: Workspace, role: Role) -> PersonKey:
    """Return the private key of a person of the tests; it lies among the keys."""
    path = workspace.settings.keys / "persons" / f"{role}.pem"
    if path.exists():
        return open_person_key(path, passphrase=None)
    return make_person_key(path, passphrase=None)
