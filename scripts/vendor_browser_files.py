"""Make the browser files that sites carry, from packages pinned by hash; `--check` compares.

Needs npm, which only whoever renews these files has to have: what is made lies in the tree. The
lock beside the entries names versions and hashes and no address. The same lock gives the same
bytes, and the manifest tells of every package in a file which version it is, under what licence.
"""

from __future__ import annotations

import argparse
import filecmp
import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "scripts" / "vendor"
VENDORED = ROOT / "pipeline" / "dissemination" / "site" / "vendor"

# File made -> the module that it is bundled from.
BUNDLES = {"vega.js": "vega.js", "duckdb.js": "duckdb.js"}
# File made -> package, and the file of it that is packed by gzip. No `.gz` in the name: some
# servers have browsers unpack such a file, and then its hash is another.
PACKED = {"duckdb.bin": ("@duckdb/duckdb-wasm", "dist/duckdb-eh.wasm")}
# Package -> others whose code its makers already bundled into it, which no import shows.
INLINED = {"d3-delaunay": {"delaunator", "robust-predicates"}}
# Texts for packages that carry none: `/` of a name is written `~`.
LICENCES = SOURCES / "licences"


def install(folder: Path) -> None:
    """Install the packages of the lock into a folder; none of their scripts is run."""
    for source in SOURCES.glob("*.js*"):
        shutil.copy(source, folder / source.name)
    run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)


def bundle(folder: Path, *, entry: str, target: Path) -> set[str]:
    """Bundle one ES module for browsers; return the names of the packages that it holds."""
    facts = folder / "facts.json"
    options = ["--bundle", "--minify", "--format=esm", "--target=es2022", "--legal-comments=none"]
    outputs = [f"--outfile={target}", f"--metafile={facts}"]
    run([str(folder / "node_modules/.bin/esbuild"), entry, *options, *outputs], folder)
    inputs = json.loads(facts.read_text("utf-8"))["inputs"]
    imported = {name for path in inputs if (name := package_of(path)) is not None}
    return imported.union(*(INLINED.get(name, set()) for name in imported))


def pack(content: bytes, *, name: str) -> bytes:
    """Return a content packed; byte for byte as in the tree where that unpacks to the same.

    Another zlib packs otherwise: what was packed once stays, so that its hash does.
    """
    before = VENDORED / name
    if before.exists() and gzip.decompress(before.read_bytes()) == content:
        return before.read_bytes()
    return gzip.compress(content, compresslevel=9, mtime=0)


def package_of(path: str) -> str | None:
    """Return the package that a bundled file is of; None for a file of ours."""
    _before, found, inside = path.rpartition("node_modules/")
    if not found:
        return None
    parts = inside.split("/")
    return "/".join(parts[:2]) if parts[0].startswith("@") else parts[0]


def package_facts(folder: Path, name: str, locked: dict[str, Any]) -> dict[str, str]:
    """Tell a package's version, licence and the hash by which the registry's copy is known."""
    described = json.loads((folder / "node_modules" / name / "package.json").read_text("utf-8"))
    return {
        "version": described["version"],
        "licence": described["license"],
        "origin": f"npm package {name}",
        "integrity": locked["packages"][f"node_modules/{name}"]["integrity"],
    }


def licence_text(folder: Path, name: str) -> str:
    """Return the licence that a package carries, with its notices, or the text kept for it."""
    names = ("LICENSE", "LICENCE", "NOTICE")
    package = folder / "node_modules" / name
    carried = sorted(path for path in package.iterdir() if path.name.upper().startswith(names))
    found = carried or list(LICENCES.glob(f"{name.replace('/', '~')}.txt"))
    if not found:
        message = f"vendor: {name} carries no licence text, and none is kept for it"
        raise SystemExit(message)
    return "\n\n".join(path.read_text("utf-8").strip() for path in found)


def file_facts(path: Path, packages: Iterable[str]) -> dict[str, Any]:
    """Tell a made file's hash, its size as it lies and as it travels, and what is in it."""
    content = path.read_bytes()
    return {
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "gzip_bytes": len(gzip.compress(content, mtime=0)),
        "packages": sorted(packages),
    }


def make(folder: Path, target: Path) -> None:
    """Fill a folder with the files, their manifest and the licences."""
    install(folder)
    locked = json.loads((folder / "package-lock.json").read_text("utf-8"))
    held = {
        name: bundle(folder, entry=entry, target=target / name) for name, entry in BUNDLES.items()
    }
    for name, (package, path) in PACKED.items():
        content = (folder / "node_modules" / package / path).read_bytes()
        (target / name).write_bytes(pack(content, name=name))
        held[name] = {package}
    packages = sorted(set().union(*held.values()))
    manifest = {
        "files": {name: file_facts(target / name, held[name]) for name in sorted(held)},
        "packages": {name: package_facts(folder, name, locked) for name in packages},
    }
    text = json.dumps(manifest, indent=2) + "\n"
    (target / "manifest.json").write_text(text, encoding="utf-8")
    licences = (f"{name}\n{'-' * len(name)}\n{licence_text(folder, name)}\n" for name in packages)
    (target / "licences.txt").write_text("\n\n".join(licences), encoding="utf-8")


def run(command: list[str], folder: Path) -> None:
    """Run a program, its words shown only where it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)


def main() -> None:
    """Write the files anew, or say which of them are not what the lock gives."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the tree, write nothing")
    only_check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as made:
        make(Path(folder), Path(made))
        names = sorted(path.name for path in Path(made).iterdir())
        differ = filecmp.cmpfiles(made, VENDORED, names, shallow=False)
        others = sorted({path.name for path in VENDORED.iterdir()} - set(names))
        changed = sorted([*differ[1], *differ[2], *others])
        if only_check:
            sys.exit(f"vendor: not what the lock gives: {', '.join(changed)}" if changed else 0)
        for name in others:
            (VENDORED / name).unlink()
        for name in names:
            shutil.copyfile(Path(made) / name, VENDORED / name)


if __name__ == "__main__":
    main()
