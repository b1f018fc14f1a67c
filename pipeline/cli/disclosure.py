"""The commands that weigh how tables are protected, for the statistician and the officer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.shared import AsJson, Lang, language_of, open_workspace

LEAST = 2
disclosure_app = typer.Typer(help="Weigh how published tables are protected.", no_args_is_help=True)


@disclosure_app.command("what-if")
def what_if(
    table: Annotated[str, typer.Option(help="A published table that counts persons.")],
    threshold: Annotated[list[int], typer.Option(help="Thresholds to try.", min=LEAST)],
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
        Path | None, typer.Option(help="A page to write, with a plot.", dir_okay=False)
    ] = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Show what other thresholds and methods would leave of a table, and what they would tell.

    Example: cartable disclosure what-if --table enrolment --threshold 5 11 --method suppress dp
    """
    import json

    from pipeline.cli.console import show_receipts, show_table
    from pipeline.cli.words import in_words
    from pipeline.steps.what_if import METHODS, try_methods, write_what_if

    numbers = [word for word in more or [] if word.isdigit()]
    methods = [*method, *(word for word in more or [] if not word.isdigit())]
    unknown = [name for name in methods if name not in METHODS]
    if unknown or any(int(word) < LEAST for word in numbers):
        told = f"methods are {', '.join(METHODS)}; thresholds from {LEAST} on"
        raise typer.BadParameter(told)
    workspace = open_workspace()
    language = language_of(lang)
    thresholds = sorted({*threshold, *map(int, numbers)})
    tried = try_methods(workspace, table, thresholds=thresholds, methods=methods, period=period)
    rows = [
        {**t.facts(), "numbers": t.numbers.words(language), "seconds": round(t.seconds, 2)}
        for t in tried.trials
    ]
    levels = [row for t in tried.trials for row in t.by_level()]
    if as_json:
        print(json.dumps({"period": tried.period, "trials": rows, "levels": levels}, indent=2))
    else:
        show_table(in_words("What each would leave and tell", language), rows, language=language)
        show_table(in_words("By level", language), levels, language=language)
    if to is not None:
        receipt = write_what_if(workspace, tried, to, language=language)
        show_receipts([receipt], as_json=as_json)
