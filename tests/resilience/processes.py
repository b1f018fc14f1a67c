"""Run scenarios in processes of their own that can be killed, without starting Python anew.

Run as a module it is the server: it loads everything once and forks for each line it reads.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).parents[2]

# What Python reports, before it does it, of all that changes names of files; opening to write too.
CHANGES = {"os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Processes:
    """The server as its user sees it."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.resilience.processes"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )

    def run(
        self,
        scenario: str,
        home: Path,
        keys: Path,
        *,
        kill_before_change: int | None = None,
        kill_after: float | None = None,
    ) -> bool:
        """Run a scenario; return False when it was killed.

        Args:
            kill_before_change: SIGKILL just before this change to a file, counted from 1.
            kill_after: SIGKILL after this many seconds.
        """
        assert self._server.stdin
        order = [scenario, str(home), str(keys), kill_before_change, kill_after]
        self._server.stdin.write(json.dumps(order) + "\n")
        self._server.stdin.flush()
        assert self._server.stdout
        status = int(self._server.stdout.readline())
        assert status in (0, -signal.SIGKILL), "the scenario failed; its traceback is on stderr"
        return status == 0

    def close(self) -> None:
        assert self._server.stdin
        self._server.stdin.close()
        self._server.wait(10)


def _serve() -> None:
    from tests.resilience.scenarios import SCENARIOS

    for line in sys.stdin:
        scenario, home, keys, kill_before_change, kill_after = json.loads(line)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                if kill_before_change is not None:
                    kill_self_before(kill_before_change)
                SCENARIOS[scenario](Path(home), Path(keys))
                status = 0
            except Exception:  # noqa: BLE001 - told by the status
                traceback.print_exc()
            finally:
                os._exit(status)
        if kill_after is not None:
            time.sleep(kill_after)
            # Ended or not, its number stays taken until it is waited for.
            os.kill(child, signal.SIGKILL)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def kill_self_before(change: int) -> None:
    """Kill this process just before a change to a file, counted from 1."""
    seen = 0

    def hook(event: str, details: tuple[object, ...]) -> None:
        nonlocal seen
        is_writing = event == "open" and isinstance(details[2], int) and details[2] & WRITING
        if is_writing or event in CHANGES:
            seen += 1
            if seen == change:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


if __name__ == "__main__":
    _serve()
