"""What the controller's delegate decides: approve a candidate, send it back, withdraw a release."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.shared import AsJson, open_workspace

decisions_app = typer.Typer()


@decisions_app.command()
def approve(
    candidate: Annotated[str, typer.Argument(help="As `cartable prepare` named it.")],
    by: Annotated[str, typer.Option(help="Role or account of the controller's delegate.")],
    as_json: AsJson = False,
) -> None:
    """Record the controller's delegate's approval of a candidate as it is.

    Example: cartable approve candidate-0123456789abcdef --by delegate
    """
    from pipeline.cli.console import show_receipts
    from pipeline.cli.shared import language_of
    from pipeline.cli.words import in_words
    from pipeline.contracts.numbers import colon
    from pipeline.steps.release import approve as approve_step

    show_receipts([approve_step(open_workspace(), candidate, approver=by)], as_json=as_json)
    if not as_json:
        language = language_of(None)
        print(
            f"    {in_words('publish it', language)}{colon(language)}cartable release {candidate}"
        )


@decisions_app.command()
def reject(
    candidate: Annotated[str, typer.Argument(help="As `cartable prepare` named it.")],
    by: Annotated[str, typer.Option(help="Role or account of the controller's delegate.")],
    reason: Annotated[str, typer.Option(help="figures, incomplete, protection, rules or not_now.")],
    as_json: AsJson = False,
) -> None:
    """Send a candidate back: it is closed, and nobody is asked about it again.

    Example: cartable reject candidate-0123456789abcdef --by delegate --reason figures
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.sending_back import reject as reject_step

    workspace = open_workspace()
    show_receipts([reject_step(workspace, candidate, by=by, reason=reason)], as_json=as_json)


@decisions_app.command()
def withdraw(
    release_id: Annotated[
        str, typer.Argument(metavar="RELEASE", help="As `cartable status` names it.")
    ],
    by: Annotated[str, typer.Option(help="Role or account of the controller's delegate.")],
    as_json: AsJson = False,
) -> None:
    """Take a release off the published zone for good.

    Example: cartable withdraw release-0123456789abcdef --by delegate
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.release import withdraw as withdraw_step

    show_receipts([withdraw_step(open_workspace(), release_id, by=by)], as_json=as_json)
