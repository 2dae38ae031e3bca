"""Events on their way from the frame to the journal: a ring of integers that allocates nothing."""

from array import array

CAPACITY = 64  # between two journal slices, which run every frame; every condition may rise and fall twice
WIDTH = 4


class EventQueue:
    """`note` in the frame, `take` outside it. A full queue counts what it loses; the journal slice writes the count down."""

    def __init__(self):
        # 64 bits, as in the journal: a number that came in a command must not end the pump.
        self._ring = array("q", bytes(8 * WIDTH * CAPACITY))
        self._first = 0
        self.waiting = 0
        self.lost = 0

    def note(self, code: int, first: int, second: int, third: int):
        """Queue one event: shared.codes.Event and its arguments, integers of 64 bits; unused ones are 0."""
        if self.waiting >= CAPACITY:
            self.lost += 1
            return
        at = (self._first + self.waiting) % CAPACITY * WIDTH
        ring = self._ring
        ring[at] = code
        ring[at + 1] = first
        ring[at + 2] = second
        ring[at + 3] = third
        self.waiting += 1

    def take(self) -> tuple | None:
        """Oldest event as (code, first, second, third), or None. Allocates: outside the frame only."""
        if not self.waiting:
            return None
        at = self._first * WIDTH
        self._first = (self._first + 1) % CAPACITY
        self.waiting -= 1
        return tuple(self._ring[at : at + WIDTH])
