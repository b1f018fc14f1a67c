"""Packed files as senders and attackers make them."""

from __future__ import annotations

import gzip
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

WHEN = datetime(2021, 10, 1)  # noqa: DTZ001  a zip knows no zone


class _Forward(io.RawIOBase):
    """A target that cannot be rewound: a zip written to it tells sizes behind the contents."""

    def __init__(self) -> None:
        self.content = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        written = bytes(data)
        self.content += written
        return len(written)


def zipped(
    members: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED, mode: int = 0o644
) -> bytes:
    """Return a zip of members by name."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in members.items():
            told = zipfile.ZipInfo(name, WHEN.timetuple()[:6])
            told.filename = name
            told.compress_type = method
            told.external_attr = (mode if stat.S_IFMT(mode) else stat.S_IFREG | mode) << 16
            archive.writestr(told, content)
    return target.getvalue()


def streamed_zip(name: str, content: bytes) -> bytes:
    """Return a zip whose sizes stand behind the content, as programs that stream write it."""
    target = _Forward()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.content


def wide_zip(name: str, content: bytes) -> bytes:
    """Return a zip in the form that is for more than 4 GB."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(name, "w", force_zip64=True) as member,
    ):
        member.write(content)
    return target.getvalue()


def packer(content: bytes, *, level: int = 6) -> bytes:
    """Return content packed without head or tail."""
    stream = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return stream.compress(content) + stream.flush()


def encrypted_zip(content: bytes) -> bytes:
    """Return a zip whose only member is told to be under a password."""
    plain = bytearray(zipped({"pupils.csv": content}))
    at = plain.find(b"PK\x01\x02")
    plain[6] |= 1
    plain[at + 8] |= 1
    return bytes(plain)


def overlapping_zip(content: bytes, *, members: int = 50) -> bytes:
    """Return a zip in which many members share one content."""
    one = zipped({"a.csv": content})
    listed = one.find(b"PK\x01\x02")
    end = one.find(b"PK\x05\x06")
    entry = one[listed:end]
    entries = b"".join(entry.replace(b"a.csv", f"{n:05}".encode()) for n in range(members))
    told = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, members, members, len(entries), listed, 0)
    return one[:listed] + entries + told


def cut(packed: bytes) -> bytes:
    return packed[: len(packed) // 2]


def bomb(size: int = 128 << 20) -> bytes:
    """Return a gzip file of zeros, a thousandth of their size."""
    stream = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    block = bytes(1 << 20)
    return b"".join(stream.compress(block) for _ in range(size >> 20)) + stream.flush()


def zip_bomb(size: int = 128 << 20) -> bytes:
    return zipped({"pupils.csv": bytes(size)})


def altered(packed: bytes) -> bytes:
    """Return a packed file of which the check sum of its content is another."""
    changed = bytearray(packed)
    at = packed.find(b"PK\x01\x02") + 16 if packed.startswith(b"PK") else len(packed) - 8
    changed[at] ^= 1
    return bytes(changed)


# What → how it is made of a sound table, and by what code it is refused.
HOSTILE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a gzip bomb": (lambda _: bomb(), "delivery.packed_ratio"),
    "a zip bomb": (lambda _: zip_bomb(), "delivery.packed_ratio"),
    "a small gzip file of quotes alone": (
        lambda _: gzip.compress(b'"' * (15 << 20)),
        "delivery.packed_ratio",
    ),
    "a zip bomb of overlapping members": (overlapping_zip, "delivery.zip_overlap"),
    "a zip bomb of very many overlapping members": (
        lambda plain: overlapping_zip(plain, members=15_000),
        "delivery.zip_overlap",
    ),
    "a zip of very many ends": (
        lambda plain: zipped({"pupils.csv": plain}) + b"PK\x05\x06" * (1 << 18),
        "delivery.zip_damaged",
    ),
    "a name that climbs": (
        lambda plain: zipped({"../../pupils.csv": plain}),
        "delivery.zip_name",
    ),
    "a name that climbs, in the second member": (
        lambda plain: zipped({"pupils.csv": plain, "a/../../b.csv": plain}),
        "delivery.zip_name",
    ),
    "an absolute name": (lambda plain: zipped({"/tmp/pupils.csv": plain}), "delivery.zip_name"),
    "a name of a Windows drive": (
        lambda plain: zipped({"C:pupils.csv": plain}),
        "delivery.zip_name",
    ),
    "a name with a backslash": (lambda plain: zipped({"..\\p.csv": plain}), "delivery.zip_name"),
    "a member under a password": (encrypted_zip, "delivery.zip_encrypted"),
    "a link": (
        lambda _: zipped({"pupils.csv": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777),
        "delivery.zip_link",
    ),
    "two members": (
        lambda plain: zipped({"pupils.csv": plain, "more.csv": plain}),
        "delivery.zip_members",
    ),
    "a folder beside the member": (
        lambda plain: zipped({"out/": b"", "out/pupils.csv": plain}),
        "delivery.zip_members",
    ),
    "no member": (lambda _: zipped({}), "delivery.zip_members"),
    "a zip in a zip": (
        lambda plain: zipped({"pupils.zip": zipped({"pupils.csv": plain})}),
        "delivery.packed_nested",
    ),
    "a gzip file in a gzip file": (
        lambda plain: gzip.compress(gzip.compress(plain)),
        "delivery.packed_nested",
    ),
    "a Parquet file in a gzip file": (
        lambda _: gzip.compress(b"PAR1" + bytes(99)),
        "delivery.packed_nested",
    ),
    "a zip cut short": (lambda plain: cut(zipped({"pupils.csv": plain})), "delivery.zip_damaged"),
    "a gzip file cut short": (lambda plain: cut(gzip.compress(plain)), "delivery.gzip_damaged"),
    "a gzip file cut in its head": (lambda _: b"\x1f\x8b\x08", "delivery.gzip_damaged"),
    "a zip of another check sum": (
        lambda plain: altered(zipped({"pupils.csv": plain})),
        "delivery.zip_damaged",
    ),
    "a gzip file of another check sum": (
        lambda plain: altered(gzip.compress(plain)),
        "delivery.gzip_damaged",
    ),
    "bytes behind a zip": (
        lambda plain: zipped({"pupils.csv": plain}) + b"more",
        "delivery.zip_damaged",
    ),
    "bytes behind a gzip file": (
        lambda plain: gzip.compress(plain) + b"more",
        "delivery.gzip_damaged",
    ),
    "a zip behind a zip": (
        lambda plain: zipped({"pupils.csv": plain}) + zipped({"pupils.csv": plain}),
        "delivery.zip_damaged",
    ),
    "a gzip file behind a gzip file": (
        lambda plain: gzip.compress(plain) + gzip.compress(plain),
        "delivery.gzip_several",
    ),
    "a zip by bzip2": (
        lambda plain: zipped({"pupils.csv": plain}, method=zipfile.ZIP_BZIP2),
        "delivery.zip_method",
    ),
    "another packing": (lambda _: b"\xfd7zXZ\0" + bytes(99), "delivery.packed_otherwise"),
}


def bundle_of_roster(version: str, how: str, rows: Sequence[tuple[str, str, str]]) -> bytes:
    """Return a OneRoster bundle of one file: person, role and status of each record."""
    file, head = "users", "sourcedId,role,orgSourcedIds,status,dateLastModified"
    cells = [f"{person},{role},org-1,{status}" for person, role, status in rows]
    if version == "1.2":
        file, head = "roles", "sourcedId,userSourcedId,role,orgSourcedId,status,dateLastModified"
        cells = [f"r-{number},{row}" for number, row in enumerate(cells)]
    manifest = f"propertyName,value\r\noneroster.version,{version}\r\nfile.{file},{how}\r\n"
    lines = [head, *(f"{row},2021-10-01" for row in cells)]
    content = "".join(f"{line}\r\n" for line in lines)
    return zipped({"manifest.csv": manifest.encode(), f"{file}.csv": content.encode()})
