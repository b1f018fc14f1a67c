"""Browser files made by others that sites carry, each known by its hash.

`scripts/vendor_browser_files.py` makes them from packages that a lock pins; nothing is fetched to
build a site or to read one. `LICENCES` goes wherever a file goes.
"""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from importlib.resources.abc import Traversable

from pipeline.errors import Place, StorageError

VEGA = "vega.js"
# DuckDB for browsers, packed by gzip, and the bindings that start it in a worker.
ENGINE = "duckdb.bin"
BINDINGS = "duckdb.js"
LICENCES = "licences.txt"

_MANIFEST = "manifest.json"


def vendored(name: str, folder: Traversable | None = None) -> bytes:
    """Return a vendored file, known to be what the manifest beside it says.

    Args:
        name: of the file.
        folder: where file and manifest lie; None: in this package.

    Raises:
        StorageError: it is another than the manifest names.
    """
    folder = folder or _folder()
    content = folder.joinpath(name).read_bytes()
    if hashlib.sha256(content).hexdigest() != _stated(folder, name):
        raise StorageError("storage.altered", place=Place(file=name))
    return content


def engine_hash() -> str:
    """Return the SHA-256 of the packed engine, in hex."""
    return _stated(_folder(), ENGINE)


def licences() -> str:
    """Return the licence of every package in the vendored files, one under the other."""
    return _folder().joinpath(LICENCES).read_text("utf-8")


def _stated(folder: Traversable, name: str) -> str:
    manifest = json.loads(folder.joinpath(_MANIFEST).read_text("utf-8"))
    return str(manifest["files"][name]["sha256"])


def _folder() -> Traversable:
    return files("pipeline.dissemination.site").joinpath("vendor")
