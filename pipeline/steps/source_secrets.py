"""Where the secrets of connections are: told to what opens a source, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.errors import Place, SourceError, StorageError
from pipeline.steps.workspace import Workspace
from pipeline.storage import own_files

FOLDER = "sources"
_MOST_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets of connections.

    Attributes:
        workspace: the settings and the key folder.
        elsewhere: tells a secret that is held elsewhere, if it is; asked first.
    """

    workspace: Workspace
    elsewhere: Callable[[str], str | None] | None = None

    def of(self, connection: str) -> str:
        """Return the secret of a connection: of elsewhere, the environment or beside the keys.

        Raises:
            SourceError: whoever holds it does not give it.
            StorageError: nobody holds it, or others may read the file.
        """
        settings = self.workspace.settings
        if given := self._given(connection) or settings.sources.get(connection):
            return given
        path = settings.keys / FOLDER / f"{connection}.url"
        place = Place(file=str(path))
        content = own_files.read_own(
            path,
            missing=StorageError("storage.no_source_secret", place=place, name=connection),
            open_to_others=StorageError("storage.source_secret_open", place=place),
            limit=_MOST_BYTES,
        )
        return content.decode("utf-8", "replace").strip()

    def _given(self, connection: str) -> str | None:
        """Return what is held elsewhere; what is said of a failure may quote it."""
        kind = ""
        try:
            return self.elsewhere and self.elsewhere(connection)
        except Exception as error:  # noqa: BLE001  each backend has its own
            kind = type(error).__name__
        raise SourceError("delivery.fetch_secret", kind=kind, name=connection)
