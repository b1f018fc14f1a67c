"""Another interpreter of this installation, which knows nothing of what this process knows.

It has none of this one's memory, open files or environment, where the root key may stand, starts
in no folder of anybody's, and says nothing. Where its code lies it is told in the first message,
since what a command line says is seen by everyone on the machine.
"""

from __future__ import annotations

import gc
import importlib.abc
import json
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from pathlib import Path

# Before it: `import json, sys; told = json.loads(<the first message>)`. After it: what to run.
# Nothing that is loaded is garbage: it is not looked through again and again (`loaded` ends that).
AS_TOLD = (
    "import gc; gc.disable(); "
    "sys.path[:] = told['path']; sys.pycache_prefix = told['compiled']; "
    "sys.dont_write_bytecode = told['is_dry']; "
)


def first_message() -> bytes:
    """Return what the other interpreter has to know to load the same code, as one line of JSON."""
    told = {
        "path": [str(Path(entry).absolute()) for entry in sys.path],
        "compiled": sys.pycache_prefix,
        "is_dry": sys.dont_write_bytecode,
    }
    return json.dumps(told).encode() + b"\n"


def spare(*, refused: Collection[str] = (), late: Collection[str] = ()) -> None:
    """Load less in this process.

    Args:
        refused: modules that are not to be had, which whoever asks for them can do without.
        late: modules that load when something of them is used first.
    """
    sys.meta_path.insert(0, _Sparing(frozenset(refused), frozenset(late)))


def loaded() -> None:
    """Say that all is loaded; garbage is collected from now on, and not sought in what was."""
    gc.freeze()
    gc.enable()


class _Sparing(importlib.abc.MetaPathFinder):
    """Finds some modules so that they load late, and some never."""

    def __init__(self, refused: frozenset[str], late: frozenset[str]) -> None:
        self._refused = refused
        self._late = late

    def find_spec(self, fullname: str, path: Sequence[str] | None, *_: object) -> ModuleSpec | None:
        """Find a module that is to load late.

        Raises:
            ModuleNotFoundError: it is refused.
        """
        if fullname in self._refused:
            raise ModuleNotFoundError(name=fullname)
        spec = PathFinder.find_spec(fullname, path) if fullname in self._late else None
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


def start(
    code: str,
    *,
    stdin: int = subprocess.PIPE,
    stdout: int = subprocess.DEVNULL,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start the interpreter with some code.

    Args:
        code: what it runs; nothing that was delivered.
        stdin: a descriptor, or a constant of `subprocess`.
        stdout: likewise.
        environment: all of it, beside the encoding.

    Raises:
        OSError: no process can be had.
    """
    return subprocess.Popen(  # noqa: S603 - this interpreter; the code is ours, never delivered
        [sys.executable, "-I", "-S", "-c", code],
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"LC_ALL": "C.UTF-8", **(environment or {})},
    )
