"""Checks during use (SR-071), and what happens if nobody makes them (SR-080)."""

from firmware.safety import faults, periodic
from firmware.safety.faults import Faults
from firmware.safety.periodic import Periodic, Plausibility
from firmware.tests.small_heap import locked

# check, period in frames, fault
CHECKS = (
    (periodic.SOUNDER, 864_000, faults.SOUNDER),
    (periodic.DISPLAY, 100, faults.DISPLAY),
    (periodic.AIR_DETECTOR, 6_000, faults.AIR_DETECTOR),
    (periodic.MEMORY_SWEEP, 864_000, faults.MEMORY),
    (periodic.PROGRAM_IMAGE, 864_000, faults.PROGRAM_IMAGE),
)


def aged(check, frames):
    """Checks of which this one is so old and all others were just passed."""
    bits = Faults()
    checks = Periodic(bits)
    passed = 0
    while passed < frames:
        step = min(100, frames - passed)
        checks.tick(step)
        passed += step
        for other, _, _ in CHECKS:
            if other != check:
                checks.judge(other, True, 0, 0)
    return bits, checks


def test_every_check_has_a_number_of_its_own():
    assert sorted(row[0] for row in CHECKS) == list(range(periodic.COUNT))


def test_a_check_is_due_when_its_period_is_over_and_not_a_frame_before():
    for check, period, _ in CHECKS:
        assert not Periodic(Faults()).due(check)
        bits, checks = aged(check, period - 1)
        assert not checks.due(check)
        checks.tick(1)
        assert checks.due(check)
        assert checks.judge(check, True, 0, 0)
        assert not checks.due(check)
        assert bits.latched == 0
        checks.tick(period - 1)
        assert not checks.due(check)
        checks.tick(1)
        assert checks.due(check)


def test_a_check_that_nobody_makes_for_twice_its_period_latches_its_fault():
    for check, period, fault in CHECKS:
        bits, checks = aged(check, 2 * period)
        assert bits.latched == 0, check
        checks.tick(1)
        assert bits.latched == 1 << fault
        assert bits.values[fault] == 2 * period
        checks.tick(1)
        assert bits.counts[fault] == 2


def test_time_passes_by_as_many_frames_as_are_told():
    for check, period, _ in CHECKS[1:3]:
        checks = Periodic(Faults())
        for _ in range(period // 10 - 1):
            checks.tick(10)
        assert not checks.due(check)
        checks.tick(10)
        assert checks.due(check)


def test_a_check_that_failed_is_reported_and_due_again_at_once():
    for check, _, fault in CHECKS:
        bits = Faults()
        checks = Periodic(bits)
        assert checks.judge(check, False, 77, 5) is False
        assert checks.due(check)
        assert (bits.counts[fault], bits.values[fault]) == (1, 77)
        at_once = fault in (faults.MEMORY, faults.PROGRAM_IMAGE)
        assert bits.latched == (1 << fault if at_once else 0)
        for again in range(3):
            assert not checks.judge(check, False, 77, 6 + again)
        assert bits.latched == 1 << fault


def test_only_true_itself_has_passed():
    for instead in (1, None, "yes", 0):
        checks = Periodic(Faults())
        assert not checks.judge(periodic.DISPLAY, instead, 0, 0)  # pyright: ignore[reportArgumentType]
        assert checks.due(periodic.DISPLAY)


# sensor, lowest, highest
RANGES = (
    (periodic.DOWNSTREAM, -13_000, 117_000),
    (periodic.UPSTREAM, -8_700, 8_700),
    (periodic.SKIN, -20_000, 85_000),
)


def test_a_reading_outside_what_a_sensor_can_measure_is_not_believed():
    assert sorted(row[0] for row in RANGES) == list(range(len(periodic.LOWEST)))
    for sensor, lowest, highest in RANGES:
        for edge, sign in ((lowest, 1), (highest, -1)):
            for off in range(-3, 4):
                bits = Faults()
                value = edge + sign * off
                believed = Plausibility(bits).judge(sensor, value, 5)
                assert believed is (off >= 0), (sensor, value)
                assert bits.counts[faults.IMPLAUSIBLE] == (0 if believed else 1)
                assert bits.values[faults.IMPLAUSIBLE] == (0 if believed else value)
        for value in (-(1 << 29), 1 << 29):
            assert not Plausibility(Faults()).judge(sensor, value, 5)


def test_three_seconds_of_nonsense_latch_and_two_do_not():
    bits = Faults()
    plausible = Plausibility(bits)
    for second in range(2):
        plausible.judge(periodic.SKIN, -256_000, second * 10)
    assert bits.latched == 0
    plausible.judge(periodic.SKIN, -256_000, 20)
    assert bits.latched == 1 << faults.IMPLAUSIBLE


def test_a_pressure_that_never_changes_is_not_believed_after_ten_minutes():
    for sensor in (periodic.DOWNSTREAM, periodic.UPSTREAM):
        bits = Faults()
        plausible = Plausibility(bits)
        assert plausible.judge(sensor, 1_234, 0)
        for _ in range(599):
            assert plausible.judge(sensor, 1_234, 0)
        for _ in range(3):
            assert not plausible.judge(sensor, 1_234, 0)
        assert bits.counts[faults.IMPLAUSIBLE] == 3
        assert plausible.judge(sensor, 1_235, 0)
        assert plausible.judge(sensor, 1_235, 0)


def test_a_pressure_of_nothing_is_a_reading_like_any_other():
    plausible = Plausibility(Faults())
    for _ in range(600):
        assert plausible.judge(periodic.UPSTREAM, 0, 0)
    assert not plausible.judge(periodic.UPSTREAM, 0, 0)


def test_one_other_reading_in_ten_minutes_is_enough():
    plausible = Plausibility(Faults())
    for second in range(3_000):
        assert plausible.judge(periodic.DOWNSTREAM, 500 + (second % 600 == 599), 0)


def test_a_skin_that_keeps_its_temperature_is_believed():
    plausible = Plausibility(Faults())
    for _ in range(2_000):
        assert plausible.judge(periodic.SKIN, 33_000, 0)


def test_sensors_are_judged_each_by_itself():
    plausible = Plausibility(Faults())
    for second in range(700):
        assert plausible.judge(periodic.DOWNSTREAM, second, 0)
        assert plausible.judge(periodic.UPSTREAM, second % 2, 0)
        assert plausible.judge(periodic.SKIN, 0, 0)


def test_checking_allocates_nothing():
    bits = Faults()
    checks, plausible = Periodic(bits), Plausibility(bits)

    def frames():
        for _ in range(300):
            checks.tick(100)
            for check in range(periodic.COUNT):
                if checks.due(check):
                    checks.judge(check, check % 2 == 0, 1, 2)
            for sensor in range(3):
                plausible.judge(sensor, (1 << 30) - 1, 3)

    locked(frames)
    assert bits.latched
