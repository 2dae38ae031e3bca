"""Rows that say what an element of a message may be, and the one function that checks them.

A row is (name, kind, low, high). For UINT and INT low and high are the value's range, for BYTES and
TEXT the length in bytes, for LIST the number of elements. OPTIONAL_UINT may also be null.
The same rows stand as text in schema.cddl; shared/tests compares the two.
"""

from shared import cbor
from shared.errors import Malformed

UINT = 1
INT = 2
OPTIONAL_UINT = 3
BYTES = 4
TEXT = 5
LIST = 6

U8 = (1 << 8) - 1
U16 = (1 << 16) - 1
U32 = (1 << 32) - 1
U40 = (1 << 40) - 1
# The largest integer that every reader of JSON or JavaScript keeps exact.
U53 = (1 << 53) - 1


def check(value, row: tuple, index: int) -> None:
    """`Malformed` with TYPE or RANGE, `index` and the row's name if the value does not fit."""
    name, kind, low, high = row
    if kind in (UINT, INT, OPTIONAL_UINT):
        if value is None and kind == OPTIONAL_UINT:
            return
        if type(value) is not int:
            raise Malformed(Malformed.TYPE, index, name)
        size = value
    elif kind == BYTES:
        if type(value) is not bytes:
            raise Malformed(Malformed.TYPE, index, name)
        size = len(value)
    elif kind == TEXT:
        if type(value) is not str:
            raise Malformed(Malformed.TYPE, index, name)
        size = len(value.encode())
    else:
        if not isinstance(value, (list, tuple)):
            raise Malformed(Malformed.TYPE, index, name)
        size = len(value)
    if not low <= size <= high:
        raise Malformed(Malformed.RANGE, index, name)


def check_each(values, row: tuple, index: int) -> None:
    """Check each element of an inner list; the error points at the list."""
    for value in values:
        check(value, row, index)


def check_row_of(values, rows: tuple, first: int = 0) -> None:
    """Check a fixed array. `first` is the index of values[0] in the array on the wire."""
    if not isinstance(values, (list, tuple)) or len(values) != len(rows):
        raise Malformed(Malformed.SHAPE, first)
    for index in range(len(rows)):
        check(values[index], rows[index], first + index)


def decode_array(data: bytes, rows: tuple, max_len: int = cbor.MAX_LEN) -> list:
    """The checked elements of an encoded array."""
    values = cbor.decode(data, max_len)
    if type(values) is not list:
        raise Malformed(Malformed.SHAPE)
    check_row_of(values, rows)
    return values


def encode_array(values, rows: tuple) -> bytes:
    """Encode an array that fits its rows."""
    check_row_of(values, rows)
    return cbor.encode(values)
