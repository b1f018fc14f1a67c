"""Characters are those that were delivered, or the file is refused at the byte that is not."""

from __future__ import annotations

import codecs
from typing import Any

import pytest

from pipeline.errors import DeliveryError, Place
from pipeline.intake.encoding import decode

PLACE = Place(dataset="pupils", file="pupils.csv")
TEXT = "nom\nZoé\n"


def refusal(data: bytes, encoding: str) -> tuple[str, int | None, dict[str, Any]]:
    with pytest.raises(DeliveryError) as caught:
        decode(data, encoding, place=PLACE)
    problem = caught.value.problem
    return problem.code, problem.place.line, dict(problem.facts)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8"),
        (TEXT.encode("cp1252"), "cp1252"),
        ("nom\nŒuf à Zoé\n".encode("cp1252"), "cp1252"),
        (TEXT.encode("latin-1"), "latin-1"),
        (TEXT.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (b"nom\nZoe\n", "cp1252"),
    ],
)
def test_the_declared_encoding_is_read(data: bytes, encoding: str) -> None:
    characters = decode(data, encoding, place=PLACE)
    expected = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    assert characters.body.decode() == expected


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.encode("utf-16-le"), "utf-16"),
        (TEXT.encode(), "utf-8"),
    ],
)
def test_a_part_comes_back_as_the_bytes_that_were_delivered(data: bytes, encoding: str) -> None:
    mark = codecs.BOM_UTF16_LE if encoding == "utf-16" else b""
    characters = decode(mark + data, encoding, place=PLACE)
    assert characters.delivered(0, len(characters.body)) == data


@pytest.mark.parametrize(
    ("data", "declared", "looks"),
    [
        (TEXT.encode("latin-1"), "utf-8", "latin-1"),
        ("nom\nœuf\n".encode("cp1252"), "utf-8", "cp1252"),
        (TEXT.encode(), "cp1252", "UTF-8"),
        (TEXT.encode(), "latin-1", "UTF-8"),
        ("nom\nœuf\n".encode("cp1252"), "latin-1", "cp1252"),
        (TEXT.encode("utf-16"), "utf-8", "UTF-16"),
        (TEXT.encode("utf-16-le"), "utf-8", "UTF-16"),
        (TEXT.encode("utf-16-le"), "utf-16", "UTF-16"),
        (TEXT.encode("utf-16"), "cp1252", "UTF-16"),
        (TEXT.encode(), "utf-16", "UTF-8"),
    ],
)
def test_another_encoding_is_refused_and_named(data: bytes, declared: str, looks: str) -> None:
    code, _, facts = refusal(data, declared)
    assert code == "delivery.encoding"
    assert (facts["declared"], facts["looks"]) == (declared, looks)


@pytest.mark.parametrize(
    ("data", "looks"),
    [
        (b"PK\x03\x04abc", "zip or XLSX"),
        (b"\x1f\x8babc", "gzip"),
        (b" <!doctype html>", "HTML"),
        (b'{"national_id": "1"}', "JSON"),
        (b"%PDF-1.7", "PDF"),
    ],
)
@pytest.mark.parametrize("declared", ["utf-8", "cp1252"])
def test_a_file_of_another_kind_is_told_as_that(data: bytes, declared: str, looks: str) -> None:
    code, line, facts = refusal(data, declared)
    assert (code, line, facts) == ("delivery.other_kind", 1, {"looks": looks})


def test_the_first_byte_that_does_not_fit_is_told() -> None:
    code, line, facts = refusal(b"nom\nAnne\nZo\xe9\n", "utf-8")
    assert (code, line, facts["byte"]) == ("delivery.encoding", 3, 12)


def test_a_truncated_character_is_refused() -> None:
    assert refusal(TEXT.encode()[:-2], "utf-8")[:2] == ("delivery.encoding", 2)


def test_a_lone_nul_is_refused_with_its_line() -> None:
    assert refusal(b"name\nAnne\nZo\0e\n", "utf-8")[:2] == ("delivery.nul", 3)


def test_a_byte_order_mark_inside_is_refused_with_its_line() -> None:
    data = codecs.BOM_UTF8 + b"nom\nAnne\n"
    assert refusal(data + data, "utf-8")[:2] == ("delivery.mark_inside", 3)
