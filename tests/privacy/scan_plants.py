"""Plants: identities written in every encoding into every kind of sink, for the scan to find."""

from __future__ import annotations

import base64
import bz2
import gzip
import hashlib
import html
import io
import json
import random
import urllib.parse
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from unicodedata import normalize

import duckdb
import pyarrow as pa
import pyarrow.parquet

from tests.privacy.scan import Person

Encoding = Callable[[str], bytes]


def _zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return bytes(sink.getvalue())


def _zipped(data: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("member", data)
    return sink.getvalue()


def _without_accents(text: str) -> str:
    return normalize("NFKD", text.replace("\u2019", "'")).encode("ascii", "ignore").decode()


TEXTS: Mapping[str, Encoding] = {
    "utf-8": str.encode,
    "cp1252": lambda text: text.encode("cp1252"),
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "utf-32": lambda text: text.encode("utf-32"),
    "NFD": lambda text: normalize("NFD", text).encode(),
    "upper case": lambda text: text.upper().encode(),
    "without accents": lambda text: _without_accents(text).encode(),
    "JSON escapes": lambda text: json.dumps(text).encode(),
    "HTML entities": lambda text: html.escape(text).encode("ascii", "xmlcharrefreplace"),
    "URL": lambda text: urllib.parse.quote(text).encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64 lines": lambda text: base64.encodebytes(text.encode()),
    "hex": lambda text: text.encode().hex().encode(),
    "gzip": lambda text: gzip.compress(text.encode()),
    "gzip in base64": lambda text: base64.b64encode(gzip.compress(text.encode())),
    "bz2": lambda text: bz2.compress(text.encode()),
    "zstd": lambda text: _zstd(text.encode()),
    "zip": lambda text: _zipped(text.encode()),
    "base64 of UTF-16": lambda text: base64.b64encode(text.encode("utf-16-le")),
}
DIGESTS: Mapping[str, Encoding] = {
    f"{name}{'' if is_hex else ' raw'}": (
        lambda text, name=name, is_hex=is_hex: (
            hashlib.new(name, text.encode()).hexdigest().encode()
            if is_hex
            else hashlib.new(name, text.encode()).digest()
        )
    )
    for name in ("md5", "sha1", "sha256")
    for is_hex in (True, False)
}
# Only what starts a content can be unpacked; the rest is found in the middle of noise.
WHOLE = {"bz2", "zstd", "zip"}
HASHED = ("given family", "family given", "national id", "e-mail")


def noise(seed: str, size: int = 3000) -> bytes:
    """Return bytes like those of a sealed file."""
    return random.Random(seed).randbytes(size)


def plant(folder: Path, sink: str, encoding: str, persons: Sequence[Person]) -> Path:
    """Write persons in one encoding into one kind of sink, and return the file."""
    path = folder / f"{sink} {encoding}".replace(" ", "-").lower()
    if encoding in DIGESTS:
        forms = [person.forms[form] for person in persons for form in HASHED]
        parts = [DIGESTS[encoding](form) for form in forms]
    else:
        lines = "\n".join(form for person in persons for form in person.forms.values())
        parts = [TEXTS[encoding](lines)]
    SINKS[sink](path, parts)
    return path


def _plain(path: Path, parts: Sequence[bytes]) -> None:
    path.write_bytes(b"\n".join(parts))


def _sealed(path: Path, parts: Sequence[bytes]) -> None:
    around = (noise("before"), noise("after"))
    path.write_bytes(around[0] + b"\x00".join(parts) + around[1])


def _database(path: Path, parts: Sequence[bytes]) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema hidden; create table hidden.t (place int, content blob)")
        connection.executemany("insert into hidden.t values (?, ?)", list(enumerate(parts)))


def _parquet(path: Path, parts: Sequence[bytes]) -> None:
    table = pa.table({"place": range(len(parts)), "content": list(parts)})
    pa.parquet.write_table(table, path, compression="zstd")


def _packed(path: Path, parts: Sequence[bytes]) -> None:
    path.write_bytes(gzip.compress(b"\n".join(parts)))


def _json(path: Path, parts: Sequence[bytes]) -> None:
    content = {"facts": [part.decode("latin-1") for part in parts]}
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="latin-1")


def _page(path: Path, parts: Sequence[bytes]) -> None:
    path.write_bytes(b"<html><body><p>" + b"</p><p>".join(parts) + b"</p></body></html>")


SINKS: Mapping[str, Callable[[Path, Sequence[bytes]], None]] = {
    "file": _plain,
    "sealed": _sealed,
    "duckdb": _database,
    "parquet": _parquet,
    "gz": _packed,
    "json": _json,
    "page": _page,
}
"""Kinds of sinks; in `json` and `page`, packed bytes stand as no program would write them."""
PAIRS = [
    (sink, encoding)
    for sink in SINKS
    for encoding in (*TEXTS, *DIGESTS)
    if not (encoding in WHOLE and sink in {"sealed", "page"})
    and not (sink == "json" and encoding in {*WHOLE, "gzip", "utf-16-le", "utf-16-be", "utf-32"})
    and not (sink == "json" and (encoding == "JSON escapes" or encoding.endswith("raw")))
]


def plant_columns(path: Path, person: Person) -> None:
    """Write a person into columns that stand apart, a comment and a view of a database."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t (given text, commune text, family text)")
        connection.execute("insert into t values (?, 'Bruz', ?)", [person.given, person.family])
        email, national_id = person.email.replace("'", "''"), person.national_id
        connection.execute(f"comment on column t.given is '{email}'")
        connection.execute(f"create view v as select '{national_id}' as id")
