"""The list of members at the end of a zip, read strictly: one meaning, or none.

Readers of zips differ in what they make of a list that contradicts its members. Here every byte
of the list has to be where it says, and what names, links, encrypts or overlaps is refused.

Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3 and 4.4.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from struct import Struct

from pipeline.errors import DeliveryError, Place

LOCAL, ENTRY, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END_64, _FINDER_64 = b"PK\x06\x06", b"PK\x06\x07"
LOCAL_BYTES = 30
# signature, disk, disk of the list, entries here, entries, bytes of the list, its offset, comment
_END_FORM = Struct("<4s4H2IH")
# signature, bytes of the record behind it
_END_64_FORM = Struct("<4sQ2H2L4Q")
# signature, made by, needs, flags, method, time, date, crc, packed, size, name, extra, comment,
# disk, internal, external, offset
_ENTRY_FORM = Struct("<4s6H3I5H2I")
_LOCAL_FORM = Struct("<4s5H3I2H")
_EXTRA_FORM = Struct("<2H")
_WIDE, _WIDE_COUNT = 0xFFFFFFFF, 0xFFFF
_EXTRA_64 = 1
_ENCRYPTED = 0x1 | 0x40 | 0x2000
DESCRIBED_BEHIND = 0x8
STORED, DEFLATED = 0, 8
_UNIX = 3
# What no member may be called: nothing is ever written by these names, and nobody means well.
_BAD_NAME = re.compile(r"\A[/\\]|\A[A-Za-z]:|(?:\A|[/\\])\.\.(?:[/\\]|\Z)|\\|[\x00-\x1f]|\A\Z")


@dataclass(frozen=True, slots=True)
class Member:
    """One member as a zip tells of it, in the list or before its content.

    Attributes:
        name: as it is called.
        flags: of its content, see `DESCRIBED_BEHIND`.
        method: by which it is packed.
        crc: CRC-32 of what it holds.
        packed: its bytes in the zip.
        size: of what it holds.
        offset: where it starts.
        is_link: whether it stands for another file.
    """

    name: str = field(repr=False)
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int = 0
    is_link: bool = False

    @property
    def is_described_behind(self) -> bool:
        """Whether its hash and sizes are told behind its content."""
        return bool(self.flags & DESCRIBED_BEHIND)


@dataclass(frozen=True, slots=True)
class Listing:
    """The list of a zip.

    Attributes:
        count: of its members.
        start: where the list starts.
        members: in the order of the list; none where the list itself is out of reach.
    """

    count: int
    start: int
    members: tuple[Member, ...] = field(repr=False)


def read_listing(tail: bytes, offset: int, place: Place) -> Listing:
    """Return the list that the end of a zip holds.

    Args:
        tail: the last bytes of the file.
        offset: of the first of them.
        place: for refusals.

    Raises:
        DeliveryError: there is no list, more than one, or one that contradicts itself.
    """
    ends = list(_ends(tail))
    if len(ends) != 1:
        raise damaged(place)
    [at] = ends
    _, disk, list_disk, here, count, size, start, _ = _END_FORM.unpack_from(tail, at)
    stop = at
    if _WIDE in {size, start} or count == _WIDE_COUNT:
        stop, count, size, start = _wide_end(tail, at, offset, place)
        here = count
    if disk or list_disk or here != count or start + size != offset + stop:
        raise damaged(place)
    if start < offset:
        return Listing(count, start, ())
    members = tuple(_entries(tail, start - offset, stop, place))
    if len(members) != count:
        raise damaged(place)
    return Listing(count, start, members)


def read_local(header: bytes, place: Place) -> tuple[Member, int, int]:
    """Return a member as it is told before its content, and the bytes of its name and extra part.

    Raises:
        DeliveryError: it is none.
    """
    if len(header) != LOCAL_BYTES or header[:4] != LOCAL:
        raise damaged(place)
    _, _, flags, method, _, _, crc, packed, size, name, extra = _LOCAL_FORM.unpack(header)
    return Member("", flags, method, crc, packed, size), name, extra


def check_members(members: Sequence[Member], place: Place) -> None:
    """Check that no member is one that nobody should open.

    Raises:
        DeliveryError: a name leads elsewhere or comes twice, a member is encrypted, a link, packed
            in a way that is not read, or shares bytes with another.
    """
    for code, strange in (
        ("delivery.zip_name", [_BAD_NAME.search(member.name) for member in members]),
        ("delivery.zip_encrypted", [member.flags & _ENCRYPTED for member in members]),
        ("delivery.zip_link", [member.is_link for member in members]),
        ("delivery.zip_method", [member.method not in {STORED, DEFLATED} for member in members]),
    ):
        if count := sum(map(bool, strange)):
            raise DeliveryError(code, place=place, count=count)
    least = sorted(
        (each.offset, each.offset + LOCAL_BYTES + len(each.name.encode()) + each.packed)
        for each in members
    )
    if count := sum(first[1] > second[0] for first, second in pairwise(least)):
        raise DeliveryError("delivery.zip_overlap", place=place, count=count)
    if len({member.name for member in members}) < len(members):
        raise damaged(place)


def is_encrypted(member: Member) -> bool:
    """Tell whether a member opens by a password alone."""
    return bool(member.flags & _ENCRYPTED)


def with_wide_sizes(member: Member, extra: bytes, place: Place) -> Member:
    """Return a member with the sizes that its extra part tells.

    Raises:
        DeliveryError: it does not tell them.
    """
    wide = [name for name in ("size", "packed", "offset") if getattr(member, name) == _WIDE]
    if not wide:
        return member
    told = _extra(extra, _EXTRA_64)
    if len(told) < 8 * len(wide):
        raise damaged(place)
    values = {
        name: int.from_bytes(told[8 * n : 8 * n + 8], "little") for n, name in enumerate(wide)
    }
    facts = {name: getattr(member, name) for name in Member.__slots__} | values
    return Member(**facts)


def damaged(place: Place) -> DeliveryError:
    """Return the refusal of what is no sound zip."""
    return DeliveryError("delivery.zip_damaged", place=place)


def _ends(tail: bytes) -> Iterator[int]:
    """Yield where an end of a zip stands that reaches exactly to the end of the file."""
    # Behind an end stands a comment of 65,535 bytes at most.
    at = tail.find(END, max(0, len(tail) - _END_FORM.size - _WIDE_COUNT))
    while at >= 0:
        if len(tail) - at >= _END_FORM.size:
            comment = _END_FORM.unpack_from(tail, at)[-1]
            if at + _END_FORM.size + comment == len(tail):
                yield at
        at = tail.find(END, at + 1)


def _wide_end(tail: bytes, at: int, offset: int, place: Place) -> tuple[int, int, int, int]:
    """Return where the list stops, its entries, bytes and offset, of a zip of more than 4 GB."""
    finder = at - 20
    end = finder - _END_64_FORM.size
    if end < 0 or tail[finder : finder + 4] != _FINDER_64 or tail[end : end + 4] != _END_64:
        raise damaged(place)
    _, length, _, _, disk, list_disk, here, count, size, start = _END_64_FORM.unpack_from(tail, end)
    told = int.from_bytes(tail[finder + 8 : finder + 16], "little")
    is_sound = length == _END_64_FORM.size - 12 and here == count and told == offset + end
    if disk or list_disk or not is_sound:
        raise damaged(place)
    return end, count, size, start


def _entries(tail: bytes, at: int, stop: int, place: Place) -> Iterator[Member]:
    while at < stop:
        if stop - at < _ENTRY_FORM.size or tail[at : at + 4] != ENTRY:
            raise damaged(place)
        told = _ENTRY_FORM.unpack_from(tail, at)
        made_by, flags, method = told[1], told[3], told[4]
        crc, packed, size, name_bytes, extra_bytes, comment_bytes, disk = told[7:14]
        external, offset = told[15:]
        name_at = at + _ENTRY_FORM.size
        extra_at = name_at + name_bytes
        at = extra_at + extra_bytes + comment_bytes
        if at > stop or disk:
            raise damaged(place)
        name = tail[name_at:extra_at].decode("utf-8", "replace")
        mode = external >> 16
        is_link = made_by >> 8 == _UNIX and stat.S_IFMT(mode) not in {
            *(0, stat.S_IFREG, stat.S_IFDIR)
        }
        member = Member(name, flags, method, crc, packed, size, offset, is_link)
        yield with_wide_sizes(member, tail[extra_at : extra_at + extra_bytes], place)


def _extra(extra: bytes, wanted: int) -> bytes:
    while len(extra) >= _EXTRA_FORM.size:
        kind, length = _EXTRA_FORM.unpack_from(extra)
        told, extra = extra[_EXTRA_FORM.size :][:length], extra[_EXTRA_FORM.size + length :]
        if kind == wanted:
            return told
    return b""
