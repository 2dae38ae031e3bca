"""States of delivery: nothing but START leads from standing to the patient."""

from firmware.tests.small_heap import locked
from firmware.tests.therapy_bench import Pump, full_fields, pump_in
from shared.codes import State

ALL_STATES = range(12)
STANDING = (
    State.STOPPED,
    State.PAUSED,
    State.ALARM,
    State.COMPLETE,
    State.FAULT,
    State.CONFIRMING,
)


def led_to(state, act):
    """Where `act(delivery)` leads from `state`."""
    delivery = pump_in(state).delivery
    act(delivery)
    assert delivery.intact()
    return delivery.state


def test_each_deed_leads_from_each_state_where_the_table_says_and_nowhere_else():
    stop, run, pause, alarm = State.STOPPED, State.RUNNING, State.PAUSED, State.ALARM
    done, fault, ask, bolus = State.COMPLETE, State.FAULT, State.CONFIRMING, State.BOLUS
    load, clinic, kvo, prime = (
        State.LOADING,
        State.CLINICIAN_BOLUS,
        State.KVO,
        State.PRIMING,
    )
    # From:    stop   run    pause  alarm  done   fault  ask    bolus  load   clinic kvo    prime
    table = (
        (
            lambda delivery: delivery.start(True, False),
            (run, run, run, run, done, fault, ask, bolus, load, clinic, kvo, prime),
        ),
        (
            lambda delivery: delivery.pause(),
            (stop, pause, pause, alarm, done, fault, ask, pause, pause, pause, done, stop),
        ),
        (
            lambda delivery: delivery.remote_stop(),
            (stop, stop, stop, alarm, done, fault, ask, stop, stop, stop, done, stop),
        ),
        (
            lambda delivery: delivery.end_phase(),
            (stop, run, pause, alarm, done, fault, ask, run, run, run, done, stop),
        ),
        (
            lambda delivery: delivery.begin_bolus(bolus),
            (stop, bolus, pause, alarm, done, fault, ask, bolus, load, bolus, kvo, prime),
        ),
        (
            lambda delivery: delivery.begin_bolus(clinic),
            (stop, clinic, pause, alarm, done, fault, ask, bolus, load, clinic, kvo, prime),
        ),
        (
            lambda delivery: delivery.begin_kvo(),
            (stop, run, pause, kvo, kvo, fault, ask, bolus, load, clinic, kvo, prime),
        ),
        (
            lambda delivery: delivery.begin_prime(),
            (prime, run, prime, alarm, done, fault, ask, bolus, load, clinic, kvo, prime),
        ),
        (
            lambda delivery: delivery.prime(False),
            (stop, run, pause, alarm, done, fault, ask, bolus, load, clinic, kvo, stop),
        ),
        (
            lambda delivery: delivery.prime(True),
            (stop, run, pause, alarm, done, fault, ask, bolus, load, clinic, kvo, prime),
        ),
        (
            lambda delivery: delivery.confirm_begin(),
            (ask, run, ask, ask, ask, fault, ask, bolus, load, clinic, kvo, prime),
        ),
        (
            lambda delivery: delivery.confirm_end(True),
            (stop, run, pause, alarm, done, fault, stop, bolus, load, clinic, kvo, prime),
        ),
        (
            lambda delivery: delivery.want(1, True),
            (stop, run, pause, alarm, done, fault, ask, bolus, load, clinic, kvo, prime),
        ),
    )
    for act, row in table:
        for state in ALL_STATES:
            assert led_to(state, act) == row[state], (row, state)


def test_a_condition_leads_from_everywhere_but_fault_to_where_nothing_moves_and_nowhere_else():
    for before in ALL_STATES:
        for asked in range(-2, 15):
            delivery = pump_in(before).delivery
            moves = asked in STANDING and asked != before and before != State.FAULT
            assert delivery.go(asked) is moves, (before, asked)
            assert delivery.state == (asked if moves else before), (before, asked)


def test_start_is_refused_without_an_order_or_while_a_stop_condition_stands():
    for state in (State.STOPPED, State.PAUSED, State.ALARM):
        delivery = pump_in(state).delivery
        assert delivery.start(False, False) is False
        assert delivery.start(True, True) is False
        assert delivery.start(False, True) is False
        assert delivery.state == state
        assert delivery.start(True, False) is True
    for state in ALL_STATES:
        if state not in (State.STOPPED, State.PAUSED, State.ALARM):
            assert pump_in(state).delivery.start(True, False) is False, state


def test_the_course_is_stored_when_delivery_ends_and_not_when_a_pump_stands():
    for state in ALL_STATES:
        pump = pump_in(state)
        pump.course.stored()
        delivers = pump.delivery.delivers()
        pump.delivery.go(State.FAULT)
        assert pump.course.due is delivers, state


def test_what_was_complete_once_is_not_complete_for_ever():
    delivery = pump_in(State.COMPLETE).delivery
    delivery.confirm_begin()
    delivery.confirm_end(True)
    delivery.start(True, False)
    delivery.pause()
    assert delivery.state == State.PAUSED


def test_confirming_leads_back_to_where_it_came_from_unless_it_was_accepted():
    for before in (State.STOPPED, State.PAUSED, State.ALARM, State.COMPLETE):
        for accepted in (False, True):
            delivery = pump_in(before).delivery
            assert delivery.confirm_begin() is True
            delivery.confirm_end(accepted)
            assert delivery.state == (State.STOPPED if accepted else before)
    for before in ALL_STATES:
        if before not in (State.STOPPED, State.PAUSED, State.ALARM, State.COMPLETE):
            assert pump_in(before).delivery.confirm_begin() is False


def test_a_fault_while_confirming_is_not_confirmed_away():
    delivery = pump_in(State.CONFIRMING).delivery
    delivery.go(State.FAULT)
    delivery.confirm_end(True)
    assert delivery.state == State.FAULT


def test_every_flipped_bit_of_the_state_is_seen():
    for bit in range(4):
        pump = pump_in(State.STOPPED)
        pump.delivery.state ^= 1 << bit
        assert not pump.delivery.intact(), bit
        pump.delivery.go(State.PAUSED)
        assert not pump.delivery.intact(), bit
    for state in (-1, 12):
        delivery = pump_in(State.STOPPED).delivery
        delivery.state = state
        delivery._state_inverse = ~state
        assert not delivery.intact(), state


def test_every_flipped_bit_of_where_it_came_from_and_of_who_waits_is_seen():
    for bit in range(30):
        delivery = pump_in(State.CONFIRMING).delivery
        delivery._came_from ^= 1 << bit
        assert not delivery.intact(), bit
    for state in (State.STOPPED, State.BOLUS):
        delivery = pump_in(state).delivery
        delivery._clinician_waits = not delivery._clinician_waits
        assert not delivery.intact(), state


def test_nobody_goes_back_to_where_a_fallen_bit_says():
    """SR-074: least of all to a state that delivers, even if both copies say so."""
    for bit in range(5):
        delivery = pump_in(State.PAUSED).delivery
        delivery.confirm_begin()
        delivery._came_from ^= 1 << bit
        delivery.confirm_end(False)
        assert delivery.state == State.FAULT, bit
    for state in (State.RUNNING, State.BOLUS, State.FAULT, -1, 12):
        delivery = pump_in(State.COMPLETE).delivery
        assert delivery.begin_kvo() is True
        delivery._came_from = state
        delivery._came_inverse = ~state
        delivery.end_phase()
        assert delivery.state == State.FAULT, state


def test_a_frame_of_every_state_allocates_nothing():
    pump = Pump(full_fields())
    delivery, course = pump.delivery, pump.course
    pump.session.resume(1, 280_000_000, 280_000_000, 6_000_000)

    def deeds():
        wanted = 0
        delivery.begin_prime()
        course.stored()
        for _ in range(3):
            wanted += delivery.want(1, True)
            delivery.prime(True)
        delivery.prime(False)
        delivery.start(True, False)
        course.stored()
        wanted += delivery.want(1, True) + delivery.want(1, True)
        delivery.end_phase()
        delivery.begin_bolus(State.CLINICIAN_BOLUS)
        delivery.begin_bolus(State.BOLUS)
        course.stored()
        wanted += delivery.want(1, True) + delivery.want(1, True)
        delivery.end_phase()
        delivery.pause()
        delivery.go(State.COMPLETE)
        delivery.begin_kvo()
        course.stored()
        for _ in range(9):
            wanted += delivery.want(1, True)
        delivery.remote_stop()
        return wanted if delivery.intact() and delivery.floor_steps() else 0

    assert locked(deeds) > 0
