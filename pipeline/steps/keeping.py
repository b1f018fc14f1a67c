"""Keep the keys: what there is, and each thing that is done to them, told in the ledger.

An entry holds check values and counts. A rotation that was cut short is ended by the next one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import StorageError
from pipeline.settings import Settings
from pipeline.steps.installing import make_keys
from pipeline.steps.receipt import Receipt
from pipeline.steps.workspace import Workspace
from pipeline.storage.atomic import make_private_folder
from pipeline.storage.key_files import write_first
from pipeline.storage.keys import CHECK_DIGITS
from pipeline.storage.ledger import Fact
from pipeline.storage.renewing import renew_files
from pipeline.storage.root_rotation import check_outside, replace_root
from pipeline.storage.roots import ROOT, destroy_root, read_root
from pipeline.storage.shares import joined_root, read_share, split_root, write_shares
from pipeline.storage.vault_file import VAULT, read_facts


def initialise(settings: Settings) -> Receipt:
    """Make the keys of a new installation and tell the ledger.

    Raises:
        StorageError: as `make_keys`.
    """
    make_keys(settings)
    return _told(Workspace(settings), "init")


def key_status(workspace: Workspace) -> dict[str, Any]:
    """Return what can be said of the keys: check values, counts and epochs; plain types."""
    ring = workspace.ring
    epochs = {
        name: ring.epochs.get(name, 1)
        for name in sorted(workspace.project.contracts.policy.domains)
    }
    return {
        "root": workspace.settings.root.kind,
        "root_check": ring.root_check,
        "installation": ring.installation,
        "vault_generation": ring.vault.generation,
        "data_keys": ring.vault.size,
        "is_renewing": bool(ring.vault.renewing),
        "vault_copy": workspace.settings.vault_copy is not None,
        "publisher": hashlib.sha256(ring.public_key).hexdigest(),
        "domains": [
            {"domain": name, "epoch": epoch, "check": ring.pseudonym_check(name, epoch)}
            for name, epoch in epochs.items()
        ],
    }


def rotate_vault(workspace: Workspace) -> Receipt:
    """Replace the vault key; every data key stays."""
    workspace.ledger.check_heads()
    workspace.ring.vault.replace()
    return _told(workspace, "rotate_vault")


def rotate_data(workspace: Workspace) -> Receipt:
    """Write every sealed file under a new key and forget the old ones; end what was cut short."""
    workspace.ledger.check_heads()
    renewed = renew_files(workspace.home, workspace.ring)
    return _told(workspace, "rotate_data", files=renewed.files, left=renewed.left)


def rotate_root(workspace: Workspace, *, to: Path | None = None) -> Receipt:
    """Put a new root key in force.

    Args:
        workspace: whose keys.
        to: the new file that gets the root in hex, when it does not lie in the key folder.

    Raises:
        StorageError: as `replace_root`, or the file would lie among the data.
    """
    if to is not None:
        check_outside(to, workspace.home)
    workspace.ledger.check_heads()
    settings = workspace.settings
    check = replace_root(
        workspace.ring, settings.keys, source=settings.root, copy=settings.vault_copy, to=to
    )
    return _told(workspace, "rotate_root", root=check[:CHECK_DIGITS])


def back_up(workspace: Workspace, folder: Path, *, shares: int, threshold: int) -> Receipt:
    """Write the root key in shares, one file per custodian; nothing of it is shown.

    Raises:
        StorageError: the folder lies among the data or holds shares, the threshold does not fit,
            or the disk refuses.
    """
    check_outside(folder, workspace.home)
    workspace.ledger.check_heads()
    settings, ring = workspace.settings, workspace.ring
    root = read_root(settings.root, settings.keys)
    made = split_root(root, installation=ring.installation, shares=shares, threshold=threshold)
    write_shares(made, folder)
    return _told(workspace, "backup", shares=shares, threshold=threshold)


def restore(settings: Settings, files: Sequence[Path], *, to: Path | None = None) -> Receipt:
    """Write the root key that custodians' shares restore; nothing else, and nothing over a key.

    Args:
        settings: where the keys lie.
        files: at least as many shares as the threshold; all of them have to agree.
        to: the new file that gets the root in hex, when it does not lie in the key folder.

    Raises:
        StorageError: a share is altered, wrong, of another backup, or they are too few; the
            vault in the key folder is of another root; there is a root key already.
    """
    if (to is None) != (settings.root.kind == "file"):
        raise StorageError("storage.root_needs_file")
    shares = [read_share(path) for path in files]
    root = joined_root(shares)
    vault = settings.keys / VAULT
    if vault.exists() and read_facts(vault).root_check != shares[0].root_check:
        raise StorageError("storage.shares_of_others")
    if to is not None:
        check_outside(to, settings.home)
        write_first(to, root.hex().encode() + b"\n")
    else:
        make_private_folder(settings.keys)
        write_first(settings.keys / ROOT, root)
    ids = {"root": shares[0].root_check[:CHECK_DIGITS]}
    if not vault.exists():
        # Without the vault there is no ring: the ledger hears of it when the keys are whole.
        return Receipt(step="keys_restore", changed=True, ids=ids, counts={"shares": len(shares)})
    return _told(Workspace(settings), "restore", shares=len(shares))


def shred_keys(workspace: Workspace, confirmation: str) -> Receipt:
    """Destroy the vault and the root: all that was sealed is unreadable for ever.

    Args:
        workspace: whose keys.
        confirmation: the check value of the root key, as `key_status` says it.

    Raises:
        StorageError: the confirmation differs, the copy of the vault is out of reach, or the disk
            refuses.
    """
    if confirmation != workspace.ring.root_check:
        raise StorageError("storage.confirmation_differs")
    workspace.ring.vault.check_place_of_copy()
    # Told first: afterwards there is no key to sign the ledger's head with.
    receipt = _told(workspace, "shred")
    workspace.ring.vault.destroy()
    destroy_root(workspace.settings.keys)
    return receipt


def _told(workspace: Workspace, event: str, **facts: Fact) -> Receipt:
    """Tell the ledger of an event of the keys, and return its receipt."""
    ring = workspace.ring
    root = str(facts.pop("root", ring.root_check))
    counts = {"generation": ring.vault.generation, "keys": ring.vault.size}
    counts |= {name: int(fact) for name, fact in facts.items() if isinstance(fact, int)}
    workspace.ledger.append(
        "key_event", event=event, installation=ring.installation, root=root, **counts
    )
    return Receipt(step=f"keys_{event}", changed=True, ids={"root": root}, counts=counts)
