"""Styles and scripts, in a folder named for what they hold: a cache never serves an old one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pipeline.dissemination.site.vendored import LICENCES, VEGA, licences, vendored

_PACKAGE = "pipeline.dissemination.site"
_SUFFIXES = (".js", ".css", ".svg")


def write_assets(out: Path, charts: Mapping[str, Mapping[str, Any]]) -> str:
    """Write `assets/<hash>/` and return the name of that folder, `assets/<hash>`.

    Args:
        out: the folder of the site.
        charts: name → compiled chart, written as `charts/<name>.json`.

    Raises:
        OSError: the disk refuses.
    """
    files = dict(_files())
    for name, chart in charts.items():
        text = json.dumps(chart, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        files[f"charts/{name}.json"] = text.encode("utf-8")
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode("utf-8") + b"\0" + files[name] + b"\0")
    folder = f"assets/{digest.hexdigest()[:16]}"
    for name, content in files.items():
        path = out / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def _files() -> Iterator[tuple[str, bytes]]:
    """Yield our own files, and those of others with their licences."""
    yield from _inside(resources.files(_PACKAGE) / "static", "")
    yield f"vendor/{VEGA}", vendored(VEGA)
    yield f"vendor/{LICENCES}", licences().encode("utf-8")


def _inside(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for item in sorted(folder.iterdir(), key=lambda one: one.name):
        if item.is_dir():
            yield from _inside(item, f"{prefix}{item.name}/")
        elif item.name.endswith(_SUFFIXES):
            yield prefix + item.name, item.read_bytes()
