"""The command on the risk of rows about persons: measure it, propose a recoding, apply one."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.shared import AsJson, open_workspace

risk_app = typer.Typer()

_ONE_AT_A_TIME = "give --propose or --apply, not both"


@risk_app.command()
def risk(
    dataset: Annotated[str, typer.Argument(help="Name of a dataset contract on persons.")],
    period: Annotated[
        str | None, typer.Option(help="First year of the school year; default: the latest held.")
    ] = None,
    propose: Annotated[
        bool,
        typer.Option("--propose", help="Find the least recoding that reaches the policy's k."),
    ] = False,
    apply: Annotated[
        bool,
        typer.Option("--apply", help="Rewrite the rows held as the signed recoding keeps them."),
    ] = False,
    *,
    as_json: AsJson = False,
) -> None:
    """Show what the rows held on persons would tell, before and after recoding, and its history.

    Example: cartable risk pupils --period 2021
    """
    import json

    from pipeline.cli.console import show_receipts

    if propose and apply:
        raise typer.BadParameter(_ONE_AT_A_TIME)
    workspace = open_workspace()
    language = workspace.settings.language
    if apply:
        from pipeline.steps.recoding import apply_recoding

        show_receipts([apply_recoding(workspace, dataset, period)], as_json=as_json)
        return
    if propose:
        from pipeline.cli.recoding_page import proposal_facts, show_proposal
        from pipeline.steps.recoding import propose as propose_step

        proposed = propose_step(workspace, dataset, period)
        if as_json:
            print(json.dumps(proposal_facts(proposed), indent=2))
        else:
            show_proposal(proposed, language)
        return
    from pipeline.cli.risk_page import risk_facts, show_risk
    from pipeline.steps.risk import measure

    measured = measure(workspace, dataset, period)
    if as_json:
        print(json.dumps(risk_facts(measured), indent=2))
    else:
        show_risk(measured, language)
