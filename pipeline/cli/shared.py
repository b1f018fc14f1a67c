"""What every command needs: the workspace of the environment, the options that many have."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.contracts import Label
from pipeline.errors import Language
from pipeline.settings import read_settings

if TYPE_CHECKING:
    from pipeline.steps.workspace import Workspace


class LanguageName(StrEnum):
    """The languages of the product."""

    EN = "en"
    FR = "fr"


class QueryFormat(StrEnum):
    """How the answer of a query is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


AsJson = Annotated[bool, typer.Option("--json", help="Print the receipt as JSON.")]

Lang = Annotated[
    LanguageName | None, typer.Option("--lang", help="Of what is written; default: CARTABLE_LANG.")
]


def language_of(lang: LanguageName | None) -> Language:
    """Return the language that was asked for, else that of the settings."""
    if lang is None:
        return read_settings().language
    return "fr" if lang is LanguageName.FR else "en"


YES: dict[Language, frozenset[str]] = {
    "en": frozenset({"y", "yes"}),
    "fr": frozenset({"o", "oui", "y", "yes"}),
}
_YES_OR_NO = Label(en="[y/N]", fr="[o/N]")


def is_confirmed(question: str) -> bool:
    """Ask on standard error; all but a yes in the language that is set is a no.

    Where nobody is there to answer, nobody said yes.
    """
    language = language_of(None)
    asked = f"{question} {_YES_OR_NO.words(language)}"
    try:
        answer = typer.prompt(asked, default="", show_default=False, err=True)
    except typer.Abort:
        return False
    return str(answer).strip().lower() in YES[language]


def open_workspace() -> Workspace:
    """Return the workspace that the environment names; its parts open when first needed."""
    from pipeline.steps.workspace import Workspace

    return Workspace(read_settings())
