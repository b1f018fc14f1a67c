"""A zip of several members, held in memory and read strictly; nothing of it becomes a file."""

from __future__ import annotations

import zlib

from pipeline.errors import Place
from pipeline.intake.formats.feed import check_size
from pipeline.intake.formats.zip_listing import (
    LOCAL_BYTES,
    STORED,
    Member,
    check_members,
    damaged,
    read_listing,
    read_local,
)


class Archive:
    """The members of a zip.

    Args:
        data: the zip.
        place: dataset and file, for refusals.

    Raises:
        DeliveryError: it is no sound zip, or one that nobody should open.
    """

    def __init__(self, data: bytes, place: Place) -> None:
        self._data = data
        self._place = place
        self._made = 0
        listing = read_listing(data, 0, place)
        check_members(listing.members, place)
        self._members = {member.name: member for member in listing.members}

    @property
    def names(self) -> list[str]:
        """The names of the members, in the order of the list."""
        return list(self._members)

    def read(self, name: str) -> bytes:
        """Return what a member holds.

        Raises:
            DeliveryError: it is damaged, contradicts the list, or more than such a file can hold.
        """
        listed = self._members[name]
        self._made += listed.size
        check_size(self._made, len(self._data), self._place)
        packed = self._packed(listed)
        content = packed if listed.method == STORED else self._inflated(packed, listed.size)
        if len(content) != listed.size or zlib.crc32(content) != listed.crc:
            raise damaged(self._place)
        return content

    def _packed(self, listed: Member) -> bytes:
        head = self._data[listed.offset : listed.offset + LOCAL_BYTES]
        told, name_bytes, extra_bytes = read_local(head, self._place)
        start = listed.offset + LOCAL_BYTES
        name = self._data[start : start + name_bytes].decode("utf-8", "replace")
        if (name, told.method, told.flags) != (listed.name, listed.method, listed.flags):
            raise damaged(self._place)
        start += name_bytes + extra_bytes
        return self._data[start : start + listed.packed]

    def _inflated(self, packed: bytes, size: int) -> bytes:
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            # One byte more than told would be too many; none behind the end may be left.
            content = stream.decompress(packed, size + 1)
        except zlib.error:
            content = None
        if content is None or not stream.eof or stream.unused_data:
            raise damaged(self._place)
        return content
