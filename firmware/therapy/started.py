"""Nobody may believe that the pump runs when it does not: START was pressed and nothing moves, or a prescription was left half confirmed (SR-096, SR-097)."""

from firmware.safety import limits


class StartRule:
    """nothing_moves: since START, until a step is made or STOP is pressed. unfinished: a person has not said yes or no. In the frame: allocates nothing."""

    def __init__(self):
        self._waits = False
        self._waiting_frames = 0
        self._confirming_frames = 0
        self.nothing_moves = False
        self.unfinished = False

    def pressed(self):
        """START was pressed, whatever came of it. A second press while waiting does not begin the time anew."""
        self._waits = True

    def withdrawn(self):
        """STOP was pressed: nothing is expected any more."""
        self._waits = False

    def judge(self, steps_made: int, confirming: bool, frames: int):
        """steps_made: since the last call. confirming: a prescription waits for a person. frames: that have passed since the last call."""
        if steps_made:
            self._waits = False
        self._waiting_frames = self._waiting_frames + frames if self._waits else 0
        self.nothing_moves = self._waiting_frames >= limits.NOT_STARTED_FRAMES
        self._confirming_frames = self._confirming_frames + frames if confirming else 0
        self.unfinished = self._confirming_frames >= limits.CONFIG_UNFINISHED_FRAMES
