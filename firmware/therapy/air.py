"""Detector level and steps to volumes of air (SR-049, SR-050): one bubble, and all air of the last quarter of an hour."""

from array import array

from firmware.safety import limits

# The newest bucket is still filling, so the window is 15 to 16 minutes long: never shorter.
_BUCKETS = limits.AIR_WINDOW_FRAMES // limits.FRAMES_PER_MINUTE + 1


class AirRule:
    """Air is what was pumped into the patient while the detector saw no liquid. bubble_steps: of this bubble. window_steps: of the last 15 min.

    In the frame: allocates nothing.
    """

    def __init__(self):
        self._minutes = array("i", bytes(4 * _BUCKETS))
        self._minute_at = 0
        self._minute_frames = 0
        self._bubble_limit_steps = 0
        self._window_limit_steps = 0
        self._bubble_inverse = 0
        self._window_inverse = 0
        self.bubble_steps = 0
        self.window_steps = 0
        self.air = False

    def calibrate(self, pl_per_step: int):
        """Set the limits for this cassette. Outside the frame."""
        self._bubble_limit_steps = limits.AIR_BUBBLE_NL * 1000 // pl_per_step
        self._window_limit_steps = limits.AIR_WINDOW_NL * 1000 // pl_per_step
        self._bubble_inverse = ~self._bubble_limit_steps
        self._window_inverse = ~self._window_limit_steps

    def intact(self) -> bool:
        """False if a limit and its copy differ: a limit that grew would let every bubble through (SR-074). False before `calibrate`."""
        return (
            self._bubble_limit_steps == ~self._bubble_inverse
            and self._window_limit_steps == ~self._window_inverse
        )

    def judge(self, wet: bool, steps_made: int, frames: int):
        """`air` while the bubble is at or above its limit, which ends with liquid, and while the window is at or above its own. Always, before `calibrate`.

        steps_made: into the patient since the last call; none while the line is primed off the patient. frames: that have passed since then.
        """
        self._tick(frames)
        if wet:
            self.bubble_steps = 0
        else:
            self.bubble_steps += steps_made
            self.window_steps += steps_made
            self._minutes[self._minute_at] += steps_made
        self.air = (
            self.bubble_steps >= self._bubble_limit_steps
            or self.window_steps >= self._window_limit_steps
        )

    def _tick(self, frames):
        # A jump of the clock lets no air be forgotten (SR-110).
        self._minute_frames += min(frames, limits.CLOCK_JUMP_FRAMES)
        if self._minute_frames >= limits.FRAMES_PER_MINUTE:
            self._minute_frames -= limits.FRAMES_PER_MINUTE
            self._minute_at = (self._minute_at + 1) % _BUCKETS
            self.window_steps -= self._minutes[self._minute_at]
            self._minutes[self._minute_at] = 0
