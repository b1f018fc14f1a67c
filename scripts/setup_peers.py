"""Make .venv-peers, in which benchmarks run the tools that they compare with.

Those tools pin libraries at versions that we cannot use, so they have an environment and a lock
of their own. Run again it does nothing while the lock is the same. Where the environment cannot
be made, it says why: no benchmark then pretends to have compared.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from install_lock import ROOT, read_pip_options, uv_environment

PEERS = ROOT / ".venv-peers"
LOCK = ROOT / "requirements" / "peers.txt"
MARK = PEERS / ".lock"


def make_peers() -> Path:
    """Return the interpreter of the environment, made from the lock if it is not there yet.

    Raises:
        subprocess.CalledProcessError: it could not be made or filled.
        OSError: uv is not there: run `scripts/setup` first.
    """
    python = PEERS / "bin" / "python"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if MARK.is_file() and MARK.read_text(encoding="utf-8") == wanted:
        return python
    # The interpreter of .venv: one that the locks were tried on.
    command = [sys.executable, "-m", "venv", "--clear", "--without-pip", str(PEERS)]
    subprocess.run(command, check=True)
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True
    ).stdout
    uv = Path(sys.executable).with_name("uv")
    subprocess.run(
        [
            *(str(uv), "pip", "install", "--quiet", "--python", str(python)),
            *("--require-hashes", "--only-binary", ":all:", "--requirement", str(LOCK)),
        ],
        check=True,
        env=uv_environment(read_pip_options(listing), os.environ),
    )
    MARK.write_text(wanted, encoding="utf-8")
    return python


if __name__ == "__main__":
    try:
        print(make_peers())
    except (OSError, subprocess.CalledProcessError) as failure:
        sys.exit(f"setup: .venv-peers could not be made ({type(failure).__name__}); see above")
