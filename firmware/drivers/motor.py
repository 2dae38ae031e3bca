"""Stepper motor on a TMC2209: pulse trains by the RMT peripheral, sent only against a permit.

Facts: docs/HARDWARE.md (16 microsteps, a step a rising STEP edge, EN low = on, DIAG high = stall); the RMT behaviour is that of the
MicroPython 1.29 `esp32.RMT` class. `write_pulses(duration, levels)` first waits until an earlier train has ended, then copies the levels
and returns at once; the peripheral makes the pulses. Its copy buffer grows on the MicroPython heap when a train is longer than any
before, so `prepare` first sends a train of that length that consists of low level only: no edge, no step, and no allocation later.

The rate changes under way (bolus, rate step, KVO), the list of levels does not: it has two levels for each step of the fastest rate of
the prescription, lasts the same 95 ms at every rate, and `shape` writes the pulses of another rate into it. A slow rate has more low
levels between its pulses, so that it does not come as a burst; no two pulses ever stand nearer than those of the fastest rate.
"""

from gc import collect

from micropython import const

from firmware.safety.limits import FRAME_MS, MAX_STEPS_PER_FRAME
from firmware.safety.permit import Permit

# A train lasts 95 ms of the 100 ms frame, so that the next call does not have to wait.
_TRAIN_US = const(95_000)
# RMT: 15 bits a level, 32,767 us. Four levels of a train last 23,750 us each. The 1,482 levels of the fastest rate last 64 us each; the TMC2209 needs 0.1 us.
_MIN_LEVELS = const(4)
_WARM_UP_MS = const(5)  # the longest train of low levels takes 1.5 ms
_NONE = const(-1)


class Motor:
    """Steps, and only those a fresh `Permit` allows. Every refusal is counted and makes no step at all.

    shaped_for: steps a frame, rounded down, of the rate that is ready; -1 none.
    step_rmt: RMT on STEP with 1 us resolution. dir_pin, en_pin: outputs. diag_pin: input.
    """

    def __init__(self, step_rmt, dir_pin, en_pin, diag_pin):
        self._rmt = step_rmt
        self._dir = dir_pin
        self._en = en_pin
        self._diag = diag_pin
        self._en.value(1)
        self._dir.value(1)
        self._levels = []
        self._level_us = 0
        self._last_at = 0  # level at which the last pulse rises: the one that a frame of floor steps leaves out
        self._max_floor_steps = _NONE
        self.shaped_for = _NONE
        self.enabled = False
        self.stale_refused = 0
        self.unprepared_refused = 0
        self.range_refused = 0
        self.disabled_refused = 0
        self.waits = 0

    def prepare(self, max_floor_steps: int):
        """Make ready for a prescription whose fastest rate takes `max_floor_steps` or one step more a frame. 0 to 740, else ValueError.

        Ends shaped for that rate. Never in the frame: allocates up to 12 KiB in one piece (half of that on the chip), so it lets the old
        list go and collects first. MemoryError leaves a motor that refuses every step.
        """
        if (
            type(max_floor_steps) is not int
            or max_floor_steps < 0
            or max_floor_steps >= MAX_STEPS_PER_FRAME
        ):
            raise ValueError("steps")
        if max_floor_steps != self._max_floor_steps:
            self._max_floor_steps = self.shaped_for = _NONE
            self._levels = []
            collect()
            count = 2 * max_floor_steps + 2
            if count < _MIN_LEVELS:
                count = _MIN_LEVELS
            levels = [0] * count
            self._rmt.write_pulses(1, levels)
            self._rmt.wait_done(timeout=_WARM_UP_MS)
            self._levels = levels
            self._level_us = _TRAIN_US // count
            self._max_floor_steps = max_floor_steps
        self.shape(max_floor_steps)

    def shape(self, floor_steps: int):
        """Make ready for another rate: trains of `floor_steps` and of one step more, spread evenly over 95 ms. 0 to what was prepared, else ValueError.

        Outside the frame, since it takes up to 5 ms; allocates nothing. A train that runs is not touched: the peripheral has its own copy.
        """
        if type(floor_steps) is not int or floor_steps < 0 or floor_steps > self._max_floor_steps:
            raise ValueError("steps")
        if floor_steps == self.shaped_for:
            return
        self.shaped_for = _NONE
        levels = self._levels
        count = len(levels)
        pulses = floor_steps + 1
        for at in range(count):
            levels[at] = 0
        for pulse in range(pulses):
            levels[pulse * count // pulses] = 1
        self._last_at = floor_steps * count // pulses
        self.shaped_for = floor_steps

    def prepared(self, steps: int) -> bool:
        """Whether a train of this many steps is ready. May be called in the frame."""
        floor_steps = self.shaped_for
        return floor_steps != _NONE and (steps == floor_steps or steps == floor_steps + 1)

    def step(self, permit) -> int:
        """Start the permitted train; the steps that will be made (0 if refused or none permitted). In the frame, no bus time.

        Waits for the end of an earlier train, 0 ms in normal running and at most 95 ms (counted in `waits`). The permit is used up.
        TypeError for anything that is not a permit.
        """
        if type(permit) is not Permit:
            raise TypeError("permit")
        if not permit.fresh:
            self.stale_refused += 1
            return 0
        permit.fresh = False
        steps = permit.steps
        if steps == 0:
            return 0
        if type(steps) is not int or steps < 0 or steps > MAX_STEPS_PER_FRAME:
            self.range_refused += 1
            return 0
        if not self.enabled:
            self.disabled_refused += 1
            return 0
        if not self.prepared(steps):
            self.unprepared_refused += 1
            return 0
        if not self._rmt.wait_done():
            self.waits += 1
            self._rmt.wait_done(timeout=FRAME_MS)
        self._levels[self._last_at] = steps - self.shaped_for
        self._dir.value(1)
        self._rmt.write_pulses(self._level_us, self._levels)
        return steps

    def enable(self) -> bool:
        """Give the motor its current. False, and no change, while the rest of an earlier train still runs: it would move the roller
        without a permit. May be called in the frame."""
        if not self.enabled:
            if not self._rmt.wait_done():
                return False
            self._en.value(0)
            self.enabled = True
        return True

    def disable(self):
        """Take the current away at once; pulses of a running train have no effect any more. May be called in the frame."""
        self._en.value(1)
        self.enabled = False

    def stalled(self) -> bool:
        """DIAG of the driver. May be called in the frame."""
        return self._diag.value() == 1
