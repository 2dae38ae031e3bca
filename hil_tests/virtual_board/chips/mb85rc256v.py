"""MB85RC256V FRAM, 32 KiB. Source: Fujitsu data sheet DS501-00017. Backed by `fram.bin`, written through at once.

Two address bytes, then data; the address wraps at 32 KiB; no wait after a write. Power that fails within a transfer leaves the bytes before it.
"""

import lockstep
from words import FAULT_FRAM_SILENT, REP_FAULTS

SIZE_BYTES = 32_768


class MB85RC256V:
    address = 0x50

    def __init__(self, path):
        self._file = open(path, "r+b")  # noqa: SIM115
        self._at = 0
        self._received = 0
        self._one = bytearray(1)

    def answers(self):
        return not lockstep.senses[REP_FAULTS] & FAULT_FRAM_SILENT

    def begin(self):
        self._received = 0

    def write(self, buf, count):
        used = 0
        while self._received < 2 and used < count:
            self._at = (self._at << 8 | buf[used]) & (SIZE_BYTES - 1)
            self._received += 1
            used += 1
        length = count - used
        if length == 0:
            return
        torn = lockstep.store_operation()
        if torn:
            length = lockstep.cut_share(length)
        while length:
            piece = min(length, SIZE_BYTES - self._at)
            self._file.seek(self._at)
            self._file.write(buf, used, piece)
            self._at = (self._at + piece) & (SIZE_BYTES - 1)
            used += piece
            length -= piece
        if torn:
            lockstep.cut()

    def end(self):
        pass

    def read_into(self, buf):
        """Sequential read from the current address."""
        count = len(buf)
        self._file.seek(self._at)
        if self._at + count <= SIZE_BYTES:
            self._file.readinto(buf)
            self._at = (self._at + count) & (SIZE_BYTES - 1)
            return
        for i in range(count):
            self._file.readinto(self._one)
            buf[i] = self._one[0]
            self._at += 1
            if self._at == SIZE_BYTES:
                self._at = 0
                self._file.seek(0)
