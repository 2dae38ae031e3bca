"""Closed buckets of one rolling window in FRAM, as running totals. Layout and reasons: storage.dose_ring."""

import struct

from firmware.storage import ring_record

BYTES = 16
_RECORD = ">IQ4x"
# A bucket is never told as more than this, 4 L: the pump can give 2.4 L in a day, so that it is beyond any limit, and it
# still fits the 32-bit buckets of the windows.
MAX_BUCKET_STEPS = (1 << 30) - 1


class WindowLog:
    """A ring of totals. fram: drivers.fram.Fram. start: address of the ring. places: how many records it holds. kind: start of the CRC."""

    def __init__(self, fram, start: int, places: int, kind: int):
        self._fram = fram
        self._start = start
        self._places = places
        self._kind = kind
        self._record = bytearray(BYTES)
        self._check = bytearray(BYTES)
        self._number = 0
        self._total = 0
        self._totals = {}

    def load(self) -> bool:
        """Read the ring. False if the memory does not answer."""
        self._totals = {}
        self._number = 0
        self._total = 0
        record = self._record
        for place in range(self._places):
            if not self._fram.read_into(self._start + place * BYTES, record):
                return False
            if not ring_record.holds(record, self._kind):
                continue
            number, total = struct.unpack(_RECORD, record)
            if number == 0 or number % self._places != place:
                continue
            self._totals[number] = total
            if number > self._number:
                self._number = number
                self._total = total
        return True

    def fits(self, total_steps: int) -> bool:
        """Whether the closed buckets hold no more than was ever given."""
        return self._total <= total_steps

    def buckets(self, total_steps: int, count: int) -> list:
        """Steps of the newest `count` buckets, newest first; the first is the open one. total_steps: all that can ever have been given.

        Empties the table that `load` has filled.
        """
        totals = self._totals
        self._totals = {}
        found = [_small(total_steps - self._total)]
        number = self._number
        while len(found) < count and number > 0:
            older = number - 1
            oldest = number - self._places
            while older > 0 and older > oldest and older not in totals:
                older -= 1
            if older > 0 and older not in totals:
                # Nothing is known of what came before: then all of it counts as given just now.
                found.append(_small(totals[number]))
                break
            found.append(_small(totals[number] - (totals[older] if older else 0)))
            found.extend([0] * (number - older - 1))
            number = older
        return found[:count]

    def close(self, steps: int) -> bool:
        """Store that a bucket has closed with `steps`. False if it could not be stored."""
        if type(steps) is not int or steps < 0:
            raise ValueError("steps")
        number = self._number + 1
        total = self._total + steps
        struct.pack_into(_RECORD, self._record, 0, number, total)
        address = self._start + number % self._places * BYTES
        if not ring_record.write(self._fram, address, self._record, self._check, self._kind):
            return False
        self._number = number
        self._total = total
        return True


def _small(steps):
    return steps if steps < MAX_BUCKET_STEPS else MAX_BUCKET_STEPS
