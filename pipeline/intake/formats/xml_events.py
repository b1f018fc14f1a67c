"""XML as its elements start and end: no document type, so no entity, local or from outside.

Source: XML 1.0, section 2.8; OWASP, XML External Entity Prevention.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from typing import NoReturn
from xml.parsers import expat

from pipeline.errors import DeliveryError, Place

_SPACE = " "
Started = Callable[[str, dict[str, str]], None]


class _TypedError(Exception):
    """The file declares a document type."""


def read_xml(
    pieces: Iterable[bytes],
    place: Place,
    *,
    started: Started,
    wanted: Container[str] | None = None,
    ended: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Tell of each element, by names without their namespace; yield after each piece.

    Args:
        pieces: of the file.
        place: dataset and file, for refusals.
        started: called with the name of each element that starts, and its attributes by names as
            the parser has them: those of a namespace have it before them.
        wanted: names of the elements that are told; all by default.
        ended: called with the name of each that ends.
        text: called with text between, in pieces.

    Raises:
        DeliveryError: it is no well-formed XML, or declares a document type.
    """
    parser = expat.ParserCreate(namespace_separator=_SPACE)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    names: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        local = names.get(name) or names.setdefault(name, local_name(name))
        if wanted is None or local in wanted:
            started(local, attributes)

    parser.StartElementHandler = start
    if ended is not None:
        parser.EndElementHandler = lambda name: ended(local_name(name))
    if text is not None:
        parser.CharacterDataHandler = text
    code: str | None = None
    try:
        for piece in pieces:
            parser.Parse(piece)
            yield
        parser.Parse(b"", True)  # noqa: FBT003  that it is the end has no name
    except _TypedError:
        code = "delivery.xml_typed"
    except expat.ExpatError:
        code = "delivery.xml_damaged"
    if code is not None:
        raise DeliveryError(code, place=place)


def local_name(name: str) -> str:
    """Return a name as the parser has it without its namespace."""
    return name.rpartition(_SPACE)[2]


def _refuse(*_: object) -> NoReturn:
    raise _TypedError
