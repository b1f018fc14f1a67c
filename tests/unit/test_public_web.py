"""The public site's server: files of public releases, and nothing else of the machine."""

from __future__ import annotations

import http.client
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.dissemination.serving import Reader, find_file, serve

Asked = tuple[int, dict[str, str], bytes]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A published zone of two releases, beside what is not public."""
    published = tmp_path / "published"
    for name in ("release-1", "release-2"):
        site = published / "releases" / name / "site"
        site.mkdir(parents=True)
        (site / "index.html").write_text(f"<p>{name}</p>")
        (site.parent / "manifest.json").write_text("{}")
    (published / ".pending").write_text("release-2\n")
    (published / "releases" / ".work").mkdir()
    (published / "releases" / ".work" / "half.csv").write_text("half")
    (tmp_path / "root.key").write_text("secret")
    (published / "releases" / "release-1" / "link").symlink_to(tmp_path / "root.key")
    (published / "engine" / "abc").mkdir(parents=True)
    (published / "engine" / "abc" / "duckdb.bin").write_bytes(b"engine")
    (published / "engine" / "abc" / "link").symlink_to(tmp_path / "root.key")
    return published


@pytest.fixture
def port(folder: Path) -> Iterator[int]:
    with serve(folder, 0, host="127.0.0.1") as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def ask(port: int, path: str, method: str = "GET") -> Asked:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request(method, path)
    answer = connection.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read()


def test_the_first_page_is_that_of_the_release_in_force(port: int, folder: Path) -> None:
    assert ask(port, "/")[0] == 404
    for name in ("release-1", "release-2"):
        (folder / "CURRENT").write_text(f"{name}\n")
        status, headers, _ = ask(port, "/")
        assert (status, headers["Location"]) == (302, f"/releases/{name}/site/")
        status, headers, page = ask(port, headers["Location"])
        assert (status, page) == (200, f"<p>{name}</p>".encode())
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        assert headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert "Python" not in headers["Server"]


def test_what_pages_of_all_releases_load_is_served_as_it_lies(port: int) -> None:
    status, headers, body = ask(port, "/engine/abc/duckdb.bin")
    assert (status, body) == (200, b"engine")
    # A browser that unpacked it on its way would find another hash than the page names.
    assert "Content-Encoding" not in headers
    assert "'wasm-unsafe-eval'" in headers["Content-Security-Policy"]


def test_a_head_has_no_body_and_other_methods_are_refused(port: int) -> None:
    status, headers, body = ask(port, "/releases/release-1/manifest.json", "HEAD")
    assert (status, headers["Content-Length"], body) == (200, "2", b"")
    for method in ("POST", "PUT", "DELETE", "TRACE", "<b>"):
        status, headers, body = ask(port, "/releases/release-1/manifest.json", method)
        assert (status, body) == (501, b"")
        assert headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_who_says_nothing_is_not_waited_for(
    port: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert Reader.timeout <= 60
    monkeypatch.setattr(Reader, "timeout", 0.2)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as silent:
        silent.sendall(b"GET / HT")
        assert silent.recv(1) == b""
    assert capfd.readouterr().err == ""


def test_who_goes_away_in_the_middle_is_named_nowhere(
    port: int, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with (folder / "releases" / "release-1" / "large.csv").open("wb") as large:
        large.truncate(64 << 20)
    gone = socket.create_connection(("127.0.0.1", port), timeout=10)
    gone.sendall(b"GET /releases/release-1/large.csv HTTP/1.1\r\n\r\n")
    assert gone.recv(10)
    # Closed with what it did not read, it resets: the server's next write fails.
    gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    gone.close()
    until = time.monotonic() + 10
    while any("process_request_thread" in thread.name for thread in threading.enumerate()):
        assert time.monotonic() < until
        time.sleep(0.02)
    assert capfd.readouterr().err == ""


def test_a_fault_of_the_server_is_told_without_the_reader(
    port: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("planted")

    monkeypatch.setattr(Reader, "_answer", fail)
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        ask(port, "/")
    told = capfd.readouterr().err
    assert "planted" in told
    assert "127.0.0.1" not in told


@pytest.mark.parametrize(
    "path",
    [
        "/releases/",
        "/releases/release-1",
        "/releases/release-1/link",
        "/releases/.work/half.csv",
        "/.pending",
        "/CURRENT",
        "/releases/../CURRENT",
        "/releases/%2e%2e/%2e%2e/root.key",
        "/releases/release-1/../../../root.key",
        "//etc/hostname",
        "/releases/release-1/site//index.html",
        "/releases/a%00b",
        "/engine/abc/link",
        "/engine/../.pending",
        "/engine/../../root.key",
        "/releases/" + "a" * 5000,
    ],
)
def test_what_is_no_file_of_a_public_release_is_not_there(
    port: int, folder: Path, path: str
) -> None:
    assert ask(port, path)[0] in {404, 414}
    assert find_file(folder, path) is None


def test_it_tells_that_it_lives(port: int) -> None:
    assert ask(port, "/health")[0] == 200
