"""Rolling hour, four hours and day of all flow, in steps, never less than what was given (SR-020, SR-021).

Buckets: 61 of one minute and 97 of a quarter of an hour; the four hours are the newest 17 of those. The newest is still filling, so a sum covers 60 to
61 minutes (4 to 4.25 h, 24 to 24.25 h): the limit holds in every true hour, at the price of counting up to one bucket too much. A prescription whose
limits lie less than that above its rate would stop itself; `shared.drug_library` refuses it when it is written.

Each sum and each position is kept twice, as value and complement, and once a minute one of the two rings is counted anew (SR-074).
"""

from array import array

from firmware.safety import limits
from shared.codes import Reason

MINUTES = 61
QUARTERS = 97
FOUR_HOURS = 17  # quarters
_QUARTER_MINUTES = 15
# Near a limit at DOSE_NEAR_PERMILLE of it (SR-022); no longer near below [80 %]. A steady rate makes the sum of four hours rise and fall by
# 6 % with every bucket: less than that between the two would ring every quarter of an hour.
_CLEAR_PERMILLE = 800


class DoseWindows:
    """hour_steps, four_hour_steps, day_steps: the sums, kept current by `add` and `tick`. minutes, quarters: the rings; minute_at, quarter_at: where
    their open buckets are. minute_closed, quarter_closed: a bucket of closed_..._steps waits for the slice that writes it and clears the flag.

    Sums stay small integers: 9.3e8 steps at most, a litre that was given in one bucket and the fastest basal of a day besides.
    """

    def __init__(self):
        self.minutes = array("i", bytes(4 * MINUTES))
        self.quarters = array("i", bytes(4 * QUARTERS))
        self.minute_closed = False
        self.quarter_closed = False
        self.closed_minute_steps = 0
        self.closed_quarter_steps = 0
        self._near = Reason.NONE
        self.assume([], [])

    def assume(self, minute_steps: list, quarter_steps: list):
        """Start from recovered buckets, newest first, as if no time had passed since: the most that can have been given. Outside the frame.

        Buckets that could not be recovered are absent from the lists, and the caller has put their steps into the newest.
        """
        _refill(self.minutes, minute_steps)
        _refill(self.quarters, quarter_steps)
        self.minute_at = 0
        self.quarter_at = 0
        self._minute_at_inverse = ~0
        self._quarter_at_inverse = ~0
        self._minute_frames = 0
        self._quarter_frames = 0
        self.hour_steps = sum(self.minutes)
        self.four_hour_steps = self._count_four_hours()
        self.day_steps = sum(self.quarters)
        self._hour_inverse = ~self.hour_steps
        self._four_hour_inverse = ~self.four_hour_steps
        self._day_inverse = ~self.day_steps
        self._count_minutes = False
        self._count_due = False
        self._counted = True

    # --- in the frame: nothing is allocated ----------------------------------------------------------------------------------

    def add(self, steps: int):
        """Count steps permitted now."""
        self.minutes[self.minute_at] += steps
        self.quarters[self.quarter_at] += steps
        self.hour_steps += steps
        self.four_hour_steps += steps
        self.day_steps += steps
        self._hour_inverse -= steps
        self._four_hour_inverse -= steps
        self._day_inverse -= steps

    def tick(self, frames: int):
        """Let `frames` frames pass (1 in normal running, more after an overrun).

        More than CLOCK_JUMP_FRAMES cannot have passed, for the watchdog would have ended the pump: a clock that says so shortens no window
        by more than that (SR-110).
        """
        frames = min(frames, limits.CLOCK_JUMP_FRAMES)
        self._minute_frames += frames
        if self._minute_frames >= limits.FRAMES_PER_MINUTE:
            self._minute_frames -= limits.FRAMES_PER_MINUTE
            self._close_minute()
        self._quarter_frames += frames
        if self._quarter_frames >= limits.FRAMES_PER_QUARTER_HOUR:
            self._quarter_frames -= limits.FRAMES_PER_QUARTER_HOUR
            self._close_quarter()

    def worst_hour(self, basal_steps_minute: int) -> int:
        """The most that any hour from now on will hold if the basal goes on and nothing else is given (SR-020).

        basal_steps_minute: steps a minute of the fastest basal, rounded up. A bolus fits if this and the bolus stay within the limit: each window
        that holds the bolus holds at most one of these sums besides. See `_worst` for why none is forgotten.
        """
        left = limits.FRAMES_PER_MINUTE - self._minute_frames
        ahead = _basal_steps(basal_steps_minute, left)
        return _worst(
            self.minutes, self.minute_at, MINUTES, self.hour_steps, ahead, basal_steps_minute
        )

    def worst_four_hours(self, basal_steps_minute: int) -> int:
        """The same for any four hours."""
        return self._worst_quarters(FOUR_HOURS, self.four_hour_steps, basal_steps_minute)

    def worst_day(self, basal_steps_minute: int) -> int:
        """The same for any day."""
        return self._worst_quarters(QUARTERS, self.day_steps, basal_steps_minute)

    def near(self, order) -> int:
        """Reason of the first window that is nearly full, NONE if none is (SR-022). order: firmware.safety.gate.Order."""
        was = self._near
        if not order.valid:
            self._near = Reason.NONE
        elif _is_near(self.hour_steps, order.hour_steps, was == Reason.HOUR_LIMIT_REACHED):
            self._near = Reason.HOUR_LIMIT_REACHED
        elif _is_near(
            self.four_hour_steps, order.four_hour_steps, was == Reason.FOUR_HOUR_LIMIT_REACHED
        ):
            self._near = Reason.FOUR_HOUR_LIMIT_REACHED
        elif _is_near(self.day_steps, order.day_steps, was == Reason.DAY_LIMIT_REACHED):
            self._near = Reason.DAY_LIMIT_REACHED
        else:
            self._near = Reason.NONE
        return self._near

    def intact(self) -> bool:
        """False if a sum or a position is not what its complement says, or a ring not what its sum says: nothing may move any more.

        Once a frame. The rings are counted in turns, one a minute; a count that was wrong once stays wrong.
        """
        if self._count_due:
            self._count_due = False
            self._recount()
        return (
            self._counted
            and self.hour_steps == ~self._hour_inverse
            and self.four_hour_steps == ~self._four_hour_inverse
            and self.day_steps == ~self._day_inverse
            and self.minute_at == ~self._minute_at_inverse
            and self.quarter_at == ~self._quarter_at_inverse
            # Both count the same frames, and no flipped bit is a multiple of a minute.
            and (self._quarter_frames - self._minute_frames) % limits.FRAMES_PER_MINUTE == 0
        )

    def _close_minute(self):
        # A bucket that nobody has written yet goes with this one, where it counts longer.
        waiting = self.closed_minute_steps if self.minute_closed else 0
        self.closed_minute_steps = waiting + self.minutes[self.minute_at]
        self.minute_closed = True
        at = (self.minute_at + 1) % MINUTES
        self._minute_at_inverse += self.minute_at - at
        self.minute_at = at
        gone = self.minutes[at]
        self.minutes[at] = 0
        self.hour_steps -= gone
        self._hour_inverse += gone
        self._count_due = True
        self._count_minutes = not self._count_minutes

    def _close_quarter(self):
        waiting = self.closed_quarter_steps if self.quarter_closed else 0
        self.closed_quarter_steps = waiting + self.quarters[self.quarter_at]
        self.quarter_closed = True
        at = (self.quarter_at + 1) % QUARTERS
        self._quarter_at_inverse += self.quarter_at - at
        self.quarter_at = at
        gone = self.quarters[at]
        self.quarters[at] = 0
        self.day_steps -= gone
        self._day_inverse += gone
        gone = self.quarters[(at - FOUR_HOURS) % QUARTERS]
        self.four_hour_steps -= gone
        self._four_hour_inverse += gone

    def _recount(self):
        if self._count_minutes:
            right = sum(self.minutes) == self.hour_steps
        else:
            right = (
                sum(self.quarters) == self.day_steps
                and self._count_four_hours() == self.four_hour_steps
            )
        self._counted = self._counted and right

    def _count_four_hours(self):
        steps = 0
        for age in range(FOUR_HOURS):
            steps += self.quarters[(self.quarter_at - age) % QUARTERS]
        return steps

    def _worst_quarters(self, kept, steps, basal_steps_minute):
        left = limits.FRAMES_PER_QUARTER_HOUR - self._quarter_frames
        ahead = _basal_steps(basal_steps_minute, left)
        bucket = _QUARTER_MINUTES * basal_steps_minute
        return _worst(self.quarters, self.quarter_at, kept, steps, ahead, bucket)


def _worst(ring, at, kept, steps, ahead, bucket_steps):
    """The highest sum of `kept` buckets from now on, if the rest of the open one brings `ahead` and each later one `bucket_steps`.

    Between two edges a sum only grows, so its highest value of a bucket is the one at its end; at the next edge the oldest bucket drops out. So there is
    one candidate for each bucket: all of today's and the rest of the open one; then one old bucket less and one of basal more; and so on, until only the
    bucket that is open now is left of the old ones. After that every window holds nothing but basal.
    steps: sum of today's buckets.
    """
    size = len(ring)
    most = kept * bucket_steps
    for age in range(kept - 1, -1, -1):
        if steps + ahead > most:
            most = steps + ahead
        steps -= ring[(at - age) % size]
        ahead += bucket_steps
    return most


def _basal_steps(steps_minute, frames):
    """Steps in some frames, rounded up. Minutes first, so that a quarter of an hour at the fastest rate stays a small integer."""
    per_minute = limits.FRAMES_PER_MINUTE
    whole = frames // per_minute * steps_minute
    return whole + (frames % per_minute * steps_minute + per_minute - 1) // per_minute


def _is_near(steps, limit_steps, was_near):
    permille = _CLEAR_PERMILLE if was_near else limits.DOSE_NEAR_PERMILLE
    # The room above, divided first: a litre in steps times a thousand is no small integer.
    return steps >= limit_steps - limit_steps // 1000 * (1000 - permille)


def _refill(ring, newest_first):
    """Put buckets into a ring whose open bucket is the first."""
    size = len(ring)
    for age in range(size):
        ring[-age % size] = newest_first[age] if age < len(newest_first) else 0
