"""Dose windows in which a bit has fallen over (SR-074)."""

from firmware.tests.windows_bench import (
    DAY,
    MINUTE,
    QUARTER,
    TEN,
    Chance,
    let_pass,
    with_history,
)
from firmware.therapy.dose_windows import MINUTES, QUARTERS, DoseWindows


def test_every_flipped_bit_of_a_sum_or_a_position_is_seen_in_the_same_frame():
    for name in (
        "hour_steps",
        "four_hour_steps",
        "day_steps",
        "minute_at",
        "quarter_at",
        "_minute_frames",
        "_quarter_frames",
    ):
        for bit in range(30):
            windows = with_history(Chance(3), 20 * MINUTE, 700)
            assert windows.intact()
            setattr(windows, name, getattr(windows, name) ^ 1 << bit)
            assert not windows.intact(), (name, bit)


def test_a_sum_that_fell_over_does_not_heal():
    for name in ("hour_steps", "four_hour_steps", "day_steps"):
        windows = DoseWindows()
        windows.add(1_000)
        setattr(windows, name, 0)
        for _ in range(25 * 4):
            let_pass(windows, QUARTER)
            windows.add(7)
            assert not windows.intact(), name


def frames_until_seen(windows):
    for frames in range(1, 2_000):
        windows.tick(1)
        if not windows.intact():
            return frames
    return 0


def test_every_flipped_bit_of_a_bucket_is_seen_within_two_minutes():
    for ring in ("minutes", "quarters"):
        for at, bit in ((0, 0), (3, 7), (14, 29), (60, 12)):
            for start in (0, MINUTE):
                windows = DoseWindows()
                windows.assume([10_000] * MINUTES, [100_000] * QUARTERS)
                let_pass(windows, start)
                buckets = getattr(windows, ring)
                buckets[at] ^= 1 << bit
                assert 0 < frames_until_seen(windows) <= 1_200, (ring, at, bit, start)
                # And stays seen, when the bucket is long gone.
                let_pass(windows, 2 * DAY)
                assert not windows.intact(), (ring, at, bit)


def test_a_bucket_moved_within_the_day_is_seen_in_the_four_hours():
    windows = DoseWindows()
    windows.assume([], [50_000] * QUARTERS)
    windows.quarters[0] -= 10
    windows.quarters[50] += 10
    assert 0 < frames_until_seen(windows) <= 1_200


def test_the_two_rings_are_counted_in_turns():
    windows = DoseWindows()
    windows.minutes[5] += 1
    assert frames_until_seen(windows) == 600
    windows = DoseWindows()
    windows.quarters[5] += 1
    assert frames_until_seen(windows) == 1_200
    # Once a minute, not in every frame: what falls over just after a count is seen by the next of its ring.
    windows = DoseWindows()
    let_pass(windows, MINUTE)
    assert windows.intact()
    windows.minutes[5] += 1
    assert frames_until_seen(windows) == 1_200


def test_sound_windows_stay_sound_through_two_days():
    windows = DoseWindows()
    chance = Chance(8)
    for _ in range(2 * DAY // MINUTE):
        for _ in range(MINUTE):
            windows.tick(TEN)
        windows.add(chance.below(400_000))
        assert windows.intact()
