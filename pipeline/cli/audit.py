"""The commands for the papers of the data protection officer, and for what they rest on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.passphrases import open_key
from pipeline.cli.policy import KeyOption, OpinionName
from pipeline.cli.shared import AsJson, Lang, language_of, open_workspace

audit_app = typer.Typer(help="Write the data protection officer's papers.", no_args_is_help=True)


@audit_app.command()
def register(
    to: Annotated[Path, typer.Option(help="The folder of the three files.", file_okay=False)],
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Write the register of processing (GDPR, article 30) as a page and as CSV.

    Example: cartable audit register --to papers
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.auditing import write_register

    workspace = open_workspace()
    language = language_of(lang)
    show_receipts([write_register(workspace, to, language=language)], as_json=as_json)


@audit_app.command()
def dpia(
    to: Annotated[Path, typer.Option(help="The file to write.", dir_okay=False)],
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Write the impact assessment (GDPR, article 35) for the PIA tool of the CNIL.

    Example: cartable audit dpia --to papers/pia.json --lang fr
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.auditing import write_dpia

    workspace = open_workspace()
    language = language_of(lang)
    show_receipts([write_dpia(workspace, to, language=language)], as_json=as_json)


@audit_app.command()
def report(
    period: Annotated[str, typer.Option(help="First year of the school year, such as 2021.")],
    to: Annotated[Path, typer.Option(help="The page to write.", dir_okay=False)],
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Write the audit report of a period: what came in, what was kept, who decided what.

    Example: cartable audit report --period 2021 --to papers/audit_2021.html
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.auditing import write_report

    workspace = open_workspace()
    language = language_of(lang)
    receipt = write_report(workspace, period, to, language=language)
    show_receipts([receipt], as_json=as_json)


@audit_app.command()
def proofs(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[RELEASE]", help="Or a candidate; default: that in force."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove again, by adding whole numbers alone, that no hidden cell can be known.

    Example: cartable audit proofs
    """
    from pipeline.cli.console import listening, show_receipts, show_table
    from pipeline.cli.words import in_words
    from pipeline.steps.proving import replay

    language = language_of(None)
    with listening() as progress:
        replayed = replay(open_workspace(), name, progress=progress)
    title = in_words("Hidden cells that are proven to vary", language)
    show_table(title, replayed.rows, language=language, to_stderr=as_json, is_ours=True)
    show_receipts([replayed.receipt], as_json=as_json)
    replayed.check()


@audit_app.command()
def disclosure(
    to: Annotated[
        Path, typer.Option(help="A new file, yours alone: a page, or .json.", dir_okay=False)
    ],
    name: Annotated[
        str | None,
        typer.Argument(metavar="[CANDIDATE]", help="Or a release; default: the latest candidate."),
    ] = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Write what a candidate hides, by which rules, how safely, and what changed: before approval.

    Example: cartable audit disclosure --to papers/disclosure.html
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.disclosing import write_disclosure

    receipt = write_disclosure(open_workspace(), name, to, language=language_of(lang))
    show_receipts([receipt], as_json=as_json)


@audit_app.command("opine")
def audit_opine(
    candidate: Annotated[str, typer.Argument(help="As `cartable prepare` named it.")],
    key: KeyOption,
    opinion: Annotated[OpinionName, typer.Option(help="Unfavourable leaves the release stopped.")],
    words: Annotated[
        Path, typer.Option("--words-file", help="The reasons in words, without figures.")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Judge, as data protection officer, what the adversary could not decide of a candidate.

    Example: cartable audit opine CANDIDATE --key dpo.pem --opinion favourable --words-file why.txt
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.opining import opine_on
    from pipeline.storage.policies import read_words

    text, workspace = read_words(words), open_workspace()
    receipt = opine_on(workspace, candidate, open_key(key), opinion.value, words=text)
    show_receipts([receipt], as_json=as_json)
