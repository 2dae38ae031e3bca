"""Six keys of the panel, low = pressed, and the patient's pendant. Bit numbers are `shared.codes.Key`.

A press needs two samples (200 ms at most), so that a contact that bounces or a spike is no press. STOP counts at once (SR-104), even if it was down only
between two samples, because a stop for nothing is the smaller harm: an interrupt remembers its edge. A release counts at the first sample for all keys.

The pendant has a cable that can break and must not give a bolus by it: two antivalent contacts, 0 and 1 of `drivers.contacts`, and a press is both
changed. Equal contacts are no press and, in the middle of one, no release; for more than three samples they are a broken pendant, or none on its plug.
"""

from array import array

from micropython import const

from firmware.drivers.contacts import MADE, NOT_MADE
from firmware.safety.limits import FRAME_MS, STUCK_KEY_FRAMES
from shared.codes import Key

_PANEL_KEYS = const(6)
_KEYS = const(7)
_PENDANT_CONTACTS = const(2)
_EQUAL_SAMPLES = const(3)
_COUNT_MAX = const(30_000)


class Buttons:
    """mask: keys down, debounced. pressed: keys that went down in this sample. released: keys that went up. stuck: keys held for more than 10 s.
    pendant_broken: its contacts have been equal for more than three samples.

    pins: six inputs with pull-up, in the order of `shared.codes.Key`. contacts: drivers.contacts.Contacts.
    """

    def __init__(self, pins, contacts):
        if len(pins) != _PANEL_KEYS:
            raise ValueError("pins")
        self._pins = tuple(pins)
        self._contacts = contacts
        self._equal = 0
        self.pendant_broken = False
        self._frames = array("h", (0,) * _KEYS)
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
        pendant_down = self._sample_pendant()
        for key in range(_KEYS):
            up = self._pins[key].value() if key < _PANEL_KEYS else not pendant_down
            if up:
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

    def _sample_pendant(self):
        """Whether the pendant counts as down in this sample."""
        pair = self._contacts.read(_PENDANT_CONTACTS)
        down = pair == MADE
        if down or pair == NOT_MADE:
            self._equal = 0
        elif self._equal <= _EQUAL_SAMPLES:
            self._equal += 1
            # A contact that bounces in the middle of a press makes no second press of it.
            down = self.mask & 1 << Key.PENDANT != 0 and self._equal <= _EQUAL_SAMPLES
        self.pendant_broken = self._equal > _EQUAL_SAMPLES
        return down

    def held_frames(self, key: int) -> int:
        """Samples in a row that saw the key down; 0 if it is up. May be called in the frame."""
        return self._frames[key]

    def held_ms(self, key: int) -> int:
        """The same in ms. May be called in the frame."""
        return self._frames[key] * FRAME_MS
