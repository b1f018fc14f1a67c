"""A delivery is searchable only where it reads as a table of text; what is broken still does."""

from __future__ import annotations

import base64
import bz2
import codecs
import gzip
import io
import lzma
import os
import quopri
import random
import urllib.parse
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.intake.searchable import is_searchable
from pipeline.project import load_project
from pipeline.settings import INSTALLATION
from tests.small_country import PUPIL_COLUMNS, pupil_rows, schools, table
from tests.spec.test_wrong_files import REFUSED_WHOLE, ROW_REFUSED

DATASETS = load_project(INSTALLATION).contracts.datasets
NAMES = {column.name for dataset in DATASETS.values() for column in dataset.columns}
PUPILS = DATASETS["pupils"]
ROWS = pupil_rows(24)
PLAIN = table(ROWS)
TEXT = PLAIN.decode()


def searchable(content: bytes) -> bool:
    return is_searchable(partial(io.BytesIO, content), PUPILS, NAMES)


def parquet() -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), target)
    return target.getvalue()


def uuencoded(plain: bytes) -> bytes:
    lines = [codecs.encode(plain[at : at + 45], "uu") for at in range(0, len(plain), 45)]
    return b"".join(line.split(b"\n")[1] + b"\n" for line in lines)


def dumped(plain: bytes) -> bytes:
    """Return a dump as `xxd` writes it, with the letters beside the octets."""
    lines = []
    for at in range(0, len(plain), 16):
        part = plain[at : at + 16]
        pairs = " ".join(part[n : n + 2].hex() for n in range(0, len(part), 2))
        letters = "".join(chr(octet) if 32 <= octet < 127 else "." for octet in part)
        lines.append(f"{at:08x}: {pairs:<39}  {letters}\n")
    return "".join(lines).encode()


def packed(plain: bytes) -> bytes:
    """Return what DEFLATE makes of it, without a mark of any kind."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(plain) + packer.flush()


def scrambled(plain: bytes) -> bytes:
    octets = random.Random(7).randbytes(len(plain))
    return bytes(one ^ other for one, other in zip(plain, octets, strict=True))


HIDING: dict[str, Callable[[bytes], bytes]] = {
    "base64 in lines": base64.encodebytes,
    "base64 in one line": base64.b64encode,
    "base64 for addresses": base64.urlsafe_b64encode,
    "base32": base64.b32encode,
    "base85": base64.b85encode,
    "Ascii85 in lines": partial(base64.a85encode, wrapcol=76),
    "hexadecimal": lambda plain: plain.hex().encode(),
    "hexadecimal in lines": lambda plain: plain.hex("\n", -32).encode(),
    "hexadecimal, set apart": lambda plain: plain.hex(" ").encode(),
    "a dump": dumped,
    "uuencode": uuencoded,
    "quoted-printable": quopri.encodestring,
    "percent signs": lambda plain: urllib.parse.quote(plain.decode()).encode(),
    "EBCDIC": lambda plain: plain.decode().encode("cp1140", "replace"),
    "EBCDIC of another country": lambda plain: plain.decode().encode("cp500", "replace"),
    "UTF-16 without a mark": lambda plain: plain.decode().encode("utf-16-le"),
    "UTF-16, the other way round": lambda plain: plain.decode().encode("utf-16-be"),
    "UTF-32": lambda plain: plain.decode().encode("utf-32"),
    "UTF-32 without a mark": lambda plain: plain.decode().encode("utf-32-be"),
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "DEFLATE without a mark": packed,
    "bzip2": bz2.compress,
    "LZMA": partial(lzma.compress, format=lzma.FORMAT_ALONE),
    "a cipher": scrambled,
    "other bits": lambda plain: bytes(octet ^ 0xFF for octet in plain),
    "Parquet": lambda _: parquet(),
    "a header, then base64": lambda plain: (
        plain.partition(b"\n")[0] + b"\n" + base64.encodebytes(plain)
    ),
    "a header, then one line of base64": lambda plain: (
        plain.partition(b"\n")[0] + b"\n" + base64.b64encode(plain)
    ),
    "one name, then base64": lambda plain: b"national_id\n" + base64.encodebytes(plain),
    "a header, then what is packed": lambda plain: (
        plain.partition(b"\n")[0] + b"\n" + packed(plain)
    ),
    "more text than a cipher": lambda plain: plain + scrambled(plain),
}


@pytest.mark.parametrize("size", [len(PLAIN), 400, 200])
@pytest.mark.parametrize("how", HIDING)
def test_what_is_packed_or_written_in_another_code_cannot_be_searched(how: str, size: int) -> None:
    rows = TEXT.partition("\n")[2]
    for plain in (TEXT[:size], rows[:size]):
        assert not searchable(HIDING[how](plain.encode()))


def test_one_row_without_a_header_is_no_table() -> None:
    assert not searchable(table(ROWS[:1]).partition(b"\n")[2])
    assert searchable(table(ROWS[:2]).partition(b"\n")[2])


FOUND = {
    "as it is": PLAIN,
    "nothing": b"",
    "blank lines": b"\n\r\n",
    "a header alone": PLAIN.partition(b"\n")[0],
    "one row": table(ROWS[:1]),
    "without a header": PLAIN.partition(b"\n")[2],
    "one column": "\n".join(["national_id", *(row["national_id"] for row in ROWS)]).encode(),
    "commas": table(ROWS, delimiter=","),
    "tabs": table(ROWS, delimiter="\t"),
    "latin-1": PLAIN.decode().encode("latin-1"),
    "cp1252": PLAIN.decode().replace("Zoé", "Zœ").encode("cp1252"),
    "a mark": codecs.BOM_UTF8 + PLAIN,
    "UTF-16 with a mark": TEXT.encode("utf-16"),
    "UTF-16 with the other mark": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "Arabic names": TEXT.replace("Zanzibar", "زينب").encode(),
    "Chinese names": table([{**row, "address": "中文" * 20} for row in ROWS]),
    "returns alone": PLAIN.replace(b"\n", b"\r"),
    "returns and line feeds": PLAIN.replace(b"\n", b"\r\n"),
    "NULs": PLAIN.replace(b"oui", b"ou\0", 3),
    "emptied cells": table([dict.fromkeys(PUPIL_COLUMNS, "***") for _ in ROWS]),
    "quoted cells": table([{name: f'"{cell};"' for name, cell in row.items()} for row in ROWS]),
    "a quote that never closes": PLAIN.replace(b"rue", b'"rue', 1),
    "addresses in two lines": PLAIN.replace(b" rue ", b"\nrue "),
    "addresses in two lines, quoted": table(
        [{**row, "address": f'"{row["address"]}\n35000; Rennes"'} for row in ROWS]
    ),
    "schools": schools(),
}


@pytest.mark.parametrize("how", FOUND)
def test_what_is_broken_and_reads_as_a_table_is_searched(how: str) -> None:
    assert searchable(FOUND[how])


@pytest.mark.parametrize("how", [*REFUSED_WHOLE, *ROW_REFUSED])
def test_the_wrong_files_are_searched_but_for_a_spreadsheet(how: str) -> None:
    wrong = (REFUSED_WHOLE | ROW_REFUSED)[how]
    assert searchable(wrong.content) == (how != "a spreadsheet")


def test_a_long_file_is_read_to_its_end() -> None:
    long = PLAIN.partition(b"\n")[2] * 800
    assert len(long) > 2 * (8 << 20)
    assert searchable(PLAIN + long)
    assert not searchable(PLAIN + long + base64.encodebytes(long))
    # A line of megabytes is no row of anybody.
    assert not searchable(PLAIN + b"x;" * (9 << 20))


@pytest.mark.skipif(
    "CARTABLE_TEST_DATA" not in os.environ, reason="CARTABLE_TEST_DATA names no folder of samples"
)
def test_public_files_of_separated_values_are_searched() -> None:
    adversarial = Path(os.environ["CARTABLE_TEST_DATA"]) / "adversarial"
    files = [
        *(adversarial / "csv-spectrum" / "csvs").glob("*.csv"),
        *(adversarial / "db-reconstruction" / "data").glob("*.csv"),
    ]
    assert len(files) > 12
    assert [path.name for path in files if not searchable(path.read_bytes())] == []
    packed = list((adversarial / "zip-slip").glob("*.zip"))
    assert packed
    assert not any(searchable(path.read_bytes()) for path in packed)
