"""Runs Airflow's commands as it is told to, line by line: log file, then arguments, as JSON."""

from __future__ import annotations

import json
import os
import sys
import traceback


def main() -> None:
    """Answer each line by true when the command succeeded."""
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        log, *arguments = json.loads(line)
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for stream in (1, 2):
            os.dup2(descriptor, stream)
        os.close(descriptor)
        answers.write(json.dumps(_succeeds(arguments)) + "\n")
        answers.flush()


def _succeeds(arguments: list[str]) -> bool:
    from airflow.cli import cli_parser

    try:
        parsed = cli_parser.get_parser().parse_args(arguments)
        parsed.func(parsed)
    except SystemExit as end:
        print(end)
        return not end.code
    except Exception:  # noqa: BLE001 - the answer says that it failed, the log why
        traceback.print_exc()
        return False
    finally:
        sys.stdout.flush()
    return True


if __name__ == "__main__":
    main()
