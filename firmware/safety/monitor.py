"""Does the roller do what the motor was told? Judged by the shaft encoder, which the controller does not drive (SR-036, SR-038, SR-078).

The encoder sits on the roller, behind the gearbox: 16,000 steps are 4,096 counts, so expected counts = steps * 32 / 125.
"""

from firmware.safety import faults, limits


class FlowMonitor:
    """Compares encoder movement with permitted steps, frame by frame, in a window that starts anew every turn.

    A new window each turn keeps the numbers small and forgets the encoder's own periodic error, never an unexplained one: the error at the
    end of a window is carried into the next.
    """

    def __init__(self, fault_bits):
        self._faults = fault_bits
        self._counts = 0
        self._steps = 0
        self.error_counts = 0

    def judge(self, moved_counts: int, steps_made: int, stop_down: bool) -> int:
        """Take what the encoder moved and the steps made since the last call. Returns a fault number, or -1 if all is well.

        moved_counts: + forward. stop_down: the STOP key is down; it takes the motor's power away in hardware, in the middle of a train, so what
        the roller then lacks is no disagreement. In the frame: allocates nothing.
        """
        if stop_down and moved_counts >= 0:
            steps_made = min(steps_made, moved_counts * 125 // 32)
        self._counts += moved_counts
        self._steps += steps_made
        error = self._counts - self._steps * 32 // 125
        self.error_counts = error
        if self._steps >= limits.STEPS_PER_TURN:
            self._steps -= limits.STEPS_PER_TURN
            self._counts -= limits.ENCODER_COUNTS_PER_TURN
        size = error if error >= 0 else -error
        if steps_made == 0 and size > limits.ENCODER_TOLERANCE_COUNTS and error > 0:
            self._faults.latch(faults.MOVED_WITHOUT_ORDER, error)
            return faults.MOVED_WITHOUT_ORDER
        if size > limits.ENCODER_TOLERANCE_COUNTS:
            self._faults.latch(faults.MOTOR_DISAGREES, error)
            return faults.MOTOR_DISAGREES
        return -1
