"""Checks during use: what is tested how often, and which fault says that it failed (SR-071). Evidence in, faults out.

Two things are asked of every check: did it pass, and was it made at all. One that nobody has made for twice its period has failed (SR-080).
One that failed is due again at once; how often it may fail stands in `faults.TOLERANCES`.
"""

from array import array

from firmware.safety import faults, limits

SOUNDER = (
    0  # draws current: judged whenever it sounds, by a chirp if it had nothing to say for a day
)
DISPLAY = 1  # answers on the bus
AIR_DETECTOR = 2  # goes dark without its drive: while standing, or in a frame without steps
MEMORY_SWEEP = 3  # guarded numbers and their copies
PROGRAM_IMAGE = 4  # program against its check sum
COUNT = 5

# By check: how often, in frames; the fault.
PERIOD_FRAMES = (
    limits.DAILY_CHECK_FRAMES,
    limits.DISPLAY_CHECK_FRAMES,
    limits.AIR_CHECK_FRAMES,
    limits.DAILY_CHECK_FRAMES,
    limits.DAILY_CHECK_FRAMES,
)
FAULT = (
    faults.SOUNDER,
    faults.DISPLAY,
    faults.AIR_DETECTOR,
    faults.MEMORY,
    faults.PROGRAM_IMAGE,
)

DOWNSTREAM = 0
UPSTREAM = 1
SKIN = 2
# By sensor: lowest and highest reading that it can give, Pa or 0.001 degree C; whether it is never quiet.
LOWEST = (limits.DOWNSTREAM_LOWEST_PA, -limits.UPSTREAM_SPAN_PA, limits.SKIN_LOWEST_MC)
HIGHEST = (limits.DOWNSTREAM_HIGHEST_PA, limits.UPSTREAM_SPAN_PA, limits.SKIN_HIGHEST_MC)
NEVER_QUIET = (True, True, False)


class Periodic:
    """Remembers when each check was last passed. In the frame: allocates nothing."""

    def __init__(self, fault_bits):
        self._faults = fault_bits
        self._age_frames = array("i", bytes(4 * COUNT))

    def tick(self, frames: int):
        """Let time pass. A check that was not made in twice its period latches its fault."""
        for check in range(COUNT):
            age = self._age_frames[check]
            if age >= 2 * PERIOD_FRAMES[check]:
                self._faults.latch(FAULT[check], age)
            else:
                self._age_frames[check] = age + frames

    def due(self, check: int) -> bool:
        return self._age_frames[check] >= PERIOD_FRAMES[check]

    def judge(self, check: int, passed: bool, value: int, now_frames: int) -> bool:
        """A check was made. Only True itself has passed; else it is reported with `value`, and stays due. Returns whether it passed."""
        if passed is True:
            self._age_frames[check] = 0
            return True
        self._age_frames[check] = PERIOD_FRAMES[check]
        self._faults.report(FAULT[check], value, now_frames)
        return False


class Plausibility:
    """Readings that no sensor gives: outside what it can measure, or one and the same for ten minutes from one that is never quiet."""

    def __init__(self, fault_bits):
        self._faults = fault_bits
        self._last: list = [None] * len(LOWEST)
        self._same = array("h", bytes(2 * len(LOWEST)))

    def judge(self, sensor: int, value: int, now_frames: int) -> bool:
        """One reading a second (SR-071). False if it cannot be believed: then IMPLAUSIBLE is reported. In the frame."""
        if value == self._last[sensor] and NEVER_QUIET[sensor]:
            self._same[sensor] = min(self._same[sensor] + 1, limits.STUCK_SENSOR_CHECKS)
        else:
            self._same[sensor] = 0
        self._last[sensor] = value
        stuck = self._same[sensor] == limits.STUCK_SENSOR_CHECKS
        if LOWEST[sensor] <= value <= HIGHEST[sensor] and not stuck:
            return True
        self._faults.report(faults.IMPLAUSIBLE, value, now_frames)
        return False
