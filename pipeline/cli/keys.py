"""The commands on keys. None prints a key, or takes one as an argument."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.shared import AsJson, language_of, open_workspace
from pipeline.cli.words import in_words
from pipeline.contracts import Label
from pipeline.settings import read_settings

if TYPE_CHECKING:
    from pipeline.steps.receipt import Receipt

keys_app = typer.Typer(
    help="Make, look at, rotate, back up and destroy keys.", no_args_is_help=True
)

NewFile = Annotated[
    Path | None,
    typer.Option(help="New file for a root key that does not lie in the key folder."),
]

MADE = Label(
    en="Keys made in {keys}.\n"
    "Back them up apart from the data (`cartable keys backup`): without them it is lost.",
    fr="Clés créées dans {keys}.\n"
    "Les sauvegarder à part des données (`cartable keys backup`) : sans elles, tout est perdu.",
)
ROTATED = Label(
    en="Earlier shares and copies of the root key open nothing any more: back it up again"
    " (`cartable keys backup`).",
    fr="Les parts et copies antérieures de la clé racine n'ouvrent plus rien : la sauvegarder à"
    " nouveau (`cartable keys backup`).",
)
SHARED = Label(
    en="Shares written to {to}: give each custodian one, then delete them here.\n"
    "Keep the current vault.json too, in one copy that is replaced: CARTABLE_VAULT_COPY.",
    fr="Parts écrites dans {to} : en donner une à chaque dépositaire, puis les supprimer ici.\n"
    "Garder aussi le vault.json courant, en une copie qui est remplacée : CARTABLE_VAULT_COPY.",
)
# Where a root key lies.
ROOTS = {
    "file": Label(en="file", fr="fichier"),
    "environment": Label(en="environment", fr="environnement"),
    "command": Label(en="command", fr="commande"),
}
SHREDDING = Label(
    en="All data becomes unreadable for ever. Check value of the root key",
    fr="Toutes les données deviennent illisibles à jamais. Valeur de contrôle de la clé racine",
)


@keys_app.command("init")
def keys_init(as_json: AsJson = False) -> None:
    """Make the keys in CARTABLE_KEYS; refused when there are some.

    Example: cartable keys init
    """
    from pipeline.steps.keeping import initialise

    settings = read_settings()
    receipt = initialise(settings)
    _show(receipt, as_json=as_json)
    if not as_json:
        print(MADE.words(language_of(None)).format(keys=settings.keys))


@keys_app.command("status")
def keys_status(as_json: AsJson = False) -> None:
    """Show where the root key lies, check values, generation, number of keys and epochs.

    Example: cartable keys status
    """
    import json

    from pipeline.cli.console import show_facts, show_table
    from pipeline.steps.keeping import key_status

    status = key_status(open_workspace())
    if as_json:
        print(json.dumps(status, indent=2))
        return
    language = language_of(None)
    facts = {name: fact for name, fact in status.items() if name != "domains"}
    facts["root"] = ROOTS[status["root"]].words(language)
    show_facts(in_words("Keys", language), facts, language=language)
    show_table(in_words("Pseudonym domains", language), status["domains"], language=language)


@keys_app.command("rotate")
def keys_rotate(
    *,
    vault: Annotated[bool, typer.Option("--vault", help="A new vault key.")] = False,
    data: Annotated[bool, typer.Option("--data", help="A new key for every file.")] = False,
    root: Annotated[bool, typer.Option("--root", help="A new root key.")] = False,
    domain: Annotated[
        str | None, typer.Option(help="The next pseudonym epoch of this domain.")
    ] = None,
    to: NewFile = None,
    as_json: AsJson = False,
) -> None:
    """Replace one kind of key; run it again to end what was cut short.

    Example: cartable keys rotate --vault
    """
    from pipeline.steps.epochs import rotate_domain
    from pipeline.steps.keeping import rotate_data, rotate_root, rotate_vault

    if [vault, data, root, domain is not None].count(True) != 1 or (to and not root):
        message = "name one of --vault, --data, --root, --domain; --to goes with --root"
        raise typer.BadParameter(message)
    workspace = open_workspace()
    if vault:
        receipt = rotate_vault(workspace)
    elif data:
        receipt = rotate_data(workspace)
    elif root:
        receipt = rotate_root(workspace, to=to)
    else:
        receipt = rotate_domain(workspace, str(domain))
    _show(receipt, as_json=as_json)
    if root and not as_json:
        print(ROTATED.words(language_of(None)))


@keys_app.command("backup")
def keys_backup(
    shares: Annotated[int, typer.Option(help="How many custodians get a share.")],
    threshold: Annotated[int, typer.Option(help="How many of them restore the root key.")],
    to: Annotated[Path, typer.Option(help="Folder for the files, one per custodian.")],
    as_json: AsJson = False,
) -> None:
    """Split the root key into one file per custodian; keep a copy of vault.json beside them.

    Example: cartable keys backup --shares 5 --threshold 3 --to custodians
    """
    from pipeline.steps.keeping import back_up

    receipt = back_up(open_workspace(), to, shares=shares, threshold=threshold)
    _show(receipt, as_json=as_json)
    if not as_json:
        print(SHARED.words(language_of(None)).format(to=to))


@keys_app.command("restore")
def keys_restore(
    files: Annotated[
        list[Path], typer.Argument(help="Shares of one backup, the threshold or more.")
    ],
    to: NewFile = None,
    as_json: AsJson = False,
) -> None:
    """Restore the root key from the shares of enough custodians; refused over a root key.

    Example: cartable keys restore share-01-of-05.json share-03-of-05.json share-04-of-05.json
    """
    from pipeline.steps.keeping import restore

    _show(restore(read_settings(), files, to=to), as_json=as_json)


@keys_app.command("shred")
def keys_shred(
    confirm: Annotated[
        str | None, typer.Option(help="The root key's check value, as `keys status` shows it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Destroy the vault key: all that was sealed is unreadable for ever, backups included.

    Example: cartable keys shred
    """
    from pipeline.steps.keeping import shred_keys

    workspace = open_workspace()
    asked = confirm or typer.prompt(SHREDDING.words(language_of(None)), err=True)
    _show(shred_keys(workspace, asked.strip()), as_json=as_json)


def _show(receipt: Receipt, *, as_json: bool) -> None:
    from pipeline.cli.console import show_receipts

    show_receipts([receipt], as_json=as_json)
