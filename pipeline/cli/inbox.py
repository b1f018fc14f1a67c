"""What lies in the inbox and is no batch yet, and what no schedule takes in."""

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
    "inbox.name": Label(
        en="passed over: its name tells no dataset and year",
        fr="laissé de côté : son nom ne dit ni jeu ni année",
    ),
    "inbox.place": Label(
        en="passed over: it does not lie in the inbox itself",
        fr="laissé de côté : il n'est pas dans la réception même",
    ),
}


def inbox(
    dataset: Annotated[
        str | None,
        typer.Argument(
            help="This dataset only; its files are DATASET_YEAR.csv, or DATASET_YEAR_MARK.csv."
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show the deliveries in the inbox that are no batch yet, and files that are no delivery.

    Example: cartable inbox pupils
    """
    from pipeline.cli.console import show_table
    from pipeline.steps.inbox import list_passed_over, list_waiting

    workspace = open_workspace()
    names = [dataset] if dataset else list(workspace.project.contracts.datasets)
    found = [
        {"dataset": name, **asdict(one)} for name in names for one in list_waiting(workspace, name)
    ]
    if dataset is None:
        nothing = {"dataset": None, "period": None}
        found += [{**nothing, **asdict(one)} for one in list_passed_over(workspace)]
    if as_json:
        print(json.dumps(found, indent=2))
        return
    language = language_of(None)
    rows = [
        {
            "dataset": one["dataset"],
            "file": one["file"],
            "period": one["period"],
            "state": STATES[one["lacks"]].words(language),
        }
        for one in found
    ]
    show_table(in_words("Waiting in the inbox", language), rows, language=language)
