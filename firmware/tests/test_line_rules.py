"""From the readings of the line to conditions: occlusion and air (SR-043, SR-044, SR-049, SR-050)."""

from firmware.safety import limits
from firmware.therapy.air import AirRule
from firmware.therapy.occlusion import OcclusionRule

BUBBLE_STEPS = 40_000_000 // 3_750
WINDOW_STEPS = 1_000_000_000 // 3_750


def test_occlusion_at_the_threshold_and_not_one_pascal_below():
    rule = OcclusionRule()
    assert not rule.downstream and not rule.upstream
    for pressure_pa, expected in (
        (39_998, False),
        (39_999, False),
        (40_000, True),
        (40_001, True),
        (-500, False),
    ):
        rule.judge(pressure_pa, 0, 40_000)
        assert rule.downstream is expected, pressure_pa


def test_no_threshold_no_downstream_occlusion_is_judged_without_a_prescription():
    rule = OcclusionRule()
    for threshold_pa, expected in ((0, False), (1, True), (-1, False)):
        rule.judge(5_000, 0, threshold_pa)
        assert rule.downstream is expected


def test_upstream_occlusion_needs_three_frames_of_suction_in_a_row():
    limit = limits.UPSTREAM_OCCLUSION_PA
    for pressures, expected in (
        ((limit, limit), False),
        ((limit, limit, limit), True),
        ((limit + 1, limit + 1, limit + 1), False),
        ((limit, limit, limit + 1, limit, limit), False),
        ((limit - 1, limit - 1, limit - 1, limit - 1, limit - 1), True),
        ((limit, limit, limit, limit, limit + 1), False),
        ((limit + 1, limit, limit, limit), True),
        ((limit, limit, limit, limit, limit + 1, limit, limit), False),
    ):
        rule = OcclusionRule()
        for pressure_pa in pressures:
            rule.judge(0, pressure_pa, 1)
        assert rule.upstream is expected, pressures


def air_rule():
    rule = AirRule()
    rule.calibrate(3_750)
    return rule


def test_without_a_calibration_everything_is_air():
    rule = AirRule()
    assert not rule.air and rule.bubble_steps == rule.window_steps == 0
    rule.judge(True, 0, 1)
    assert rule.air


def test_a_bubble_at_its_limit_alarms_until_liquid_is_seen_and_one_step_less_does_not():
    rule = air_rule()
    rule.judge(False, BUBBLE_STEPS - 1, 1)
    assert not rule.air and rule.bubble_steps == BUBBLE_STEPS - 1
    rule.judge(False, 1, 1)
    assert rule.air
    rule.judge(False, 0, 1)
    assert rule.air
    rule.judge(True, 100, 1)
    assert not rule.air and rule.bubble_steps == 0


def test_liquid_between_two_bubbles_makes_them_two():
    rule = air_rule()
    for _ in range(3):
        rule.judge(False, BUBBLE_STEPS - 1, 1)
        assert not rule.air
        rule.judge(True, 1, 1)


def test_the_limits_follow_the_cassette():
    rule = AirRule()
    for pl_per_step in (3_562, 3_938):
        rule.calibrate(pl_per_step)
        rule.judge(True, 0, 1)
        rule.judge(False, 40_000_000 // pl_per_step - 1, 1)
        assert not rule.air
        rule.judge(False, 1, 1)
        assert rule.air


def test_every_flipped_bit_of_a_limit_of_air_is_seen():
    """SR-074"""
    for kept in ("_bubble", "_window"):
        # One limit that agrees with its copy is not enough.
        rule = AirRule()
        assert not rule.intact()
        setattr(rule, kept + "_inverse", ~0)
        assert not rule.intact(), kept
    for name in ("_bubble_limit_steps", "_window_limit_steps"):
        for bit in range(30):
            rule = air_rule()
            assert rule.intact()
            setattr(rule, name, getattr(rule, name) ^ 1 << bit)
            assert not rule.intact(), (name, bit)


def test_one_millilitre_of_small_bubbles_in_a_quarter_of_an_hour_alarms():
    rule = air_rule()
    bubbles = 30
    each = WINDOW_STEPS // bubbles
    for _ in range(bubbles):
        rule.judge(False, each, 1)
        assert not rule.air
        rule.judge(True, 500, 1)
    assert rule.window_steps == bubbles * each
    rule.judge(False, WINDOW_STEPS - bubbles * each - 1, 1)
    assert not rule.air
    rule.judge(False, 1, 1)
    assert rule.air
    # Liquid ends a bubble, but the air of the quarter of an hour stays.
    rule.judge(True, 500, 1)
    assert rule.air and rule.window_steps == WINDOW_STEPS


def test_air_is_forgotten_after_a_quarter_of_an_hour_and_a_minute_at_most():
    rule = air_rule()
    rule.judge(False, 10_000, 1)
    for _ in range(898):
        rule.judge(True, 50, 10)
    rule.judge(False, 7, 10)  # 8,991 frames
    for _ in range(61):
        assert rule.window_steps == 10_007
        rule.judge(True, 50, 10)
    assert rule.window_steps == 7  # 9,601 frames: the sixteenth minute is over
    for _ in range(839):
        rule.judge(True, 50, 10)
    assert rule.window_steps == 7
    rule.judge(True, 50, 10)
    assert rule.window_steps == 0


def test_a_minute_of_air_closes_with_its_last_frame():
    rule = air_rule()
    for _ in range(599):
        rule.judge(True, 0, 1)
    rule.judge(False, 5, 1)  # the 600th frame opens the second minute
    for _ in range(15 * 600 - 1):
        rule.judge(True, 0, 1)
    assert rule.window_steps == 5
    for _ in range(600):
        rule.judge(True, 0, 1)
    assert rule.window_steps == 5
    rule.judge(True, 0, 1)
    assert rule.window_steps == 0


def test_each_minute_of_air_leaves_by_itself():
    rule = air_rule()
    for minute in range(40):
        rule.judge(False, minute + 1, 1)
        due = sum(range(max(1, minute - 14), minute + 2))
        assert rule.window_steps == due, minute
        rule.judge(True, 0, 9)
        for _ in range(59):
            rule.judge(True, 0, 10)


def test_air_of_many_frames_of_one_minute_leaves_together():
    rule = air_rule()
    for _ in range(20):
        rule.judge(False, 3, 1)
    assert rule.window_steps == 60
    for _ in range(16 * 60):
        rule.judge(True, 0, 10)
    assert rule.window_steps == 0


def test_a_clock_that_jumps_lets_no_air_be_forgotten():
    rule = air_rule()
    rule.judge(False, 500, 1)
    for _ in range(59):
        rule.judge(True, 0, 1_000_000)
    assert rule.window_steps == 500
    for _ in range(59 * 15):
        rule.judge(True, 0, 11)
    assert rule.window_steps == 500
    for _ in range(60):
        rule.judge(True, 0, 11)
    assert rule.window_steps == 0
