"""The commands of the demonstration."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.shared import AsJson, open_workspace

if TYPE_CHECKING:
    from pipeline.steps.workspace import Workspace

demo_app = typer.Typer(
    help="Run the demonstration: one real département, synthetic persons.\n\n"
    "Example: cartable demo",
    invoke_without_command=True,
)


@demo_app.callback()
def demo(context: typer.Context, as_json: AsJson = False) -> None:
    """Run the whole demonstration, from deliveries to a published release.

    Example: cartable demo
    """
    if context.invoked_subcommand is not None:
        return
    from pipeline.cli.console import listening, show_receipts
    from pipeline.steps.demo import run_demo

    workspace = open_workspace()
    with listening() as progress:
        receipts = run_demo(workspace, progress=progress)
    show_receipts(receipts, as_json=as_json)
    if not as_json:
        _show_demo(workspace)


def _show_demo(workspace: Workspace) -> None:
    from pipeline.cli.headlines import headlines
    from pipeline.steps.asking import published_database

    database = published_database(workspace.settings)
    print()
    for line in headlines(workspace.settings):
        print(line)
    print()
    print(f"Site:      {database.parent / 'site' / 'index.html'}")
    print(f"Database:  {database}")
    print("Look:     ", _called_as(), "site serve")
    print("Ask:      ", _called_as(), 'query "select * from totals limit 5"')


def _called_as() -> str:
    """Return the words that call this command from here: its name, or its path off the PATH."""
    called = Path(sys.argv[0]).absolute()
    if shutil.which(called.name) or not called.is_relative_to(Path.cwd()):
        return called.name
    return str(called.relative_to(Path.cwd()))


@demo_app.command("deliver")
def demo_deliver(
    folder: Annotated[Path, typer.Argument(help="Where to write the files.")],
    period: Annotated[
        list[str] | None, typer.Option(help="First year of a school year; default: 2021.")
    ] = None,
) -> None:
    """Write the demonstration's deliveries as files, as a sender would.

    Example: cartable demo deliver outbox --period 2021
    """
    from pipeline.steps.demo import deliver_demo

    for path in deliver_demo(open_workspace(), folder, periods=period or ["2021"]):
        print(path)
