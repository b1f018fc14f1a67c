"""A step that is stopped before one of its writes, as a kill stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module

import pytest

# Of a class, the methods that write.
Writes = Sequence[tuple[type, tuple[str, ...]]]


class KilledError(BaseException):
    """Nothing catches it, as nothing catches a kill."""


@contextmanager
def killed_before(
    write: int | None, writes: Writes, *, functions: Sequence[tuple[str, str]] = ()
) -> Iterator[list[str]]:
    """Yield the writes of the block in order; stop it before one of them, counted from 0.

    Args:
        write: which one; none to let it run to its end.
        writes: the methods that write.
        functions: modules and the functions among their names that write.
    """
    done: list[str] = []

    def wrapped(name: str, method: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            if len(done) == write:
                raise KilledError
            done.append(name)
            return method(*arguments, **named)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for store, names in writes:
            for name in names:
                told = f"{store.__name__}.{name}"
                patch.setattr(store, name, wrapped(told, getattr(store, name)))
        for module, name in functions:
            original = getattr(import_module(module), name)
            patch.setattr(f"{module}.{name}", wrapped(name, original))
        yield done
