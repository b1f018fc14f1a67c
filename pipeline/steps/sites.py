"""Build the site of a release anew, in a folder that any web server can serve as it is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.contracts import Contracts
from pipeline.dissemination.site import write_site
from pipeline.dissemination.site.query.page import engine_path
from pipeline.dissemination.site.vendored import ENGINE, vendored
from pipeline.errors import Problem, QueryError, StorageError
from pipeline.steps.asking import DATABASE
from pipeline.steps.in_force import check_told
from pipeline.steps.receipt import Receipt
from pipeline.steps.snapshots import snapshot_of
from pipeline.steps.workspace import Workspace
from pipeline.storage.atomic import cannot_write
from pipeline.storage.clear_files import check_clear_target
from pipeline.storage.manifest import check_files, verify_release
from pipeline.storage.policies import PolicyStore
from pipeline.storage.releases import CURRENT, RELEASES, Release

SITE = "site"


def build_site(workspace: Workspace, to: Path, *, release_id: str | None = None) -> Receipt:
    """Write a copy of a release with its site built by today's program and the release's rules.

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
    write_site(
        copy / DATABASE,
        copy / SITE,
        contracts=_rules_of(workspace, release),
        outlines=workspace.project.outlines(),
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


def _rules_of(workspace: Workspace, release: Release) -> Contracts:
    """Return the rules that were signed for a release; today's where those are not kept or read.

    A page that states thresholds and definitions must state those its figures were made by.
    """
    try:
        kept = PolicyStore(workspace.home).snapshot(str(release.manifest.facts["policy_hash"]))
        told = _in_order(kept["contracts"], snapshot_of(workspace.project)["contracts"])
        return Contracts.model_validate_json(json.dumps(told))
    except (StorageError, ValidationError, KeyError):
        return workspace.project.contracts


def _in_order(kept: Any, now: Any) -> Any:
    """Return what was signed, its names in the order of today's rules: a signature sorts them."""
    if isinstance(kept, dict):
        own = now if isinstance(now, dict) else {}
        names = [*(name for name in own if name in kept), *(n for n in kept if n not in own)]
        return {name: _in_order(kept[name], own.get(name)) for name in names}
    if isinstance(kept, list):
        beside = now[: len(kept)] if isinstance(now, list) else []
        return [_in_order(one, other) for one, other in zip_longest(kept, beside)]
    return kept


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
