"""Which sequence numbers may still come. Nothing here changes before the caller says `accept`."""

from shared.codes import Reason

# More than 64 blocks of 1,024 numbers at once: no honest sender jumps so far.
MAX_JUMP = 65_536


class Window:
    """Clinic side, one for each id_context: each number once, late ones up to `size` behind."""

    def __init__(self, size: int = 1_024):
        self.size = size
        self.highest = -1
        self._seen = 0  # bit n: number `highest - n` was accepted

    def accept(self, seq: int) -> bool:
        """True the first time, and only inside the window. To be asked after the tag was good."""
        if seq > self.highest:
            shift = seq - self.highest
            if self.highest < 0 or shift >= self.size:
                self._seen = 1
            else:
                self._seen = (self._seen << shift | 1) & (1 << self.size) - 1
            self.highest = seq
            return True
        behind = self.highest - seq
        if seq < 0 or behind >= self.size or self._seen >> behind & 1:
            return False
        self._seen |= 1 << behind
        return True


class StrictCounter:
    """Pump side: only rising numbers. `last` comes from the pump's store; 0 when none ever came."""

    def __init__(self, last: int):
        self.last = last

    def check(self, seq: int) -> int:
        """codes.Reason.NONE, REPLAYED or SEQUENCE_JUMP. Changes nothing."""
        if seq <= self.last:
            return Reason.REPLAYED
        if seq > self.last + MAX_JUMP:
            return Reason.SEQUENCE_JUMP
        return Reason.NONE

    def accept(self, seq: int) -> None:
        """Take `seq` as the last one. After the tag was good; store it before acting on it."""
        if self.check(seq) != Reason.NONE:
            raise ValueError("sequence")
        self.last = seq
