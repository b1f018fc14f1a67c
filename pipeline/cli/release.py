"""The commands on releases: publish one, list them, compare two."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from pipeline.cli.shared import AsJson, QueryFormat, language_of, open_workspace
from pipeline.contracts import Label

CANDIDATE = "candidate"
_MINUTE = len("2021-10-15T14:17")
STANDS = Label(
    en="A figure that is newly hidden stands in the observations as it was last shown: fewer "
    "persons than its threshold changed in it, or it would give such a figure away.",
    fr="Un chiffre nouvellement masqué reste dans les observations comme il fut montré en "
    "dernier : moins de personnes que son seuil y ont changé, ou il trahirait un tel chiffre.",
)
SAME = Label(
    en="Of tables, periods and levels that are not listed no cell changed.",
    fr="Des tableaux, périodes et niveaux qui n'y sont pas, aucune cellule n'a changé.",
)
# Why changes wait; see `pipeline.steps.revising`.
WHY = {
    "few_changed": Label(
        en="fewer persons than the threshold changed",
        fr="moins de personnes que le seuil ont changé",
    ),
    "hides_more": Label(
        en="to show them would hide as many figures, or more",
        fr="les montrer masquerait autant de chiffres, ou plus",
    ),
    "not_safe": Label(
        en="both releases together would tell a hidden figure, whatever is hidden beside",
        fr="les deux publications ensemble diraient un chiffre masqué, quoi qu'on masque d'autre",
    ),
}
WAITS = Label(
    en="Changes wait in these territories: whoever compares both releases learns what those have "
    "in common whose data changed, so that a correction of many that goes one way alone waits "
    "too. They come in with a release for which others changed as well, or once every release "
    "that shows the figures of before is withdrawn (`cartable withdraw`). Only the house "
    "knows of them.",
    fr="Des changements attendent dans ces territoires : qui compare les deux publications apprend "
    "ce qu'ont en commun les personnes dont les données ont changé ; une correction de beaucoup "
    "qui va dans un seul sens attend donc aussi. Ils entreront dans une publication pour laquelle "
    "d'autres auront changé aussi, ou quand toutes celles qui montrent les chiffres d'avant seront "
    "retirées (`cartable withdraw`). Seule la maison le sait.",
)


class CandidateGroup(TyperGroup):
    """Take `release NAME` for `release candidate NAME`, as it was before there were others."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the name of the command before that of a candidate."""
        is_name = bool(args) and args[0] not in self.commands and not args[0].startswith("-")
        return super().parse_args(ctx, [CANDIDATE, *args] if is_name else args)


release_app = typer.Typer(
    cls=CandidateGroup, help="Publish a candidate; list and compare releases.", no_args_is_help=True
)


@release_app.command(CANDIDATE)
def release_candidate(
    candidate: Annotated[str, typer.Argument(help="As `cartable prepare` named it.")],
    as_json: AsJson = False,
) -> None:
    """Publish an approved candidate; `cartable release NAME` is enough.

    Example: cartable release candidate candidate-0123456789abcdef
    """
    from pipeline.cli.console import listening, show_receipts
    from pipeline.steps.release import release as release_step

    with listening() as progress:
        receipt = release_step(open_workspace(), candidate, progress=progress)
    show_receipts([receipt], as_json=as_json)


@release_app.command("list")
def release_list(as_json: AsJson = False) -> None:
    """Show which releases are public, what each shows and hides, and which were withdrawn.

    Example: cartable release list
    """
    import json

    from pipeline.cli.console import show_table
    from pipeline.cli.words import in_words
    from pipeline.steps.comparing_releases import list_releases

    rows, language = list_releases(open_workspace()), language_of(None)
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        row["state"] = in_words(row["state"], language)
        row["created"] = row["created"][:_MINUTE].replace("T", " ")
    show_table(in_words("Releases", language), rows, language=language)


@release_app.command("diff")
def release_diff(
    before: Annotated[str, typer.Argument(help="The earlier release.")],
    after: Annotated[str, typer.Argument(help="The later release.")],
    *,
    figures: Annotated[
        bool, typer.Option("--figures", help="Each figure that is another, before and after.")
    ] = False,
    output_format: Annotated[
        QueryFormat, typer.Option("--format", help="How to write it.")
    ] = QueryFormat.TABLE,
    output: Annotated[
        Path | None, typer.Option(help="Write to this file instead of the terminal.")
    ] = None,
) -> None:
    """Show what changed from one release to another, by table and level, and what waits and why.

    Example: cartable release diff release-0123456789abcdef release-fedcba9876543210
    """
    import pyarrow as pa

    from pipeline.cli.answers import write_answer
    from pipeline.cli.console import show_table
    from pipeline.cli.words import in_words
    from pipeline.steps.comparing_releases import CHANGES, compare_releases

    found = compare_releases(open_workspace(), before, after)
    if figures or output_format is not QueryFormat.TABLE or output is not None:
        listed = pa.Table.from_pandas(found.figures, preserve_index=False)
        answer = listed if figures else pa.Table.from_pylist(found.tables)
        write_answer(answer, output_format.value, output)
        return
    language = language_of(None)
    changed = [row for row in found.tables if any(row[count] for count in CHANGES)]
    show_table(in_words("What changed (cells)", language), changed, language=language)
    if changed:
        print(SAME.words(language))
    if any(row["newly_hidden"] for row in found.tables):
        print(STANDS.words(language))
    if found.waiting:
        rows = [row | {"why": WHY[row["why"]].words(language)} for row in found.waiting]
        show_table(in_words("What waits (territories)", language), rows, language=language)
        print(WAITS.words(language))
