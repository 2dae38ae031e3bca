"""Six keys, low = pressed. Bit numbers are `shared.codes.Key`.

A press needs two samples (200 ms at most), so that a contact that bounces or a spike is no press. STOP counts at once (SR-104), even if it was down only
between two samples, because a stop for nothing is the smaller harm: an interrupt remembers its edge. A release counts at the first sample for all keys.
"""

from array import array

from firmware.safety.limits import FRAME_MS, STUCK_KEY_FRAMES
from shared.codes import Key

KEYS = 6
_COUNT_MAX = 30_000


class Buttons:
    """mask: keys down, debounced. pressed: keys that went down in this sample. released: keys that went up. stuck: keys held for more than 10 s.

    pins: six inputs with pull-up, in the order of `shared.codes.Key`.
    """

    def __init__(self, pins):
        if len(pins) != KEYS:
            raise ValueError("pins")
        self._pins = tuple(pins)
        self._frames = array("h", (0,) * KEYS)
        self.mask = 0
        self.pressed = 0
        self.released = 0
        self.stuck = 0
        self._stop_edge = False
        stop = self._pins[Key.STOP]
        stop.irq(handler=self._on_stop, trigger=stop.IRQ_FALLING)

    def _on_stop(self, pin):
        """Called by the interrupt, at any time: only sets a flag."""
        self._stop_edge = True

    def sample(self) -> int:
        """Read all keys, once a frame. In the frame, a few us. Returns `mask`."""
        mask = 0
        stuck = 0
        frames = self._frames
        if self._stop_edge:
            self._stop_edge = False
            mask = 1 << Key.STOP
        for key in range(KEYS):
            if self._pins[key].value():
                frames[key] = 0
                continue
            if frames[key] < _COUNT_MAX:
                frames[key] += 1
            if frames[key] >= 2 or key == Key.STOP:
                mask |= 1 << key
            if frames[key] > STUCK_KEY_FRAMES:
                stuck |= 1 << key
        self.pressed = mask & ~self.mask
        self.released = self.mask & ~mask
        self.mask = mask
        self.stuck = stuck
        return mask

    def held_frames(self, key: int) -> int:
        """Samples in a row that saw the key down; 0 if it is up. May be called in the frame."""
        return self._frames[key]

    def held_ms(self, key: int) -> int:
        """The same in ms. May be called in the frame."""
        return self._frames[key] * FRAME_MS
