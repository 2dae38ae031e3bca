"""Is time what the frames say (SR-110)."""

from firmware.safety import faults
from firmware.safety.clock import ClockRule
from firmware.safety.faults import Faults
from firmware.tests.small_heap import locked


def clock():
    bits = Faults()
    return bits, ClockRule(bits)


def test_no_more_time_passes_than_the_watchdog_lets_pass():
    for frames in range(1, 11):
        bits, rule = clock()
        assert rule.passed(frames) == frames
        assert bits.latched == 0
    for frames in (11, 12, 13, 600, 1 << 29, 0, -1, -10):
        bits, rule = clock()
        assert rule.passed(frames) == 1, frames
        assert bits.latched == 1 << faults.CLOCK
        assert bits.values[faults.CLOCK] == frames


def test_frames_that_are_no_number_are_a_jump():
    for frames in (True, 1.0, None, "3"):
        bits, rule = clock()
        assert rule.passed(frames) == 1  # pyright: ignore[reportArgumentType]
        assert bits.latched == 1 << faults.CLOCK


def compared(frames, seconds, begins_s=40_000):
    """What five minutes of `frames` against `seconds` of the real-time clock come to."""
    bits, rule = clock()
    assert rule.compare(17, begins_s)
    agree = rule.compare(frames, (begins_s + seconds) % 86_400)
    assert bits.latched == (0 if agree else 1 << faults.CLOCK)
    return agree, bits.values[faults.CLOCK]


def test_two_clocks_may_be_two_percent_apart_and_not_a_second_more():
    # 3,000 frames are 300 s: 294 to 306 s.
    for seconds in range(285, 316):
        agree, apart = compared(3_000, seconds)
        assert agree is (294 <= seconds <= 306), seconds
        assert apart == (0 if agree else abs(seconds - 300) * 10)
    # To the frame, with a whole number of seconds.
    for frames, seconds, expected in (
        (3_061, 300, True),  # 61 frames are 1.99 %
        (3_062, 300, False),
        (3_000, 306, True),
        (3_050, 311, True),  # 60 of 3,050
        (3_049, 311, False),  # 61 of 3,049 are 2.0007 %
    ):
        assert compared(frames, seconds)[0] is expected, (frames, seconds)


def test_midnight_is_no_jump():
    for begins_s in (86_399, 86_200, 0, 1):
        assert compared(3_000, 300, begins_s)[0]
    assert not compared(3_000, 320, 86_200)[0]
    for seconds in range(293, 308):
        assert compared(3_000, seconds, 86_300)[0] is (294 <= seconds <= 306), seconds


def test_nothing_is_said_before_five_minutes_are_over():
    bits, rule = clock()
    assert rule.compare(5_000, 100)
    for _ in range(1, 300):
        assert rule.compare(10, 100)  # the clock stands
    assert bits.latched == 0
    assert not rule.compare(10, 100)
    assert bits.values[faults.CLOCK] == 3_000


def test_the_next_comparison_begins_where_the_last_one_ended():
    bits, rule = clock()
    rule.compare(0, 0)
    for minute in range(1, 5):
        # Not a frame too early: at 2,999 nothing is said, whatever the clock shows.
        assert rule.compare(2_999, 0)
        assert rule.compare(1, minute * 300)
    bits, rule = clock()
    rule.compare(0, 0)
    for minute in range(1, 5):
        assert rule.compare(3_000, minute * 300)
    assert not rule.compare(3_000, 4 * 300)
    assert rule.compare(3_000, 5 * 300)
    assert bits.counts[faults.CLOCK] == 1


def test_a_clock_that_does_not_answer_is_not_compared_and_begins_anew():
    bits, rule = clock()
    assert rule.compare(3_000, -1)
    assert rule.compare(3_000, -1)
    assert rule.compare(10, 500)
    assert rule.compare(2_990, -1)
    assert rule.compare(3_000, 7_000)
    assert rule.compare(3_000, 7_300)
    assert bits.latched == 0


def test_a_clock_that_was_set_is_compared_from_the_next_reading_on():
    bits, rule = clock()
    rule.compare(0, 1_000)
    rule.compare(1_500, 1_150)
    rule.restart()
    assert rule.compare(1_500, 50_000)
    assert rule.compare(1_500, 50_150)
    assert rule.compare(1_499, 0)
    assert rule.compare(1, 50_300)
    assert bits.latched == 0
    assert not rule.compare(3_000, 50_300)


def test_second_zero_of_the_day_is_a_reading_like_any_other():
    bits, rule = clock()
    rule.compare(0, 0)
    assert not rule.compare(3_000, 0)
    assert bits.latched == 1 << faults.CLOCK


def test_judging_time_allocates_nothing():
    bits, rule = clock()

    def frames():
        for _ in range(10):
            rule.passed(10)
            rule.passed((1 << 30) - 1)
            rule.compare(2_999, 86_399)

    locked(frames)
    assert bits.counts[faults.CLOCK] >= 10
