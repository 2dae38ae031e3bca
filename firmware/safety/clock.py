"""Is time what the frames say? Lockout and dose windows run on frames alone, so time that nobody can vouch for does not pass (SR-110)."""

from firmware.safety import faults, limits

_SECONDS_PER_DAY = 86_400


class ClockRule:
    """Two questions: can so many frames have passed, and does the real-time clock agree. In the frame: allocates nothing."""

    def __init__(self, fault_bits):
        self._faults = fault_bits
        self._since_s = -1
        self._frames = 0

    def passed(self, frames: int) -> int:
        """Frames that count. More than the watchdog lets pass is a jump: fault CLOCK, and one frame counts."""
        if type(frames) is int and 1 <= frames <= limits.CLOCK_JUMP_FRAMES:
            return frames
        self._faults.latch(faults.CLOCK, frames)
        return 1

    def compare(self, frames: int, rtc_s: int) -> bool:
        """frames: since the last call. rtc_s: second of the day on the real-time clock, -1 if it does not answer. False: fault CLOCK.

        Judged every five minutes; a clock that is silent for a while is asked again and the comparison begins anew.
        """
        if rtc_s < 0 or self._since_s < 0:
            self._begin(rtc_s)
            return True
        self._frames += frames
        if self._frames < limits.CLOCK_COMPARE_FRAMES:
            return True
        by_clock = (rtc_s - self._since_s) % _SECONDS_PER_DAY * limits.FRAMES_PER_SECOND
        apart = abs(by_clock - self._frames)
        agree = apart * 1_000 <= self._frames * limits.CLOCK_DRIFT_PERMILLE
        self._begin(rtc_s)
        if not agree:
            self._faults.latch(faults.CLOCK, apart)
        return agree

    def restart(self):
        """The real-time clock has been set: compare from the next reading on."""
        self._since_s = -1

    def _begin(self, rtc_s):
        self._since_s = rtc_s
        self._frames = 0
