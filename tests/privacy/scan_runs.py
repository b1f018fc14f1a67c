"""Commands run under watch: what they print, and every file that shows itself while they run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.settings import INSTALLATION
from tests.privacy.scan_views import View, views_of, views_of_folder

EVERY = 0.02
# Of a process itself, and of those it starts.
STANDING = ("environ", "cmdline")
# One process for many commands: starting Python takes longer than most of them.
PROGRAM = """
import json, sys
from pipeline.cli import main
codes = []
for command in json.loads(sys.stdin.read()):
    sys.argv = ["cartable", *command]
    try:
        main()
        codes.append(0)
    except SystemExit as end:
        codes.append(end.code or 0)
    sys.stdout.flush()
with open(OUT, "w") as out:
    json.dump(codes, out)
"""


@dataclass
class Run:
    """What came out of a process.

    Attributes:
        folder: holds `data` (home), `keys`, `tmp` (TMPDIR), `user` (HOME) and `cwd`.
        commands: what was run, in order.
        codes: exit code of each command.
        stdout: all that was printed.
        stderr: all that was printed as errors.
        seen: name → content of what stood, for a time, in TMPDIR or in a removed file, and of
            the process's environment and arguments.
        limits: of the process, as the system tells them.
    """

    folder: Path
    commands: Sequence[Sequence[str]] = ()
    codes: list[int] = field(default_factory=list)
    stdout: bytes = b""
    stderr: bytes = b""
    seen: dict[str, bytes] = field(default_factory=dict)
    limits: str = ""

    def views(self) -> Iterator[View]:
        """Yield every view of everything, but for the keys themselves."""
        yield from self.left()
        yield from self.printed()

    def left(self) -> Iterator[View]:
        """Yield every view of the folders, but for the keys themselves."""
        for part in ("data", "tmp", "user", "cwd"):
            yield from views_of_folder(self.folder / part)

    def printed(self) -> Iterator[View]:
        """Yield every view of what was printed, and of what stood somewhere for a time."""
        for name, content in {"stdout": self.stdout, "stderr": self.stderr, **self.seen}.items():
            yield from views_of(name, content)


def run_watched(
    folder: Path,
    commands: Sequence[Sequence[str]],
    *,
    environment: Mapping[str, str] | None = None,
    program: str = PROGRAM,
) -> Run:
    """Run commands of `cartable` in one process, with folders of their own, and watch it.

    Args:
        folder: under which the process finds its folders.
        commands: the arguments of each.
        environment: besides its folders.
        program: what runs the commands.
    """
    run = Run(folder, commands)
    reading, writing = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", program.replace("OUT", str(writing))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=_made(folder / "cwd"),
        env=own_environment(folder) | dict(environment or {}),
        pass_fds=[writing],
    ) as process:
        os.close(writing)
        done = threading.Event()
        watcher = threading.Thread(target=_watch, args=(run, process.pid, done))
        watcher.start()
        run.stdout, run.stderr = process.communicate(json.dumps(commands).encode())
        done.set()
        watcher.join()
    with os.fdopen(reading) as codes:
        run.codes = json.loads(codes.read() or "[]")
    return run


def own_environment(folder: Path) -> dict[str, str]:
    """Return the environment of a process that finds all its folders under one."""
    return {
        **os.environ,
        "CARTABLE_HOME": str(folder / "data"),
        "CARTABLE_KEYS": str(folder / "keys"),
        "TMPDIR": str(_made(folder / "tmp")),
        "HOME": str(_made(folder / "user")),
        "XDG_CACHE_HOME": str(folder / "user"),
        "XDG_CONFIG_HOME": str(folder / "user"),
        "PYTHONPATH": str(INSTALLATION),
        # All that Python warns of is to be seen.
        "PYTHONWARNINGS": "always",
    }


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _watch(run: Run, pid: int, done: threading.Event) -> None:
    proc = Path("/proc") / str(pid)
    while not done.wait(EVERY):
        for path in (run.folder / "tmp").rglob("*"):
            _keep(run, f"temporary file {path.name}", path)
        with suppress(OSError):
            run.limits = (proc / "limits").read_text() or run.limits
        for one in _family(pid):
            _look_at(run, Path("/proc") / str(one))


def _family(pid: int) -> list[int]:
    """Return a process and all that it started, and those that these started."""
    found = [pid]
    for one in found:
        with suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def _look_at(run: Run, proc: Path) -> None:
    for name in STANDING:
        _keep(run, name, proc / name)
    with suppress(OSError):
        for link in (proc / "fd").iterdir():
            with suppress(OSError):
                if link.readlink().name.endswith(" (deleted)"):
                    _keep(run, f"removed file {link.readlink().name}", link)


def _keep(run: Run, name: str, path: Path) -> None:
    with suppress(OSError):
        if not path.is_file() or not (content := path.read_bytes()):
            return
        if name not in STANDING:
            run.seen[name] = max(run.seen.get(name, b""), content, key=len)
        elif content not in run.seen.get(name, b""):
            # All that were seen: of each process, and before and after it took a name.
            run.seen[name] = run.seen.get(name, b"") + b"\0\n" + content
