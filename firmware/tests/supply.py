"""The power of a board whose memories are in memory, for tests: it fails in a chosen operation, which is then done in part. Flash and FRAM may share one.

After the cut nothing is written any more, and nobody is told: power is gone.
"""

# What becomes of the operation in which power fails.
DROPPED = 0
QUARTER = 1
HALF = 2
THREE_QUARTERS = 3
LAST_BYTE_MISSING = 4
GARBLED = 5  # half done, and noise where it stopped
UNACKNOWLEDGED = 6  # wholly done
KINDS = (DROPPED, QUARTER, HALF, THREE_QUARTERS, LAST_BYTE_MISSING, GARBLED, UNACKNOWLEDGED)
# Every second way, for one operation and for the next.
IN_TURN = ((DROPPED, HALF, LAST_BYTE_MISSING, UNACKNOWLEDGED), (QUARTER, THREE_QUARTERS, GARBLED))
_QUARTERS = (0, 1, 2, 3, 4, 2, 4)


class Supply:
    """operations: writes, programs and erases so far. dead: power has failed. Allocates nothing: LittleFS calls with the heap locked."""

    def __init__(self):
        self.on()

    def on(self, cut_at: int = 0, kind: int = DROPPED):
        """Power is back. cut_at: number of the operation in which it fails, from 1; 0 for none."""
        self.cut_at = cut_at
        self.kind = kind
        self.operations = 0
        self.dead = False
        self.garbles = False

    def share(self, count: int) -> int:
        """An operation of `count` bytes begins; how many of them are done. `garbles`: noise is left behind them."""
        self.garbles = False
        if self.dead:
            return 0
        self.operations += 1
        if self.operations != self.cut_at:
            return count
        self.dead = True
        self.garbles = self.kind == GARBLED
        if self.kind == LAST_BYTE_MISSING:
            return count - 1
        return count * _QUARTERS[self.kind] // 4
