"""NOR flash in memory, with a supply that may fail. Model of reference security, 3d.

A program clears bits only, an erase sets a block to FF.
"""

import sys
from array import array

from firmware.tests.supply import Supply

BLOCK = 4_096
_GONE = -5  # so that LittleFS gives up at once: whatever it tried would not reach the flash

if sys.implementation.name == "micropython":
    from firmware.tests.nor_cells import fill, program, read
else:

    def read(cells, at, buf, count):
        buf[:] = cells[at : at + count]

    def program(cells, at, buf, count):
        """cells &= buf; how many bytes wanted a bit set that is clear."""
        violations = 0
        for index in range(count):
            old = cells[at + index]
            violations += buf[index] & ~old & 0xFF != 0
            cells[at + index] = old & buf[index]
        return violations

    def fill(cells, at, count):
        cells[at : at + count] = b"\xff" * count


class NorDevice:
    """Extended block device. supply: shared with other memories, or its own. violations: bits a program wanted to set.
    erases: by block, since `forget_erases`.

    LittleFS may call it with the heap locked, so nothing here allocates.
    """

    def __init__(self, blocks: int, supply=None):
        self._blocks = blocks
        self.cells = bytearray(b"\xff" * (blocks * BLOCK))
        self.supply = Supply() if supply is None else supply
        self.violations = 0
        self.erases = array("i", bytes(4 * blocks))

    def load(self, image):
        """Take the content of `image`."""
        for at in range(0, len(image), BLOCK):
            self.cells[at : at + BLOCK] = image[at : at + BLOCK]

    def forget_erases(self):
        for block in range(self._blocks):
            self.erases[block] = 0

    def readblocks(self, block, buf, offset=0):
        read(self.cells, block * BLOCK + offset, buf, len(buf))

    def writeblocks(self, block, buf, offset=0):
        count = self.supply.share(len(buf))
        at = block * BLOCK + offset
        self.violations += program(self.cells, at, buf, count)
        if self.supply.garbles:
            self.cells[at + count] &= 0x5A
        return _GONE if self.supply.dead else 0

    def ioctl(self, command, argument):
        if command == 4:
            return self._blocks
        if command == 5:
            return BLOCK
        if command == 6:
            self.erases[argument] += 1
            at = argument * BLOCK
            count = self.supply.share(BLOCK)
            fill(self.cells, at, count)
            if self.supply.garbles:
                for index in range(count, BLOCK, 3):
                    self.cells[at + index] |= 0xA5
            return _GONE if self.supply.dead else 0
        return 0
