"""Detector level and steps to bubble volume (SR-049, SR-050). First rule: one bubble; the moving window comes with the detector model."""

from firmware.safety import limits


class AirRule:
    """A bubble is the volume pumped while the detector saw no liquid. In the frame: allocates nothing."""

    def __init__(self):
        self._limit_steps = 0
        self.bubble_steps = 0
        self.air = False

    def calibrate(self, pl_per_step: int):
        """Set the limit for this cassette. Outside the frame."""
        self._limit_steps = limits.AIR_BUBBLE_NL * 1000 // pl_per_step

    def judge(self, wet: bool, steps_made: int):
        """`air` while the tube is dry and the bubble is at or above the limit; gone as soon as liquid is seen again."""
        if wet:
            self.bubble_steps = 0
        else:
            self.bubble_steps += steps_made
        self.air = not wet and self.bubble_steps >= self._limit_steps
