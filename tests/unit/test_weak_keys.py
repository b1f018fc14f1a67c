"""A key under which anybody can sign is no key."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipeline.storage.signed import check_signature

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
ONE = (0, 1)
Point = tuple[int, int]


def add(a: Point, b: Point) -> Point:
    """Add two points of the twisted Edwards curve -x² + y² = 1 + d x² y²."""
    crossed = D * a[0] * b[0] * a[1] * b[1]
    x = (a[0] * b[1] + b[0] * a[1]) * pow(1 + crossed, -1, P)
    y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - crossed, -1, P)
    return x % P, y % P


def times(number: int, point: Point) -> Point:
    found = ONE
    for _ in range(number):
        found = add(found, point)
    return found


def root(square: int) -> int | None:
    found = pow(square, (P + 3) // 8, P)
    for one in (found, found * pow(2, (P - 1) // 4, P) % P):
        if one * one % P == square % P:
            return one
    return None


def small_points() -> set[Point]:
    """Return the eight points whose eightfold is the neutral one, by halving it three times."""
    # Doubling gives y = 0, so that the ordinate of order 8 solves d y⁴ + 2 y² - 1 = 0.
    half = root(1 + D)
    assert half is not None
    squares = [(-1 + sign * half) * pow(D, -1, P) % P for sign in (1, -1)]
    ordinates = [y for square in squares if (y := root(square)) is not None]
    found = {(0, 1), (0, P - 1)}
    for y in (0, *ordinates, *(P - y for y in ordinates)):
        x = root((y * y - 1) * pow(D * y * y + 1, -1, P) % P)
        assert x is not None
        found |= {(x, y), (P - x, y)}
    return found


def written(point: Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def test_each_point_of_small_order_is_refused() -> None:
    points = small_points()
    assert len(points) == 8
    for point in points:
        assert times(8, point) == ONE
        # The neutral point as R and 0 as S: it holds of whatever message hashes to a multiple of 8.
        signature = written(ONE) + bytes(32)
        for message in range(32):
            with pytest.raises(ValueError, match="32"):
                check_signature(written(point), signature, bytes([message]))


def test_a_key_that_is_not_written_as_points_are_is_refused() -> None:
    for ordinate in (P, P + 1, 2**255 - 1):
        for sign in (0, 1):
            key = (ordinate | sign << 255).to_bytes(32, "little")
            with pytest.raises(ValueError, match="32"):
                check_signature(key, bytes(64), b"")


def test_keys_that_are_drawn_hold() -> None:
    for _ in range(20):
        key = Ed25519PrivateKey.generate()
        check_signature(key.public_key().public_bytes_raw(), key.sign(b"told"), b"told")
