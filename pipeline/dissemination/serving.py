"""The published site, for everyone: reads one folder, changes nothing, knows nobody.

Each release that is public lies at `/releases/NAME/`, and at `/engine/` what all of them load; who
asks for `/` is sent to the site of the one in force, which is looked up each time. It needs the
standard library alone: the container of the site holds Python and this file, and runs it as
`python web.py FOLDER PORT`.
"""

from __future__ import annotations

import shutil
import sys
import traceback
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".svg": "image/svg+xml",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".xml": "application/xml",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    # Nothing may be fetched from elsewhere; the query page compiles the engine that lies here. Each
    # page names a narrower policy of its own.
    "Content-Security-Policy": "default-src 'self' 'unsafe-inline' data:; connect-src 'self'; "
    "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'",
    "Cache-Control": "no-cache",
}


class Reader(BaseHTTPRequestHandler):
    """Answers GET and HEAD with plain files of a release."""

    server_version, sys_version = "Cartable", ""
    # Seconds: who says nothing for so long is not waited for.
    timeout = 30

    def __init__(self, *arguments: object, folder: Path) -> None:
        self._folder = folder
        super().__init__(*arguments)  # type: ignore[arg-type] # as the server gives them

    def do_GET(self) -> None:
        """Send a file."""
        self._answer(with_content=True)

    def do_HEAD(self) -> None:
        """Send what would be said of a file."""
        self._answer(with_content=False)

    def log_message(self, *_: object) -> None:
        """Keep no list of who read what."""

    def send_error(self, code: int, *_: object) -> None:
        """Refuse what is no question for a file, without a page that repeats it."""
        self.close_connection = True
        self._say(HTTPStatus(code))

    def _answer(self, *, with_content: bool) -> None:
        path = urlsplit(self.path).path
        if path == "/health":
            self._say(HTTPStatus.OK)
            return
        if path == "/" and (current := name_in_force(self._folder)):
            self._say(HTTPStatus.FOUND, Location=f"/releases/{current}/site/")
            return
        file = find_file(self._folder, path)
        if file is None:
            self._say(HTTPStatus.NOT_FOUND)
            return
        with file.open("rb") as source:
            kind = TYPES.get(file.suffix, "application/octet-stream")
            length = str(file.stat().st_size)
            self._say(HTTPStatus.OK, **{"Content-Type": kind, "Content-Length": length})
            if with_content:
                shutil.copyfileobj(source, self.wfile)

    def _say(self, status: HTTPStatus, **headers: str) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Length": "0", **headers}.items():
            self.send_header(name, value)
        self.end_headers()


def name_in_force(folder: Path) -> str | None:
    """Return the name of the release in force; None before the first."""
    try:
        return (folder / "CURRENT").read_text("ascii").strip()
    except (OSError, ValueError):
        return None


def find_file(folder: Path, path: str) -> Path | None:
    """Return the public file that a path names, of a release or of the engine; None: there is none.

    Args:
        folder: of the published zone.
        path: of the request, as it came; one that ends in a slash is a folder's page.
    """
    parts = unquote(path).removeprefix("/").split("/")
    if parts[-1] == "":
        parts[-1] = "index.html"
    if any(not part or part.startswith(".") or "\0" in part for part in parts):
        return None
    public = folder / ("engine" if parts[0] == "engine" else "releases")
    file = folder.joinpath(*parts)
    try:
        is_public = file.is_file() and file.resolve().is_relative_to(public.resolve())
    except OSError:
        return None
    return file if is_public else None


class _Server(ThreadingHTTPServer):
    """A server that tells of its own faults, and never of a reader."""

    def handle_error(self, *_: object) -> None:
        """Tell what failed without the reader's address; who went away is no fault."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            traceback.print_exc()


def serve(folder: Path, port: int, *, host: str) -> ThreadingHTTPServer:
    """Return a server of a folder; `serve_forever` makes it answer."""
    return _Server((host, port), partial(Reader, folder=folder))


if __name__ == "__main__":
    # A container has a network of its own; who reaches it, the compose file says.
    everywhere = "0.0.0.0"  # noqa: S104 - of the container
    serve(Path(sys.argv[1]), int(sys.argv[2]), host=everywhere).serve_forever()
