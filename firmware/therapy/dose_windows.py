"""Rolling hour and day of all flow, in steps, never less than what was given (SR-020, SR-021).

Buckets: 61 of one minute and 97 of a quarter of an hour. The newest is still filling, so the sum covers 60 to 61 minutes (24 to 24.25 h):
the limit holds in every true hour, at the price of counting up to one bucket too much. A prescription whose hourly limit lies
less than 1/60 above its rate would stop itself; `shared.drug_library` refuses it when it is written.
"""

from array import array

from firmware.safety import limits

MINUTES = 61
QUARTERS = 97


class DoseWindows:
    """`hour_steps` and `day_steps` are kept current by `add` and `tick`; both allocate nothing."""

    def __init__(self):
        self.minutes = array("i", bytes(4 * MINUTES))
        self.quarters = array("i", bytes(4 * QUARTERS))
        self.minute_at = 0
        self.quarter_at = 0
        self.hour_steps = 0
        self.day_steps = 0
        self._minute_frames = 0
        self._quarter_frames = 0
        self.minute_closed = False  # set by tick, cleared by the slice that writes the bucket
        self.quarter_closed = False
        self.closed_minute_steps = 0
        self.closed_quarter_steps = 0

    def add(self, steps: int):
        """Count steps permitted now."""
        self.minutes[self.minute_at] += steps
        self.quarters[self.quarter_at] += steps
        self.hour_steps += steps
        self.day_steps += steps

    def tick(self, frames: int):
        """Let `frames` frames pass (1 in normal running, more after an overrun)."""
        self._minute_frames += frames
        while self._minute_frames >= limits.FRAMES_PER_MINUTE:
            self._minute_frames -= limits.FRAMES_PER_MINUTE
            # Several at once only after a long overrun: then they are written as one, which counts longer.
            closed = self.closed_minute_steps if self.minute_closed else 0
            self.closed_minute_steps = closed + self.minutes[self.minute_at]
            self.minute_at += 1
            if self.minute_at == MINUTES:
                self.minute_at = 0
            self.hour_steps -= self.minutes[self.minute_at]
            self.minutes[self.minute_at] = 0
            self.minute_closed = True
        self._quarter_frames += frames
        while self._quarter_frames >= limits.FRAMES_PER_QUARTER_HOUR:
            self._quarter_frames -= limits.FRAMES_PER_QUARTER_HOUR
            closed = self.closed_quarter_steps if self.quarter_closed else 0
            self.closed_quarter_steps = closed + self.quarters[self.quarter_at]
            self.quarter_at += 1
            if self.quarter_at == QUARTERS:
                self.quarter_at = 0
            self.day_steps -= self.quarters[self.quarter_at]
            self.quarters[self.quarter_at] = 0
            self.quarter_closed = True

    def assume(self, minute_steps: list, quarter_steps: list):
        """Start from recovered buckets, newest first, as if no time had passed since: the most that can have been given.

        Buckets that could not be recovered are absent from the lists, and the caller has put their steps into the newest.
        """
        for index in range(MINUTES):
            self.minutes[index] = 0
        for index in range(QUARTERS):
            self.quarters[index] = 0
        self.minute_at = 0
        self.quarter_at = 0
        self._minute_frames = 0
        self._quarter_frames = 0
        for age in range(min(len(minute_steps), MINUTES)):
            self.minutes[-age % MINUTES] = minute_steps[age]
        for age in range(min(len(quarter_steps), QUARTERS)):
            self.quarters[-age % QUARTERS] = quarter_steps[age]
        self.hour_steps = sum(self.minutes)
        self.day_steps = sum(self.quarters)
