"""The commands on a person, who is named in a file or typed unseen, never in argv."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.shared import AsJson, is_confirmed, language_of, open_workspace
from pipeline.cli.words import in_words
from pipeline.contracts import Label
from pipeline.contracts.numbers import colon, number

if TYPE_CHECKING:
    from pipeline.steps.listing import Identified, People
    from pipeline.steps.receipt import Receipt
    from pipeline.steps.workspace import Workspace

subject_app = typer.Typer(
    help="Find, export, erase or restrict what is held on a person.", no_args_is_help=True
)

Dataset = Annotated[str, typer.Option(help="A dataset whose identifier is given.")]
IdFile = Annotated[
    Path | None,
    typer.Option(help="File of mode 0600, one person a line; without it you are asked, unseen."),
]
# What a person reads of the places that `find` tells.
ZONES = {
    "protected": Label(en="protected", fr="protégée"),
    "deliveries": Label(en="deliveries", fr="livraisons"),
    "quarantine": Label(en="quarantine", fr="quarantaine"),
    "deliveries (not searchable)": Label(en="not searchable", fr="non cherchable"),
}
Request = Annotated[
    str, typer.Option(help="The request that is carried out, such as request-0001.")
]


@subject_app.command("find")
def subject_find(dataset: Dataset, id_file: IdFile = None, *, as_json: AsJson = False) -> None:
    """Say in which datasets, periods and zones a person is held, and how many rows.

    Example: cartable subject find --dataset pupils --id-file person.txt
    """
    import json

    from pipeline.steps.subjects import find

    workspace, place, people = _who(dataset, id_file)
    rows = find(workspace, place, people)
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    _show_held("Held", rows)


@subject_app.command("export")
def subject_export(
    dataset: Dataset,
    to: Annotated[Path, typer.Option(help="A new file, yours alone.")],
    id_file: IdFile = None,
    request: Request = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Write all that is held on one person to a file, with the meaning of each column.

    Example: cartable subject export --dataset pupils --id-file person.txt --to held.json
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.subjects import export

    workspace, place, people = _who(dataset, id_file)
    receipt = export(workspace, place, people, to=to, request=request)
    show_receipts([receipt], as_json=as_json)


@subject_app.command("erase")
def subject_erase(
    dataset: Dataset,
    id_file: IdFile = None,
    request: Request = "",
    to: Annotated[
        Path | None,
        typer.Option("--certificate", help="A new file for the certificate; it names nobody."),
    ] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Erase without being asked.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase persons from all zones, and keep them out of later deliveries; asks first.

    Example: cartable subject erase --dataset pupils --id-file person.txt --certificate done.json
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.erasing import erase

    workspace, place, people = _who(dataset, id_file)
    if not yes:
        _ask_erasure(workspace, place, people, as_json=as_json)
    receipt = erase(workspace, place, people, request=request, to=to)
    if as_json:
        show_receipts([receipt], as_json=True)
    else:
        _show_erasure(receipt, certificate=to)


def _ask_erasure(workspace: Workspace, place: Identified, people: People, *, as_json: bool) -> None:
    """Show what would go, and go on only when that is confirmed; nothing held asks nothing."""
    from pipeline.errors import PrivacyError
    from pipeline.steps.subjects import find

    held = find(workspace, place, people)
    if not held:
        return
    _show_held("To be erased for good", held, to_stderr=as_json)
    language = language_of(None)
    question = in_words("Erase {count} person(s) for good?", language)
    if not is_confirmed(question.format(count=number(len(people), 0, language))):
        raise PrivacyError("subjects.unconfirmed")


def _show_held(title: str, rows: list[dict[str, Any]], *, to_stderr: bool = False) -> None:
    """Print where persons are held; an id tells dataset and period."""
    from pipeline.cli.console import show_table

    language = language_of(None)
    shown = [{**row, "zone": ZONES[row["zone"]].words(language)} for row in rows]
    for row in shown:
        del row["dataset"], row["period"]
    show_table(in_words(title, language), shown, language=language, to_stderr=to_stderr)


def _show_erasure(receipt: Receipt, *, certificate: Path | None) -> None:
    """Say what an erasure did, one thing a line."""
    from pipeline.cli.console import show_facts, show_table, show_warnings

    counts, language = receipt.counts, language_of(None)
    rows = [
        {"dataset": dataset, "zone": ZONES[zone].words(language), "rows_removed": count}
        for name, count in counts.items()
        for zone, told, dataset in [name.partition("_rows_")]
        if told
    ]
    state = "done" if receipt.changed else "was done before; nothing was changed"
    replaced = in_words("{before} replaced by {after}", language)
    facts = {
        "persons": counts["persons"],
        "cells of other rows emptied": counts["mentions"],
        "protected files written anew": counts["protected_files"],
        "deliveries sealed anew": counts["deliveries_files"],
        "releases to recompute": counts["releases_to_recompute"],
        "version of the list of the erased": counts["list_version"],
        "vault key": replaced.format(before=counts["vault_before"], after=counts["vault_after"]),
        "request": receipt.ids["request"],
        "certificate": in_words("not written", language)
        if certificate is None
        else str(certificate),
    }
    title = f"{receipt.ids['erasure']}{colon(language)}{in_words(state, language)}"
    show_facts(title, facts, language=language)
    show_table(in_words("Rows removed", language), rows, language=language)
    show_warnings(receipt, language)


@subject_app.command("readmit")
def subject_readmit(dataset: Dataset, id_file: IdFile = None, *, as_json: AsJson = False) -> None:
    """Let later deliveries hold persons again who were erased; what was erased stays so.

    Example: cartable subject readmit --dataset pupils --id-file person.txt
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.erasing import readmit

    show_receipts([readmit(*_who(dataset, id_file))], as_json=as_json)


@subject_app.command("restrict")
def subject_restrict(
    dataset: Dataset, id_file: IdFile = None, request: Request = "", *, as_json: AsJson = False
) -> None:
    """Leave persons out of all counts from now on, and keep what is held on them.

    Example: cartable subject restrict --dataset pupils --id-file person.txt
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.restricting import restrict

    show_receipts([restrict(*_who(dataset, id_file), request=request)], as_json=as_json)


@subject_app.command("unrestrict")
def subject_unrestrict(
    dataset: Dataset, id_file: IdFile = None, *, as_json: AsJson = False
) -> None:
    """Count persons again who were left out.

    Example: cartable subject unrestrict --dataset pupils --id-file person.txt
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.restricting import restrict

    show_receipts([restrict(*_who(dataset, id_file), is_lifted=True)], as_json=as_json)


def _who(dataset: str, id_file: Path | None) -> tuple[Workspace, Identified, People]:
    """Return the workspace, where the dataset names persons, and who is meant."""
    import sys

    from pipeline.steps.listing import identified
    from pipeline.steps.people import misshapen, people, people_of_file
    from pipeline.steps.policy import require_policy

    workspace = open_workspace()
    require_policy(workspace)
    place = identified(workspace, dataset)
    if id_file is not None:
        who = people_of_file(id_file, place)
    else:
        who = people([[_typed(column) for column in place.columns]], place)
    for problem in misshapen(who, place):
        print(problem.words(language_of(None)), file=sys.stderr)
    return workspace, place, who


def _typed(column: str) -> str:
    """Return what is typed unseen; where nobody can type unseen nothing is read."""
    import sys
    import warnings
    from getpass import GetPassWarning, getpass

    from pipeline.errors import PrivacyError

    if not sys.stdin.isatty():
        raise PrivacyError("subjects.no_prompt")
    try:
        with warnings.catch_warnings():
            # It would ask all the same, and show what is typed.
            warnings.simplefilter("error", GetPassWarning)
            return getpass(f"{column}: ")
    except GetPassWarning:
        pass
    raise PrivacyError("subjects.no_prompt")
