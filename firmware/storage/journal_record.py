"""One event as 64 bytes, and the segment header of 64 bytes. Pure; big-endian.

    record = seq u32 | boot u32 | mono_ms u48 | code u8 | argc u8 | 4 args i64 | zeros 12 | crc32 u32
    header = 'VGL1' | first_seq u32 | chain head before the first record, 32 bytes | zeros 20 | crc32 u32

The chain covers the first 48 bytes of a record: h(i) = SHA-256(h(i-1) + record[:48]), h(0) = zeros. The CRC covers the 60 bytes before it.
"""

import hashlib
import struct
from binascii import crc32

BYTES = 64
CHAINED_BYTES = 48
MAX_ARGS = 4
NO_HEAD = bytes(32)

_MAGIC = b"VGL1"
_RECORD = ">IIHIBBqqqq12x"
_HEADER = ">4sI32s20x"
_CRC_AT = 60
_U32 = (1 << 32) - 1
_U48 = (1 << 48) - 1
_I64 = 1 << 63


class Event:
    """seq: number in the journal, from 1. boot, mono_ms: when. code: codes.Event. args: list of up to four integers."""

    def __init__(self, seq: int, boot: int, mono_ms: int, code: int, args: list):
        self.seq = seq
        self.boot = boot
        self.mono_ms = mono_ms
        self.code = code
        self.args = args


def pack(event: Event) -> bytes:
    """The record. ValueError for anything that does not fit its field."""
    count = len(event.args)
    if count > MAX_ARGS or not 0 <= event.code <= 255:
        raise ValueError("event")
    if not 0 < event.seq <= _U32 or not 0 <= event.boot <= _U32 or not 0 <= event.mono_ms <= _U48:
        raise ValueError("event")
    args = list(event.args) + [0] * (MAX_ARGS - count)
    for value in args:
        if type(value) is not int or not -_I64 <= value < _I64:
            raise ValueError("argument")
    body = struct.pack(
        _RECORD,
        event.seq,
        event.boot,
        event.mono_ms >> 32,
        event.mono_ms & _U32,
        event.code,
        count,
        *args,
    )
    return body + struct.pack(">I", crc32(body))


def unpack(raw) -> Event | None:
    """The event in 64 bytes, or None if they are not a whole record."""
    if not _whole(raw):
        return None
    seq, boot, high, low, code, count, *args = struct.unpack(_RECORD, raw[:_CRC_AT])
    if seq == 0 or count > MAX_ARGS:
        return None
    return Event(seq, boot, high << 32 | low, code, args[:count])


def pack_header(first_seq: int, head: bytes) -> bytes:
    """The header of a segment."""
    body = struct.pack(_HEADER, _MAGIC, first_seq, head)
    return body + struct.pack(">I", crc32(body))


def unpack_header(raw) -> tuple | None:
    """(first_seq, head), or None if it is not a whole header."""
    if not _whole(raw):
        return None
    magic, first_seq, head = struct.unpack(_HEADER, raw[:_CRC_AT])
    return (first_seq, head) if magic == _MAGIC else None


def chain(head: bytes, record) -> bytes:
    """The chain's head after `record`."""
    return hashlib.sha256(head + bytes(record[:CHAINED_BYTES])).digest()


def _whole(raw):
    return len(raw) == BYTES and struct.unpack(">I", raw[_CRC_AT:])[0] == crc32(raw[:_CRC_AT])
