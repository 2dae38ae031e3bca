"""What of a prescription's course must survive a restart beyond the totals (SR-023): bolus counts, lockout, load, KVO, bag. In FRAM, beside the dose ring.

    0x1800  bank A: 32 places of 32 bytes, place = seq mod 32; 0x1C00  bank B: the same once more; big-endian
            seq u32 | session u32 | boluses u16 | clinician_boluses u16 | lockout_s u32 | load_steps u32 | kvo_steps u32 | bag_steps u32 | crc32 u32

The top bit of load_steps says that the loading dose is over. A record counts once it stands in either bank and is acknowledged once it stands in both:
a torn write was never acknowledged, and one spoiled record gives no bolus back.
"""

import struct

from firmware.storage import ring_record

BANKS_AT = (0x1800, 0x1C00)
PLACES = 32
BYTES = 32
_KIND = 0x56435253
_RECORD = ">IIHHIIII4x"
_LOAD_CLOSED = 1 << 31
_U16 = (1 << 16) - 1
_U31 = (1 << 31) - 1
_U32 = (1 << 32) - 1
# What is kept of a session, in the order of therapy.course.Course.snapshot: session (prescription version), boluses, clinician_boluses, lockout_s,
# load_steps, load_closed, kvo_steps, bag_steps.
_MOST = (_U32, _U16, _U16, _U32, _U31, 1, _U32, _U32)
_RISING = (
    1,
    2,
    4,
    5,
    6,
)  # within a session: boluses, clinician_boluses, load_steps, load_closed, kvo_steps


class CourseRing:
    """errors: writes that were not confirmed by reading back. fram: drivers.fram.Fram, or storage.flash_ring.FlashRing."""

    def __init__(self, fram):
        self._fram = fram
        self._record = bytearray(BYTES)
        self._check = bytearray(BYTES)
        self._answers = False
        self._seq = 0
        self._kept = None
        self.errors = 0

    def recover(self) -> tuple | None:
        """The newest record as it was given to `save` (about 60 ms); nothing is written. None: blank, lost, or the memory does not answer.

        None is no course: the caller takes the most restrictive one. A memory that did not answer takes no record until it is recovered.
        """
        self._answers = False
        self._seq = 0
        self._kept = None
        record = self._record
        for start in BANKS_AT:
            for place in range(PLACES):
                if not self._fram.read_into(start + place * BYTES, record):
                    return None
                if not ring_record.holds(record, _KIND):
                    continue
                found = struct.unpack(_RECORD, record)
                if found[0] % PLACES == place and found[0] > self._seq:
                    self._seq = found[0]
                    load = found[5]
                    load_kept = (load & ~_LOAD_CLOSED, load >= _LOAD_CLOSED)
                    self._kept = found[1:5] + load_kept + found[6:]
        self._answers = True
        return self._kept

    def save(self, values: tuple) -> bool:
        """Store the course: eight values in the order above. Call it before what it records is done (about 4 ms on the bus).

        False, and the old record stands: a count of the same session would fall, a number does not fit, or it could not be stored; in that case the new record
        may be found after a restart.
        """
        if not self._answers or not self._may_follow(values):
            return False
        seq = self._seq + 1
        load = values[4] | _LOAD_CLOSED if values[5] else values[4]
        struct.pack_into(_RECORD, self._record, 0, seq, *values[:4], load, *values[6:])
        for start in BANKS_AT:
            address = start + seq % PLACES * BYTES
            if not ring_record.write(self._fram, address, self._record, self._check, _KIND):
                self.errors += 1
                return False
        self._seq = seq
        self._kept = values
        return True

    def _may_follow(self, values):
        if len(values) != len(_MOST):
            return False
        for index in range(len(_MOST)):
            if not 0 <= values[index] <= _MOST[index]:
                return False
        kept = self._kept
        if kept is not None and kept[0] == values[0]:
            for index in _RISING:
                if values[index] < kept[index]:
                    return False
        return True
