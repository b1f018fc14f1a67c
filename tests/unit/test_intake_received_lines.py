"""A line that is told is that of the file as it was sent, however often lines were taken out."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import DeliveryError, Place
from pipeline.intake import Reading, ReceivedLines, Reference, Task, read_by, read_delivery
from pipeline.intake.parts import Header
from pipeline.intake.readers import Here
from tests.unit.test_intake_streaming import HEADER, SAMPLE, SEX

runs = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 6)), max_size=4)


@given(total=st.integers(1, 40), erasures=st.lists(runs, max_size=4))
def test_each_line_that_is_left_is_told_by_its_first_number(
    total: int, erasures: list[list[tuple[int, int]]]
) -> None:
    left = list(range(1, total + 1))
    lines = ReceivedLines()
    for taken in erasures:
        ranges = [(first, min(first + more, len(left))) for first, more in taken]
        ranges = [(first, last) for first, last in ranges if first <= last]
        lines = lines.without(ranges)
        gone = {number for first, last in ranges for number in range(first, last + 1)}
        left = [one for number, one in enumerate(left, start=1) if number not in gone]
        assert lines.of(np.arange(1, len(left) + 1)).tolist() == left
    # Told in the fewest runs, in order.
    told = [number for first, last in lines.gone for number in range(first, last + 1)]
    assert told == sorted(set(range(1, total + 1)) - set(left))
    assert all(
        one[1] + 1 < other[0] for one, other in zip(lines.gone, lines.gone[1:], strict=False)
    )


ROWS = [
    "1A;Ada;01/02/2010;F;1",
    "2A;Bob;01/02/2010;?;1",
    "3A;Cy;01/02/2010;M;1",
    "4A;Dan;31/02/2010;M;1",
    "5A;Eve;01/02/2010;F;1",
    "5A;Eve;01/02/2010;F;1",
    "7A;Fay;01/02/2010;X;1",
]
# Row → its first and last line; the header stands on line 1.
AT = [(number, number) for number in range(2, 9)]


def read(rows: list[str], lines: ReceivedLines, *, block_bytes: int | None) -> Reading:
    content = "".join(f"{row}\n" for row in [HEADER, *rows]).encode()
    return read_delivery(
        io.BytesIO(content),
        SAMPLE,
        {"sex": SEX},
        file="sample.csv",
        reference=Reference(),
        again=None if block_bytes is None else lambda: io.BytesIO(content),
        lines=lines,
        block_bytes=block_bytes,
    )


@pytest.mark.parametrize("block_bytes", [None, 24, 64])
def test_refused_rows_are_told_by_the_lines_that_were_sent(block_bytes: int | None) -> None:
    every = read(ROWS, ReceivedLines(), block_bytes=block_bytes)
    lines = every.refused["line"].to_pylist()
    assert lines == [3, 5, 7, 8]
    for gone in ([0], [2], [0, 2], [2, 4], [1, 3]):
        left = [row for number, row in enumerate(ROWS) if number not in gone]
        taken = ReceivedLines().without([AT[number] for number in gone])
        found = read(left, taken, block_bytes=block_bytes).refused["line"].to_pylist()
        stays = {AT[number][0] for number in range(len(ROWS)) if number not in gone}
        # Of two equal rows the second is refused; alone it is not.
        twice = {7} if 4 in gone else set()
        assert found == [line for line in lines if line in stays - twice], gone


def test_what_is_wrong_with_a_file_is_told_by_the_lines_that_were_sent() -> None:
    torn = [*ROWS[:4], "too;few", *ROWS[4:], '"never closed']
    with pytest.raises(DeliveryError) as first:
        read(torn, ReceivedLines(), block_bytes=None)
    lines = [problem.place.line for problem in first.value.problems]
    assert lines == [6, 10]
    taken = ReceivedLines().without([AT[0], AT[2]])
    with pytest.raises(DeliveryError) as second:
        read([torn[1], *torn[3:]], taken, block_bytes=None)
    assert [problem.place.line for problem in second.value.problems] == lines
    assert [p.code for p in second.value.problems] == [p.code for p in first.value.problems]
    assert "line 6" in str(second.value)
    assert second.value.__cause__ is None


class Refusing(Here):
    """A reader that refuses a file at its first line, when it reads in blocks."""

    def header(self, line: bytes, codec: str) -> Header | None:
        place = Place(file="sample.csv", line=line.decode(codec).count("\n") + 1)
        raise DeliveryError("delivery.ragged", place=place, found=2, expected=5)


def test_a_refusal_while_blocks_are_read_tells_the_lines_that_were_sent() -> None:
    content = "".join(f"{row}\n" for row in [HEADER, *ROWS]).encode()
    task = Task(dataset=SAMPLE, codelists={"sex": SEX}, reference=Reference())
    told = []
    for gone in ((), [(2, 2), (3, 3)]):
        with pytest.raises(DeliveryError) as refused:
            read_by(
                Refusing(task, Place(file="sample.csv")),
                io.BytesIO(content),
                task,
                place=Place(file="sample.csv"),
                again=lambda: io.BytesIO(content),
                lines=ReceivedLines().without(gone),
                block_bytes=64,
            )
        told.append(refused.value.problem.place.line)
        assert refused.value.__context__ is None
    assert told == [2, 4]
