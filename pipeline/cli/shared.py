"""What every command needs: the workspace of the environment, the option for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.settings import read_settings

if TYPE_CHECKING:
    from pipeline.steps.workspace import Workspace

AsJson = Annotated[bool, typer.Option("--json", help="Print the receipt as JSON.")]


def open_workspace() -> Workspace:
    """Return the workspace that the environment names; its parts open when first needed."""
    from pipeline.steps.workspace import Workspace

    return Workspace(read_settings())
