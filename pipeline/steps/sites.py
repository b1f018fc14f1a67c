"""Build the site of a release anew, in a folder that any web server can serve as it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from pipeline.dissemination.site import write_site
from pipeline.dissemination.site.query.page import engine_path
from pipeline.dissemination.site.vendored import ENGINE, vendored
from pipeline.errors import Problem, QueryError, StorageError
from pipeline.steps.asking import DATABASE
from pipeline.steps.in_force import check_told
from pipeline.steps.receipt import Receipt
from pipeline.steps.workspace import Workspace
from pipeline.storage.atomic import cannot_write
from pipeline.storage.clear_files import check_clear_target
from pipeline.storage.manifest import check_files, verify_release
from pipeline.storage.releases import CURRENT, RELEASES, Release

SITE = "site"


def build_site(workspace: Workspace, to: Path, *, release_id: str | None = None) -> Receipt:
    """Write a copy of a release with its site built by today's program and contracts.

    The copy has the layout of the published zone, so that it can be put on any web server. Where
    the site comes out other than the one that was signed, the copy no longer is what the manifest
    says, and the receipt warns of that.

    Args:
        workspace: the published zone, the contracts and the ledger.
        to: a folder that does not exist yet, outside of the zones.
        release_id: whose site; None: the one in force.

    Raises:
        QueryError: nothing was published yet.
        StorageError: there is no such release, a file of it beside the site was altered, the folder
            is there already or lies among the zones, or the disk refuses.
    """
    release = _release(workspace, release_id)
    data = [f.path for f in release.manifest.files if not f.path.startswith(f"{SITE}/")]
    check_files(release.folder, release.manifest, data)
    check_clear_target(to, workspace.home)
    copy = to / RELEASES / release.release_id
    engine = to / engine_path()
    try:
        shutil.copytree(release.folder, copy, ignore=_all_but_the_site(release))
        engine.parent.mkdir(parents=True)
        engine.write_bytes(vendored(ENGINE))
        (to / CURRENT).write_text(f"{release.release_id}\n", encoding="ascii")
        (to / "index.html").write_text(_way_in(release), encoding="utf-8")
    except OSError as error:
        raise cannot_write(to, error) from None
    project = workspace.project
    write_site(
        copy / DATABASE, copy / SITE, contracts=project.contracts, outlines=project.outlines()
    )
    return Receipt(
        step="site",
        changed=True,
        ids={"release": release.release_id},
        counts={"files": sum(path.is_file() for path in (copy / SITE).rglob("*"))},
        warnings=_warnings(workspace, copy),
    )


def _release(workspace: Workspace, release_id: str | None) -> Release:
    if release_id is not None:
        return workspace.releases.release(release_id)
    current = check_told(workspace.releases, workspace.ledger)
    if current is None:
        raise QueryError("query.nothing_published")
    return current


def _all_but_the_site(release: Release) -> Callable[[str, list[str]], list[str]]:
    def ignored(folder: str, _: list[str]) -> list[str]:
        return [SITE] if Path(folder) == release.folder else []

    return ignored


def _way_in(release: Release) -> str:
    """Return a page that leads to the site without a script."""
    address = f"{RELEASES}/{release.release_id}/{SITE}/index.html"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="refresh" content="0; url={address}"><title>Cartable</title></head>'
        f'<body><p><a href="{address}">{release.release_id}</a></p></body></html>\n'
    )


def _warnings(workspace: Workspace, copy: Path) -> tuple[str, ...]:
    try:
        verify_release(copy, workspace.ring.public_key)
    except StorageError:
        problem = Problem(code="publication.site_differs")
        return (problem.words(workspace.settings.language),)
    return ()
