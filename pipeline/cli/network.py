"""The commands on releases of other houses: verify one, compare those of several."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.shared import AsJson

network_app = typer.Typer(
    help="Compare the published releases of several cities or countries.", no_args_is_help=True
)


@network_app.command("build")
def network_build(
    releases: Annotated[
        list[Path], typer.Argument(help="Folders of releases, one of each publisher.")
    ],
    publishers: Annotated[
        Path, typer.Option(help="The YAML file that pins their keys; see docs/network.md.")
    ],
    to: Annotated[Path, typer.Option(help="The folder to make; it must not exist.")],
    as_json: AsJson = False,
) -> None:
    """Verify the releases of several publishers and make a database and a site that compare them.

    Example: cartable network build rennes/release-1 lome/release-7 --publishers net.yml --to web
    """
    from pipeline.cli.console import listening, show_receipts
    from pipeline.steps.networking import build_network

    with listening() as progress:
        receipt = build_network(releases, publishers=publishers, to=to, progress=progress)
    show_receipts([receipt], as_json=as_json)


def verify(
    release: Annotated[Path, typer.Argument(help="The folder of a release, wherever it lies.")],
    publisher: Annotated[
        str | None,
        typer.Option(help="Fingerprint of the publisher's key; without it damage alone is found."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check offline that a release is what its publisher signed, and tell whose key did.

    Example: cartable verify releases/release-0123456789abcdef --publisher FINGERPRINT
    """
    from pipeline.cli.console import show_receipts
    from pipeline.cli.shared import language_of
    from pipeline.cli.words import in_words
    from pipeline.contracts.numbers import colon
    from pipeline.steps.networking import verify as verify_step

    receipt = verify_step(release, publisher)
    show_receipts([receipt], as_json=as_json)
    if not as_json:
        language = language_of(None)
        whose = (
            "Signed by the key you named"
            if publisher
            else "Whose key that is, ask by another way, then name it with --publisher"
        )
        print(f"    {in_words('Every file is as it was signed', language)}")
        print(f"    {in_words(whose, language)}")
        print(f"    {in_words('key', language)}{colon(language)}{receipt.hashes['key']}")
