"""How many steps are wanted in a frame: one rate at a time, no remainder lost, nothing caught up (SR-006, SR-011, SR-037)."""

from firmware.tests.therapy_bench import UNIT, Pump, fields, pump_in
from shared.codes import DELIVERING_MASK, INTO_PATIENT_MASK, State

ALL_STATES = range(12)
STANDING = (
    State.STOPPED,
    State.PAUSED,
    State.ALARM,
    State.COMPLETE,
    State.FAULT,
    State.CONFIRMING,
)


def test_only_those_states_want_steps_that_may():
    """SR-005"""
    for state in ALL_STATES:
        pump = pump_in(state)
        pump.course.stored()
        moves = DELIVERING_MASK >> state & 1 == 1
        assert pump.delivery.delivers() is moves
        assert pump.delivery.complete() is (state in (State.COMPLETE, State.KVO))
        assert pump.delivery.into_patient() is (INTO_PATIENT_MASK >> state & 1 == 1)
        assert pump.delivery.want(1, True) == 0
        wanted = 0
        for frames in (1, 1, 600, 36_000):
            wanted += pump.delivery.want(frames, True)
        assert (wanted > 0) is moves, state
        assert pump.delivery.frames_in_state == 36_603


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
        for pl_per_step in (3_562, 3_750, 3_938):
            if rate_nl_h // (36 * pl_per_step) >= 741:
                continue
            asked = fields(rate_nl_h, vtbi_nl=1_000_000_000, max_hour_nl=100_000_000)
            asked["min_minutes"] = 1
            pump = Pump(asked, pl_per_step)
            most = pump.order.frame_steps[State.RUNNING]
            assert pump.delivery.start(True, False)
            total = pump.delivery.want(1, True)
            assert total == 0
            for _ in range(7_200):
                steps = pump.delivery.want(1, True)
                assert most - 1 <= steps <= most
                total += steps
            # 7,200 wanting frames are 720 s; the first frame of RUNNING wants nothing.
            assert total == rate_nl_h * 7_200 // (36 * pl_per_step)


def test_the_first_frame_of_a_state_wants_nothing():
    for state in (State.RUNNING, State.BOLUS, State.LOADING, State.CLINICIAN_BOLUS, State.KVO):
        pump = pump_in(state)
        pump.course.stored()
        assert pump.delivery.want(1, True) == 0
        assert pump.delivery.want(1, True) + pump.delivery.want(1, True) > 0


def test_missed_frames_are_not_caught_up():
    pump = pump_in(State.RUNNING)
    rate_nl_h = pump.delivery.rate_nl_h()
    pump.delivery.want(1, True)
    total = 0
    for frames in (1, 50, 1, 7, 1_000):
        total += pump.delivery.want(frames, True)
    assert total == rate_nl_h * 5 // UNIT


def test_nothing_is_wanted_while_the_motor_is_not_ready_and_nothing_is_caught_up():
    pump = pump_in(State.RUNNING)
    pump.delivery.want(1, True)
    for _ in range(50):
        assert pump.delivery.want(1, False) == 0
    assert pump.delivery.want(1, True) == pump.delivery.rate_nl_h() // UNIT
    assert pump.delivery.frames_in_state == 52


def test_no_step_is_wanted_before_the_intent_to_begin_a_phase_is_stored():
    for state in (State.BOLUS, State.LOADING, State.CLINICIAN_BOLUS, State.KVO, State.PRIMING):
        pump = pump_in(state)
        assert pump.course.intent
        for _ in range(50):
            assert pump.delivery.want(1, True) == 0, state
        pump.course.stored()
        assert pump.delivery.want(1, True) == pump.delivery.rate_nl_h() // UNIT, state


def test_basal_has_no_intent_to_store():
    assert not pump_in(State.RUNNING).course.intent


def test_every_change_of_state_begins_with_an_empty_carry_and_its_own_first_frame():
    pump = pump_in(State.RUNNING)
    pump.delivery.want(1, True)
    pump.delivery.want(1, True)
    assert pump.session.carry == 2_000_000 % UNIT and pump.delivery.frames_in_state == 2
    pump.delivery.pause()
    assert pump.session.carry == 0 and pump.delivery.frames_in_state == 0
    pump.delivery.want(1, True)
    pump.delivery.start(True, False)
    assert pump.delivery.want(1, True) == 0
    assert pump.delivery.want(1, True) > 0


def test_a_state_that_stands_wants_nothing_even_if_a_rate_fell_over():
    for state in STANDING:
        pump = pump_in(state)
        pump.programme.rate_of[state] = 50_000_000
        pump.session.carry = 50 * UNIT
        for _ in range(3):
            assert pump.delivery.want(1, True) == 0, state


def test_the_rate_that_is_told_is_the_one_that_is_pumped_now():
    for state, rate_nl_h in (
        (State.RUNNING, 2_000_000),
        (State.BOLUS, 60_000_000),
        (State.LOADING, 30_000_000),
        (State.CLINICIAN_BOLUS, 18_000_000),
        (State.KVO, 500_000),
        (State.PRIMING, 50_000_000),
        (State.PAUSED, 0),
        (State.ALARM, 0),
    ):
        delivery = pump_in(state).delivery
        assert delivery.rate_nl_h() == rate_nl_h, state
        # The motor of a pump that stands is kept ready for START.
        ready_nl_h = rate_nl_h if rate_nl_h else 2_000_000
        assert delivery.floor_steps() == ready_nl_h // UNIT, state


def test_a_segment_begins_with_its_minute_of_delivery_and_a_pause_holds_it():
    pump = pump_in(State.RUNNING)
    delivery, session = pump.delivery, pump.session
    session.run(17_999)
    delivery.want(1, True)
    assert delivery.segment == 0 and delivery.rate_nl_h() == 2_000_000
    delivery.pause()
    for _ in range(10):
        delivery.want(1, True)
    assert delivery.segment == 0
    delivery.start(True, False)
    session.run(1)
    assert delivery.rate_nl_h() == 3_000_000 and delivery.floor_steps() == 3_000_000 // UNIT
    assert delivery.segment == 0
    delivery.want(1, False)
    assert delivery.segment == 1


def test_a_segment_that_begins_during_a_bolus_is_told_with_the_basal_after_it():
    pump = pump_in(State.BOLUS)
    pump.course.stored()
    pump.session.run(20_000)
    pump.delivery.want(1, True)
    assert pump.delivery.segment == 0 and pump.delivery.rate_nl_h() == 60_000_000
    pump.delivery.end_phase()
    pump.delivery.want(1, True)
    assert pump.delivery.segment == 1
