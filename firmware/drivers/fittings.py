"""Door, cassette and bag: two antivalent Hall switches each, contacts 2 to 7 of `drivers.contacts` (SR-055, SR-058).

What is not proved shut is open. One sample that says open is enough; shut needs two in a row, so that a latch that bounces stays open. Both
contacts equal may be a latch on its way for two samples, which change nothing; from the third on the switches are broken, and that is open too.
"""

from micropython import const

from firmware.drivers.contacts import CONTACTS, MADE, NOT_MADE

DOOR = 1
CASSETTE = 2
BAG = 4
ALL = 7
_FITTINGS = const(3)
_FIRST_CONTACT = const(2)
_SHUT_SAMPLES = const(2)
_EQUAL_SAMPLES = const(2)  # this many in a row are a movement, more are a fault


class Fittings:
    """open_mask: bits DOOR, CASSETTE, BAG that are open, all of them before the first sample. broken_mask: the same bits, whose two contacts are equal.

    The first sample after power-on counts at once.
    """

    def __init__(self, contacts):
        self._contacts = contacts
        self._shut = bytearray(_FITTINGS)  # samples in a row
        self._equal = bytearray(_FITTINGS)
        for fitting in range(_FITTINGS):
            self._shut[fitting] = _SHUT_SAMPLES - 1
        self.open_mask = ALL
        self.broken_mask = 0

    def sample(self) -> int:
        """Read all switches, once a frame. In the frame, 50 us. Returns `open_mask`."""
        levels = self._contacts.read(CONTACTS) >> _FIRST_CONTACT
        shut, equal = self._shut, self._equal
        open_mask = self.open_mask
        broken_mask = 0
        for fitting in range(_FITTINGS):
            bit = 1 << fitting
            pair = levels >> 2 * fitting & 3
            if pair == MADE:
                equal[fitting] = 0
                if shut[fitting] < _SHUT_SAMPLES:
                    shut[fitting] += 1
                if shut[fitting] == _SHUT_SAMPLES:
                    open_mask &= ~bit
                continue
            if pair == NOT_MADE:
                equal[fitting] = 0
                shut[fitting] = 0
                open_mask |= bit
                continue
            if equal[fitting] <= _EQUAL_SAMPLES:
                equal[fitting] += 1
            if equal[fitting] > _EQUAL_SAMPLES:
                shut[fitting] = 0
                open_mask |= bit
                broken_mask |= bit
        self.open_mask = open_mask
        self.broken_mask = broken_mask
        return open_mask
