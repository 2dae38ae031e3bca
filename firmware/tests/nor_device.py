"""NOR flash in memory whose power fails in a chosen operation, for LittleFS on MicroPython. Model of reference security, 3d.

A program clears bits only, an erase sets a block to FF. After the cut nothing is written any more, and nobody is told: power is gone.
"""

# pyright: reportUndefinedVariable=false, reportArgumentType=false
# (viper: built into MicroPython, unknown to the stubs)

BLOCK = 4_096

# What becomes of the operation in which power fails.
DROPPED = 0
HALF = 1
GARBLED = 2  # half done, and one byte (erase: every third) in between
UNACKNOWLEDGED = 3  # wholly done
KINDS = (DROPPED, HALF, GARBLED, UNACKNOWLEDGED)


@micropython.viper  # noqa: F821
def _read(cells: ptr8, at: int, buf: ptr8, count: int):  # noqa: F821
    for index in range(count):
        buf[index] = cells[at + index]


@micropython.viper  # noqa: F821
def _program(cells: ptr8, at: int, buf: ptr8, count: int) -> int:  # noqa: F821
    """cells &= buf; how many bytes wanted a bit set that is clear."""
    violations = 0
    for index in range(count):
        old = cells[at + index]
        if buf[index] & (old ^ 0xFF):
            violations += 1
        cells[at + index] = old & buf[index]
    return violations


@micropython.viper  # noqa: F821
def _fill(cells: ptr8, at: int, count: int):  # noqa: F821
    for index in range(count):
        cells[at + index] = 0xFF


class NorDevice:
    """Extended block device. operations: programs and erases so far. dead: power has failed. violations: bits a program wanted to set.

    LittleFS may call it with the heap locked, so nothing here allocates.
    """

    def __init__(self, blocks: int):
        self._blocks = blocks
        self.cells = bytearray(b"\xff" * (blocks * BLOCK))
        self.cut_at = 0
        self.kind = DROPPED
        self.operations = 0
        self.violations = 0
        self.dead = False

    def power_on(self, image, cut_at: int = 0, kind: int = DROPPED):
        """Start from `image`. cut_at: number of the operation in which power fails, from 1; 0 for none."""
        for at in range(0, len(image), BLOCK):
            self.cells[at : at + BLOCK] = image[at : at + BLOCK]
        self.cut_at = cut_at
        self.kind = kind
        self.operations = 0
        self.dead = False

    def readblocks(self, block, buf, offset=0):
        _read(self.cells, block * BLOCK + offset, buf, len(buf))

    def writeblocks(self, block, buf, offset=0):
        count = self._share(len(buf))
        at = block * BLOCK + offset
        self.violations += _program(self.cells, at, buf, count)
        if self._tears(len(buf)):
            self.cells[at + count] &= 0x5A

    def ioctl(self, command, argument):
        if command == 4:
            return self._blocks
        if command == 5:
            return BLOCK
        if command == 6:
            self._erase(argument * BLOCK)
        return 0

    def _erase(self, at):
        count = self._share(BLOCK)
        _fill(self.cells, at, count)
        if self._tears(BLOCK):
            for index in range(count, BLOCK, 3):
                self.cells[at + index] |= 0xA5

    def _share(self, count):
        """How many bytes of this operation are done."""
        if self.dead:
            return 0
        self.operations += 1
        if self.operations != self.cut_at:
            return count
        self.dead = True
        if self.kind == DROPPED:
            return 0
        return count if self.kind == UNACKNOWLEDGED else count // 2

    def _tears(self, count):
        return self.operations == self.cut_at and self.kind == GARBLED and self._once()

    def _once(self):
        """True for the operation that was cut, not for those that power did not reach."""
        self.kind = DROPPED
        return True
