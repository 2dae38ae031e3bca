"""NOR flash behind the `vigil` partition: 512 KiB in 4 KiB sectors, backed by `flash.bin`.

Erase sets a sector to FF; a program can only clear bits. A program that would set a bit clears what it can and is counted as a violation, as the chip would
do silently. Power that fails within an operation leaves its first part done. LittleFS calls this with the heap locked: nothing here allocates.
"""

import lockstep
from words import FAULT_FLASH_DEAD, REP_FAULTS, REQ_FLASH_VIOLATIONS

SECTOR_BYTES = 4_096
_PIECE_BYTES = 256
_EIO = 5


@micropython.viper  # noqa: F821
def _program(cells: ptr8, data: ptr8, start: int, count: int) -> int:  # noqa: F821
    """cells &= data[start:start + count]; how many bytes wanted a bit set that is clear."""
    violations = 0
    for i in range(count):
        old = cells[i]
        new = data[start + i]
        if new & (old ^ 255):
            violations += 1
        cells[i] = old & new
    return violations


class NorFlash:
    def __init__(self, path):
        self._file = open(path, "r+b")  # noqa: SIM115
        self.size_bytes = self._file.seek(0, 2)
        self._cells = bytearray(_PIECE_BYTES)
        self._erased = bytearray(b"\xff" * _PIECE_BYTES)
        self.violations = 0
        lockstep.reporters.append(self)

    def report(self, request, end_us):
        request[REQ_FLASH_VIOLATIONS] = self.violations

    def check(self, at, count):
        if at < 0 or at + count > self.size_bytes:
            raise OSError(_EIO)

    def read_into(self, at, buf):
        self.check(at, len(buf))
        self._file.seek(at)
        self._file.readinto(buf)

    def erase(self, at, count):
        self._check_write(at, count)
        torn = lockstep.store_operation()
        if torn:
            count = lockstep.cut_share(count)
        self._file.seek(at)
        while count > 0:
            piece = min(count, _PIECE_BYTES)
            self._file.write(self._erased, piece)
            count -= piece
        if torn:
            lockstep.cut()

    def program(self, at, buf):
        count = len(buf)
        self._check_write(at, count)
        torn = lockstep.store_operation()
        if torn:
            count = lockstep.cut_share(count)
        done = 0
        while done < count:
            piece = min(count - done, _PIECE_BYTES)
            self._file.seek(at + done)
            self._file.readinto(self._cells, piece)
            self.violations += _program(self._cells, buf, done, piece)
            self._file.seek(at + done)
            self._file.write(self._cells, piece)
            done += piece
        if torn:
            lockstep.cut()

    def _check_write(self, at, count):
        self.check(at, count)
        if lockstep.senses[REP_FAULTS] & FAULT_FLASH_DEAD:
            raise OSError(_EIO)
