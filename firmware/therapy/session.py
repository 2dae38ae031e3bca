"""Counters of the session: one active prescription from its first step to its last. Steps and frames, small integers.

Each counter is kept twice, as value and complement, and each copy counts by itself: a bit that fell over stays visible (SR-074). They are plain
attributes, because they are read in twenty places of a frame; they are changed by the methods below and nowhere else.
"""


class Session:
    """What has been given of the active prescription.

    done_steps: the most that can have been given; limits use it. uncertain_steps: how much of it may not have been given
    (after a power cut). frames: frames in which delivery ran. reserved_steps: the dose memory has promised to remember up to here.
    carry: nL/h not yet turned into steps; below one carry_unit, never lost while running.
    """

    def __init__(self):
        self.begin(0)

    def begin(self, version: int):
        """A prescription has become active: count from zero."""
        self.resume(version, 0, 0, 0)

    def resume(self, version: int, min_steps: int, max_steps: int, frames: int):
        """Go on after a restart. The truth lies between min and max; what is counted is max."""
        self.version = version
        self.done_steps = max_steps
        self.uncertain_steps = max_steps - min_steps
        self.frames = frames
        self.reserved_steps = max_steps
        self.carry = 0
        self._done_inverse = ~self.done_steps
        self._uncertain_inverse = ~self.uncertain_steps
        self._frames_inverse = ~frames
        self._reserved_inverse = ~max_steps

    # --- in the frame: nothing is allocated ----------------------------------------------------------------------------------

    def give(self, steps: int):
        """Steps have been made into the patient."""
        self.done_steps += steps
        self._done_inverse -= steps

    def run(self, frames: int):
        """Frames have passed in which delivery into the patient ran: the programme's clock."""
        self.frames += frames
        self._frames_inverse -= frames

    def reserve(self, upto_steps: int):
        """The dose memory will remember up to here; after it was settled, that is `done_steps`."""
        self.reserved_steps = upto_steps
        self._reserved_inverse = ~upto_steps

    def intact(self) -> bool:
        """False if a counter and its complement differ: nothing may move any more."""
        return (
            self.done_steps == ~self._done_inverse
            and self.uncertain_steps == ~self._uncertain_inverse
            and self.frames == ~self._frames_inverse
            and self.reserved_steps == ~self._reserved_inverse
        )
