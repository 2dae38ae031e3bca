"""Stepper motor on a TMC2209: pulse trains by the RMT peripheral, sent only against a permit.

Facts: docs/HARDWARE.md (16 microsteps, a step a rising STEP edge, EN low = on, DIAG high = stall); the RMT behaviour is that of the
MicroPython 1.29 `esp32.RMT` class. `write_pulses(duration, levels)` first waits until an earlier train has ended, then copies the levels
and returns at once; the peripheral makes the pulses. Its copy buffer grows on the MicroPython heap when a train is longer than any
before, so `prepare` first sends a train of that length that consists of low level only: no edge, no step, and no allocation later.
"""

from gc import collect

from firmware.safety.limits import FRAME_MS, MAX_STEPS_PER_FRAME
from firmware.safety.permit import Permit

# A train lasts 95 ms of the 100 ms frame, so that the next call does not have to wait.
TRAIN_US = 95_000
MAX_LEVEL_US = 32_767  # RMT: 15 bits a level
MIN_LEVEL_US = 5  # TMC2209 needs 100 ns; 5 us is far above it and far below 64 us, the level of the fastest train
WARM_UP_MS = 5  # the longest train of low levels takes 1.5 ms
_NONE = -1


class Motor:
    """Steps, and only those a fresh `Permit` allows. Every refusal is counted and makes no step at all.

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
        self._floor_steps = _NONE
        self.enabled = False
        self.stale_refused = 0
        self.unprepared_refused = 0
        self.range_refused = 0
        self.disabled_refused = 0
        self.waits = 0

    def prepare(self, floor_steps: int):
        """Make ready for one rate: trains of `floor_steps` and of one step more, out of one list. 0 to 740, else ValueError.

        Never in the frame: allocates up to 12 KiB in one piece (half of that on the chip), so it lets the old rate go and collects first.
        """
        if type(floor_steps) is not int or floor_steps < 0 or floor_steps >= MAX_STEPS_PER_FRAME:
            raise ValueError("steps")
        if floor_steps == self._floor_steps:
            return
        self._floor_steps = _NONE
        self._levels = []
        collect()
        levels = [0] * (2 * floor_steps + 2)
        self._rmt.write_pulses(1, levels)
        self._rmt.wait_done(timeout=WARM_UP_MS)
        for at in range(0, len(levels), 2):
            levels[at] = 1
        self._levels = levels
        self._floor_steps = floor_steps

    def prepared(self, steps: int) -> bool:
        """Whether a train of this many steps is ready. May be called in the frame."""
        floor_steps = self._floor_steps
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
        # The list has room for the longer train: to take a pulse off its end or put it back allocates nothing.
        levels = self._levels
        if len(levels) > 2 * steps:
            levels.pop()
            levels.pop()
        elif len(levels) < 2 * steps:
            levels.append(1)
            levels.append(0)
        self._dir.value(1)
        self._rmt.write_pulses(_level_us(steps), levels)
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


def _level_us(steps):
    """Length of each of the 2 * steps levels in us, so that the train fills 95 ms."""
    level_us = TRAIN_US // (2 * steps)
    if level_us > MAX_LEVEL_US:
        return MAX_LEVEL_US
    return level_us if level_us > MIN_LEVEL_US else MIN_LEVEL_US
