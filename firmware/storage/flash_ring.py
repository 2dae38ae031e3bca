"""A dose memory in raw flash for a board without FRAM: `read_into` and `write` as drivers.fram.Fram has them, outside any file system.

A write appends one slot to a log over all sectors, and the newest slot of an address counts: one erase makes room for many writes, so that the rings wear
the flash a hundred times less than files would (measured: docs/SAFETY.md, "Flash and FRAM life").

    slot    48 bytes: seq u32 | granule u16 | length u16 | 32 bytes of data | zeros 4 | crc32 u32; big-endian; 85 in a sector
    granule 16 bytes of the memory; length 16 or 32

One sector is free. When the newest is full, the log goes on in the free one: what still counts in the oldest is copied into it, then the oldest is erased and
is the free one. Power may fail anywhere in this: until the oldest is erased all of it stands there, and what was copied is the same twice.
"""

import struct
from array import array

from firmware.storage import ring_record

SECTOR_BYTES = 4_096
SLOT_BYTES = 48
SLOTS = SECTOR_BYTES // SLOT_BYTES
MIN_SECTORS = 9  # all that can count fits into all sectors but two
SIZE = 0x2200  # the dose, course and number rings
_GRANULE_BYTES = 16
_GRANULES = SIZE // _GRANULE_BYTES
_HEAD = ">IHH"
_DATA_AT = 8
_KIND = 0x56464C52
_NOWHERE = 0xFFFF
_ERASED = b"\xff" * SLOT_BYTES
_EIO = 5
_COUNT_SECTORS = 4  # ioctl
_ERASE_SECTOR = 6


class FlashRing:
    """erases: sectors erased since the start. errors: operations that failed.

    device: extended block device of 4 KiB blocks, 9 or more, for this alone; on the board `storage.flash.ring_partition()`.
    ValueError: it is too small, or beyond 3 MiB.
    """

    def __init__(self, device):
        self._device = device
        self._sectors = device.ioctl(_COUNT_SECTORS, 0)
        if not MIN_SECTORS <= self._sectors < _NOWHERE // SLOTS:
            raise ValueError("sectors")
        self._slot = bytearray(SLOT_BYTES)
        self._check = bytearray(SLOT_BYTES)
        self._places = array(
            "H"
        )  # by granule, which of all slots holds it; empty until all were read
        self._head = 0  # the sector that is being filled
        self._next = 0  # its first slot that was never programmed
        self._ready = False  # the sector behind it is erased
        self._seq = 0
        self.erases = 0
        self.errors = 0

    def read_into(self, address: int, buf) -> bool:
        """Fill `buf` (16 or 32 bytes) from `address`, a multiple of 16; FF where nothing was ever written. False if the flash does not answer."""
        granule, count = _granules(address, len(buf))
        try:
            if not self._places:
                self._load()
            for index in range(count):
                at = index * _GRANULE_BYTES
                self._read_granule(granule + index)
                buf[at : at + _GRANULE_BYTES] = self._slot[_DATA_AT : _DATA_AT + _GRANULE_BYTES]
        except OSError:
            self.errors += 1
            return False
        return True

    def write(self, address: int, buf) -> bool:
        """Write `buf` (16 or 32 bytes) to `address`, a multiple of 16. Outside the frame: one in 85 erases a sector. False: it may stand there or not."""
        granule, _ = _granules(address, len(buf))
        try:
            if not self._places:
                self._load()
            self._make_room()
            written = self._append(granule, buf)
        except OSError:
            written = False
        if not written:
            self.errors += 1
        return written

    def _append(self, granule, data):
        """Program the next slot and read it back. A slot that did not take it is left behind."""
        slot = self._slot
        place = self._head * SLOTS + self._next
        for index in range(SLOT_BYTES):
            slot[index] = 0
        self._seq += 1
        struct.pack_into(_HEAD, slot, 0, self._seq, granule, len(data))
        slot[_DATA_AT : _DATA_AT + len(data)] = data
        ring_record.seal(slot, _KIND)
        self._next += 1
        self._device.writeblocks(self._head, slot, place % SLOTS * SLOT_BYTES)
        self._read_slot(place, self._check)
        if self._check != slot:
            return False
        for index in range(len(data) // _GRANULE_BYTES):
            self._places[granule + index] = place
        return True

    def _make_room(self):
        """See to a free slot in the newest sector and to an erased sector behind it. OSError: the flash refuses."""
        if self._ready and self._next < SLOTS:
            return
        # Bounded: a flash that no longer holds what is written must not hold the pump.
        for _ in range(2 * self._sectors):
            behind = (self._head + 1) % self._sectors
            if not self._is_erased(behind):
                # The oldest, or what power has interrupted: then nothing but copies of it stands in the newest sector.
                self._collect(behind)
            elif self._next < SLOTS:
                self._ready = True
                return
            else:
                self._head = behind
                self._next = 0
        raise OSError(_EIO)

    def _collect(self, victim):
        """Copy what counts in a sector to the newest one, then erase it."""
        needed = 0
        for _ in self._living(victim):
            needed += 1
        if needed > SLOTS - self._next:
            # Power has failed in here again and again, and torn copies fill the newest sector. All of them still stand in this one: begin anew.
            self._erase(self._head)
            self._load()
            return
        for granule, count in self._living(victim):
            if not self._copy(granule, count):
                raise OSError(_EIO)
        self._erase(victim)

    def _living(self, sector):
        """(granule, how many) of each slot of a sector that still counts."""
        places = self._places
        granule = 0
        while granule < _GRANULES:
            place = places[granule]
            count = 1
            if place // SLOTS == sector:
                if granule + 1 < _GRANULES and places[granule + 1] == place:
                    count = 2
                yield granule, count
            granule += count

    def _copy(self, granule, count):
        self._read_granule(granule)
        data = bytes(self._slot[_DATA_AT : _DATA_AT + count * _GRANULE_BYTES])
        return self._append(granule, data)

    def _erase(self, sector):
        self.erases += 1
        self._ready = False
        self._device.ioctl(_ERASE_SECTOR, sector)
        if not self._is_erased(sector):
            raise OSError(_EIO)

    def _load(self):
        """Find the newest slot of each granule. Reads all slots; nothing is written."""
        self._places = array("H")
        self._ready = False
        order = []
        for sector in range(self._sectors):
            seq = self._first_seq(sector)
            if seq:
                order.append((seq, sector))
        order.sort()
        places = array("H", b"\xff\xff" * _GRANULES)
        for _, sector in order:
            for place in range(sector * SLOTS, (sector + 1) * SLOTS):
                self._take(place, places)
        self._head = order[-1][1] if order else 0
        self._next = SLOTS
        while self._next and self._slot_is_erased(self._head * SLOTS + self._next - 1):
            self._next -= 1
        self._places = places

    def _first_seq(self, sector):
        """Number of the first whole slot, 0 without one: sectors were filled in the order of these."""
        for place in range(sector * SLOTS, (sector + 1) * SLOTS):
            self._read_slot(place, self._slot)
            if ring_record.holds(self._slot, _KIND):
                return struct.unpack(">I", self._slot[:4])[0]
        return 0

    def _take(self, place, places):
        self._read_slot(place, self._slot)
        if not ring_record.holds(self._slot, _KIND):
            return
        seq, granule, length = struct.unpack(_HEAD, self._slot[:_DATA_AT])
        self._seq = max(self._seq, seq)
        for index in range(length // _GRANULE_BYTES):
            places[granule + index] = place

    def _read_granule(self, granule):
        """Its bytes, and what follows them in their slot, to where the data of a slot begins."""
        place = self._places[granule]
        if place == _NOWHERE:
            self._slot[:] = _ERASED
            return
        self._read_slot(place, self._slot)
        first = self._slot[4] << 8 | self._slot[5]
        if first != granule:
            middle = _DATA_AT + _GRANULE_BYTES
            self._slot[_DATA_AT:middle] = self._slot[middle : middle + _GRANULE_BYTES]

    def _read_slot(self, place, buf):
        self._device.readblocks(place // SLOTS, buf, place % SLOTS * SLOT_BYTES)

    def _slot_is_erased(self, place):
        self._read_slot(place, self._check)
        return self._check == _ERASED

    def _is_erased(self, sector):
        places = range(sector * SLOTS, (sector + 1) * SLOTS)
        return all(self._slot_is_erased(place) for place in places)


def _granules(address, length):
    """(first granule, how many). ValueError: outside the memory, or not whole granules."""
    if address < 0 or address + length > SIZE:
        raise ValueError("address")
    if address % _GRANULE_BYTES or length not in (_GRANULE_BYTES, 2 * _GRANULE_BYTES):
        raise ValueError("granule")
    return address // _GRANULE_BYTES, length // _GRANULE_BYTES
