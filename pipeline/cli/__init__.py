"""The command line: commands, progress, messages, exit codes."""

from pipeline.cli.main import app, main

__all__ = ["app", "main"]
