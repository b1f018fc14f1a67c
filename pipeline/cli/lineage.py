"""The command on lineage: where a published column comes from."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.shared import AsJson
from pipeline.settings import read_settings

lineage_app = typer.Typer()


@lineage_app.command()
def lineage(
    column: Annotated[
        str,
        typer.Argument(help="Such as enrolment.pupils, GPI or observations.obs_value."),
    ],
    as_json: AsJson = False,
) -> None:
    """Show by which chain a published column comes from which delivered columns.

    Example: cartable lineage enrolment.pupils
    """
    import json

    from pipeline.lineage import trace
    from pipeline.project import load_project

    settings = read_settings()
    project, language = load_project(settings.project), settings.language
    link = trace(project.contracts, project.counts, project.indicators, column)
    if as_json:
        print(json.dumps(link.as_dict(language), indent=2, ensure_ascii=False))
        return
    for line in link.lines(language):
        print(line)
