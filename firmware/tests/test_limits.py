"""Every limit has the value that its requirement gives it. A limit is changed in two places, on purpose: here by the one who decides it."""

from firmware.safety import limits
from shared import prescription

VALUES = (
    ("FRAME_MS", 100),
    ("FRAMES_PER_SECOND", 10),
    ("FRAMES_PER_MINUTE", 600),
    ("FRAMES_PER_QUARTER_HOUR", 9_000),
    ("MIN_RATE_NL_H", 50_000),
    ("MAX_RATE_NL_H", 100_000_000),
    ("MAX_STEPS_PER_FRAME", 741),
    ("NL_H_PER_PL_STEP", 36),
    ("MIN_PL_PER_STEP", 3_562),
    ("MAX_PL_PER_STEP", 3_938),
    ("MAX_SEGMENTS", 48),
    ("MAX_VOLUME_NL", 1_000_000_000),
    ("MAX_MINUTES", 10_080),
    ("MAX_BOLUS_NL", 20_000_000),
    ("MIN_LOCKOUT_S", 300),
    ("MAX_LOCKOUT_S", 86_400),
    ("MAX_BOLUSES", 240),
    ("MAX_LOAD_NL", 200_000_000),
    ("MAX_CLINICIAN_BOLUS_NL", 100_000_000),
    ("MAX_CLINICIAN_BOLUS_MINUTES", 360),
    ("MAX_KVO_NL_H", 5_000_000),
    ("MAX_KVO_MINUTES", 1_440),
    ("PRIME_NL", 3_000_000),
    ("PRIME_RATE_NL_H", 50_000_000),
    ("PRIME_STEPS", 800_000),
    ("PRIME_STEPS_PER_FRAME", 371),
    ("PRIME_TIMEOUT_FRAMES", 3_000),
    ("DOSE_NEAR_PERMILLE", 900),
    ("MIN_OCCLUSION_PA", 10_000),
    ("MAX_OCCLUSION_PA", 80_000),
    ("UPSTREAM_OCCLUSION_PA", -5_800),
    ("UPSTREAM_FRAMES", 3),
    ("AIR_BUBBLE_NL", 40_000),
    ("AIR_WINDOW_NL", 1_000_000),
    ("AIR_WINDOW_FRAMES", 9_000),
    ("RESERVOIR_SENSOR_PERMILLE", 50),
    ("RESERVOIR_BASAL_MINUTES", 60),
    ("GEAR_COUNTS", 32),
    ("GEAR_STEPS", 125),
    ("ENCODER_TOLERANCE_COUNTS", 40),
    ("FLOW_LAG_PERMILLE", 150),
    ("FLOW_TOLERANCE_PERMILLE", 50),
    ("FLOW_FLOOR_COUNTS", 24),
    ("BASAL_WINDOW_FRAMES", 3_000),
    ("BOLUS_WINDOW_FRAMES", 100),
    ("CLINICIAN_BOLUS_WINDOW_FRAMES", 600),
    ("SENSOR_SILENT_FRAMES", 3),
    ("BATTERY_LOW_PERMILLE", 150),
    ("BATTERY_LOW_CLEAR_PERMILLE", 180),
    ("BATTERY_CRITICAL_PERMILLE", 60),
    ("BATTERY_CRITICAL_CLEAR_PERMILLE", 80),
    ("BATTERY_DEPLETED_PERMILLE", 30),
    ("SKIN_WARM_MC", 41_000),
    ("SKIN_WARM_CLEAR_MC", 40_000),
    ("SKIN_HOT_MC", 43_000),
    ("PAUSED_TOO_LONG_FRAMES", 6_000),
    ("CONFIG_UNFINISHED_FRAMES", 1_800),
    ("NOT_STARTED_FRAMES", 50),
    ("NEAR_END_FRAMES", 18_000),
    ("CONFIRM_TIMEOUT_FRAMES", 6_000),
    ("CONFIRM_DWELL_FRAMES", 10),
    ("CONFIRM_HOLD_FRAMES", 20),
    ("SILENCE_HIGH_FRAMES", 1_200),
    ("SILENCE_FRAMES", 6_000),
    ("ALERT_LOOP_FRAMES", 6_000),
    ("STUCK_KEY_FRAMES", 100),
    ("OVERRUN_MS", 20),
    ("OVERRUN_FAULT_FRAMES", 3),
    ("CLOCK_JUMP_FRAMES", 10),
    ("CLOCK_COMPARE_FRAMES", 3_000),
    ("CLOCK_DRIFT_PERMILLE", 20),
    ("DAILY_CHECK_FRAMES", 864_000),
    ("AIR_CHECK_FRAMES", 6_000),
    ("DISPLAY_CHECK_FRAMES", 100),
    ("DOWNSTREAM_LOWEST_PA", -13_000),
    ("DOWNSTREAM_HIGHEST_PA", 117_000),
    ("UPSTREAM_SPAN_PA", 8_700),
    ("SKIN_LOWEST_MC", -20_000),
    ("SKIN_HIGHEST_MC", 85_000),
    ("STUCK_SENSOR_CHECKS", 600),
)


def test_every_limit_has_its_decided_value():
    for name, value in VALUES:
        assert getattr(limits, name) == value, name
        assert type(getattr(limits, name)) is int, name


def test_no_limit_stands_beside_the_table():
    named = [name for name in dir(limits) if name.isupper()]
    assert sorted(named) == sorted(row[0] for row in VALUES)


def test_what_follows_from_another_limit_agrees_with_it():
    assert limits.FRAMES_PER_SECOND * limits.FRAME_MS == 1_000
    assert limits.FRAMES_PER_MINUTE == 60 * limits.FRAMES_PER_SECOND
    assert limits.FRAMES_PER_QUARTER_HOUR == 15 * limits.FRAMES_PER_MINUTE
    nominal = limits.NL_H_PER_PL_STEP * 3_750
    assert -(-limits.MAX_RATE_NL_H // nominal) == limits.MAX_STEPS_PER_FRAME
    assert -(-limits.PRIME_RATE_NL_H // nominal) == limits.PRIME_STEPS_PER_FRAME
    assert limits.PRIME_STEPS * 3_750 == limits.PRIME_NL * 1_000
    prime_frames = limits.PRIME_STEPS * nominal // limits.PRIME_RATE_NL_H
    assert prime_frames < limits.PRIME_TIMEOUT_FRAMES


def test_warnings_come_before_what_they_warn_of():
    assert limits.BATTERY_LOW_CLEAR_PERMILLE > limits.BATTERY_LOW_PERMILLE
    assert limits.BATTERY_LOW_PERMILLE > limits.BATTERY_CRITICAL_CLEAR_PERMILLE
    assert limits.BATTERY_CRITICAL_CLEAR_PERMILLE > limits.BATTERY_CRITICAL_PERMILLE
    assert limits.BATTERY_CRITICAL_PERMILLE > limits.BATTERY_DEPLETED_PERMILLE
    assert limits.SKIN_WARM_CLEAR_MC < limits.SKIN_WARM_MC < limits.SKIN_HOT_MC
    assert limits.FLOW_TOLERANCE_PERMILLE < limits.FLOW_LAG_PERMILLE
    assert limits.FLOW_FLOOR_COUNTS < limits.ENCODER_TOLERANCE_COUNTS


def test_every_limit_of_volumes_fits_into_small_integers_of_the_chip():
    most_steps = limits.MAX_VOLUME_NL // limits.MIN_PL_PER_STEP * 1_000
    assert most_steps + limits.MAX_STEPS_PER_FRAME < 1 << 29
    for name, value in VALUES:
        assert -(1 << 30) <= value < 1 << 30, name


def test_two_copies_of_every_bound_of_a_prescription_agree():
    # The pump does not trust what shared/ lets pass; but what it refuses must not come as a surprise after two signatures.
    ours = {
        "segments": (limits.MIN_RATE_NL_H, limits.MAX_RATE_NL_H),
        "vtbi_nl": (1, limits.MAX_VOLUME_NL),
        "bag_nl": (1, limits.MAX_VOLUME_NL),
        "max_minutes": (1, limits.MAX_MINUTES),
        "occlusion_pa": (limits.MIN_OCCLUSION_PA, limits.MAX_OCCLUSION_PA),
        "max_bolus_nl": (0, limits.MAX_BOLUS_NL),
        "lockout_s": (limits.MIN_LOCKOUT_S, limits.MAX_LOCKOUT_S),
        "max_boluses": (0, limits.MAX_BOLUSES),
        "load_nl": (0, limits.MAX_LOAD_NL),
        "clinician_bolus_nl": (0, limits.MAX_CLINICIAN_BOLUS_NL),
        "clinician_bolus_minutes": (0, limits.MAX_CLINICIAN_BOLUS_MINUTES),
        "kvo_rate_nl_h": (limits.MIN_RATE_NL_H, limits.MAX_KVO_NL_H),
        "kvo_minutes": (0, limits.MAX_KVO_MINUTES),
    }
    compared = 0
    for _, name, _, least, most in prescription.fields():
        if name in ours:
            assert ours[name] == (least, most), name
            compared += 1
    assert compared == len(ours)
    assert prescription.MAX_SEGMENTS == limits.MAX_SEGMENTS
