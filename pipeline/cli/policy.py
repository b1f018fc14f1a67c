"""The commands on the signed policy: two persons, two keys, and what they sign."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.passphrases import is_asked, new_passphrase, open_key
from pipeline.cli.shared import AsJson, Lang, language_of, open_workspace
from pipeline.cli.words import code_in_words, in_words
from pipeline.contracts import Label
from pipeline.errors import Language, PolicyError

if TYPE_CHECKING:
    from pipeline.contracts.changes import Change
    from pipeline.steps.policy import Standing
    from pipeline.steps.workspace import Workspace

policy_app = typer.Typer(
    help="Read, compare and sign the policy: the delegate decides, the officer advises.",
    no_args_is_help=True,
)


class RoleName(StrEnum):
    """In which role a person signs."""

    DELEGATE = "delegate"
    DPO = "dpo"


class OpinionName(StrEnum):
    """The data protection officer's opinion."""

    FAVOURABLE = "favourable"
    WITH_RESERVATIONS = "with_reservations"
    UNFAVOURABLE = "unfavourable"


DIRECTIONS = {
    "loosening": Label(en="LOOSENING", fr="ASSOUPLISSEMENT"),
    "tightening": Label(en="TIGHTENING", fr="RESSERREMENT"),
    "neutral": Label(en="NEUTRAL", fr="NEUTRE"),
}
WHERE = Label(en="Where:", fr="Où :")
# Of a line that an officer reads on paper or in a window.
WIDTH, GAP = 80, 2
AS_SIGNED = Label(en="The rules are as they were signed.", fr="Les règles sont telles que signées.")

STANDINGS = {
    "in_force": Label(
        en="In force: the rules as they stand are signed.",
        fr="En vigueur : les règles telles qu'elles sont, sont signées.",
    ),
    "unsigned": Label(
        en="Not in force: the delegate has signed nothing yet (`cartable policy sign`).",
        fr="Pas en vigueur : le délégataire n'a encore rien signé (`cartable policy sign`).",
    ),
    "changed": Label(
        en="Not in force: what is signed are other rules; the delegate has to sign these"
        " (`cartable policy sign`).",
        fr="Pas en vigueur : ce sont d'autres règles qui sont signées ; le délégataire doit"
        " signer celles-ci (`cartable policy sign`).",
    ),
    "blocked": Label(
        en="Not in force: the opinion is unfavourable; the delegate has to answer it in writing"
        " (`cartable policy sign --answer-file FILE`).",
        fr="Pas en vigueur : l'avis est défavorable ; le délégataire doit y répondre par écrit"
        " (`cartable policy sign --answer-file FICHIER`).",
    ),
}

DEMONSTRATION = "signed with demonstration keys: nobody answers for this policy"
WORDED = frozenset({"state", "keys"})
KEY_MADE = Label(
    en="Private key: {private} (keep it; nobody else may have it)\n"
    "Public key:  {public}\n"
    "Fingerprint: {print}\n"
    "Have it enrolled: cartable policy enrol --role {role} {public}",
    fr="Clé privée :   {private} (à garder ; nul autre ne doit l'avoir)\n"
    "Clé publique : {public}\n"
    "Empreinte :    {print}\n"
    "La faire inscrire : cartable policy enrol --role {role} {public}",
)
NEW_PRINT = Label(en="Fingerprint of the new key: ", fr="Empreinte de la nouvelle clé : ")

RoleOption = Annotated[
    RoleName, typer.Option("--role", help="The controller's delegate, or the officer (dpo).")
]
KeyOption = Annotated[
    Path, typer.Option("--key", help="Your private key, as `policy key` made it.")
]


@policy_app.command("key")
def policy_key(
    role: RoleOption,
    to: Annotated[Path, typer.Option("--to", help="Where to write the private key.")],
    no_passphrase: Annotated[
        bool, typer.Option("--no-passphrase", help="Leave the file open to who can read it.")
    ] = False,
) -> None:
    """Make a person's key pair; the passphrase is asked for.

    Example: cartable policy key --role dpo --to dpo.pem
    """
    from pipeline.storage.signatories import fingerprint, make_person_key, public_path

    passphrase = None if no_passphrase else new_passphrase()
    key = make_person_key(to, passphrase=passphrase)
    told = {"private": to, "public": public_path(to), "role": role.value}
    print(KEY_MADE.words(language_of(None)).format(**told, print=fingerprint(key.public_key)))


@policy_app.command("enrol")
def policy_enrol(
    file: Annotated[Path, typer.Argument(help="The public key, ending in .pub.")],
    role: RoleOption,
    confirm: Annotated[
        str | None,
        typer.Option(help="Its fingerprint, as its holder reads it out; to replace another key."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Let a person's public key count in a role; replacing one asks for the fingerprint.

    Example: cartable policy enrol --role dpo dpo.pem.pub
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.signing import enrol
    from pipeline.storage.signatories import read_public_key

    workspace, public_key = open_workspace(), read_public_key(file)
    try:
        receipt = enrol(workspace, role.value, public_key, confirmed=confirm)
    except PolicyError as refusal:
        if confirm or refusal.problem.code != "policy.replace_unconfirmed" or not is_asked():
            raise
        print(refusal.words(workspace.settings.language), file=sys.stderr)
        typed = input(NEW_PRINT.words(language_of(None))).strip()
        receipt = enrol(workspace, role.value, public_key, confirmed=typed)
    show_receipts([receipt], as_json=as_json)


@policy_app.command("opine")
def policy_opine(
    key: KeyOption,
    opinion: Annotated[OpinionName, typer.Option(help="The opinion.")],
    words: Annotated[
        Path | None,
        typer.Option("--words-file", help="The opinion in words; needed unless favourable."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Record the data protection officer's signed opinion on the rules as they stand.

    Example: cartable policy opine --key dpo.pem --opinion favourable
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.signing import opine
    from pipeline.storage.policies import read_words

    text = read_words(words) if words else b""
    workspace = open_workspace()
    receipt = opine(workspace, open_key(key), opinion.value, words=text)
    show_receipts([receipt], as_json=as_json)
    if not as_json:
        _say_standing(workspace)


@policy_app.command("sign")
def policy_sign(
    key: KeyOption,
    answer: Annotated[
        Path | None,
        typer.Option("--answer-file", help="The answer in words to an unfavourable opinion."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put the rules as they stand in force, signed by the controller's delegate.

    Example: cartable policy sign --key delegate.pem
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.signing import sign
    from pipeline.storage.policies import read_words

    text = read_words(answer) if answer else b""
    workspace = open_workspace()
    show_receipts([sign(workspace, open_key(key), answer=text)], as_json=as_json)
    if not as_json:
        _say_standing(workspace)


@policy_app.command("show")
def policy_show(lang: Lang = None, as_json: AsJson = False) -> None:
    """Say in words what a signature binds: columns, numbers with reasons, the law, every file.

    Example: cartable policy show --lang fr
    """
    from pipeline.cli.console import show_table
    from pipeline.steps.policy_words import policy_in_words

    project = open_workspace().project
    sections = policy_in_words(project.contracts, language_of(lang), files=project.files)
    if as_json:
        print(json.dumps([asdict(section) for section in sections], indent=2, ensure_ascii=False))
        return
    for section in sections:
        print()
        if section.rows:
            show_table(section.title, section.rows)
        else:
            print(f"{section.title}: -")
        for sentence in section.sentences:
            print(f"  {sentence}")


@policy_app.command("status")
def policy_status(as_json: AsJson = False) -> None:
    """Say who signed which policy when, with which opinion, and whether it is in force.

    Example: cartable policy status
    """
    from pipeline.cli.console import show_facts
    from pipeline.steps.policy import standing

    workspace = open_workspace()
    workspace.ledger.check_heads()
    facts = _facts(standing(workspace))
    if as_json:
        print(json.dumps(facts, indent=2))
    else:
        language = workspace.settings.language
        show_facts(in_words("Policy", language), _told(facts, language), language=language)


@policy_app.command("diff")
def policy_diff(lang: Lang = None, as_json: AsJson = False) -> None:
    """Tell every change since the delegate signed, loosening ones first; exit 11 when any.

    Example: cartable policy diff
    """
    from pipeline.steps.comparing import changes_since_signed
    from pipeline.steps.versions import check_version

    language, workspace = language_of(lang), open_workspace()
    found = changes_since_signed(workspace)
    found.sort(key=lambda change: not change.is_loosening)
    version = None
    try:
        check_version(workspace)
    except PolicyError as stands:
        version = stands
    if as_json:
        _print_changes(found, version, language)
    else:
        for change in found:
            print("\n".join(_in_words(change, language)))
            print()
        print(version.words(language) if version else "", end="\n" if version else "")
    if found:
        loosening = sum(change.is_loosening for change in found)
        raise PolicyError("policy.differs", count=len(found), loosening=loosening)
    if not as_json:
        print(AS_SIGNED.words(language))


def _in_words(change: Change, language: Language) -> list[str]:
    """Return the lines of one change: what it is, what it alters, and where it stands."""
    import textwrap

    what, effect = change.problem.sentences(language)
    place = change.problem.place
    where = ", ".join(part for part in (place.file, place.rule) if part)
    column = max(len(label.words(language)) for label in DIRECTIONS.values()) + GAP
    word = DIRECTIONS[change.direction.value].words(language)
    indent = " " * column
    told = (
        (f"{what}.", f"{word:<{column}}"),
        (f"{effect}.", indent),
        (f"{WHERE.words(language)} {where}", indent),
    )
    return [
        line
        for text, first in told
        for line in textwrap.wrap(
            text, WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
        )
    ]


def _print_changes(found: list[Change], version: PolicyError | None, language: Language) -> None:
    told = [(change.direction.value, change.problem) for change in found]
    told += [("neutral", version.problem)] if version else []
    rows = [
        {
            "direction": direction,
            "code": problem.code,
            "file": problem.place.file,
            "part": problem.place.rule,
            "words": problem.words(language),
        }
        for direction, problem in told
    ]
    print(json.dumps(rows, indent=2, ensure_ascii=False))


def _say_standing(workspace: Workspace) -> None:
    """Say what the act that was just recorded leaves to be done."""
    from pipeline.steps.policy import standing

    print(STANDINGS[standing(workspace).state.value].words(workspace.settings.language))


def _facts(found: Standing) -> dict[str, Any]:
    facts: dict[str, Any] = {"state": found.state.value, "policy": found.policy}
    if found.is_demonstration:
        facts["keys"] = DEMONSTRATION
    for one in found.signatories:
        facts[f"{one.role}_key"] = one.fingerprint
        facts[f"{one.role}_enrolled"] = one.since
    if found.signature:
        facts |= {"signed_policy": found.signature.policy, "signed_at": found.signature.at}
        facts["answered"] = bool(found.signature.answer)
    if found.opinion:
        facts |= {"opinion": found.opinion.opinion, "opinion_at": found.opinion.at}
    if found.changed:
        facts["changed"] = [f"{file} ({how})" for file, how in found.changed.items()]
        these = found.opinion_on_these
        facts["opinion_on_these_rules"] = these.opinion if these else "none"
    return facts


def _told(facts: dict[str, Any], language: Language) -> dict[str, Any]:
    """Return the facts with their codes in words, as a person reads them."""
    told = {name: in_words(facts[name], language) for name in WORDED & facts.keys()}
    for name in ("opinion", "opinion_on_these_rules"):
        if name in facts:
            told[name] = code_in_words(facts[name], language)
    return {**facts, **told}
