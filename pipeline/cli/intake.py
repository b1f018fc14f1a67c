"""The command that takes a delivery in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.shared import AsJson, open_workspace


def ingest(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset contract.")],
    file: Annotated[Path, typer.Argument(help="The delivery.", exists=True, dir_okay=False)],
    period: Annotated[str, typer.Option(help="First year of the school year, such as 2021.")],
    as_of: Annotated[
        datetime | None,
        typer.Option(
            help="The sender's date; it orders corrections. Default: of the control file, of the "
            "file's name where the contract says so, else now."
        ),
    ] = None,
    *,
    received: Annotated[
        datetime | None,
        typer.Option(
            help="When it came, if not now: who is late follows from it. The ledger keeps that it "
            "was said."
        ),
    ] = None,
    control: Annotated[
        Path | None,
        typer.Option(
            help="What the sender says of the delivery. Default: FILE.control.yml, if it is there.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    smaller: Annotated[
        bool,
        typer.Option("--smaller", help="Confirm that senders are left with far fewer rows."),
    ] = False,
    volume: Annotated[
        bool,
        typer.Option("--volume", help="Confirm numbers of rows far from those of the last period."),
    ] = False,
    full: Annotated[
        bool,
        typer.Option("--full", help="It holds all its senders have, where changes are awaited."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take one delivery in: seal, read, apply privacy rules, check, keep.

    Example: cartable ingest pupils pupils_2021.csv --period 2021
    """
    from datetime import UTC

    from pipeline.cli.console import listening, show_receipts
    from pipeline.steps.controlling import control_of
    from pipeline.steps.ingest import ingest as ingest_step

    workspace = open_workspace()
    with listening() as progress, file.open("rb") as source:
        receipt = ingest_step(
            workspace,
            dataset,
            source,
            file=file.name,
            period=period,
            as_of=as_of.replace(tzinfo=as_of.tzinfo or UTC) if as_of else None,
            arrived=workspace.clock(),
            received=received.replace(tzinfo=received.tzinfo or UTC) if received else None,
            control=control_of(file, named=control),
            may_be_smaller=smaller,
            may_differ=volume,
            is_full=full,
            progress=progress,
        )
    show_receipts([receipt], as_json=as_json)
