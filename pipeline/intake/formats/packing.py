"""A delivery that came packed: gzip, or a zip of one member, unpacked while it comes.

One level deep, in bounded memory, and no more bytes out than such a file can hold. The name of a
member is looked at and never used.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from struct import unpack

from pipeline.errors import DeliveryError, Place
from pipeline.intake.formats.feed import PIECE, Feed, bounded
from pipeline.intake.formats.zip_listing import (
    DEFLATED,
    LOCAL,
    LOCAL_BYTES,
    STORED,
    Member,
    check_members,
    damaged,
    is_encrypted,
    read_listing,
    read_local,
    with_wide_sizes,
)
from pipeline.intake.loose_records import PACKED

GZIP = b"\x1f\x8b"
_ZIPS = (LOCAL, b"PK\x05\x06", b"PK\x07\x08")
_OF_GZIP, _BARE = zlib.MAX_WBITS | 16, -zlib.MAX_WBITS
# What is kept of the end of a zip: its list, if it is that of one member, with room to spare.
_TAIL_BYTES = 1 << 20
# Bytes that may stand between a member and the list: hash and sizes, in four forms.
_DESCRIPTIONS = {12: "<I2I", 16: "<4xI2I", 20: "<I2Q", 24: "<4xI2Q"}
_SEEN = 8
# Taken in at once: what is made to grow is found out before it has grown.
_INPUT = 16 << 10


def unpacked(pieces: Iterable[bytes], place: Place) -> Iterator[bytes]:
    """Yield the content of a file that may be packed; one that is not, as it is.

    Raises:
        DeliveryError: it is packed in another way, twice, with other files, under a password, is
            damaged, or holds more than such a file can.
    """
    feed = Feed(pieces)
    head = feed.peek(_SEEN)
    if head.startswith(GZIP):
        yield from _plain(bounded(_gunzipped(feed, place), feed, place), place)
    elif head.startswith(_ZIPS):
        yield from _plain(bounded(_of_zip(feed, place), feed, place), place)
    elif head.startswith(PACKED):
        raise DeliveryError("delivery.packed_otherwise", place=place)
    else:
        while piece := feed.some():
            yield piece


def _plain(made: Iterator[bytes], place: Place) -> Iterator[bytes]:
    """Yield what was unpacked as long as it is not packed itself."""
    inner = Feed(made)
    if inner.peek(_SEEN).startswith(PACKED):
        raise DeliveryError("delivery.packed_nested", place=place)
    while piece := inner.some():
        yield piece


def _gunzipped(feed: Feed, place: Place) -> Iterator[bytes]:
    yield from _inflated(feed, _OF_GZIP, "delivery.gzip_damaged", place)
    rest = feed.peek(len(GZIP))
    if rest == GZIP:
        raise DeliveryError("delivery.gzip_several", place=place)
    if rest:
        raise DeliveryError("delivery.gzip_damaged", place=place)


def _inflated(feed: Feed, form: int, code: str, place: Place) -> Iterator[bytes]:
    stream, is_sound = zlib.decompressobj(form), True
    while not stream.eof and is_sound:
        packed = stream.unconsumed_tail or feed.exactly(_INPUT)
        try:
            made = stream.decompress(packed, PIECE)
        except zlib.error:
            made, is_sound = b"", False
        is_sound = is_sound and bool(packed or made)
        if made:
            yield made
    if not is_sound:
        raise DeliveryError(code, place=place)
    feed.give_back(stream.unused_data)


def _of_zip(feed: Feed, place: Place) -> Iterator[bytes]:
    """Yield the content of the only member, then check that it was the only one, and whole."""
    if feed.peek(len(LOCAL)) != LOCAL:
        _check_only(Member("", 0, STORED, 0, 0, 0), 0, feed, place)
        return
    told, name_bytes, extra_bytes = read_local(feed.exactly(LOCAL_BYTES), place)
    if is_encrypted(told):
        raise DeliveryError("delivery.zip_encrypted", place=place, count=1)
    head = feed.exactly(name_bytes + extra_bytes)
    told = with_wide_sizes(told, head[name_bytes:], place)
    start, crc, size = feed.at, 0, 0
    for piece in _content(told, feed, place):
        crc, size = zlib.crc32(piece, crc), size + len(piece)
        yield piece
    seen = Member(
        name=head[:name_bytes].decode("utf-8", "replace"),
        flags=told.flags,
        method=told.method,
        crc=crc,
        packed=feed.at - start,
        size=size,
    )
    if not told.is_described_behind and _facts(told) != _facts(seen):
        raise damaged(place)
    _check_only(seen, feed.at, feed, place)


def _content(told: Member, feed: Feed, place: Place) -> Iterator[bytes]:
    if told.method == DEFLATED:
        return _inflated(feed, _BARE, "delivery.zip_damaged", place)
    if told.method == STORED and not told.is_described_behind:
        return feed.at_most(told.packed)
    raise DeliveryError("delivery.zip_method", place=place, count=1)


def _check_only(seen: Member, end: int, feed: Feed, place: Place) -> None:
    """Check that what follows a member is the list of it alone."""
    tail = b""
    while piece := feed.some():
        tail = (tail + piece)[-_TAIL_BYTES:]
    offset = feed.at - len(tail)
    listing = read_listing(tail, offset, place)
    check_members(listing.members, place)
    if listing.count != 1 or not listing.members:
        raise DeliveryError("delivery.zip_members", place=place, count=listing.count)
    [listed] = listing.members
    between = tail[end - offset : listing.start - offset] if end >= offset else b"?"
    if listed != seen or not _is_description(between, seen):
        raise damaged(place)


def _is_description(between: bytes, seen: Member) -> bool:
    if not seen.is_described_behind:
        return not between
    form = _DESCRIPTIONS.get(len(between))
    return form is not None and unpack(form, between) == _facts(seen)


def _facts(member: Member) -> tuple[int, int, int]:
    return member.crc, member.packed, member.size
