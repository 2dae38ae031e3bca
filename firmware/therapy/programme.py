"""The running prescription as the frame needs it: which rate, when, and how many steps that is.

Filled outside the frame by `firmware.therapy.prescription.load`; every question below is asked in the frame, answered in small integers, and
allocates nothing. The programme's clock is `Session.frames`, frames of delivery, so that a pause holds a ramp where it is.
"""

from array import array

from firmware.safety import limits
from shared.codes import STATE_COUNT, State

NOMINAL_PL_PER_STEP = 3_750


class Programme:
    """starts, rates: the basal segments, from which frame on (`Session.frames`) and how fast (nL/h). rate_of: by State, nL/h, 0 = not prescribed;
    RUNNING has its segments instead. carry_unit: nL/h that make one step a frame. max_floor_steps: whole steps a frame of the fastest rate of all.

    near_end_steps, near_end_frames: from here on the infusion is nearly done. bag_steps: in a full bag. bolus_steps: the larger of the two kinds of
    bolus. lockout_frames: from the end of a patient bolus.
    """

    def __init__(self):
        self.clear()

    def clear(self):
        """No prescription: every rate is 0. Outside the frame."""
        self.version = 0
        self.starts = array("i", (0,))
        self.rates = array("i", (0,))
        self.segment_count = 1
        self.rate_of = array("i", bytes(4 * STATE_COUNT))
        self.pl_per_step = NOMINAL_PL_PER_STEP
        self.carry_unit = limits.NL_H_PER_PL_STEP * NOMINAL_PL_PER_STEP
        self.max_floor_steps = 0
        self.occlusion_pa = 0
        self.vtbi_nl = 0
        self.near_end_steps = 0
        self.near_end_frames = 0
        self.bag_steps = 0
        self.bolus_steps = 0
        self.lockout_frames = 0
        self.seal()

    # --- in the frame --------------------------------------------------------------------------------------------------------

    def segment_at(self, frames: int) -> int:
        """Index of the basal segment that holds after `frames` frames of delivery."""
        low = 0
        high = self.segment_count
        while high - low > 1:
            middle = (low + high) // 2
            if self.starts[middle] <= frames:
                low = middle
            else:
                high = middle
        return low

    def rate_nl_h(self, state: int, frames: int) -> int:
        """The one rate of a state (SR-006); 0 where nothing flows, where it is not prescribed, and for a state that does not exist (SR-007)."""
        if state == State.RUNNING:
            return self.rates[self.segment_at(frames)]
        if 0 <= state < STATE_COUNT:
            return self.rate_of[state]
        return 0

    def prescribed(self, state: int) -> bool:
        """Whether there is a rate for a state: a bolus, a load or KVO is prescribed with it or not at all."""
        return self.rate_nl_h(state, 0) > 0

    def floor_steps(self, state: int, frames: int) -> int:
        """Whole steps a frame at that rate. A frame has these or one more."""
        return self.rate_nl_h(state, frames) // self.carry_unit

    def minute_steps(self, state: int, frames: int) -> int:
        """Steps a minute at that rate, rounded up."""
        return steps_a_minute(self.rate_nl_h(state, frames), self.carry_unit)

    def reservoir_low_steps(self, frames: int) -> int:
        """Left in the bag when it is called low: how wrong its volume may be, one whole bolus and an hour of the basal of now (SR-051)."""
        return (
            (self.bag_steps // 1000 + 1) * limits.RESERVOIR_SENSOR_PERMILLE
            + self.bolus_steps
            + self.minute_steps(State.RUNNING, frames) * limits.RESERVOIR_BASAL_MINUTES
        )

    def intact(self) -> bool:
        """False if any number that makes steps, ends them or stops them is not what it was when it was sealed (SR-074)."""
        sealed = self._sealed
        return (
            self.carry_unit == sealed[0]
            and self.max_floor_steps == sealed[1]
            and self.occlusion_pa == sealed[2]
            and self.vtbi_nl == sealed[3]
            and self.near_end_steps == sealed[4]
            and self.near_end_frames == sealed[5]
            and self.bag_steps == sealed[6]
            and self.bolus_steps == sealed[7]
            and self.lockout_frames == sealed[8]
            and self.segment_count == sealed[9]
            and self.starts == self._starts
            and self.rates == self._rates
            and self.rate_of == self._rate_of
        )

    # --- outside the frame ---------------------------------------------------------------------------------------------------

    def seal(self):
        """Remember every number a second time, in a place of its own."""
        self._sealed = (
            self.carry_unit,
            self.max_floor_steps,
            self.occlusion_pa,
            self.vtbi_nl,
            self.near_end_steps,
            self.near_end_frames,
            self.bag_steps,
            self.bolus_steps,
            self.lockout_frames,
            self.segment_count,
        )
        self._starts = array("i", self.starts)
        self._rates = array("i", self.rates)
        self._rate_of = array("i", self.rate_of)


def steps_a_minute(rate_nl_h: int, carry_unit: int) -> int:
    """Steps in a minute at a rate, rounded up. Divides first, so that 100 mL/h stays a small integer; exact all the same."""
    whole = rate_nl_h // carry_unit
    rest = rate_nl_h - whole * carry_unit
    frames = limits.FRAMES_PER_MINUTE
    return whole * frames + (rest * frames + carry_unit - 1) // carry_unit
