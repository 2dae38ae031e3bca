"""Counters of the session: one active prescription from its first step to its last. Steps and frames, small integers."""


class Session:
    """What has been given of the active prescription.

    done_steps: the most that can have been given; limits use it. uncertain_steps: how much of it may not have been given
    (after a power cut). frames: frames in which delivery ran.
    """

    def __init__(self):
        self.version = 0
        self.done_steps = 0
        self.uncertain_steps = 0
        self.frames = 0
        self.reserved_steps = 0
        self.carry = (
            0  # nL/h not yet turned into steps; below one carry_unit, never lost while running
        )

    def begin(self, version: int):
        """A prescription has become active: count from zero."""
        self.version = version
        self.done_steps = 0
        self.uncertain_steps = 0
        self.frames = 0
        self.reserved_steps = 0
        self.carry = 0

    def resume(self, version: int, min_steps: int, max_steps: int, frames: int):
        """Go on after a restart. The truth lies between min and max; what is counted is max."""
        self.begin(version)
        self.done_steps = max_steps
        self.uncertain_steps = max_steps - min_steps
        self.frames = frames
        self.reserved_steps = max_steps
