"""Faults: what is tolerated and counted, what latches, which alarm tells it. A latched fault is cleared by a power cycle and a passed
self-test, by nothing else.

One line a fault: its number, and `# requirement | what it is`; tools read the lines as those of limits.py. Numbers are never reused.
Two tables follow: the alarm that tells a fault, and for a temporary one how often it is tolerated. A masked fault is counted and journalled
without an alarm (SR-075); all that are not in the table of tolerances latch at the first sight.
"""

from array import array

from shared.codes import Event

# fmt: off
MOTOR_DISAGREES = 0       # SR-036 | roller stays behind the steps that were made, or the motor's driver refused a permit
MOVED_WITHOUT_ORDER = 1   # SR-035 | roller turned while it had to stand: free flow
MOTOR_STALLED = 2         # SR-036 | DIAG of the motor's driver
ENCODER_SILENT = 3        # SR-069 | no encoder at power-on
DOWNSTREAM_SILENT = 4     # SR-069 | no downstream pressure at power-on
UPSTREAM_SILENT = 5       # SR-069 | no upstream pressure at power-on
FRAME_OVERRUN = 6         # SR-073 | frames late in a row
STEP_NOT_ALIVE = 7        # SR-073 | a step of the frame did not check in
STORAGE_MOUNT = 8         # SR-111 | file system could not be mounted
DOSE_MEMORY = 9           # SR-023 | dose memory unreadable, or it takes no reservation
SELFTEST_DEADMAN = 10     # SR-072 | motor power does not follow the dead-man
SELFTEST_SOUNDER = 11     # SR-070 | a sounder draws no current at power-on
SELFTEST_DISPLAY = 12     # SR-070 | no display at power-on
JOURNAL = 13              # SR-079 | an event could not be written
WATCHDOG_RESET = 14       # SR-072 | the watchdog had to restart the pump
SETTINGS = 15             # SR-111 | settings, identity or prescription unreadable
MEMORY = 16               # SR-074 | a dose-critical number and its copy differ
CLOCK = 17                # SR-110 | time jumped, or two clocks disagree
SOUNDER = 18              # SR-071 | no current while it should sound
DISPLAY = 19              # SR-076 | display does not answer
RAM = 20                  # SR-069 | a pattern in the processor's RAM did not hold, or its arithmetic is wrong
PROGRAM_IMAGE = 21        # SR-069 | the program differs from its check sum
PENDANT = 22              # SR-104 | the pendant's two contacts contradict each other, or it is held down
FITTING_SWITCH = 23       # SR-055 | the two switches of door, cassette or bag contradict each other
REVERSE_FLOW = 24         # SR-040 | roller turned backwards
OVER_INFUSION = 25        # SR-032 | roller made more than was ordered
AIR_DETECTOR = 26         # SR-071 | air detector sees liquid without its own drive
IMPLAUSIBLE = 27          # SR-071 | a reading outside its range, or one that never changes
KEY_HELD = 28             # SR-069 | a key was down at power-on
DEVICE_SILENT = 29        # SR-069 | battery gauge, thermometer, clock or vibration silent at power-on
# fmt: on
COUNT = 30  # no more: a mask of 30 bits is a small integer on the chip

# Which alarm tells it. Every fault stands in one mask and in no other.
MOTOR_MASK = 1 << MOTOR_DISAGREES | 1 << MOTOR_STALLED | 1 << REVERSE_FLOW
FLOW_MASK = 1 << MOVED_WITHOUT_ORDER | 1 << OVER_INFUSION
SENSOR_MASK = (
    1 << ENCODER_SILENT
    | 1 << DOWNSTREAM_SILENT
    | 1 << UPSTREAM_SILENT
    | 1 << FITTING_SWITCH
    | 1 << AIR_DETECTOR
    | 1 << IMPLAUSIBLE
)
STORAGE_MASK = 1 << STORAGE_MOUNT | 1 << DOSE_MEMORY | 1 << JOURNAL | 1 << SETTINGS
KEY_MASK = 1 << PENDANT
ALL_MASK = (1 << COUNT) - 1
SYSTEM_MASK = ALL_MASK & ~(MOTOR_MASK | FLOW_MASK | SENSOR_MASK | STORAGE_MASK | KEY_MASK)
# All forbid every step but a key's: without a pendant there is no bolus, and the basal goes on.
STOPPING_MASK = ALL_MASK & ~KEY_MASK

# Fault, how many sightings latch it, frames that may lie between one and the next.
TOLERANCES = (
    (SOUNDER, 2, 600),
    (DISPLAY, 3, 300),
    (PENDANT, 5, 3),
    (FITTING_SWITCH, 5, 3),
    (AIR_DETECTOR, 2, 30),
    (IMPLAUSIBLE, 3, 30),
)

COUNT_MAX = 1_000_000

# What `report` says.
MASKED = 0
LATCHED = 1
KNOWN = 2  # latched before


class Faults:
    """latched: bit mask. stopping: those of them that forbid every step. counts: how often each was seen since power-on. values: what was
    measured when it latched, before that when it was seen last. In the frame: allocates nothing.
    """

    def __init__(self):
        self.latched = 0
        self.stopping = 0
        self.counts = array("i", bytes(4 * COUNT))
        self.values = [0] * COUNT  # a list: a value may be wider than the cell of an array
        self._run = bytearray(COUNT)
        self._seen_frames = array("i", bytes(4 * COUNT))
        self._masked = 0
        self._fresh = 0

    def latch(self, fault: int, value: int) -> bool:
        """Latch one fault, for evidence that needs no second one. True if it is new. value: what was measured."""
        self._count(fault)
        bit = 1 << fault
        if self.latched & bit:
            return False
        self.latched |= bit
        self.stopping = self.latched & STOPPING_MASK
        self.values[fault] = value
        self._fresh |= bit
        return True

    def report(self, fault: int, value: int, now_frames: int) -> int:
        """One sighting: MASKED, LATCHED (now) or KNOWN. now_frames: frames since power-on, never less than in the call before."""
        if self.latched >> fault & 1:
            self._count(fault)
            return KNOWN
        run = self._run[fault] + 1
        for row in TOLERANCES:
            if row[0] == fault:
                if now_frames - self._seen_frames[fault] > row[2]:
                    run = 1
                if run < row[1]:
                    self._run[fault] = run
                    self._seen_frames[fault] = now_frames
                    self._count(fault)
                    self.values[fault] = value
                    self._masked |= 1 << fault
                    return MASKED
        self.latch(fault, value)
        return LATCHED

    def journal(self, events):
        """Note what is new: a latched fault once, a masked one once a call. Call it once a frame. events: firmware.safety.event_queue."""
        fault = 0
        while self._masked | self._fresh:
            if self._masked & 1:
                events.note(Event.FAULT_MASKED, fault, self.counts[fault], 0)
            if self._fresh & 1:
                events.note(Event.FAULT_LATCHED, fault, self.values[fault], 0)
            self._masked >>= 1
            self._fresh >>= 1
            fault += 1

    def _count(self, fault):
        if self.counts[fault] < COUNT_MAX:
            self.counts[fault] += 1
