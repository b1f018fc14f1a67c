"""The boundary of the command line: nothing that a library says by another way gets out.

Libraries quote data in exceptions, and just as well in warnings, log records, errors of threads
and of destructors. Of these, a person is told the kind and the place in our code, or nothing.
"""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from types import TracebackType
from typing import Any

from pipeline.cli.console import show_error
from pipeline.errors import Language


def close_boundary(language: Language) -> None:
    """Cut the text of warnings, log records and stray errors from here to the end of the process.

    Args:
        language: of what is told instead.
    """

    def tell(
        _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        show_error(error, language)

    def tell_of_thread(stray: threading.ExceptHookArgs) -> None:
        if stray.exc_value is not None:
            show_error(stray.exc_value, language)

    # Filters would be changed back by libraries that set their own.
    warnings.showwarning = _drop_warning
    logging.lastResort = None
    sys.excepthook = tell
    threading.excepthook = tell_of_thread
    # Errors of destructors stop no step, and their text shows the object that died.
    sys.unraisablehook = _drop_stray


def _drop_warning(*_: Any, **__: Any) -> None:
    """Drop a warning: it stops no step."""


def _drop_stray(_: object) -> None:
    """Drop an error that nothing could catch."""
