"""Canonical CBOR (RFC 8949, 4.2.1), cut down to what Vigil sends. Strict: one value, one encoding.

Allowed: integers of 64 bits, byte strings, text, arrays, maps with integer keys, false, true, null,
and the tags 16 and 18. Refused with `Malformed`: everything else, and anything not in its shortest
form. A length is compared with the bytes that are there before anything is allocated for it.
"""

from collections import namedtuple

from shared.errors import Malformed

Tag = namedtuple("Tag", ("number", "value"))
TAG_ENCRYPT0 = 16
TAG_SIGN1 = 18
TAGS = (TAG_ENCRYPT0, TAG_SIGN1)

# The longest body of a link frame, and the deepest nesting any message has, with room.
MAX_LEN = 1_200
MAX_DEPTH = 6

_UINT = 0
_NINT = 1
_BYTES = 2
_TEXT = 3
_ARRAY = 4
_MAP = 5
_TAG = 6
_SIMPLE_VALUES = {0xF4: False, 0xF5: True, 0xF6: None}
# The smallest value that may take 1, 2, 4 or 8 further bytes.
_LEAST = (24, 1 << 8, 1 << 16, 1 << 32)
_LIMIT = 1 << 64


def encode(value) -> bytes:
    """The one encoding of `value`. TypeError or ValueError for what the subset cannot say."""
    out = bytearray()
    _put(out, value)
    return bytes(out)


def decode(data, max_len: int = MAX_LEN, max_depth: int = MAX_DEPTH):
    """The value in `data`: all of it, nothing after it. Arrays become lists, maps dicts."""
    if len(data) > max_len:
        raise Malformed(Malformed.TOO_LONG, max_len)
    reader = _Reader(data)
    # In a list, so that no type checker believes to know what came out of somebody's bytes.
    values: list = [reader.item(max_depth)]
    if reader.position != reader.end:
        raise Malformed(Malformed.TRAILING, reader.position)
    return values[0]


def utf8_ok(data) -> bool:
    """Whether `data` is UTF-8 as RFC 3629 has it. MicroPython's own decoder lets more through."""
    position = 0
    end = len(data)
    while position < end:
        first = data[position]
        position += 1
        if first < 0x80:
            continue
        if 0xC2 <= first <= 0xDF:
            more = 1
        elif 0xE0 <= first <= 0xEF:
            more = 2
        elif 0xF0 <= first <= 0xF4:
            more = 3
        else:
            return False
        if end - position < more:
            return False
        # The second byte rules out overlong forms, surrogates and code points above 10FFFF.
        low, high = _SECOND_BYTE.get(first, (0x80, 0xBF))
        if not low <= data[position] <= high:
            return False
        for index in range(position + 1, position + more):
            if data[index] & 0xC0 != 0x80:
                return False
        position += more
    return True


_SECOND_BYTE = {0xE0: (0xA0, 0xBF), 0xED: (0x80, 0x9F), 0xF0: (0x90, 0xBF), 0xF4: (0x80, 0x8F)}


def _put_head(out: bytearray, major: int, number: int) -> None:
    if number < 24:
        out.append(major << 5 | number)
        return
    if number >= _LIMIT:
        raise ValueError("integer beyond 64 bits")
    form = 0
    while form < 3 and number >= _LEAST[form + 1]:
        form += 1
    out.append(major << 5 | 24 + form)
    out.extend(number.to_bytes(1 << form, "big"))


def _put(out: bytearray, value) -> None:
    kind = type(value)
    if kind is int:
        if value >= 0:
            _put_head(out, _UINT, value)
        else:
            _put_head(out, _NINT, -1 - value)
    elif kind is bool:
        out.append(0xF5 if value else 0xF4)
    elif value is None:
        out.append(0xF6)
    elif kind is Tag:
        if value.number not in TAGS:
            raise ValueError("tag")
        _put_head(out, _TAG, value.number)
        _put(out, value.value)
    elif isinstance(value, (bytes, bytearray, memoryview)):
        _put_head(out, _BYTES, len(value))
        out.extend(value)
    elif kind is str:
        raw = value.encode()
        if not utf8_ok(raw):
            raise ValueError("text with a lone surrogate")
        _put_head(out, _TEXT, len(raw))
        out.extend(raw)
    elif isinstance(value, (list, tuple)):
        _put_head(out, _ARRAY, len(value))
        for item in value:
            _put(out, item)
    elif kind is dict:
        _put_head(out, _MAP, len(value))
        for key in sorted(value, key=_key_order):
            # Again here: MicroPython does not ask for the order of a single key.
            _key_order(key)
            _put(out, key)
            _put(out, value[key])
    else:
        raise TypeError("not in the subset")


def _key_order(key):
    if type(key) is not int:
        raise TypeError("map key")
    return (0, key) if key >= 0 else (1, -1 - key)


class _Reader:
    def __init__(self, data):
        self.data = data
        self.position = 0
        self.end = len(data)

    def item(self, depth: int):
        start = self.position
        if start >= self.end:
            raise Malformed(Malformed.TRUNCATED, start)
        first = self.data[start]
        major = first >> 5
        if major == 7:
            return self._simple(first, start)
        number = self._number(first & 31, start)
        if major == _UINT:
            return number
        if major == _NINT:
            return -1 - number
        if major == _BYTES:
            return self._take(number, start)
        if major == _TEXT:
            raw = self._take(number, start)
            if not utf8_ok(raw):
                raise Malformed(Malformed.UTF8, start)
            return raw.decode()
        if depth < 1:
            raise Malformed(Malformed.TOO_DEEP, start)
        if major == _ARRAY:
            self._claim(number, start)
            return [self.item(depth - 1) for _ in range(number)]
        if major == _MAP:
            self._claim(number * 2, start)
            return self._map(number, depth - 1)
        if number not in TAGS:
            raise Malformed(Malformed.TAG, start)
        return Tag(number, self.item(depth - 1))

    def _number(self, info: int, start: int) -> int:
        if info < 24:
            self.position = start + 1
            return info
        if info > 27:
            raise Malformed(Malformed.INDEFINITE if info == 31 else Malformed.RESERVED, start)
        begin = start + 1
        finish = begin + (1 << info - 24)
        if finish > self.end:
            raise Malformed(Malformed.TRUNCATED, start)
        number = int.from_bytes(bytes(self.data[begin:finish]), "big")
        if number < _LEAST[info - 24]:
            raise Malformed(Malformed.LONG_FORM, start)
        self.position = finish
        return number

    def _claim(self, count: int, start: int) -> None:
        """Each element takes at least one byte, so that a count can be judged at once."""
        if count > self.end - self.position:
            raise Malformed(Malformed.TRUNCATED, start)

    def _take(self, length: int, start: int) -> bytes:
        self._claim(length, start)
        begin = self.position
        self.position = begin + length
        return bytes(self.data[begin : self.position])

    def _map(self, count: int, depth: int) -> dict:
        found = {}
        last = (-1, 0)
        for _ in range(count):
            start = self.position
            if start < self.end and self.data[start] >> 5 not in (_UINT, _NINT):
                raise Malformed(Malformed.KEY_TYPE, start)
            key = self.item(depth)
            order = _key_order(key)
            if order <= last:
                raise Malformed(Malformed.KEY_ORDER, start)
            last = order
            found[key] = self.item(depth)
        return found

    def _simple(self, first: int, start: int):
        if first in _SIMPLE_VALUES:
            self.position = start + 1
            return _SIMPLE_VALUES[first]
        if 0xF9 <= first <= 0xFB:
            raise Malformed(Malformed.FLOAT, start)
        if first == 0xFF:
            raise Malformed(Malformed.INDEFINITE, start)
        raise Malformed(Malformed.SIMPLE, start)
