"""Does the roller do what the motor was told? Judged by the shaft encoder, which the controller does not drive (SR-036, SR-038, SR-078).

The encoder sits on the roller, behind the gearbox: 16,000 steps are 4,096 counts, so 125 steps are 32 counts. Two tiers:

    at once          backwards, more than 40 counts                                  REVERSE_FLOW            stop
                     forward while it stands, more than 40 counts                    MOVED_WITHOUT_ORDER     stop
                     more than was ordered, by more than 40 counts                   OVER_INFUSION           stop
                     less than 85 % of what was ordered, and 40 counts lost          MOTOR_DISAGREES         stop
    over the phase's more than 5 % (24 counts at least) above what was ordered       OVER_INFUSION           stop
    window           as much below it                                                `under`                 delivery goes on, nothing is made up

What was made too much never lapses while delivery runs: 40 counts, 0.6 uL, are the most it can come to at any rate, plus what moves in one frame.
What was lost up to 40 counts may still be made up, because a reading may fall into a train; lost further back it is no credit for later.
A window is half as long as the time in the requirement, so that a deviation of that time fills at least one.

All numbers start anew with a window, a fault or a start: they stay small integers for ever. Totals are not kept here. A session's are in
steps in `therapy.session`: 1 L, the largest VTBI, is 2.8e8 steps and fits; a lifetime's would not and is kept nowhere on the pump.
"""

from array import array

from firmware.safety import faults, limits
from shared.codes import STATE_COUNT, State

NONE = -1
# Counts and steps meet in 125ths of a count.
_COUNT = limits.GEAR_STEPS
_STEP = limits.GEAR_COUNTS
_TOLERANCE = limits.ENCODER_TOLERANCE_COUNTS * _COUNT
# A lag is judged in thousandths of that, so that the tolerated share is exact. A roller that stands loses all but the tolerated share: at 40
# counts of travel that is this much.
_LEAST_PERMILLE = 1_000 - limits.FLOW_LAG_PERMILLE
_LAG_TOLERANCE = _TOLERANCE * _LEAST_PERMILLE

# Half of each state's window; 0: the roller has to stand.
_WINDOW_FRAMES = array("h", bytes(2 * STATE_COUNT))
_WINDOW_FRAMES[State.RUNNING] = limits.BASAL_WINDOW_FRAMES // 2
_WINDOW_FRAMES[State.KVO] = limits.BASAL_WINDOW_FRAMES // 2
_WINDOW_FRAMES[State.BOLUS] = limits.BOLUS_WINDOW_FRAMES // 2
_WINDOW_FRAMES[State.LOADING] = limits.BOLUS_WINDOW_FRAMES // 2
_WINDOW_FRAMES[State.PRIMING] = limits.BOLUS_WINDOW_FRAMES // 2
_WINDOW_FRAMES[State.CLINICIAN_BOLUS] = limits.CLINICIAN_BOLUS_WINDOW_FRAMES // 2


class FlowMonitor:
    """`under`: the last whole window was too little; gone with a window that is less than half as far off, or when delivery ends."""

    def __init__(self, fault_bits):
        self._faults = fault_bits
        self._state = State.STOPPED
        self.under = False
        self._restart()
        self._open_window()

    def judge(
        self, moved_counts: int, steps_made: int, stop_down: bool, state: int, frames: int
    ) -> int:
        """Compare one reading of the encoder with what was made since the last. Latches a fault and returns its number, or NONE.

        moved_counts: + forward, less than half a turn. steps_made: made in `state`, in the `frames` since the last call. stop_down: the STOP key is
        down; it takes the motor's power away in hardware, in the middle of a train, so what the roller then lacks is no fault. In the frame.
        """
        if stop_down and moved_counts >= 0:
            steps_made = min(steps_made, moved_counts * _COUNT // _STEP)
        if state != self._state:
            if _WINDOW_FRAMES[state] and not _WINDOW_FRAMES[self._state]:
                # The rotor finds its place when it gets its current: a start is a new beginning.
                self._restart()
            self._state = state
            self._open_window()
        fault = self._judge_at_once(moved_counts, steps_made)
        if fault == NONE:
            fault = self._judge_window(moved_counts, steps_made, frames)
        return fault

    def _judge_at_once(self, moved_counts, steps_made):
        moved, ordered = moved_counts * _COUNT, steps_made * _STEP
        self._over = max(self._over + moved - ordered, -_TOLERANCE if steps_made else 0)
        self._back_counts = max(self._back_counts - moved_counts, 0)
        if _WINDOW_FRAMES[self._state]:
            self._lag = max(self._lag + ordered * _LEAST_PERMILLE - moved * 1_000, 0)
        if self._back_counts > limits.ENCODER_TOLERANCE_COUNTS:
            return self._latch(faults.REVERSE_FLOW, -self._back_counts)
        if self._over > _TOLERANCE:
            fault = faults.OVER_INFUSION if steps_made else faults.MOVED_WITHOUT_ORDER
            return self._latch(fault, self._over // _COUNT)
        if self._lag > _LAG_TOLERANCE:
            return self._latch(faults.MOTOR_DISAGREES, -self._lag // (1_000 * _COUNT))
        return NONE

    def _judge_window(self, moved_counts, steps_made, frames):
        window = _WINDOW_FRAMES[self._state]
        if not window:
            self.under = False
            return NONE
        self._window_frames += frames
        self._window_counts += moved_counts
        self._window_steps += steps_made
        if self._window_frames < window:
            return NONE
        ordered = self._window_steps * _STEP // _COUNT
        error = self._window_counts - ordered
        tolerance = max(
            ordered * limits.FLOW_TOLERANCE_PERMILLE // 1_000, limits.FLOW_FLOOR_COUNTS
        )
        self._open_window()
        if error > tolerance:
            return self._latch(faults.OVER_INFUSION, error)
        if error < -tolerance:
            self.under = True
        elif error >= -tolerance // 2:
            self.under = False
        return NONE

    def _latch(self, fault, error_counts):
        self._faults.latch(fault, error_counts)
        self._restart()
        return fault

    def _restart(self):
        self._over = 0
        self._lag = 0
        self._back_counts = 0

    def _open_window(self):
        self._window_frames = 0
        self._window_counts = 0
        self._window_steps = 0
