"""Door, cassette and bag: what their switches say, to condition and to fault (SR-055, SR-058). The driver has taken the bounce out of both."""

_FITTINGS = 3
# Between its two ends a fitting makes both switches or none, and a hand may stop there: only a contradiction that lasts [3 s] is no hand.
_BROKEN_FRAMES = 30


class FittingsRule:
    """Masks, a bit a fitting. open_mask: not proved shut; all before the first call. broken_mask: two switches that contradict each other and stay so.

    In the frame: allocates nothing.
    """

    def __init__(self):
        self.open_mask = (1 << _FITTINGS) - 1
        self.broken_mask = 0
        self._equal_frames = bytearray(_FITTINGS)

    def judge(self, open_mask: int, equal_mask: int, frames: int):
        """open_mask: fittings of which one switch says that they are open. equal_mask: fittings whose two switches say the same: open, until they agree again.
        frames: that have passed since the last call.
        """
        self.open_mask = open_mask | equal_mask
        for fitting in range(_FITTINGS):
            bit = 1 << fitting
            if not equal_mask & bit:
                self._equal_frames[fitting] = 0
                self.broken_mask &= ~bit
                continue
            lasts = min(self._equal_frames[fitting] + frames, _BROKEN_FRAMES)
            self._equal_frames[fitting] = lasts
            if lasts == _BROKEN_FRAMES:
                self.broken_mask |= bit
