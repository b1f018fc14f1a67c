"""Another interpreter of this installation, which knows nothing of what this process knows.

It has none of this one's memory, open files or environment, where the root key may stand, starts
in no folder of anybody's, and says nothing. Where its code lies it is told in the first message,
since what a command line says is seen by everyone on the machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

# Before it: `import json, sys; told = json.loads(<the first message>)`. After it: what to run.
AS_TOLD = (
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
