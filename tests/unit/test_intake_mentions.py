"""Who is named inside a text is found however it is spelled; what is no name is left alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from functools import partial

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contracts import Canonical
from pipeline.intake.identified import find_records_of
from pipeline.intake.mentions import EMPTIED, SHORTEST, TELLING, Sought, mentions
from pipeline.intake.remainder import Remainder, emptied
from pipeline.privacy.listing import Listing
from pipeline.privacy.pseudonyms import pseudonymise
from pipeline.steps.seeking import least_of, shape_of
from tests.unit.test_intake_streaming import SAMPLE

RULES = Canonical(
    version=1,
    unicode="nfkc",
    case="upper",
    apostrophes="unified",
    hyphens="unified",
    invisible="removed",
    space="collapsed",
    leading_zeros="kept",
)
KEY = bytes(range(32))


def sought(*ids: str | tuple[str, ...], columns: tuple[str, ...] = ("id",)) -> Sought:
    """Return who is looked for as a list knows them: by pseudonyms and the least they hold."""
    rows = [one if isinstance(one, tuple) else (one,) for one in ids]
    parts = [pa.array([row[part] for row in rows]) for part in range(len(columns))]
    names = pseudonymise(parts, keys=[KEY], canonical=RULES).to_pylist()
    listing = Listing(canonical=RULES, keys=(KEY,), pseudonyms=frozenset(names))
    shape = shape_of(parts, RULES)
    return Sought(is_listed=listing.has, columns=columns, digits=shape.digits, length=shape.length)


def named(cells: Sequence[str], who: Sought, *, least: int = SHORTEST) -> list[bool]:
    return mentions(pa.array(cells, pa.string()), who, least=least).tolist()


ONE = "000123456AB"


@pytest.mark.parametrize(
    "text",
    [
        ONE,
        f"brother of {ONE}.",
        f"({ONE.lower()})",
        f"INE:{ONE};see",
        f"INE{ONE}",
        f"nº{ONE}",
        "000 123 456 AB",
        "000-123-456-ab",
        "000.123.456/AB",
        "0001\u200b23456A\u00adB",
        "\uff10\uff10\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff21\uff22",
        f"two\nlines {ONE}\nand more",
        f"{ONE}@example.org",
        f"010203456 {ONE} 999",
    ],
)
def test_an_identifier_is_found_among_other_words(text: str) -> None:
    assert named([text], sought(ONE, "999888777ZZ")) == [True]


@pytest.mark.parametrize(
    "text",
    ["", "***", "brother of 000123457AB", f"1{ONE}", f"{ONE[:-1]}", f"{ONE}C", "0612345678 AB"],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert named([text], sought(ONE)) == [False]


def test_an_identifier_of_several_parts_is_found_with_its_parts_in_order() -> None:
    who = sought(("0350001A", "1234"), columns=("school", "number"))
    texts = ["see 0350001A 1234", "0350001a/1234", "1234 0350001A", "0350001A, then 1234"]
    assert named(texts, who) == [True, True, False, False]


def test_what_is_too_short_to_be_told_is_not_looked_for() -> None:
    for length in (SHORTEST - 1, SHORTEST):
        short = "7" * length
        assert named([f"12 {short} rue"], sought(short)) == [length == SHORTEST]
        # Whoever has a longer one is found all the same.
        assert named([f"{ONE} {short}"], sought(short, ONE)) == [True]


def test_codes_are_looked_through_only_for_what_is_too_long_for_a_code() -> None:
    for length in (TELLING - 1, TELLING):
        identifier = "5" * length
        content = f"id;name;born;sex;size\n1A;a {identifier};;F;{identifier}\n".encode()
        found = find_records_of(partial(io.BytesIO, content), SAMPLE, sought(identifier))
        assert len(found) == 0
        [mention] = found.mentions
        assert mention.fields == ((1, 4) if length == TELLING else (1,))


def test_the_least_of_some_is_the_least_of_all_of_them() -> None:
    one, other = (shape_of([pa.array(ids)], RULES) for ids in (["123456789"], ["ABCDEF1", "12"]))
    assert (one.digits, one.length) == (9, 9)
    assert (other.digits, other.length) == (1, 7)
    both = least_of([one, other])
    assert both is not None
    assert (both.digits, both.length) == (1, 7)
    assert least_of([one, None]) is None


CELLS = st.text(alphabet='ab;"\né 1', max_size=8)


@given(
    record=st.lists(CELLS, min_size=2, max_size=5),
    chosen=st.sets(st.integers(0, 4), min_size=1),
    end=st.sampled_from(["", "\n", "\r\n"]),
)
def test_only_the_cells_that_are_chosen_are_emptied(
    record: list[str], chosen: set[int], end: str
) -> None:
    fields = sorted(field for field in chosen if field < len(record))
    sink = io.StringIO()
    csv.writer(sink, delimiter=";", lineterminator="\n").writerow(record)
    written = sink.getvalue()[:-1] + end
    left = emptied(written, fields, ";")
    if not fields:
        assert left is None
        return
    assert left is not None
    [read] = csv.reader(io.StringIO(left.record, newline=""), delimiter=";", strict=True)
    assert read == [EMPTIED if n in fields else cell for n, cell in enumerate(record)]
    assert left.record.endswith(end)
    gone = sum(lines for _, lines in left.gone)
    assert gone == written.count("\n") - left.record.count("\n")


@given(
    rows=st.lists(
        st.tuples(st.sampled_from([ONE, "1A", "2B"]), st.text(alphabet='ab"\n; 1', max_size=6)),
        min_size=1,
        max_size=6,
    ),
    named_in=st.sets(st.integers(0, 5)),
)
def test_the_lines_that_are_left_are_those_that_were_sent(
    rows: list[tuple[str, str]], named_in: set[int]
) -> None:
    """Against the file itself: each line that is left is the line it is told to be."""
    sink = io.StringIO()
    writer = csv.writer(sink, delimiter=";", lineterminator="\n")
    writer.writerow(["id", "name", "born", "sex", "size"])
    for number, (one, text) in enumerate(rows):
        told = f"{text}\n{ONE}" if number in named_in else text
        writer.writerow([one, told, "", "F", str(number)])
    content = sink.getvalue().encode()

    def opened() -> io.BytesIO:
        return io.BytesIO(content)

    found = find_records_of(opened, SAMPLE, sought(ONE))
    rest = Remainder(opened, SAMPLE, found)
    left = b"".join(rest.blocks())
    assert ONE.encode() not in left
    theirs = [number for number, (one, _) in enumerate(rows) if one == ONE]
    others = sorted(named_in & set(range(len(rows))) - set(theirs))
    assert (found.removed, found.blanked) == (len(theirs), len(others))
    gone = {line for first, last in rest.gone for line in range(first, last + 1)}
    sent = content.split(b"\n")
    kept = [line for number, line in enumerate(sent, start=1) if number not in gone]
    for was, now in zip(kept, left.split(b"\n"), strict=True):
        assert was == now or EMPTIED.encode() in now
    assert np.all(np.diff([first for first, _ in rest.gone]) > 0)
