"""Latched fault bits with counters. A latched fault is cleared by a power cycle and a passed self-test, by nothing else."""

MOTOR_DISAGREES = 0  # encoder and commanded steps differ
MOVED_WITHOUT_ORDER = 1  # roller turned while it had to stand
MOTOR_STALLED = 2  # driver's DIAG
ENCODER_SILENT = 3
DOWNSTREAM_SILENT = 4
UPSTREAM_SILENT = 5
FRAME_OVERRUN = 6
STEP_NOT_ALIVE = 7  # a step of the frame did not check in
STORAGE_MOUNT = 8
DOSE_MEMORY = 9
SELFTEST_DEADMAN = 10
SELFTEST_SOUNDER = 11
SELFTEST_DISPLAY = 12
JOURNAL = 13
WATCHDOG_RESET = 14
SETTINGS = 15
COUNT = 16


class Faults:
    """`latched`: bit mask. `counts`: how often each was seen since power-on. `value`: what was measured at the first time."""

    def __init__(self):
        self.latched = 0
        self.counts = [0] * COUNT
        self.values = [0] * COUNT

    def latch(self, fault: int, value: int) -> bool:
        """Latch one fault; True if it is new. In the frame: allocates nothing."""
        if self.counts[fault] < 1_000_000:
            self.counts[fault] += 1
        if self.latched & (1 << fault):
            return False
        self.latched |= 1 << fault
        self.values[fault] = value
        return True
