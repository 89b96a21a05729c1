"""Columns of whole numbers that grow by many at a time."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from struct import pack


def extend(column: array[int], values: Sequence[int]) -> None:
    """Put values at the end of a column, which `array.extend` does one after the other.

    Raises struct.error: one of them is larger than the column holds; then none was put in.
    """
    column.frombytes(pack(f"{len(values)}{column.typecode}", *values))
