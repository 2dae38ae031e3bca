"""A roller that makes what it is told, or what a fault makes of it, and the encoder on its shaft. 125 steps are 32 counts; a count is 14.6 nL."""

from firmware.safety.faults import Faults
from firmware.safety.monitor import NONE, FlowMonitor
from shared.codes import State

CARRY_UNIT = 135_000  # nL/h that make one step a frame
ONE_ML_H = 1_000_000
# Half of what the requirements allow, in frames, so that a deviation of that time fills at least one window.
WINDOWS = (
    (State.RUNNING, 1_500),
    (State.KVO, 1_500),
    (State.BOLUS, 50),
    (State.LOADING, 50),
    (State.PRIMING, 50),
    (State.CLINICIAN_BOLUS, 300),
)


class Roller:
    """Steps at a rate, and an encoder that shows them, or what a fault makes of them."""

    def __init__(self, rate_nl_h, state=State.RUNNING):
        self.faults = Faults()
        self.monitor = FlowMonitor(self.faults)
        self.rate_nl_h = rate_nl_h
        self.state = state
        self._carry = 0
        self.steps = 0
        self.seen_counts = 0
        self.turned_counts = 0

    def frame(self, permille=1_000, wobble=0):
        """One frame. permille: of what was ordered, what the roller makes. wobble: error of this reading, counts. Returns a fault or NONE."""
        owed = self._carry + self.rate_nl_h
        made = owed // CARRY_UNIT
        self._carry = owed % CARRY_UNIT
        self.steps += made
        self.turned_counts += made * 32 * permille
        seen = self.turned_counts // 125_000 + wobble
        moved = seen - self.seen_counts
        self.seen_counts = seen
        return self.monitor.judge(moved, made, False, self.state, 1)

    def until_fault(self, permille, most_frames=20_000):
        """Frames until the first fault, and the fault."""
        for frame in range(1, most_frames):
            fault = self.frame(permille)
            if fault != NONE:
                return frame, fault
        return most_frames, NONE

    def excess_nl(self):
        """What the roller made beyond what was ordered."""
        return (self.seen_counts - self.steps * 32 // 125) * 14_648 // 1_000
