"""The commands that weigh how tables are protected, for the statistician and the officer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.openings import check_watched
from pipeline.cli.shared import AsJson, Lang, language_of, open_workspace
from pipeline.contracts import Label

LEAST, MOST = 2, 100
disclosure_app = typer.Typer(
    help="Weigh and explain how published tables are protected.", no_args_is_help=True
)
_SECRET = Label(
    en="For the review zone: which figures a rule hides gives bounds away.",
    fr="Pour la zone de revue : savoir quels chiffres une règle masque révèle des bornes.",
)
_LESS = Label(
    en="For the review zone: what each threshold hides gives small counts away.",
    fr="Pour la zone de revue : ce que masque chaque seuil révèle de petits effectifs.",
)
_READ = Label(
    en="hidden: of the cells; kept: of the persons counted, those in shown cells; near: of the "
    "cells that count somebody, those shown within a tenth or a person; read: of the counts under "
    "the threshold, those shown as they are; mean error: in persons; uncertain by: in persons, at "
    "least; empty where noise leaves only chances.",
    fr="% masqué : des cellules ; personnes montrées : de celles qui sont comptées ; proches : des "
    "cellules non nulles, celles montrées à un dixième ou 1 près ; petits lus : des effectifs sous "
    "le seuil, ceux qui sont montrés tels quels ; erreur moyenne : en personnes ; incertain de : "
    "en personnes, au moins ; vide où le bruit ne laisse que des chances.",
)
_NOTHING = Label(en="Nothing is hidden there", fr="Rien n'y est masqué")


@disclosure_app.command("what-if")
def what_if(
    table: Annotated[str, typer.Option(help="A published table that counts persons.")],
    threshold: Annotated[list[int], typer.Option(help="Thresholds to try.", min=LEAST, max=MOST)],
    *,
    method: Annotated[
        list[str], typer.Option(help="Methods to try: suppress, cell_key, rounding, dp.")
    ],
    more: Annotated[
        list[str] | None, typer.Argument(help="More thresholds and methods.", metavar="[…]")
    ] = None,
    period: Annotated[
        str | None, typer.Option(help="First year of the school year; default: the latest held.")
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            help="Write it to this new file, yours alone: a page with a plot, or .json.",
            dir_okay=False,
        ),
    ] = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Show what other thresholds and methods would leave of a table, and what they would tell.

    Example: cartable disclosure what-if --table enrolment --threshold 5 11 --method suppress dp
    """
    from pipeline.cli.console import listening, show_receipts, show_table
    from pipeline.cli.words import in_words
    from pipeline.steps.what_if import METHODS, try_methods, write_what_if

    check_watched(to, as_json=as_json)
    numbers = [word for word in more or [] if word.isdecimal()]
    methods = [*method, *(word for word in more or [] if not word.isdecimal())]
    unknown = [name for name in methods if name not in METHODS]
    if unknown or any(not LEAST <= int(word) <= MOST for word in numbers):
        told = f"methods are {', '.join(METHODS)}; thresholds from {LEAST} to {MOST}"
        raise typer.BadParameter(told)
    workspace = open_workspace()
    language = language_of(lang)
    thresholds = sorted({*threshold, *map(int, numbers)})
    with listening() as progress:
        tried = try_methods(
            workspace,
            table,
            thresholds=thresholds,
            methods=methods,
            period=period,
            to=to,
            progress=progress,
        )
    if to is not None:
        receipt = write_what_if(workspace, tried, to, language=language)
        show_receipts([receipt], as_json=as_json)
        return
    rows = [
        {name: cell for name, cell in row.items() if name != "seconds"}
        for row in tried.rows(language)
    ]
    show_table(in_words("What each would leave and tell", language), rows, language=language)
    print(_READ.words(language))
    show_table(in_words("By level (cells)", language), tried.levels(), language=language)
    print(_LESS.words(language))


@disclosure_app.command()
def explain(
    territory: Annotated[str, typer.Argument(help="Its identifier, official code or name.")],
    *,
    table: Annotated[str | None, typer.Option(help="Of this table alone.")] = None,
    period: Annotated[
        str | None, typer.Option(help="First year of the school year; default: the latest.")
    ] = None,
    candidate: Annotated[
        str | None, typer.Option(help="Or a release; default: the latest candidate.")
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(help="Write all of it to this new JSON file, yours alone.", dir_okay=False),
    ] = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Say why each figure of a territory is hidden: by which rule, or which others it protects.

    Example: cartable disclosure explain COM-35238 --period 2021 --to papers/why.json
    """
    from pipeline.cli.console import listening, show_receipts, show_table
    from pipeline.steps.explaining import explain as explain_step
    from pipeline.steps.explaining import write_explanation
    from pipeline.steps.explaining_words import Words

    check_watched(to, as_json=as_json)
    workspace, language = open_workspace(), language_of(lang)
    with listening() as progress:
        found = explain_step(
            workspace,
            territory,
            table=table,
            period=period,
            name=candidate,
            to=to,
            progress=progress,
        )
    words = Words(workspace.project.contracts, found, language)
    rows = words.rows()
    if to is not None:
        write_explanation(workspace, found, to, rows)
    elif rows:
        show_table(words.title, rows, language=language, is_ours=True, as_blocks=True)
        print(_SECRET.words(language))
    if not rows and not as_json:
        print(f"{words.title}: {_NOTHING.words(language)}")
    show_receipts([found.receipt], as_json=as_json)
