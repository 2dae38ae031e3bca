"""What each window will hold at most if the basal goes on: against the plainest simulation (SR-020)."""

from array import array

from firmware.tests.therapy_bench import UNIT
from firmware.tests.windows_bench import (
    DAY,
    GRAIN,
    HOUR,
    MINUTE,
    QUARTER,
    TEN,
    Basal,
    Chance,
    let_pass,
    with_history,
)
from firmware.therapy.dose_windows import FOUR_HOURS, MINUTES, QUARTERS, DoseWindows


def test_the_worst_of_empty_windows_is_full_of_basal():
    windows = DoseWindows()
    for steps_minute in (0, 1, 6_000, 444_600):
        assert windows.worst_hour(steps_minute) == 61 * steps_minute
        assert windows.worst_four_hours(steps_minute) == 17 * 15 * steps_minute
        assert windows.worst_day(steps_minute) == 97 * 15 * steps_minute


def test_the_worst_without_basal_is_what_is_there():
    windows = with_history(Chance(5), 5 * HOUR, 700)
    assert windows.worst_hour(0) == windows.hour_steps > 0
    assert windows.worst_four_hours(0) == windows.four_hour_steps > 0
    assert windows.worst_day(0) == windows.day_steps > 0


def test_the_worst_counts_only_the_rest_of_the_open_bucket():
    windows = DoseWindows()
    windows.assume([0] * 60 + [1_000_000], [0] * 16 + [1_000_000])
    windows.tick(6)
    # 594 frames of 600 steps a minute; the million leaves at the next edge.
    assert windows.worst_hour(600) == 1_000_594
    # A step a minute: less than a whole one is a whole one.
    assert windows.worst_hour(1) == 1_000_001
    assert windows.worst_four_hours(600) == 1_000_000 + 8_994
    let_pass(windows, MINUTE - 1)
    assert windows.minute_at == 0 and windows.worst_hour(600) == 1_000_004
    assert windows.worst_four_hours(600) == 1_000_000 + 8_994 - 590
    windows.tick(4)
    assert windows.minute_at == 1 and windows.worst_hour(600) == 61 * 600
    assert windows.worst_four_hours(600) == 1_000_000 + 8_400


def test_the_last_frame_of_a_bucket_can_still_hold_a_step():
    windows = DoseWindows()
    windows.assume([0] * 60 + [1_000], [0])
    let_pass(windows, MINUTE - 1)
    windows.tick(9)
    assert windows.minute_at == 0
    assert windows.worst_hour(1) == 1_001
    let_pass(windows, 14 * MINUTE)
    assert windows.worst_four_hours(600) == 17 * 9_000
    windows.assume([], [0] * 96 + [5_000_000])
    windows.tick(6)
    assert windows.worst_day(600) == 5_000_000 + 8_994


def test_the_worst_finds_a_bucket_wherever_it_stands():
    for age in range(MINUTES):
        windows = DoseWindows()
        windows.assume([0] * age + [10_000], [])
        # It leaves after 60 - age further edges, with that much basal beside it.
        assert windows.worst_hour(100) == 10_000 + 100 * (61 - age)
    for age in range(QUARTERS):
        windows = DoseWindows()
        windows.assume([], [0] * age + [1_000_000])
        assert windows.worst_day(100) == 1_000_000 + 1_500 * (97 - age)
        if age < FOUR_HOURS:
            assert windows.worst_four_hours(100) == 1_000_000 + 1_500 * (17 - age)
        else:
            assert windows.worst_four_hours(100) == 17 * 1_500


def test_the_worst_is_what_the_basal_really_makes_of_each_window():
    """Against the plainest simulation, one of them frame by frame: the basal goes on, and the highest sum that is seen is the worst."""
    chance = Chance(99)
    for history, rate_nl_h, frames in (
        (0, 1_000_000, TEN),
        (HOUR + 7, 50_000, TEN),
        (2 * HOUR + 333, 30_000_000, TEN),
        (90 * MINUTE, 8_100_000, TEN),
        (5 * HOUR + 59, 2_345_678, 1),
        (26 * HOUR, 99_999_999, TEN),
    ):
        windows = with_history(chance, history, 3_000)
        basal = Basal(rate_nl_h, frames)
        steps_minute = basal.steps_minute
        worst = (
            windows.worst_hour(steps_minute),
            windows.worst_four_hours(steps_minute),
            windows.worst_day(steps_minute),
        )
        hour = four_hours = day = 0
        for _ in range((DAY + 2 * QUARTER) * TEN // frames):
            windows.add(basal.steps())
            hour = max(hour, windows.hour_steps)
            four_hours = max(four_hours, windows.four_hour_steps)
            day = max(day, windows.day_steps)
            windows.tick(frames)
        grain = -(-rate_nl_h * frames // UNIT)
        for most, seen, minutes in (
            (worst[0], hour, 61),
            (worst[1], four_hours, 17 * 15),
            (worst[2], day, 97 * 15),
        ):
            # Exact but for what was rounded up, a step a minute at most, and the grain.
            assert seen <= most <= seen + minutes + grain, (rate_nl_h, minutes)


def test_the_worst_hour_is_at_least_what_is_given_in_any_true_hour_from_now_on():
    chance = Chance(4_711)
    past, ahead, hour_long = 64 * MINUTE // GRAIN, 2 * HOUR // GRAIN, HOUR // GRAIN
    for rate_nl_h in (500_000, 20_000_000):
        windows = DoseWindows()
        given = array("i", bytes(4 * (past + ahead)))
        for at in range(past):
            for _ in range(GRAIN):
                steps = chance.below(5_000) if chance.below(300) == 0 else 0
                windows.tick(TEN)
                windows.add(steps)
                given[at] += steps
        basal = Basal(rate_nl_h, TEN)
        worst = windows.worst_hour(basal.steps_minute)
        for at in range(past, past + ahead):
            for _ in range(GRAIN):
                given[at] += basal.steps()
        hour = sum(given[past - hour_long : past])
        for end in range(past, past + ahead):
            hour += given[end] - given[end - hour_long]
            assert hour <= worst, (rate_nl_h, end - past)
