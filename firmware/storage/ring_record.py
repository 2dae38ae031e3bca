"""One record of a ring in the dose memory: its last four bytes are a CRC that starts with the kind of the record, and what was written is read back.

The start tells kinds apart: erased memory, a record of another ring, and one that stands where it does not belong do not pass.
"""

import struct
from binascii import crc32

_CRC_BYTES = 4


def holds(record, kind: int) -> bool:
    """Whether `record` is whole and of this kind."""
    view = memoryview(record)
    at = len(record) - _CRC_BYTES
    return struct.unpack(">I", view[at:])[0] == crc32(view[:at], kind)


def seal(record, kind: int):
    """Make `record` one of this kind: its last four bytes become the CRC."""
    at = len(record) - _CRC_BYTES
    struct.pack_into(">I", record, at, crc32(memoryview(record)[:at], kind))


def write(fram, address: int, record, check, kind: int) -> bool:
    """Seal `record`, write it and read it back into `check`, a buffer of its length. False: it may stand there or not."""
    seal(record, kind)
    return fram.write(address, record) and fram.read_into(address, check) and check == record


def blank(fram, start: int, places: int, record, spared: int) -> bool:
    """Whether a ring is as a new chip has it: one byte value throughout, 00 or FF. record: a buffer of one record.

    spared: the place that the very first record takes; power may have torn it before anything else was written.
    """
    first = None
    for place in range(places):
        if place == spared:
            continue
        if not fram.read_into(start + place * len(record), record):
            return False
        for byte in record:
            if first is None:
                first = byte
            if byte != first or byte not in (0x00, 0xFF):
                return False
    return True
