"""Characters: a delivery is in the declared encoding, every byte of it, or it is refused.

Everything after this module works on UTF-8. What is not in the declared encoding is never
replaced or skipped: the refusal names the first byte that does not fit and what the file
looks like instead.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from pipeline.contracts.formats import SINGLE_BYTE
from pipeline.errors import DeliveryError, Place

MARK = codecs.BOM_UTF8
_TWO_BYTES = "UTF-16"
_SIGNATURES = (
    (codecs.BOM_UTF16_LE, _TWO_BYTES),
    (codecs.BOM_UTF16_BE, _TWO_BYTES),
    (b"PK\x03\x04", "zip or XLSX"),
    (b"\x1f\x8b", "gzip"),
    (b"PAR1", "Parquet"),
    (b"\xd0\xcf\x11\xe0", "XLS"),
    (b"%PDF", "PDF"),
)
# What begins a page that came in place of a file, or a file of another kind; small letters.
_BEGINNINGS = (
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
    (b"<?xml", "XML"),
    (b"{\\rtf", "RTF"),
    (b'{"', "JSON"),
    (b"[{", "JSON"),
    (b"[\n", "JSON"),
)
# What a file may be said to look like.
LOOKS = (
    *(name for _, name in (*_SIGNATURES, *_BEGINNINGS)),
    "ASCII",
    "UTF-8",
    "latin-1",
    "cp1252",
    "?",
)


ColumnAt = Callable[[bytes, int], str | None]


def no_column(_body: bytes, _offset: int) -> str | None:
    """Tell of no column."""
    return None


@dataclass(frozen=True, slots=True)
class Characters:
    """The characters of a delivery.

    Attributes:
        body: all of it in UTF-8, without byte order mark.
        codec: the codec that turns characters back into the bytes that were delivered.
    """

    body: bytes = field(repr=False)
    codec: str

    def delivered(self, start: int, stop: int) -> bytes:
        """Return the bytes as they were delivered of `body[start:stop]`."""
        part = self.body[start:stop]
        return part if self.codec == "utf-8" else part.decode("utf-8").encode(self.codec)


def decode(data: bytes, *encodings: str, place: Place, column: ColumnAt = no_column) -> Characters:
    """Return the characters of a delivery, in the first of some encodings that it fits.

    Args:
        data: the whole delivery.
        encodings: as declared: utf-8, cp1252, latin-1 or utf-16.
        place: dataset and file, for the refusal.
        column: what tells in which column a byte stands.

    Raises:
        DeliveryError: another encoding, a NUL, or a byte order mark inside the file.
    """
    refusal: DeliveryError | None = None
    for encoding in encodings:
        codec, skipped = _codec(data, encoding)
        at = 0 if _is_another_kind(data) else first_odd_byte(data)
        if codec is not None and not _looks_otherwise(data, encoding):
            body, offset = _to_utf8(data[skipped:], codec)
            if offset is None:
                return _checked(Characters(body, codec), place=place, column=column)
            at = skipped + offset
        refusal = refusal or _wrong_encoding(
            data, ", ".join(encodings), offset=at, place=place, column=column
        )
    raise refusal or _wrong_encoding(data, "-", offset=0, place=place, column=column)


def _checked(characters: Characters, *, place: Place, column: ColumnAt) -> Characters:
    """Return the characters of a delivery if none of them is a sign of damage."""
    body = characters.body
    for code, forbidden in (("delivery.nul", b"\0"), ("delivery.mark_inside", MARK)):
        if (at := body.find(forbidden)) >= 0:
            raise DeliveryError(
                code,
                place=replace(place, line=body.count(b"\n", 0, at) + 1, column=column(body, at)),
                count=body.count(forbidden),
            )
    return characters


def codecs_of(start: bytes, encodings: Sequence[str]) -> list[tuple[str, int]]:
    """Return each codec in which a file may be that begins so, and the bytes of its mark."""
    marks = [
        (f"utf-16-{order}", len(mark))
        for mark, order in ((codecs.BOM_UTF16_LE, "le"), (codecs.BOM_UTF16_BE, "be"))
        if start.startswith(mark)
    ]
    if marks:
        return marks if "utf-16" in encodings else []
    return [
        (encoding, len(MARK) if encoding == "utf-8" and start.startswith(MARK) else 0)
        for encoding in encodings
        if encoding != "utf-16"
    ]


def in_utf8(body: bytes, codec: str) -> bytes | None:
    """Return a block in UTF-8; None where it is not certainly in the encoding of the codec."""
    if codec == "utf-8":
        return body
    if codec == "latin-1" and any(bytes((octet,)) in body for octet in range(0x80, 0xA0)):
        return None
    text, offset = _to_utf8(body, codec)
    return text if offset is None else None


def may_be_utf8(body: bytes, codec: str) -> bool | None:
    """Return whether a block may be in UTF-8 too; None where nothing in it tells."""
    if codec not in SINGLE_BYTE or body.isascii():
        return None
    return _to_utf8(body, "utf-8")[1] is None


def _codec(data: bytes, encoding: str) -> tuple[str | None, int]:
    """Return the codec and the length of the byte order mark; no codec when a mark is wanted."""
    if encoding == "utf-16":
        marks = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
        return marks.get(data[:2]), 2
    return encoding, len(MARK) if encoding == "utf-8" and data.startswith(MARK) else 0


def _to_utf8(data: bytes, codec: str) -> tuple[bytes, int | None]:
    """Return the content in UTF-8, or the offset of the first byte that does not fit."""
    # The codec's exception quotes the data: it must not survive this function.
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        return b"", error.start
    return (data if codec == "utf-8" else text.encode("utf-8")), None


def _looks_otherwise(data: bytes, encoding: str) -> bool:
    """Whether a file whose bytes may well fit the encoding is plainly something else."""
    if encoding == "utf-16":
        return False
    if _is_another_kind(data):
        return True
    # Single-byte codecs swallow what UTF-8 wrote, and show it as two letters each.
    other = {"cp1252": {"UTF-8"}, "latin-1": {"UTF-8", "cp1252"}}
    return encoding in other and _guess(data) in other[encoding]


def _is_another_kind(data: bytes) -> bool:
    """Whether a file is no text with delimiters, or one of two bytes a letter."""
    return _signed(data) is not None or _has_many_nuls(data)


def _signed(data: bytes) -> str | None:
    """Return the kind of file that begins so."""
    start = data[:64].removeprefix(MARK).lstrip().lower()
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return name
    return next((name for begin, name in _BEGINNINGS if start.startswith(begin)), None)


def _has_many_nuls(data: bytes) -> bool:
    return data.count(0, 0, 4096) * 4 > min(len(data), 4096)


def first_odd_byte(data: bytes) -> int:
    """Return the offset of the first byte that is not ASCII, 0 when there is none."""
    odd = re.search(rb"[\x80-\xff]", data)
    return odd.start() if odd else 0


def _guess(data: bytes) -> str:
    """Return the name of what a file looks like; for a person to read, never to act upon."""
    if (signed := _signed(data)) is not None:
        return signed
    if _has_many_nuls(data):
        return "UTF-16"
    if data.isascii():
        return "ASCII"
    if _to_utf8(data, "utf-8")[1] is None:
        return "UTF-8"
    # 0x80-0x9F are control characters in latin-1, letters and quotes in cp1252.
    if not any(bytes((octet,)) in data for octet in range(0x80, 0xA0)):
        return "latin-1"
    return "cp1252" if _to_utf8(data, "cp1252")[1] is None else "?"


def _wrong_encoding(
    data: bytes, encoding: str, *, offset: int, place: Place, column: ColumnAt
) -> DeliveryError:
    line = data.count(b"\n", 0, offset) + 1
    where = replace(place, line=line, column=column(data, offset))
    return wrong_encoding(data, encoding, byte=offset + 1, place=where)


def wrong_encoding(data: bytes, encoding: str, *, byte: int, place: Place) -> DeliveryError:
    """Return the refusal of a file that is not in an encoding.

    Args:
        data: as much of it as tells what it looks like.
        encoding: as declared.
        byte: of the file, from 1, that does not fit.
        place: with the line of that byte, and its column where one is known.
    """
    kind = _signed(data)
    if kind is not None and kind != _TWO_BYTES:
        where = replace(place, line=1, column=None, rule="format.kind")
        return DeliveryError("delivery.other_kind", place=where, looks=kind)
    return DeliveryError(
        "delivery.encoding",
        place=replace(place, rule="format.encoding"),
        declared=encoding,
        looks=_guess(data),
        byte=byte,
    )
