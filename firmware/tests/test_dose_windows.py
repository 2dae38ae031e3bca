"""Rolling hour, four hours and day: never less than was given in any of them, and a word when one is nearly full (SR-020 to SR-022)."""

from array import array

from firmware.safety import limits
from firmware.safety.gate import Order
from firmware.tests.small_heap import locked
from firmware.tests.windows_bench import (
    GRAIN,
    HOUR,
    MINUTE,
    QUARTER,
    TEN,
    Chance,
    let_pass,
    order_of,
    sums,
)
from firmware.therapy.dose_windows import FOUR_HOURS, MINUTES, QUARTERS, DoseWindows
from shared.codes import Reason


def test_each_window_never_shows_less_than_was_given_in_its_time():
    windows = DoseWindows()
    chance = Chance(12_345)
    given = array("i", bytes(4 * 3 * HOUR // GRAIN))
    for at in range(len(given)):
        for _ in range(GRAIN):
            steps = chance.below(7_411) if chance.below(7) == 0 else 0
            windows.tick(TEN)
            windows.add(steps)
            given[at] += steps
        hour = sum(given[max(0, at + 1 - HOUR // GRAIN) : at + 1])
        hour_and_minute = sum(given[max(0, at + 1 - (HOUR + MINUTE) // GRAIN) : at + 1])
        assert hour <= windows.hour_steps <= hour_and_minute
        # Younger than the longer windows: they hold everything.
        assert windows.four_hour_steps == windows.day_steps == sum(given)
    assert windows.intact()


def test_each_window_forgets_after_its_time_and_one_bucket():
    windows = DoseWindows()
    windows.add(1_000)
    let_pass(windows, 60 * MINUTE)
    assert sums(windows) == (1_000, 1_000, 1_000)
    let_pass(windows, MINUTE)
    assert sums(windows) == (0, 1_000, 1_000)
    let_pass(windows, 16 * QUARTER - 61 * MINUTE)
    assert sums(windows) == (0, 1_000, 1_000)
    let_pass(windows, QUARTER - 1)
    assert sums(windows) == (0, 1_000, 1_000)
    let_pass(windows, 1)
    assert sums(windows) == (0, 0, 1_000)
    let_pass(windows, 80 * QUARTER - 1)
    assert sums(windows) == (0, 0, 1_000)
    let_pass(windows, 1)
    assert sums(windows) == (0, 0, 0)
    assert windows.intact()


def test_steps_count_in_the_bucket_that_is_open():
    windows = DoseWindows()
    let_pass(windows, MINUTE - 1)
    windows.add(5)
    assert (windows.minute_at, windows.quarter_at) == (0, 0)
    let_pass(windows, 1)
    windows.add(7)
    assert (windows.minute_at, windows.quarter_at) == (1, 0)
    assert (windows.minutes[0], windows.minutes[1], windows.quarters[0]) == (5, 7, 12)
    let_pass(windows, QUARTER - MINUTE)
    assert (windows.minute_at, windows.quarter_at) == (15, 1)
    let_pass(windows, 45 * MINUTE)
    assert windows.minute_at == 60
    let_pass(windows, MINUTE)
    assert windows.minute_at == 0 and windows.minutes[0] == 0


def test_a_closed_bucket_waits_to_be_written():
    windows = DoseWindows()
    windows.add(5)
    assert not windows.minute_closed and not windows.quarter_closed
    assert windows.closed_minute_steps == windows.closed_quarter_steps == 0
    let_pass(windows, MINUTE)
    assert windows.minute_closed and windows.closed_minute_steps == 5
    windows.minute_closed = False
    windows.add(6)
    let_pass(windows, MINUTE)
    assert windows.minute_closed and windows.closed_minute_steps == 6
    # Nobody has written it: the next one takes it along.
    windows.add(7)
    let_pass(windows, MINUTE)
    assert windows.closed_minute_steps == 13
    assert not windows.quarter_closed
    let_pass(windows, QUARTER - 3 * MINUTE)
    assert windows.quarter_closed and windows.closed_quarter_steps == 18
    windows.add(1)
    let_pass(windows, QUARTER)
    assert windows.closed_quarter_steps == 19
    windows.quarter_closed = False
    windows.add(2)
    let_pass(windows, QUARTER)
    assert windows.closed_quarter_steps == 2


def test_a_clock_that_jumps_shortens_no_window_by_more_than_a_second():
    for jump in (limits.CLOCK_JUMP_FRAMES, limits.CLOCK_JUMP_FRAMES + 1, 600, 36_000, 1 << 29):
        windows = DoseWindows()
        windows.add(100)
        windows.tick(jump)
        left = limits.FRAMES_PER_MINUTE - limits.CLOCK_JUMP_FRAMES
        for _ in range(left - 1):
            windows.tick(1)
        assert windows.minute_at == 0 and not windows.minute_closed
        windows.tick(1)
        assert windows.minute_at == 1, jump
        assert windows.intact()


def test_time_that_comes_in_any_portions_is_the_same_time():
    for portions in ((1,), (7,), (10,), (3, 9, 1)):
        windows = DoseWindows()
        frames = 0
        index = 0
        while windows.minute_at < 20:
            portion = portions[index % len(portions)]
            windows.tick(portion)
            frames += portion
            index += 1
        assert 12_000 <= frames < 12_010, portions
        assert windows.quarter_at == 1
        assert windows.intact()


def test_recovered_windows_count_as_if_no_time_had_passed():
    windows = DoseWindows()
    windows.add(9)
    let_pass(windows, MINUTE + 1)
    windows.assume([5, 100, 200], [5, 1_000])
    assert sums(windows) == (305, 1_005, 1_005)
    assert windows.intact()
    let_pass(windows, 58 * MINUTE)
    assert windows.hour_steps == 305
    let_pass(windows, MINUTE - 1)
    assert windows.hour_steps == 305
    let_pass(windows, 1)
    assert windows.hour_steps == 105
    let_pass(windows, MINUTE)
    assert windows.hour_steps == 5
    let_pass(windows, MINUTE)
    assert windows.hour_steps == 0
    assert windows.intact()


def test_every_recovered_bucket_is_as_old_as_its_place_says():
    windows = DoseWindows()
    minutes = [1 << age % 20 for age in range(MINUTES)]
    quarters = [1 << age % 22 for age in range(QUARTERS)]
    windows.assume(minutes, quarters)
    assert sums(windows) == (sum(minutes), sum(quarters[:FOUR_HOURS]), sum(quarters))
    for closed in range(1, 98):
        let_pass(windows, QUARTER)
        four_hours = sum(quarters[: max(0, FOUR_HOURS - closed)])
        day = sum(quarters[: QUARTERS - closed])
        hour = sum(minutes[: max(0, MINUTES - 15 * closed)])
        assert sums(windows) == (hour, four_hours, day), closed
    windows.assume(minutes + [1_000], quarters + [1_000])
    assert windows.hour_steps == sum(minutes) and windows.day_steps == sum(quarters)


def test_a_window_is_near_its_limit_from_nine_tenths_on_until_it_is_below_eight():
    far = 1_000_000
    for limits_of, reason in (
        ((10_000, far, far), Reason.HOUR_LIMIT_REACHED),
        ((far, 10_000, far), Reason.FOUR_HOUR_LIMIT_REACHED),
        ((far, far, 10_000), Reason.DAY_LIMIT_REACHED),
    ):
        order = order_of(*limits_of)
        windows = DoseWindows()
        given = 0
        for steps, near in (
            (0, False),
            (8_000, False),
            (8_999, False),
            (9_000, True),
            (20_000, True),
            (8_999, True),
            (8_000, True),
            (7_999, False),
            (8_999, False),
            (9_000, True),
        ):
            windows.add(steps - given)
            given = steps
            assert windows.near(order) == (reason if near else Reason.NONE), (reason, steps)


def test_a_limit_of_less_than_a_thousand_steps_is_near_only_when_it_is_full():
    # The room above is counted in thousandths of the limit, rounded down: less room is a later word, never a wrong one.
    for limit, steps, near in ((999, 998, False), (999, 999, True), (1_000, 900, True)):
        windows = DoseWindows()
        windows.add(steps)
        reason = windows.near(order_of(limit, 1_000_000, 1_000_000))
        assert reason == (Reason.HOUR_LIMIT_REACHED if near else Reason.NONE), (limit, steps)


def test_the_first_window_that_is_near_is_told():
    windows = DoseWindows()
    windows.add(1_000)
    assert windows.near(order_of(1_000, 1_000, 1_000)) == Reason.HOUR_LIMIT_REACHED
    assert windows.near(order_of(9_000, 1_000, 1_000)) == Reason.FOUR_HOUR_LIMIT_REACHED
    assert windows.near(order_of(9_000, 9_000, 1_000)) == Reason.DAY_LIMIT_REACHED
    assert windows.near(order_of(9_000, 9_000, 9_000)) == Reason.NONE


def test_nothing_is_near_without_a_prescription():
    windows = DoseWindows()
    windows.add(1_000)
    order = order_of(1_000, 1_000, 1_000)
    assert windows.near(order)
    order.valid = False
    assert windows.near(order) == Reason.NONE
    assert windows.near(Order()) == Reason.NONE


def test_a_steady_basal_near_a_limit_is_told_once():
    """The sum of four hours goes up and down by a bucket of a quarter of an hour: that may not ring every time."""
    windows = DoseWindows()
    order = order_of(1_000_000, 16_200, 1_000_000)
    changes = 0
    near = Reason.NONE
    for _ in range(8 * HOUR):
        windows.tick(TEN)
        windows.add(1)
        if windows.near(order) != near:
            near = windows.near(order)
            changes += 1
    assert (changes, near) == (1, Reason.FOUR_HOUR_LIMIT_REACHED)


def test_the_largest_numbers_allocate_nothing():
    windows = DoseWindows()
    # A litre in one bucket, in the smallest steps, and the fastest basal.
    windows.assume([280_741_156], [280_741_156])
    fastest = limits.MAX_STEPS_PER_FRAME * limits.FRAMES_PER_MINUTE
    order = order_of(28_000_000, 112_000_000, 280_741_156)

    def ask():
        windows.add(limits.MAX_STEPS_PER_FRAME)
        for _ in range(1_300):
            windows.tick(1)
            if not windows.intact():
                return 0
        return (
            windows.worst_hour(fastest)
            - windows.worst_four_hours(fastest)
            + windows.worst_day(fastest)
            + windows.near(order)
        )

    assert locked(ask) > 0
    assert windows.worst_day(fastest) < 1 << 30
