"""Therapy: accounting, windows, delivery states."""

from array import array

from firmware.safety import gate, limits
from firmware.therapy import prescription
from firmware.therapy.air import AirRule
from firmware.therapy.confirming import ACCEPTED, DECLINED, TIMED_OUT, WAITING, Confirming
from firmware.therapy.delivery import Delivery
from firmware.therapy.dose_windows import DoseWindows
from firmware.therapy.occlusion import OcclusionRule
from firmware.therapy.power import PowerRule
from firmware.therapy.session import Session
from shared.codes import State


def fields(rate_nl_h=1_000_000, **changed):
    made = {
        "drug": "ketamine",
        "conc_ng_ml": 1_000_000,
        "segments": [[0, rate_nl_h]],
        "max_hour_nl": rate_nl_h * 11 // 10,
        "max_day_nl": 24 * rate_nl_h * 11 // 10,
        "max_bolus_nl": 0,
        "lockout_s": 0,
        "starts_after_s": 0,
        "library_version": 1,
        "vtbi_nl": 24 * rate_nl_h,
        "dosing_weight_g": 70_000,
        "profile": "KET_HOME_TEST",
        "max_minutes": 1_440,
        "occlusion_pa": 40_000,
    }
    made.update(changed)
    return made


def delivering(rate_nl_h, pl_per_step=3_750):
    programme, order = prescription.Programme(), gate.Order()
    assert prescription.load(fields(rate_nl_h), 1, pl_per_step, programme, order)
    session = Session()
    delivery = Delivery(programme, session)
    assert delivery.start(order.valid, False)
    return programme, order, session, delivery


def test_steps_of_any_rate_never_lose_a_remainder():
    for rate_nl_h in (
        50_000,
        100_000,
        999_999,
        1_000_000,
        7_000_000,
        50_000_000,
        99_999_999,
        100_000_000,
    ):
        for pl_per_step in (3_562, 3_750, 3_937):
            if rate_nl_h // (36 * pl_per_step) >= 741:
                continue
            _, order, _, delivery = delivering(rate_nl_h, pl_per_step)
            total = 0
            for _ in range(7_201):
                steps = delivery.want(1)
                assert 0 <= steps <= order.max_steps_frame
                total += steps
            # 7,200 wanting frames are 720 s; the first frame of RUNNING wants nothing.
            assert total == rate_nl_h * 7_200 // (36 * pl_per_step)


def test_the_first_frame_of_running_wants_nothing():
    _, _, _, delivery = delivering(7_000_000)
    assert delivery.want(1) == 0
    assert delivery.want(1) > 0


def test_missed_frames_are_not_caught_up():
    _, _, _, delivery = delivering(36_000_000)
    delivery.want(1)
    normal = delivery.want(1)
    assert abs(delivery.want(50) - normal) <= 1


def test_limits_round_down_to_whole_steps():
    assert prescription.steps_of(3, 3_750) == 0
    assert prescription.steps_of(4, 3_750) == 1
    assert prescription.steps_of(7_499, 3_750) == 1_999
    assert prescription.steps_of(7_500, 3_750) == 2_000


def test_a_programme_outside_the_code_level_limits_is_refused_and_leaves_nothing():
    wrong = (
        fields(limits.MAX_RATE_NL_H + 1),
        fields(limits.MIN_RATE_NL_H - 1),
        fields(occlusion_pa=limits.MAX_OCCLUSION_PA + 1),
        fields(occlusion_pa=limits.MIN_OCCLUSION_PA - 1),
    )
    for asked in wrong:
        programme, order = prescription.Programme(), gate.Order()
        assert not prescription.load(asked, 1, 3_750, programme, order), asked
        assert not order.valid and order.vtbi_steps == 0
        assert programme.rate_nl_h == 0


def test_hour_window_never_shows_less_than_was_given_in_any_sixty_minutes():
    windows = DoseWindows()
    given = array("h", bytes(2 * 3 * 36_000))  # a list of them would not fit into a small heap
    seed = 12_345
    for frame in range(3 * 36_000):
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
        steps = seed // 65_536 % 742 if seed // 65_536 % 7 == 0 else 0
        windows.tick(1)
        windows.add(steps)
        given[frame] = steps
        if frame % 997 == 0:
            assert windows.hour_steps >= sum(given[max(0, frame - 35_999) : frame + 1])
            assert windows.hour_steps <= sum(given[max(0, frame - 36_599) : frame + 1])


def test_day_window_forgets_after_a_day_and_a_quarter_hour():
    windows = DoseWindows()
    windows.add(1_000)
    windows.tick(limits.FRAMES_PER_QUARTER_HOUR * 96)
    assert windows.day_steps == 1_000
    windows.tick(limits.FRAMES_PER_QUARTER_HOUR)
    assert windows.day_steps == 0


def test_recovered_windows_count_as_if_no_time_had_passed():
    windows = DoseWindows()
    windows.assume([5, 100, 200], [5, 1_000])
    assert windows.hour_steps == 305
    assert windows.day_steps == 1_005
    windows.tick(limits.FRAMES_PER_MINUTE * 58)
    assert windows.hour_steps == 305
    windows.tick(limits.FRAMES_PER_MINUTE)
    assert windows.hour_steps == 105


def test_only_start_leads_to_running():
    for state in (
        State.ALARM,
        State.COMPLETE,
        State.CONFIRMING,
        State.FAULT,
        State.PAUSED,
        State.STOPPED,
    ):
        _, _, _, delivery = delivering(7_000_000)
        delivery.go(state)
        for frames in (1, 1, 600, 36_000):
            assert delivery.want(frames) == 0, state
        delivery.remote_stop()
        assert delivery.state != State.RUNNING


def test_start_is_refused_without_an_order_or_while_a_stop_condition_stands():
    _, _, _, delivery = delivering(7_000_000)
    delivery.go(State.PAUSED)
    assert not delivery.start(False, False)
    assert not delivery.start(True, True)
    assert delivery.state == State.PAUSED
    assert delivery.start(True, False)


def test_start_does_not_run_a_complete_or_faulty_or_confirming_pump():
    for state in (State.COMPLETE, State.FAULT, State.CONFIRMING):
        _, _, _, delivery = delivering(7_000_000)
        delivery.go(state)
        assert not delivery.start(True, False)


def test_a_declined_prescription_leaves_the_state_as_it_was():
    _, _, _, delivery = delivering(7_000_000)
    assert not delivery.confirm_begin()
    delivery.go(State.PAUSED)
    assert delivery.confirm_begin()
    delivery.confirm_end(False)
    assert delivery.state == State.PAUSED


def confirm_frames(confirming, keys):
    """keys: a string, a letter a frame: d down, u up, s stop, o OK held, . nothing."""
    held = False
    for age, key in enumerate(keys):
        ok = key == "o"
        confirming.judge(key == "u", key == "d", key == "s", ok and not held, ok, age)
        held = ok


def test_confirming_needs_every_page_and_two_seconds_of_ok():
    for keys, decision in (
        ("o" * 40, WAITING),
        ("d" + "o" * 40, WAITING),
        ("d.d." + "o" * 19, WAITING),
        ("d.d." + "o" * 10 + "." + "o" * 10, WAITING),
        ("d.d." + "o" * 20, ACCEPTED),
        ("d.d.u." + "o" * 20, ACCEPTED),
        ("ood.d.s", DECLINED),
    ):
        confirming = Confirming()
        confirming.begin(3)
        confirm_frames(confirming, keys)
        assert confirming.decision == decision, keys


def test_ok_leaned_on_from_before_the_last_page_does_not_confirm():
    confirming = Confirming()
    confirming.begin(1)
    confirming._seen = 0
    confirming.judge(False, False, False, True, True, 0)
    confirming._seen = 1
    for age in range(1, 60):
        confirming.judge(False, False, False, False, True, age)
    assert confirming.decision == WAITING


def test_nobody_there_for_ten_minutes_is_a_refusal():
    confirming = Confirming()
    confirming.begin(3)
    confirming.judge(False, False, False, False, False, limits.CONFIRM_TIMEOUT_FRAMES - 1)
    assert confirming.decision == WAITING
    confirming.judge(False, False, False, False, False, limits.CONFIRM_TIMEOUT_FRAMES)
    assert confirming.decision == TIMED_OUT


def test_occlusion_at_the_threshold_and_not_one_pascal_below():
    rule = OcclusionRule()
    for pressure_pa, expected in (
        (39_998, False),
        (39_999, False),
        (40_000, True),
        (40_001, True),
        (-500, False),
    ):
        rule.judge(pressure_pa, 0, 40_000)
        assert rule.downstream == expected, pressure_pa


def test_no_threshold_no_downstream_occlusion_is_judged_without_a_prescription():
    rule = OcclusionRule()
    rule.judge(5_000, 0, 0)
    assert not rule.downstream


def test_upstream_occlusion_needs_three_frames_of_suction():
    rule = OcclusionRule()
    for pressures, expected in (
        ((-6_000, -6_000), False),
        ((-6_000, -6_000, -6_000), True),
        ((-6_000, -5_000, -6_000, -6_000), False),
    ):
        rule.judge(0, 0, 1)
        for pressure_pa in pressures:
            rule.judge(0, pressure_pa, 1)
        assert rule.upstream == expected, pressures


def test_air_of_forty_microlitres_alarms_and_of_twenty_does_not():
    rule = AirRule()
    rule.calibrate(3_750)
    rule.judge(False, 5_333)
    assert not rule.air
    rule.judge(True, 100)
    assert rule.bubble_steps == 0
    rule.judge(False, 10_665)
    assert not rule.air
    rule.judge(False, 1)
    assert rule.air


def test_low_battery_has_hysteresis():
    rule = PowerRule()
    seen = []
    for permille in (200, 150, 149, 160, 179, 180, 29, 30):
        rule.judge(permille)
        seen.append((rule.low, rule.depleted))
    assert seen == [
        (False, False),
        (False, False),
        (True, False),
        (True, False),
        (True, False),
        (False, False),
        (True, True),
        (True, False),
    ]


def test_a_battery_that_cannot_be_read_counts_as_low():
    rule = PowerRule()
    rule.silent(limits.SENSOR_SILENT_FRAMES - 1)
    assert not rule.low
    rule.silent(limits.SENSOR_SILENT_FRAMES)
    assert rule.low and not rule.depleted


def test_a_session_resumes_at_the_most_that_can_have_been_given():
    session = Session()
    session.resume(3, 10_000, 10_912, 5_000)
    assert session.done_steps == 10_912
    assert session.uncertain_steps == 912
    assert session.reserved_steps == 10_912
