"""Every view of a content in which an identity may hide: its bytes, and all that they decode to.

A view is either text that someone wrote, or bytes that may be anything, such as a sealed file.
"""

from __future__ import annotations

import base64
import bz2
import hashlib
import html
import io
import json
import lzma
import quopri
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from pyarrow.parquet import ParquetFile

from pipeline.settings import INSTALLATION

DEPTH = 4
VENDOR = INSTALLATION / "pipeline" / "dissemination" / "site" / "vendor"
VENDORED = frozenset(
    each["sha256"] for each in json.loads((VENDOR / "manifest.json").read_text())["files"].values()
)
_CHANCE = b"\x00runs\x00"
# Runs in which names can be read: Latin letters with or without accents, apostrophes.
_READABLE = (
    (re.compile(rb"[\t\n\r\x20-\x7e\x80-\xbf\xc3-\xc5\xcc\xe2]{9,}"), "utf-8"),
    (re.compile(rb"[\t\n\r\x20-\x7e\x92\xc0-\xff]{9,}"), "cp1252"),
)
# Codec, where to look closer, and then what: Latin letters, combining marks, the apostrophe.
_WIDE = (
    ("utf-16-le", re.compile(rb"(?:[\t\n\r\x20-\xff]\x00|[\x00-\x6f]\x03|\x19\x20){6,}")),
    ("utf-16-be", re.compile(rb"(?:\x00[\t\n\r\x20-\xff]|\x03[\x00-\x6f]|\x20\x19){6,}")),
    ("utf-32-le", re.compile(rb"(?:[\t\n\r\x20-\xff]\0\0\0|[\x00-\x6f]\x03\0\0|\x19\x20\0\0){6,}")),
    ("utf-32-be", re.compile(rb"(?:\0\0\0[\t\n\r\x20-\xff]|\0\0\x03[\x00-\x6f]|\0\0\x20\x19){6,}")),
)
_WIDE_MARK = re.compile(rb"\x00[^\x00]\x00[^\x00]\x00|\x00{3}[^\x00]\x00{3}")
_AROUND = 4096
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}")
_WRAPPED = re.compile(rb"(?:[A-Za-z0-9+/]{60,76}\r?\n)+[A-Za-z0-9+/]+={0,2}")
_HEX = re.compile(rb"[0-9A-Fa-f]{16,}")
_ESCAPE = re.compile(r"\\+(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|[nrt/])")
_ESCAPED = re.compile(rb"%[0-9A-Fa-f]{2}|&[#\w]+;|\\[nrtux/]|=[0-9A-F]{2}")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_QUOTED = re.compile(rb"=[0-9A-F]{2}")


@dataclass(frozen=True, slots=True)
class View:
    """One view: where it stands (`file!decoding!...`), its bytes, and whether it is text."""

    where: str
    data: bytes
    is_text: bool

    @property
    def has_words(self) -> bool:
        """Whether words can be read in it, be it by chance."""
        return self.is_text or self.data.startswith(_CHANCE)


def views_of_folder(folder: Path) -> Iterator[View]:
    """Yield every view of every file under a folder, and of the names of files.

    Left out is what others made before anybody was pseudonymised: browser files of the tree, to
    the byte. The engine among them holds dates of its own.
    """
    names = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*"))]
    yield from views_of(f"{folder.name}!names", "\n".join(names).encode())
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() not in VENDORED:
                yield from views_of(str(path.relative_to(folder)), content)


def views_of(where: str, data: bytes) -> Iterator[View]:
    """Yield the content itself and, again and again, what it decodes to; each view once."""
    seen: set[bytes] = set()
    waiting = [(where, data, 0)]
    while waiting:
        place, content, depth = waiting.pop()
        digest = hashlib.blake2b(content, digest_size=16).digest()
        if not content or digest in seen:
            continue
        seen.add(digest)
        text = _as_text(content)
        yield View(place, content, is_text=text is not None)
        if depth < DEPTH:
            waiting += [
                (f"{place}!{name}", part, depth + 1) for name, part in _decodings(content, text)
            ]


def _as_text(data: bytes) -> str | None:
    with suppress(UnicodeDecodeError):
        text = data.decode("utf-8")
        if len(re.findall(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]", text[:10_000])) == 0:
            return text
    return None


def _decodings(data: bytes, text: str | None) -> Iterator[tuple[str, bytes]]:
    yield from _unpacked(data)
    if text is not None:
        yield from _unescaped(text)
        yield from _from_alphabets(data)
        return
    if data.startswith(_CHANCE):
        runs = b"\n".join(run for run in data.split(b"\n") if _ESCAPED.search(run))
        for name, part in _unescaped(runs.decode("utf-8", "replace")):
            yield name, _never_text(part)
        yield from _from_alphabets(data)
        return
    for pattern, codec in _READABLE:
        runs = b"\n".join(pattern.findall(data))
        yield f"{codec} runs", _never_text(runs.decode(codec, "replace").encode())
    near = b"\n\n".join(_neighbourhoods(data))
    for codec, pattern in _WIDE:
        runs = b"".join(run.decode(codec, "replace").encode() for run in pattern.findall(near))
        yield codec, runs


def _neighbourhoods(data: bytes) -> Iterator[bytes]:
    """Yield the parts of a content where characters may be wider than a byte."""
    start = end = 0
    for found in _WIDE_MARK.finditer(data):
        if found.start() - _AROUND > end:
            yield data[start:end]
            start = found.start() - _AROUND
        end = found.end() + _AROUND
    yield data[start:end]


def _never_text(runs: bytes) -> bytes:
    """Mark runs found in bytes of any kind: words in them may be chance, sentences are not."""
    return _CHANCE + runs if runs else b""


def _unescaped(text: str) -> Iterator[tuple[str, bytes]]:
    if "\\" in text:
        plain = _ESCAPE.sub(lambda found: chr(int(found[1] or found[2] or "0a", 16)), text)
        yield "escapes", plain.encode("utf-8", "replace")
    if "&" in text:
        yield "html", html.unescape(text).encode("utf-8", "replace")
    if "%" in text:
        octets = _PERCENT.sub(lambda found: bytes([int(found[1], 16)]), text.encode())
        yield "url", octets.replace(b"+", b" ")
    data = text.encode()
    if _QUOTED.search(data):
        yield "quoted-printable", quopri.decodestring(data)


def _from_alphabets(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield what runs of the alphabets of base64 and hexadecimal stand for, at any alignment."""
    wrapped = [re.sub(rb"\s", b"", run).rstrip(b"=") for run in _WRAPPED.findall(data)]
    runs = set(_BASE64.findall(data)) | set(wrapped)
    for start in range(4):
        yield f"base64+{start}", b"\n".join(_from_base64(run[start:]) for run in sorted(runs))
    digits = set(_HEX.findall(data))
    for start in range(2):
        cut = (run[start : start + (len(run) - start) // 2 * 2] for run in sorted(digits))
        yield f"hex+{start}", b"\n".join(bytes.fromhex(run.decode()) for run in cut)
    # A packed content starts at a start, not in the middle of a blob.
    for run in sorted(runs, key=len, reverse=True)[:50]:
        if len(run) > 40:
            yield "base64 content", b"".join(part for _, part in _unpacked(_from_base64(run)))
    for run in sorted(digits, key=len, reverse=True)[:50]:
        if len(run) > 40:
            packed = bytes.fromhex(run[: len(run) // 2 * 2].decode())
            yield "hex content", b"".join(part for _, part in _unpacked(packed))


def _from_base64(run: bytes) -> bytes:
    whole = run[: len(run) - (len(run) % 4 == 1)]
    padded = whole + b"=" * (-len(whole) % 4)
    return base64.b64decode(padded.translate(bytes.maketrans(b"-_", b"+/")))


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the members of what is a container by its first bytes, and gzip wherever it starts."""
    for name, magic, unpack in _CONTAINERS:
        if data.startswith(magic):
            with suppress(Exception):
                yield from ((f"{name} {member}", part) for member, part in unpack(data))
    if data[8:12] == b"DUCK":
        yield from _duckdb(data)
    at = data.find(b"\x1f\x8b\x08")
    while at >= 0:
        with suppress(zlib.error):
            yield f"gzip@{at}", zlib.decompressobj(31).decompress(data[at:])
        at = data.find(b"\x1f\x8b\x08", at + 1)


def _one(unpack: Callable[[bytes], bytes]) -> Callable[[bytes], Iterator[tuple[str, bytes]]]:
    return lambda data: iter([("", unpack(data))])


def _zip(data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            yield "name", member.filename.encode() + b"\n" + member.comment
            yield member.filename, archive.read(member)


def _zstd(data: bytes) -> bytes:
    with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as stream:
        return bytes(stream.read())


def _parquet(data: bytes) -> Iterator[tuple[str, bytes]]:
    file = ParquetFile(io.BytesIO(data))
    yield "metadata", str(file.metadata.metadata).encode() + str(file.schema).encode()
    yield from table_views(file.read())


def _arrow(data: bytes) -> Iterator[tuple[str, bytes]]:
    yield from table_views(pa.ipc.open_file(io.BytesIO(data)).read_all())


_CONTAINERS: tuple[tuple[str, bytes, Callable[[bytes], Iterator[tuple[str, bytes]]]], ...] = (
    ("zlib", b"\x78", _one(zlib.decompress)),
    ("bz2", b"BZh", _one(bz2.decompress)),
    ("xz", b"\xfd7zXZ", _one(lzma.decompress)),
    ("zstd", b"\x28\xb5\x2f\xfd", _one(_zstd)),
    ("zip", b"PK\x03\x04", _zip),
    ("parquet", b"PAR1", _parquet),
    ("arrow", b"ARROW1", _arrow),
)


def _duckdb(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield every table of a database, and what its catalogue says: comments, views, names."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "copy.duckdb"
        path.write_bytes(data)
        with duckdb.connect(str(path), read_only=True) as connection:
            for catalogue in ("duckdb_tables", "duckdb_views", "duckdb_columns", "duckdb_types"):
                rows = connection.sql(f"select * from {catalogue}() where not internal")
                yield catalogue, json.dumps(rows.fetchall(), default=str).encode()
            names = connection.sql("select schema_name, table_name from duckdb_tables()").fetchall()
            for schema, name in names:
                table = connection.sql(f'select * from "{schema}"."{name}"').to_arrow_table()
                yield from ((f"{name} {part}", view) for part, view in table_views(table))


def table_views(table: pa.Table) -> Iterator[tuple[str, bytes]]:
    """Yield the rows of a table as lines of text, and its binary columns value by value."""
    text = {}
    for name in table.column_names:
        column = table[name]
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if pa.types.is_binary(column.type) or pa.types.is_fixed_size_binary(column.type):
            values = [value for value in column.to_pylist() if value is not None]
            yield f"binary {name}", b"\n".join(values)
            continue
        if pa.types.is_nested(column.type):
            values = [json.dumps(value, default=str) for value in column.to_pylist()]
            column = pa.chunked_array([pa.array(values, pa.string())])
        text[name] = pc.cast(column, pa.string())
    if text:
        sink = io.BytesIO()
        pa.csv.write_csv(pa.table(text), sink, pa.csv.WriteOptions(quoting_style="needed"))
        yield "rows", sink.getvalue()
