"""Ask for passphrases: typed unseen, never an argument."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.shared import language_of
from pipeline.contracts import Label
from pipeline.errors import PolicyError

if TYPE_CHECKING:
    from pipeline.storage.signatories import PersonKey

PASSPHRASE = Label(en="Passphrase: ", fr="Phrase de passe : ")
AGAIN = Label(en="Again: ", fr="Encore une fois : ")


def open_key(path: Path) -> PersonKey:
    """Return a person's key, opened with the passphrase that is asked for where it is locked."""
    from pipeline.storage.signatories import is_locked, open_person_key

    passphrase = _secret(PASSPHRASE) if is_locked(path) else None
    return open_person_key(path, passphrase=passphrase)


def new_passphrase() -> bytes:
    """Return a passphrase that was typed twice.

    Raises:
        PolicyError: the second differs from the first, or there is none.
    """
    first = _secret(PASSPHRASE)
    if not first or first != _secret(AGAIN):
        raise PolicyError("policy.passphrases_differ")
    return first


def _secret(prompt: Label) -> bytes:
    """Return what is typed unseen; where nobody types, the next line of standard input."""
    import getpass

    if is_asked():
        return getpass.getpass(prompt.words(language_of(None))).encode()
    return sys.stdin.readline().rstrip("\n").encode()


def is_asked() -> bool:
    """Return whether a person types."""
    return sys.stdin.isatty()
