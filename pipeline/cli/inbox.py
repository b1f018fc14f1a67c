"""What lies in the inbox and is no batch yet."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from pipeline.cli.shared import AsJson, language_of, open_workspace
from pipeline.cli.words import in_words
from pipeline.contracts import Label

STATES = {
    None: Label(en="complete, is taken in next", fr="complet, sera pris en charge"),
    "control.missing": Label(en="waits for its control file", fr="attend son fichier de contrôle"),
    "control.unfinished": Label(
        en="waits for the end mark of its control file",
        fr="attend la marque de fin de son fichier de contrôle",
    ),
}


def inbox(
    dataset: Annotated[str | None, typer.Argument(help="This dataset only.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show the deliveries in the inbox that are no batch yet, and those that are not complete.

    Example: cartable inbox pupils
    """
    from pipeline.cli.console import show_table
    from pipeline.steps.inbox import list_waiting

    workspace = open_workspace()
    names = [dataset] if dataset else list(workspace.project.contracts.datasets)
    found = [(name, one) for name in names for one in list_waiting(workspace, name)]
    if as_json:
        print(json.dumps([{"dataset": name, **asdict(one)} for name, one in found], indent=2))
        return
    language = language_of(None)
    rows = [
        {
            "dataset": name,
            "file": one.file,
            "period": one.period,
            "state": STATES[one.lacks].words(language),
        }
        for name, one in found
    ]
    show_table(in_words("Waiting in the inbox", language), rows, language=language)
