"""The most that a prescription can give in a time, whatever its patient and clinicians do: it bounds the shortest infusion."""

from firmware.tests.therapy_bench import fields, full_fields
from firmware.therapy.admission import allowed, clinician_rate_nl_h, most_nl


def test_a_volume_that_could_be_given_in_less_than_its_shortest_time_is_refused():
    # 1 mL/h for 600 minutes are 10 mL to the nanolitre.
    assert allowed(fields(vtbi_nl=10_000_000, min_minutes=600))
    assert not allowed(fields(vtbi_nl=9_999_999, min_minutes=600))
    assert allowed(fields(vtbi_nl=9_999_999, min_minutes=599))


def test_the_most_of_a_plain_infusion_is_its_segments_one_after_the_other():
    steps = fields(
        segments=[[0, 1_000_000], [60, 3_000_000], [120, 2_000_000]],
        max_hour_nl=100_000_000,
        max_4h_nl=100_000_000,
        max_day_nl=100_000_000,
    )
    for minutes, given_nl in (
        (1, 16_667),
        (60, 1_000_000),
        (61, 1_050_000),
        (90, 2_500_000),
        (120, 4_000_000),
        (180, 6_000_000),
        (600, 20_000_000),
    ):
        assert most_nl(steps, minutes) == given_nl, minutes


def test_the_most_has_the_load_first_and_then_the_fastest():
    asked = fields(
        2_000_000,
        max_hour_nl=100_000_000,
        max_4h_nl=400_000_000,
        max_day_nl=400_000_000,
        load_nl=5_000_000,
        load_rate_nl_h=30_000_000,
    )
    # 10 minutes of load, then basal.
    for minutes, given_nl in ((6, 3_000_000), (10, 5_000_000), (40, 6_000_000)):
        assert most_nl(asked, minutes) == given_nl, minutes
    # Two boluses of 1 mL, a minute each, 9 minutes apart from end to begin; basal in all the rest.
    asked.update(max_bolus_nl=1_000_000, bolus_rate_nl_h=60_000_000, lockout_s=540)
    asked["max_boluses"] = 2
    for minutes, given_nl in (
        (10, 5_000_000),
        (11, 6_000_000),
        (20, 6_300_000),
        (21, 7_300_000),
        (31, 7_633_334),
        (51, 8_300_000),
    ):
        assert most_nl(asked, minutes) == given_nl, minutes
    # One bolus begins, and its time is over in the middle of it.
    asked["max_boluses"] = 1
    asked["bolus_rate_nl_h"] = 15_000_000
    assert most_nl(asked, 12) == 5_500_000
    assert most_nl(asked, 14) == 6_000_000


def test_the_smallest_rest_of_a_nanolitre_is_a_whole_one():
    # 1 mL in 53,731 ms, and basal for the 1,746,269 ms that are left: 265,738 nL and a 3,600,000th.
    asked = fields(547_829, max_hour_nl=100_000_000)
    asked.update(max_bolus_nl=1_000_000, bolus_rate_nl_h=67_000_000, lockout_s=86_400)
    asked["max_boluses"] = 1
    assert 547_829 * 1_746_269 == 265_738 * 3_600_000 + 1
    assert most_nl(asked, 30) == 1_265_739


def test_clinicians_boluses_may_follow_one_another_and_a_slower_bolus_only_costs_time():
    asked = fields(
        2_000_000,
        max_hour_nl=100_000_000,
        max_4h_nl=400_000_000,
        max_day_nl=400_000_000,
        clinician_bolus_nl=5_000_000,
        clinician_bolus_minutes=10,
        max_bolus_nl=2_000_000,
        bolus_rate_nl_h=20_000_000,
        lockout_s=60,
        max_boluses=100,
    )
    assert most_nl(asked, 60) == 30_000_000


def test_the_fastest_comes_first_in_whatever_order_it_stands():
    asked = fields(
        segments=[[0, 9_000_000], [20, 6_000_000], [40, 12_000_000]],
        max_hour_nl=100_000_000,
        max_4h_nl=400_000_000,
        max_day_nl=400_000_000,
        max_bolus_nl=10_000_000,
        bolus_rate_nl_h=60_000_000,
        lockout_s=3_600,
        max_boluses=1,
    )
    # The bolus takes ten minutes, from the slowest segment.
    assert most_nl(asked, 60) == 10_000_000 + 4_000_000 + 3_000_000 + 1_000_000
    asked.update(clinician_bolus_nl=7_500_000, clinician_bolus_minutes=30)
    assert most_nl(asked, 60) == 10_000_000 + 50 * 15_000_000 // 60


def test_the_rolling_limits_bound_the_most():
    asked = fields(10_000_000, max_hour_nl=9_000_000, max_4h_nl=30_000_000, max_day_nl=100_000_000)
    for minutes, given_nl in (
        (60, 9_000_000),
        (61, 10_166_667),
        (240, 30_000_000),
        (241, 40_166_667),
        (600, 90_000_000),
        (1_440, 100_000_000),
        (1_441, 200_000_000),
    ):
        assert most_nl(asked, minutes) == given_nl, minutes


def test_a_clinicians_rate_gives_the_volume_within_its_minutes():
    asked = full_fields()
    for volume_nl, minutes, rate_nl_h in (
        (6_000_000, 20, 18_000_000),
        (1_000_000, 7, 8_571_429),
        (0, 0, 0),
    ):
        asked["clinician_bolus_nl"], asked["clinician_bolus_minutes"] = volume_nl, minutes
        assert clinician_rate_nl_h(asked) == rate_nl_h
        assert rate_nl_h * minutes >= volume_nl * 60
