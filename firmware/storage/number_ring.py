"""Numbers of commands in FRAM: each is stored before its command is acted on, and costs no erase of the flash.

    0x2000  32 places of 16 bytes: count u32 | number u64 | crc32 u32            place = count mod 32; big-endian

The highest number of all whole records is the last one: a torn record was never acknowledged.
"""

import struct

from firmware.storage import ring_record

START_AT = 0x2000
PLACES = 32
BYTES = 16
_KIND = 0x564E554D
_RECORD = ">IQ4x"
_NUMBER_MAX = (1 << 40) - 1  # partial_iv is at most five bytes


class NumberRing:
    """last: highest number stored, 0 without one. errors: writes that were not confirmed by reading back.

    fram: drivers.fram.Fram, or storage.flash_ring.FlashRing.
    """

    def __init__(self, fram):
        self._fram = fram
        self._record = bytearray(BYTES)
        self._check = bytearray(BYTES)
        self._count = 0
        self._valid = False
        self.last = 0
        self.errors = 0

    def recover(self) -> bool:
        """Read the ring (about 15 ms); nothing is written. False: the memory does not answer, or what it knew is lost; then it takes no number."""
        self._valid = False
        self._count = 0
        self.last = 0
        record = self._record
        for place in range(PLACES):
            if not self._fram.read_into(START_AT + place * BYTES, record):
                return False
            if not ring_record.holds(record, _KIND):
                continue
            count, number = struct.unpack(_RECORD, record)
            if count % PLACES == place:
                self._count = max(self._count, count)
                self.last = max(self.last, number)
        self._valid = self._count > 0 or ring_record.blank(
            self._fram, START_AT, PLACES, record, 1 % PLACES
        )
        return self._valid

    def put(self, number: int) -> bool:
        """Store a number above the last one. False, and the last one stands: it is not above, above 40 bits, or could not be stored."""
        if not self._valid or not self.last < number <= _NUMBER_MAX:
            return False
        count = self._count + 1
        struct.pack_into(_RECORD, self._record, 0, count, number)
        address = START_AT + count % PLACES * BYTES
        if not ring_record.write(self._fram, address, self._record, self._check, _KIND):
            self.errors += 1
            return False
        self._count = count
        self.last = number
        return True
