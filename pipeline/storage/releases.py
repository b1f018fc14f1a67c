"""Published releases: immutable folders, one of them in force.

A release is built out of sight, signed, brought to the disk and shown by one rename; then the
text file `CURRENT`, which names the release in force, is replaced. Readers take the name once
and read that folder: it never changes and is never taken away while they read.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from pipeline.errors import StorageError
from pipeline.storage.atomic import make_private_folder, sync_folder, write_atomically
from pipeline.storage.clock import Clock, utc_now
from pipeline.storage.folders import check_name, hidden_folder, locked, remove, show, shown
from pipeline.storage.keys import KeyRing
from pipeline.storage.manifest import Manifest, read_manifest, verify_release, write_manifest
from pipeline.storage.signed import Verifier, altered, canonical_json

RELEASES = "releases"
CURRENT = "CURRENT"
# What pages of every release load: kept once, beside them.
ENGINE = "engine"
# Names the release that is being shown, from before it shows until it is in force.
PENDING = ".pending"

PUBLIC_FILE = 0o644
PUBLIC_FOLDER = 0o755


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A published version.

    Attributes:
        release_id: its name.
        folder: where it lies.
        manifest: what it is, its signature checked.
    """

    release_id: str
    folder: Path
    manifest: Manifest

    @property
    def created(self) -> str:
        """When it was made, ISO 8601 in UTC."""
        return self.manifest.created

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the publisher says of it."""
        return self.manifest.facts


class ReleaseStore:
    """The releases under one folder.

    Args:
        folder: of the published zone; open to everyone.
        ring: signs; None for readers.
        publisher: whose releases these are; default: the ring's. Without either the key is
            believed that a manifest names.
        clock: tells when a release is made.
    """

    def __init__(
        self,
        folder: Path,
        ring: KeyRing | None = None,
        *,
        publisher: Verifier | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._folder = folder
        self._ring = ring
        self._publisher = publisher or ring
        self._clock = clock

    @property
    def pointer(self) -> Path:
        """The file that names the release in force."""
        return self._folder / CURRENT

    def publish(
        self,
        build: Callable[[Path], None],
        *,
        release_id: str,
        facts: Mapping[str, Any],
    ) -> Release:
        """Build a release out of sight and put it in force; the same id again is nothing.

        A run that was killed between showing the release and putting it in force is finished by
        running it again; a release that was put in force before is not put back by this.

        Args:
            build: fills the empty folder it is given, with plain files.
            release_id: unique for ever.
            facts: plain types that the manifest tells, such as the hash of the approved
                candidate; equal on every run of the same release, so no time of day.

        Raises:
            StorageError: no keys were given, a release of this id with other facts is there,
                or the disk refuses. What else `build` raises goes through. Nothing was
                published.
        """
        ring = self._signer()
        target = self._folder / RELEASES / check_name(release_id)
        with locked(self._folder):
            if target.parent.is_symlink():
                # Another folder would be opened to everyone.
                raise altered(target.parent)
            make_private_folder(target.parent)
            for folder in (self._folder, target.parent):
                folder.chmod(PUBLIC_FOLDER)
        if not target.exists():
            with hidden_folder(self._folder, mode=PUBLIC_FOLDER) as content:
                build(content)
                write_manifest(
                    content,
                    ring,
                    release_id=release_id,
                    created=self._clock().astimezone(UTC).isoformat(timespec="seconds"),
                    facts=facts,
                )
                _open_to_everyone(content)
                with locked(self._folder):
                    if not target.exists():
                        self._write(PENDING, release_id)
                        show(content, target)
        release = self.release(release_id)
        if canonical_json(facts) != canonical_json(release.facts):
            raise StorageError("storage.release_differs")
        with locked(self._folder):
            if self._named(PENDING) == release_id:
                self._put_in_force(release_id)
        return release

    def keep_beside(self, name: str, content: bytes) -> Path:
        """Keep what all releases load once, beside them: `engine/<SHA-256>/<name>`.

        Args:
            name: of the file.
            content: of it; the same again changes nothing.

        Raises:
            StorageError: the disk refuses, or what lies there is another content.
        """
        folder = self._folder / ENGINE / hashlib.sha256(content).hexdigest()
        target = folder / check_name(name)
        with locked(self._folder):
            for made in (self._folder, folder.parent, folder):
                make_private_folder(made)
                made.chmod(PUBLIC_FOLDER)
            if not target.exists():
                with write_atomically(target) as stream:
                    stream.write(content)
                    os.fchmod(stream.fileno(), PUBLIC_FILE)
        self.check_beside()
        return target

    def check_beside(self) -> None:
        """Check that what is kept beside the releases is what its folder is named for.

        Raises:
            StorageError: a file is another than the hash in its path says.
        """
        for path in sorted((self._folder / ENGINE).glob("*/*")):
            is_plain = path.is_file() and not path.is_symlink()
            if not is_plain or hashlib.sha256(path.read_bytes()).hexdigest() != path.parent.name:
                raise altered(path)

    def current(self) -> Release | None:
        """Return the release in force; None before the first.

        Raises:
            StorageError: `CURRENT` names none, or its manifest is altered.
        """
        name = self._named(CURRENT)
        return self.release(name) if name is not None else None

    def release(self, release_id: str) -> Release:
        """Return a release, in force or not, its manifest's signature checked.

        Raises:
            StorageError: there is none of this id, or its manifest is altered.
        """
        folder = self._folder / RELEASES / check_name(release_id)
        if not folder.is_dir():
            raise StorageError("storage.unknown_id", kind="release")
        manifest = read_manifest(folder, self._publisher.public_key if self._publisher else None)
        if manifest.release_id != release_id:
            raise altered(folder)
        return Release(release_id=release_id, folder=folder, manifest=manifest)

    def releases(self) -> list[Release]:
        """Return all releases, by time of creation and name.

        Raises:
            StorageError: the manifest of one is altered.
        """
        found = [self.release(path.name) for path in shown(self._folder / RELEASES)]
        return sorted(found, key=lambda release: (release.created, release.release_id))

    def put_back(self, release_id: str) -> Release:
        """Put an earlier release in force again, after checking every file of it.

        Raises:
            StorageError: no keys were given, there is none of this id, or it is altered.
        """
        ring = self._signer()
        with locked(self._folder):
            release = self.release(release_id)
            verify_release(release.folder, ring.public_key)
            self._put_in_force(release_id)
        return release

    def withdraw(self, release_id: str) -> bool:
        """Take a release away, out of force first; False when it was not there.

        Raises:
            StorageError: the disk refuses.
        """
        folder = self._folder / RELEASES / check_name(release_id)
        with locked(self._folder):
            for pointer in (CURRENT, PENDING):
                if self._named(pointer) == release_id:
                    (self._folder / pointer).unlink()
                    sync_folder(self._folder)
            if not folder.exists():
                return False
            remove(folder)
        return True

    @staticmethod
    def verify(release_folder: Path, public_key: bytes | None = None) -> None:
        """Check a release folder, wherever it lies; see `verify_release`."""
        verify_release(release_folder, public_key)

    def _put_in_force(self, release_id: str) -> None:
        self._write(CURRENT, release_id)
        (self._folder / PENDING).unlink(missing_ok=True)
        sync_folder(self._folder)

    def _named(self, pointer: str) -> str | None:
        path = self._folder / pointer
        try:
            name, end, rest = path.read_text("ascii").partition("\n")
            if end != "\n" or rest:
                raise altered(path)
            return check_name(name)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, StorageError):
            raise altered(path) from None

    def _write(self, pointer: str, release_id: str) -> None:
        path = self._folder / pointer
        with write_atomically(path) as stream:
            stream.write(f"{release_id}\n".encode())
            os.fchmod(stream.fileno(), PUBLIC_FILE)

    def _signer(self) -> KeyRing:
        if self._ring is None:
            raise StorageError("storage.keys_missing")
        return self._ring


def _open_to_everyone(folder: Path) -> None:
    for path in folder.rglob("*"):
        path.chmod(PUBLIC_FOLDER if path.is_dir() else PUBLIC_FILE)
