"""What the pump itself refuses, whatever library and signatures say (SR-031)."""

from firmware.safety import limits
from firmware.safety.gate import Order
from firmware.tests.therapy_bench import fields, full_fields
from firmware.therapy import prescription
from firmware.therapy.admission import allowed
from firmware.therapy.programme import Programme

# Each field at the edge, with what else has to fit; one more, or one less, is refused.
AT_MOST = (
    ("max_hour_nl", limits.MAX_RATE_NL_H),
    ("max_4h_nl", limits.MAX_VOLUME_NL),
    ("max_day_nl", limits.MAX_VOLUME_NL),
    ("vtbi_nl", limits.MAX_VOLUME_NL),
    ("bag_nl", limits.MAX_VOLUME_NL),
    ("occlusion_pa", limits.MAX_OCCLUSION_PA),
    ("max_bolus_nl", limits.MAX_BOLUS_NL),
    ("bolus_rate_nl_h", limits.MAX_RATE_NL_H),
    ("max_boluses", limits.MAX_BOLUSES),
    ("load_nl", limits.MAX_LOAD_NL),
    ("load_rate_nl_h", limits.MAX_RATE_NL_H),
    ("max_minutes", limits.MAX_MINUTES),
    ("kvo_minutes", limits.MAX_KVO_MINUTES),
    ("starts_after_s", 0),
    ("conc_ng_ml", 1_000_000_000),
    ("library_version", 0xFFFF),
    ("dosing_weight_g", 1_000_000),
    ("patient_class", 2),
)
AT_LEAST = (
    ("max_hour_nl", 1),
    ("max_4h_nl", 1),
    ("max_day_nl", 1),
    ("bag_nl", 1),
    ("min_minutes", 0),
    ("occlusion_pa", limits.MIN_OCCLUSION_PA),
    ("lockout_s", limits.MIN_LOCKOUT_S),
    ("load_nl", 1),
    ("load_rate_nl_h", limits.MIN_RATE_NL_H),
    ("max_bolus_nl", 1),
    ("max_boluses", 1),
    ("kvo_rate_nl_h", limits.MIN_RATE_NL_H),
    ("kvo_minutes", 1),
    ("starts_after_s", 0),
    ("conc_ng_ml", 1),
    ("library_version", 1),
    ("dosing_weight_g", 1),
    ("patient_class", 1),
)


def wide(**changed):
    """As full as `full_fields`, with a volume that no flow can give too soon."""
    made = full_fields(vtbi_nl=limits.MAX_VOLUME_NL, min_minutes=1)
    made.update(changed)
    return made


def test_each_number_is_taken_at_its_ceiling_and_refused_one_above():
    for name, most in AT_MOST:
        assert allowed(wide(**{name: most})), name
        assert not allowed(wide(**{name: most + 1})), name


def test_each_number_is_taken_at_its_floor_and_refused_one_below():
    for name, least in AT_LEAST:
        assert allowed(wide(**{name: least})), name
        assert not allowed(wide(**{name: least - 1})), name


def test_a_prescription_without_a_shortest_time_still_has_a_volume_and_a_longest():
    assert allowed(fields(vtbi_nl=1, min_minutes=0, max_minutes=1))
    assert not allowed(fields(vtbi_nl=0, min_minutes=0))
    assert not allowed(fields(vtbi_nl=1, min_minutes=0, max_minutes=0))


def test_no_number_is_below_nothing():
    for name in (
        "max_bolus_nl",
        "bolus_rate_nl_h",
        "max_boluses",
        "lockout_s",
        "load_nl",
        "load_rate_nl_h",
        "clinician_bolus_nl",
        "clinician_bolus_minutes",
        "kvo_rate_nl_h",
        "kvo_minutes",
    ):
        for below in (-1, -1_000_000_000):
            assert not allowed(wide(**{name: below})), name
            assert not allowed(fields(**{name: below})), name


def test_every_missing_field_and_every_other_type_is_refused():
    asked = wide()
    assert len(asked) == 27
    for name in sorted(asked):
        without = wide()
        del without[name]
        assert not allowed(without), name
        for wrong in (None, True, 1.0, "1", b"1", [1], {}):
            if name in ("drug", "profile") and wrong == "1":
                continue
            assert not allowed(wide(**{name: wrong})), (name, wrong)
    assert not allowed(wide(drug="")) and not allowed(wide(profile=""))


def test_a_rate_between_none_and_the_slowest_is_refused():
    for name in ("load_rate_nl_h", "bolus_rate_nl_h", "kvo_rate_nl_h"):
        for rate_nl_h in (1, limits.MIN_RATE_NL_H - 1):
            assert not allowed(wide(**{name: rate_nl_h})), name


def test_segments_rise_from_minute_zero_and_keep_to_the_rates_of_the_pump():
    slowest, fastest = limits.MIN_RATE_NL_H, limits.MAX_RATE_NL_H
    last = limits.MAX_MINUTES - 1
    for segments in (
        [[0, slowest]],
        [(0, fastest)],
        ((0, slowest), (1, fastest)),
        [[0, slowest], [last, slowest]],
        [[minute, slowest] for minute in range(48)],
    ):
        assert allowed(fields(segments=segments, vtbi_nl=limits.MAX_VOLUME_NL)), segments
    for segments in (
        [],
        None,
        "0",
        {0: slowest},
        [[1, slowest]],
        [[-1, slowest]],
        [[0, slowest], [0, slowest]],
        [[0, slowest], [5, slowest], [4, slowest]],
        [[0, slowest], [last + 1, slowest]],
        [[0, slowest - 1]],
        [[0, fastest + 1]],
        [[0]],
        [[0, slowest, 0]],
        [[True, slowest]],
        [[0, slowest], [True, slowest]],
        [[0, 1_000_000.0]],
        [[0, None]],
        [0, slowest],
        ["0a"],
        [[minute, slowest] for minute in range(49)],
    ):
        assert not allowed(fields(segments=segments, vtbi_nl=limits.MAX_VOLUME_NL)), segments


def test_overrides_are_pairs_of_numbers_and_no_more_than_eight():
    for overrides in ([], (), [[2, 1]], ((0, 5),), [[number, 1] for number in range(8)]):
        assert allowed(fields(overrides=overrides)), overrides
    for overrides in (
        None,
        {},
        [2, 1],
        ["21"],
        [[2]],
        [[2, 1, 1]],
        [[-1, 1]],
        [[256, 1]],
        [[2, 0]],
        [[2, 256]],
        [[2, True]],
        [[None, 1]],
        [[number, 1] for number in range(9)],
    ):
        assert not allowed(fields(overrides=overrides)), overrides
    assert allowed(fields(overrides=[[255, 255], [0, 1]]))


def test_what_is_prescribed_is_prescribed_whole():
    for names in (
        ("load_nl", "load_rate_nl_h"),
        ("max_bolus_nl", "bolus_rate_nl_h", "max_boluses"),
        ("clinician_bolus_nl", "clinician_bolus_minutes"),
        ("kvo_rate_nl_h", "kvo_minutes"),
    ):
        assert allowed(wide(**dict.fromkeys(names, 0))), names
        for name in names:
            assert not allowed(wide(**{name: 0})), name


def test_a_bolus_slower_than_the_fastest_basal_is_refused():
    """SR-028: a bolus longer than its interval does not exist, for the lockout counts from its end."""
    assert allowed(wide(bolus_rate_nl_h=3_000_000))
    assert not allowed(wide(bolus_rate_nl_h=2_999_999))
    # 20 minutes of 3 mL/h are 1 mL.
    assert allowed(wide(clinician_bolus_nl=1_000_000))
    assert not allowed(wide(clinician_bolus_nl=999_999))


def test_a_clinicians_bolus_faster_than_the_pump_is_refused():
    most = limits.MAX_CLINICIAN_BOLUS_NL
    assert allowed(wide(clinician_bolus_nl=most, clinician_bolus_minutes=60))
    assert not allowed(wide(clinician_bolus_nl=most, clinician_bolus_minutes=59))
    assert not allowed(wide(clinician_bolus_nl=most + 1, clinician_bolus_minutes=120))


def test_a_clinicians_bolus_lasts_a_lockout_at_least_and_six_hours_at_most():
    """SR-025"""
    assert allowed(wide(clinician_bolus_minutes=10, lockout_s=600))
    assert not allowed(wide(clinician_bolus_minutes=10, lockout_s=601))
    most = limits.MAX_CLINICIAN_BOLUS_MINUTES
    asked = {"clinician_bolus_nl": 30_000_000, "clinician_bolus_minutes": most}
    assert allowed(wide(**asked))
    asked["clinician_bolus_minutes"] += 1
    assert not allowed(wide(**asked))


def test_the_longest_lockout_is_a_day():
    no_clinician = {"clinician_bolus_nl": 0, "clinician_bolus_minutes": 0}
    assert allowed(wide(lockout_s=limits.MAX_LOCKOUT_S, **no_clinician))
    assert not allowed(wide(lockout_s=limits.MAX_LOCKOUT_S + 1, **no_clinician))


def test_a_lockout_without_a_bolus_is_no_reason_to_refuse():
    assert allowed(fields(lockout_s=1))


def test_kvo_above_the_slowest_basal_is_refused():
    assert allowed(wide(kvo_rate_nl_h=2_000_000))
    assert not allowed(wide(kvo_rate_nl_h=2_000_001))
    fast = {"segments": [[0, 6_000_000]]}
    assert allowed(wide(kvo_rate_nl_h=limits.MAX_KVO_NL_H, **fast))
    assert not allowed(wide(kvo_rate_nl_h=limits.MAX_KVO_NL_H + 1, **fast))


def test_the_shortest_time_is_not_longer_than_the_longest():
    assert allowed(fields(min_minutes=600, max_minutes=600))
    assert not allowed(fields(min_minutes=600, max_minutes=599))
    longest = limits.MAX_MINUTES
    volume_nl = limits.MAX_VOLUME_NL
    slow = fields(50_000, min_minutes=longest, max_minutes=longest, vtbi_nl=volume_nl)
    assert allowed(slow)
    slow["min_minutes"] = slow["max_minutes"] = longest + 1
    assert not allowed(slow)


def test_a_refused_prescription_leaves_nothing_behind():
    programme, order = Programme(), Order()
    assert prescription.load(full_fields(), 1, 3_750, programme, order)
    assert not prescription.load(full_fields(vtbi_nl=0), 2, 3_750, programme, order)
    assert not order.valid and order.vtbi_steps == 0 and order.intact()
    assert programme.version == 0 and programme.vtbi_nl == 0 and programme.intact()
    for state in range(12):
        assert programme.rate_nl_h(state, 0) == 0
        assert order.frame_steps[state] == 0 and order.phase_steps[state] == 0
