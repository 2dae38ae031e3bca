"""The clinician's four digits: what has been entered, how often it was wrong, how long the entry stays shut. Knows no code: the pump compares.

In the frame: allocates nothing.
"""

DIGITS = 4
# Three tries, then ten minutes: all 10,000 codes take more than 23 days.
TRIES = 3
LOCK_FRAMES = 6_000


class CodeEntry:
    """value: the code that waits for `result`, 0 to 9999, or -1. digit: the one that is being chosen.

    tries: codes since the last accepted one, the one that waits included. It counts before anybody compares, so that a power cut wins no try;
    put back after a restart it shuts the entry again. lock_frames: until the entry opens again, 0 when it is open.
    """

    def __init__(self):
        self.value = -1
        self.digit = 0
        self.tries = 0
        self.lock_frames = 0
        self._entered = 0

    def begin(self):
        self.digit = 0
        self._entered = 0

    def turn(self, by: int):
        """by: 1 up, -1 down."""
        self.digit = (self.digit + by) % 10

    def next(self):
        self._entered = self._entered * 10 + self.digit
        self.digit = 0

    def submit(self):
        """The last digit stands: `value` waits for the pump."""
        self.next()
        self.value = self._entered
        self._entered = 0
        self.tries += 1

    def result(self, accepted: bool):
        """What the pump says of `value`. Nothing waits: nothing happens."""
        if self.value < 0:
            return
        self.value = -1
        if accepted:
            self.tries = 0

    def withdraw(self):
        """Nobody waits for the answer any more. The try stays counted."""
        self.value = -1

    def open(self) -> bool:
        """Whether another code may be entered now."""
        return self.tries < TRIES

    def tick(self, frames: int):
        if self.tries < TRIES or self.value >= 0:
            return
        if self.lock_frames == 0:
            self.lock_frames = LOCK_FRAMES
        elif self.lock_frames > frames:
            self.lock_frames -= frames
        else:
            self.lock_frames = 0
            self.tries = 0
