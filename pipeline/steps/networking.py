"""Verify releases of other houses, and compare those of several publishers.

A release is read only once its signature is that of a pinned key and every file of it is what was
signed. Nothing here needs keys, a ledger or a project of one's own.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ValidationError

from pipeline.contracts.network import Network, Publisher
from pipeline.dissemination.network.database import write_network_database
from pipeline.dissemination.network.differences import common_indicators, find_differences
from pipeline.dissemination.network.members import Member, read_licence
from pipeline.dissemination.network.pages import write_network_site
from pipeline.dissemination.network.reading import read_tables
from pipeline.dissemination.site.setting import LANGUAGES
from pipeline.errors import ContractError, Place, StorageError
from pipeline.project import read_rules
from pipeline.steps.progress import SILENT, Progress
from pipeline.steps.receipt import Receipt
from pipeline.storage.atomic import cannot_write
from pipeline.storage.manifest import Manifest, read_manifest, verify_release
from pipeline.storage.signatories import fingerprint

DATABASE = "network.duckdb"
_OPEN_FOLDER = 0o755

# To compare takes two.
_FEWEST = 2


class _Facts(BaseModel):
    """What a network reads of a manifest beside its files."""

    created: AwareDatetime
    synthetic: bool = False
    methods: Mapping[str, str] = {}


def verify(release: Path, publisher: str | None) -> Receipt:
    """Check that a release folder holds what its publisher signed, and tell whose key did.

    Args:
        release: the folder, wherever it was copied.
        publisher: fingerprint of the key you trust, in hex; None: the key that the release names
            is believed, which shows damage, not who published.

    Raises:
        StorageError: another key signed it, or a file is missing, changed or added.
    """
    manifest = read_manifest(release)
    found = fingerprint(bytes.fromhex(manifest.public_key))
    # However it was written down: in capitals, in pairs.
    if publisher is not None and publisher.replace(":", "").strip().lower() != found:
        raise StorageError("network.other_publisher", place=Place(file=release.name))
    verify_release(release, bytes.fromhex(manifest.public_key))
    return Receipt(
        step="verify",
        changed=False,
        ids={"release": manifest.release_id},
        counts={"files": len(manifest.files)},
        hashes={"key": found},
    )


def build_network(
    releases: Sequence[Path], *, publishers: Path, to: Path, progress: Progress = SILENT
) -> Receipt:
    """Make the comparison database and site of several verified releases, in a new folder.

    Args:
        releases: their folders, one for each publisher.
        publishers: the YAML file that pins their keys; see `Network`.
        to: the folder to make; it must not exist.
        progress: is told the stages.

    Raises:
        ContractError: the file of publishers is not valid.
        QueryError: the database of a release cannot be opened.
        StorageError: a release is altered, unknown, withdrawn or doubled, of another version, or
            holds what none can hold; or the disk refuses; nothing was written.
    """
    if os.path.lexists(to):
        raise StorageError("network.exists", place=Place(file=to.name))
    network = _read_network(publishers)
    progress.stage("Verifying the releases")
    members = _members(releases, network)
    common = common_indicators(members)
    if not common:
        raise StorageError("network.nothing_common")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".network-", dir=to.parent) as work:
            made = Path(work) / "network"
            made.mkdir(mode=_OPEN_FOLDER)
            progress.stage("Writing the database")
            write_network_database(members, made / DATABASE)
            progress.stage("Writing the site")
            write_network_site(members, made, title=network.title, database=DATABASE)
            shutil.move(made, to)
    except OSError as error:
        raise cannot_write(to, error) from None
    return Receipt(
        step="network build",
        changed=True,
        ids={member.name: member.release_id for member in members},
        counts={
            "publishers": len(members),
            "common_indicators": len(common),
            "differences": len(find_differences(members)),
        },
    )


def _read_network(path: Path) -> Network:
    try:
        network = read_rules(path, Network)
    except OSError:
        raise ContractError("network.no_file", place=Place(file=path.name)) from None
    pinned = [publisher.fingerprint for publisher in network.publishers.values()]
    if len(set(pinned)) < len(pinned):
        raise ContractError("network.same_key", place=Place(file=path.name))
    for language in LANGUAGES:
        named = {one.label.words(language).casefold() for one in network.publishers.values()}
        if len(named) < len(network.publishers):
            raise ContractError("network.same_name", place=Place(file=path.name))
    return network


def _members(releases: Sequence[Path], network: Network) -> list[Member]:
    """Return the members in the order of the file, each verified before it is read."""
    chosen: dict[str, tuple[Path, Manifest]] = {}
    for release in releases:
        name, manifest = _pinned(release, network)
        if name in chosen:
            raise StorageError("network.duplicate", place=Place(file=release.name))
        chosen[name] = (release, manifest)
    if len(chosen) < _FEWEST:
        raise StorageError("network.too_few")
    return [
        _member(name, publisher, *chosen[name])
        for name, publisher in network.publishers.items()
        if name in chosen
    ]


def _pinned(release: Path, network: Network) -> tuple[str, Manifest]:
    manifest = read_manifest(release)
    found = fingerprint(bytes.fromhex(manifest.public_key))
    by_key = {publisher.fingerprint: name for name, publisher in network.publishers.items()}
    if found not in by_key:
        raise StorageError("network.unknown_publisher", place=Place(file=release.name))
    if manifest.release_id in network.publishers[by_key[found]].withdrawn:
        raise StorageError("network.withdrawn", place=Place(file=release.name))
    verify_release(release, bytes.fromhex(manifest.public_key))
    return by_key[found], manifest


def _member(name: str, publisher: Publisher, release: Path, manifest: Manifest) -> Member:
    licence = read_licence(release) or publisher.licence
    if licence is None:
        raise StorageError("network.no_licence", place=Place(file=release.name))
    try:
        facts = _Facts.model_validate({"created": manifest.created, **manifest.facts})
    except ValidationError:
        raise StorageError("network.other_version", place=Place(file=release.name)) from None
    return Member(
        name=name,
        label=publisher.label,
        licence=licence,
        release_id=manifest.release_id,
        created=manifest.created,
        synthetic=facts.synthetic,
        methods=facts.methods,
        fingerprint=publisher.fingerprint,
        tables=read_tables(release),
    )
