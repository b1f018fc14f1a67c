"""The commands on the web site of a release: build it anew, look at it on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.shared import AsJson, language_of, open_workspace
from pipeline.contracts import Label

# Nobody but this machine: a site is published by a web server that is made for it.
HOST = "127.0.0.1"
SERVED = Label(
    en="Serving {address} to this machine alone; Ctrl-C ends it.",
    fr="{address} est servi à cette machine seule ; Ctrl-C y met fin.",
)

site_app = typer.Typer(help="Build and look at the web site of a release.", no_args_is_help=True)


@site_app.command("build")
def site_build(
    to: Annotated[Path, typer.Option(help="A new folder, for a web server to serve as it is.")],
    *,
    release: Annotated[
        str | None, typer.Option(help="As `cartable release list` names it; default: in force.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a copy of a release with its site built anew, ready for any web server.

    Example: cartable site build --to public
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.sites import build_site

    show_receipts([build_site(open_workspace(), to, release_id=release)], as_json=as_json)


@site_app.command("serve")
def site_serve(
    folder: Annotated[
        Path | None, typer.Option(help="As `site build` wrote it; default: what is published.")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 8000,
) -> None:
    """Serve the site of the release in force to this machine alone.

    Example: cartable site serve --port 8000
    """
    from pipeline.dissemination.serving import serve
    from pipeline.settings import read_settings
    from pipeline.steps.asking import published_database

    if folder is None:
        # Nothing is served that is not the release that was signed.
        folder = published_database(read_settings()).parents[2]
    with serve(folder, port, host=HOST) as server:
        address = f"http://{HOST}:{server.server_port}/"
        print(SERVED.words(language_of(None)).format(address=address), flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return
