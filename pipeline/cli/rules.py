"""The commands on rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.shared import AsJson, language_of, open_workspace
from pipeline.cli.words import in_words
from pipeline.contracts.numbers import colon

contracts_app = typer.Typer(help="Look at the contracts: the rules in force.", no_args_is_help=True)


@contracts_app.command("check")
def contracts_check(as_json: AsJson = False) -> None:
    """Say that the contracts are valid, or list every problem.

    Example: cartable contracts check
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.checking import check_project

    receipt = check_project(open_workspace().project)
    if as_json:
        show_receipts([receipt], as_json=True)
        return
    language = language_of(None)
    counts = [f"{count} {in_words(name, language)}" for name, count in receipt.counts.items()]
    print(f"{in_words('valid', language)}{colon(language)}{', '.join(counts)}")


@contracts_app.command("schema")
def contracts_schema(
    folder: Annotated[Path, typer.Argument(help="Where to write the schemas.")],
) -> None:
    """Write the JSON Schemas of the contracts, for editors.

    Example: cartable contracts schema schemas
    """
    from pipeline.contracts.schemas import json_schemas

    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in json_schemas().items():
        path = folder / f"{name}.schema.json"
        path.write_text(schema, encoding="utf-8")
        print(path)
