"""What is packed is unpacked while it comes, in one meaning or not at all."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import DeliveryError, Place
from pipeline.intake.formats import packing
from pipeline.intake.formats.feed import BYTES_PER_BYTE, FREE_BYTES, check_size
from pipeline.intake.formats.packing import unpacked
from tests.packed_files import HOSTILE, streamed_zip, wide_zip, zipped

PLACE = Place(dataset="pupils", file="-")
TABLE = b"a;b\n" + b"".join(b"%d;cell %d\n" % (n, n * n) for n in range(20_000))


def _named_gzip(plain: bytes) -> bytes:
    target = io.BytesIO()
    with gzip.GzipFile("../../pupils.csv", "wb", fileobj=target, mtime=1) as file:
        file.write(plain)
    return target.getvalue()


SOUND: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda plain: plain,
    "gzip": gzip.compress,
    "gzip with a name": _named_gzip,
    "zip": lambda plain: zipped({"pupils.csv": plain}),
    "zip in a folder": lambda plain: zipped({"export/2021/pupils.csv": plain}),
    "zip, stored": lambda plain: zipped({"é.csv": plain}, method=zipfile.ZIP_STORED),
    "zip, streamed": lambda plain: streamed_zip("pupils.csv", plain),
    "zip of the wide form": lambda plain: wide_zip("pupils.csv", plain),
}


def pieces(content: bytes, size: int) -> list[bytes]:
    return [content[at : at + size] for at in range(0, len(content), size)]


def taken(content: bytes, size: int = 4096) -> bytes:
    return b"".join(unpacked(pieces(content, size), PLACE))


@pytest.mark.parametrize("size", [1, 7, 4096, 1 << 20])
@pytest.mark.parametrize("how", SOUND)
def test_what_comes_out_is_what_was_packed(how: str, size: int) -> None:
    plain = TABLE[:2000] if size == 1 else TABLE
    assert taken(SOUND[how](plain), size) == plain


@pytest.mark.parametrize("how", HOSTILE)
def test_what_is_no_sound_packing_of_one_table_is_refused_by_name(how: str) -> None:
    make, code = HOSTILE[how]
    for size in (64, 1 << 20):
        with pytest.raises(DeliveryError) as refused:
            taken(make(TABLE), size)
        assert refused.value.problem.code == code
        assert "passwd" not in str(refused.value)


@given(st.binary(max_size=200), st.integers(1, 64))
def test_any_content_comes_back_from_any_pieces(plain: bytes, size: int) -> None:
    if plain.startswith(packing.PACKED):
        return
    for how in ("gzip", "zip", "zip, stored", "zip, streamed"):
        assert taken(SOUND[how](plain), size) == plain


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_one_altered_byte_of_a_zip_is_refused_or_changes_nothing(at: int, other: int) -> None:
    packed = bytearray(zipped({"pupils.csv": TABLE[:300]}))
    packed[at % len(packed)] ^= other
    with suppress(DeliveryError):
        # What no longer starts as a zip is left as it is, for the reader of tables to refuse.
        assert taken(bytes(packed)) in {TABLE[:300], bytes(packed)}


def test_as_much_comes_out_as_such_a_file_can_hold_and_no_more() -> None:
    check_size(FREE_BYTES + BYTES_PER_BYTE * 1000, 1000, PLACE)
    with pytest.raises(DeliveryError) as refused:
        check_size(FREE_BYTES + BYTES_PER_BYTE * 1000 + 1, 1000, PLACE)
    assert refused.value.problem.code == "delivery.packed_ratio"
    check_size(64 << 30, 1 << 30, PLACE)
    with pytest.raises(DeliveryError) as refused:
        check_size((64 << 30) + 1, 1 << 30, PLACE)
    assert refused.value.problem.code == "delivery.packed_limit"
