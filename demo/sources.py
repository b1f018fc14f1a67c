"""How the public files are read, and how a file that no longer adds up is refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd


class SourceError(ValueError):
    """A public file breaks a rule that the facts rest on; nothing was written.

    Args:
        file: name of the file.
        rule: what should hold.
        count: how many rows, schools or communes break it.
    """

    def __init__(self, file: str, rule: str, *, count: int) -> None:
        super().__init__(f"{file}: {count} against the rule: {rule}")


def read_source(path: Path) -> pd.DataFrame:
    """Read a file of the ministry: UTF-8 with or without BOM, semicolons, all text."""
    return pd.read_csv(path, sep=";", dtype=str, encoding="utf-8-sig", keep_default_na=False)


def refuse(breaches: pd.Series[bool], file: str, rule: str) -> None:
    """Refuse a file if any of its rows breaks a rule.

    Raises:
        SourceError: with the number of breaches.
    """
    if breaches.any():
        raise SourceError(file, rule, count=int(breaches.sum()))
