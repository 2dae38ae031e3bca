"""Every step of the frame must check in, or the dead-man is not toggled and the motor loses its power in hardware (SR-072, SR-073)."""

SENSE = 1
JUDGE = 2
DECIDE = 4
PERMIT = 8
ACTUATE = 16
ANNUNCIATE = 32
ALL = 63


class Liveness:
    """Check-ins of one frame. `complete` closes the frame and says whether the watchdog may be fed."""

    def __init__(self):
        self._seen = 0
        self.misses = 0

    def here(self, step: int):
        """A step has done its work. Each step's bit must come exactly after its predecessors' bits, so a skipped step is seen."""
        if self._seen == step - 1:
            self._seen |= step

    def ready_to_move(self) -> bool:
        """True if everything before ACTUATE has checked in: only then is the dead-man toggled."""
        return self._seen == ACTUATE - 1

    def complete(self) -> bool:
        """Close the frame. True if all steps checked in, in order."""
        ok = self._seen == ALL
        if not ok:
            self.misses += 1
        self._seen = 0
        return ok
