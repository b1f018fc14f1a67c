"""The command that fetches what a contract says lies elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.shared import AsJson, open_workspace

fetch_app = typer.Typer()


@fetch_app.command()
def fetch(
    dataset: Annotated[str, typer.Argument(help="Name of a dataset contract with a source.")],
    period: Annotated[str, typer.Option(help="First year of the school year, such as 2021.")],
    *,
    smaller: Annotated[
        bool,
        typer.Option("--smaller", help="Confirm that senders are left with far fewer rows."),
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Fetch all, also where only what changed is awaited.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fetch a delivery from the source that its contract names, and take it in.

    Example: cartable fetch pupils --period 2021
    """
    from pipeline.cli.console import listening, show_receipts
    from pipeline.steps.fetching import fetch as fetch_step

    with listening() as progress:
        receipt = fetch_step(
            open_workspace(),
            dataset,
            period=period,
            may_be_smaller=smaller,
            is_full=full,
            progress=progress,
        )
    show_receipts([receipt], as_json=as_json)
