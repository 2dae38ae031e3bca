"""What is tolerated, what latches, which alarm tells it, and that each is journalled once (SR-075)."""

from firmware.safety import faults
from firmware.safety.event_queue import EventQueue
from firmware.safety.faults import KNOWN, LATCHED, MASKED, Faults
from firmware.tests.small_heap import locked
from shared.codes import Event

# The numbers stand in journals: they never change.
NUMBERS = (
    ("MOTOR_DISAGREES", 0, "motor"),
    ("MOVED_WITHOUT_ORDER", 1, "flow"),
    ("MOTOR_STALLED", 2, "motor"),
    ("ENCODER_SILENT", 3, "sensor"),
    ("DOWNSTREAM_SILENT", 4, "sensor"),
    ("UPSTREAM_SILENT", 5, "sensor"),
    ("FRAME_OVERRUN", 6, "system"),
    ("STEP_NOT_ALIVE", 7, "system"),
    ("STORAGE_MOUNT", 8, "storage"),
    ("DOSE_MEMORY", 9, "storage"),
    ("SELFTEST_DEADMAN", 10, "system"),
    ("SELFTEST_SOUNDER", 11, "system"),
    ("SELFTEST_DISPLAY", 12, "system"),
    ("JOURNAL", 13, "storage"),
    ("WATCHDOG_RESET", 14, "system"),
    ("SETTINGS", 15, "storage"),
    ("MEMORY", 16, "system"),
    ("CLOCK", 17, "system"),
    ("SOUNDER", 18, "system"),
    ("DISPLAY", 19, "system"),
    ("RAM", 20, "system"),
    ("PROGRAM_IMAGE", 21, "system"),
    ("PENDANT", 22, "key"),
    ("FITTING_SWITCH", 23, "sensor"),
    ("REVERSE_FLOW", 24, "motor"),
    ("OVER_INFUSION", 25, "flow"),
    ("AIR_DETECTOR", 26, "sensor"),
    ("IMPLAUSIBLE", 27, "sensor"),
    ("KEY_HELD", 28, "system"),
    ("DEVICE_SILENT", 29, "system"),
)
MASKS = {
    "motor": faults.MOTOR_MASK,
    "flow": faults.FLOW_MASK,
    "sensor": faults.SENSOR_MASK,
    "storage": faults.STORAGE_MASK,
    "system": faults.SYSTEM_MASK,
    "key": faults.KEY_MASK,
}
# Sightings that latch, frames that may lie between two of them. All others latch at the first.
TOLERATED = {
    faults.SOUNDER: (2, 600),
    faults.DISPLAY: (3, 300),
    faults.PENDANT: (5, 3),
    faults.FITTING_SWITCH: (5, 3),
    faults.AIR_DETECTOR: (2, 30),
    faults.IMPLAUSIBLE: (3, 30),
}


def taken(events):
    """Everything that waits."""
    found = []
    while events.waiting:
        found.append(events.take())
    return found


def test_numbers_and_classes_of_faults_never_change():
    assert len(NUMBERS) == faults.COUNT == 30
    for name, number, alarm in NUMBERS:
        assert getattr(faults, name) == number
        for other in sorted(MASKS):
            assert (MASKS[other] >> number & 1) == (other == alarm), (name, other)


def test_every_fault_stands_in_one_mask_and_all_fit_into_a_small_integer():
    together = 0
    for name in sorted(MASKS):
        assert together & MASKS[name] == 0, name
        together |= MASKS[name]
    assert together == (1 << 30) - 1
    assert together & ~faults.KEY_MASK == faults.STOPPING_MASK


def test_what_report_says_and_what_nobody_has_seen_yet():
    assert (MASKED, LATCHED, KNOWN) == (0, 1, 2)
    bits = Faults()
    assert bits.latched == bits.stopping == 0
    assert list(bits.counts) == bits.values == [0] * 30


def test_a_fault_latches_once_counts_always_and_keeps_its_first_value():
    for number in range(faults.COUNT):
        bits = Faults()
        assert bits.latch(number, 7) is True
        assert bits.latch(number, 8) is False
        assert bits.latched == 1 << number
        assert bits.counts[number] == 2
        assert bits.values[number] == 7


def test_all_but_a_key_stop():
    for number in range(faults.COUNT):
        bits = Faults()
        bits.latch(number, 0)
        assert bits.stopping == (0 if number == faults.PENDANT else 1 << number)
    bits = Faults()
    bits.latch(faults.PENDANT, 0)
    bits.latch(faults.CLOCK, 0)
    bits.latch(faults.MEMORY, 0)
    assert bits.stopping == 1 << faults.CLOCK | 1 << faults.MEMORY
    assert bits.latched == bits.stopping | 1 << faults.PENDANT


def test_a_fault_without_a_tolerance_latches_at_the_first_report():
    for number in range(faults.COUNT):
        if number not in TOLERATED:
            bits = Faults()
            assert bits.report(number, 5, 1_000) == LATCHED, number
            assert bits.latched == 1 << number
            assert bits.report(number, 6, 1_001) == KNOWN
            assert (bits.counts[number], bits.values[number]) == (2, 5)


def test_a_temporary_fault_is_masked_until_it_has_come_often_enough():
    for number in sorted(TOLERATED):
        times, within = TOLERATED[number]
        bits = Faults()
        now = 500
        for sighting in range(1, times):
            assert bits.report(number, 10 + sighting, now) == MASKED
            assert bits.latched == bits.stopping == 0
            assert (bits.counts[number], bits.values[number]) == (sighting, 10 + sighting)
            now += within
        assert bits.report(number, 99, now) == LATCHED
        assert bits.latched == 1 << number
        assert (bits.counts[number], bits.values[number]) == (times, 99)
        assert bits.report(number, 100, now) == KNOWN
        assert (bits.counts[number], bits.values[number]) == (times + 1, 99)


def test_sightings_too_far_apart_never_latch():
    for number in sorted(TOLERATED):
        times, within = TOLERATED[number]
        bits = Faults()
        for sighting in range(20):
            assert bits.report(number, 0, sighting * (within + 1)) == MASKED
        # The run begins anew with the last of them.
        now = 19 * (within + 1)
        for _ in range(times - 2):
            assert bits.report(number, 0, now) == MASKED
        assert bits.report(number, 0, now) == LATCHED


def test_one_fault_does_not_count_for_another():
    bits = Faults()
    for _ in range(4):
        assert bits.report(faults.PENDANT, 0, 9) == MASKED
        assert bits.report(faults.FITTING_SWITCH, 0, 9) == MASKED
    assert bits.report(faults.AIR_DETECTOR, 0, 9) == MASKED
    assert bits.latched == 0


def test_what_is_latched_with_one_sight_is_known_to_every_report():
    bits = Faults()
    bits.latch(faults.DISPLAY, 1)
    assert bits.report(faults.DISPLAY, 2, 0) == KNOWN
    assert (bits.counts[faults.DISPLAY], bits.values[faults.DISPLAY]) == (2, 1)


def test_counts_stop_at_a_million():
    bits = Faults()
    bits.counts[faults.CLOCK] = 999_998
    for expected in (999_999, 1_000_000, 1_000_000, 1_000_000):
        bits.latch(faults.CLOCK, 0)
        assert bits.counts[faults.CLOCK] == expected
    bits.report(faults.CLOCK, 0, 0)
    assert bits.counts[faults.CLOCK] == 1_000_000


def test_a_latched_fault_is_journalled_once_and_a_masked_one_once_a_call():
    bits, events = Faults(), EventQueue()
    bits.journal(events)
    assert taken(events) == []
    bits.report(faults.PENDANT, 3, 10)
    bits.report(faults.PENDANT, 4, 11)
    bits.journal(events)
    bits.journal(events)
    assert taken(events) == [(Event.FAULT_MASKED, faults.PENDANT, 2, 0)]
    bits.latch(faults.MOTOR_DISAGREES, -41)
    bits.latch(faults.MOTOR_DISAGREES, -50)
    bits.latch(faults.DEVICE_SILENT, 20)
    bits.journal(events)
    assert taken(events) == [
        (Event.FAULT_LATCHED, faults.MOTOR_DISAGREES, -41, 0),
        (Event.FAULT_LATCHED, faults.DEVICE_SILENT, 20, 0),
    ]
    bits.latch(faults.MOTOR_DISAGREES, -41)
    bits.report(faults.DEVICE_SILENT, 20, 30)
    bits.journal(events)
    assert taken(events) == []


def test_a_fault_that_was_masked_and_latched_in_one_frame_is_told_as_both():
    bits, events = Faults(), EventQueue()
    bits.report(faults.AIR_DETECTOR, 900, 50)
    bits.report(faults.AIR_DETECTOR, 901, 51)
    bits.journal(events)
    assert taken(events) == [
        (Event.FAULT_MASKED, faults.AIR_DETECTOR, 2, 0),
        (Event.FAULT_LATCHED, faults.AIR_DETECTOR, 901, 0),
    ]


def test_a_value_wider_than_the_chips_integers_is_kept():
    bits = Faults()
    bits.latch(faults.SETTINGS, 1 << 40)
    assert bits.values[faults.SETTINGS] == 1 << 40


def test_reporting_latching_and_journalling_allocate_nothing():
    bits, events = Faults(), EventQueue()

    def frames():
        for _ in range(3):
            for number in range(faults.COUNT):
                bits.report(number, (1 << 30) - 1, (1 << 30) - 2)
                bits.latch(number, 5)
            bits.journal(events)

    locked(frames)
    assert bits.latched == (1 << 30) - 1
    assert events.waiting == 30 + len(TOLERATED)
