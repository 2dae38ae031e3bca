"""An integer kept twice, so that a bit that fell over is seen before it is believed (SR-074)."""


class Guarded:
    """`value`, and its complement beside it. Small integers, -2^30 to 2^30 - 1. In the frame: allocates nothing."""

    def __init__(self, value: int = 0):
        self.set(value)

    def set(self, value: int):
        """Write both copies."""
        self.value = value
        self._inverse = ~value

    def add(self, amount: int):
        """Each copy counts by itself: a difference between them never heals."""
        self.value += amount
        self._inverse -= amount

    def ok(self) -> bool:
        """True if the copies agree. False is the end of the infusion: fault MEMORY."""
        return type(self.value) is int and self.value == ~self._inverse
