"""Every limit of the gate through one battery, and which of them is told first."""

from firmware.safety.gate import FULL, Order, View
from firmware.tests.limit_battery import (
    FAR,
    INTO_PATIENT,
    check_count,
    check_grant_ceiling,
    check_permit_ceiling,
    grant,
    permit,
    running,
)
from shared import alarm_table
from shared.codes import Reason, State


def _delivered(order, view, used, ceiling):
    order.vtbi_steps = ceiling
    view.delivered_steps = used
    # The memory is never what refuses here.
    view.reserved_steps = used + 741


def _hour(order, view, used, ceiling):
    order.hour_steps = ceiling
    view.hour_steps = used


def _four_hours(order, view, used, ceiling):
    order.four_hour_steps = ceiling
    view.four_hour_steps = used


def _day(order, view, used, ceiling):
    order.day_steps = ceiling
    view.day_steps = used


def _reserved(order, view, used, ceiling):
    order.vtbi_steps = FULL + 741
    view.reserved_steps = ceiling
    view.delivered_steps = used


def _phase(order, view, used, ceiling):
    order.phase_steps[view.state] = ceiling
    view.phase_given_steps = used


def test_vtbi_ceiling_holds_to_the_step():
    for state in (State.RUNNING, State.BOLUS, State.LOADING, State.CLINICIAN_BOLUS):
        check_permit_ceiling(_delivered, Reason.VTBI_REACHED, state)


def test_hour_ceiling_holds_to_the_step_in_every_state_that_flows_into_the_patient():
    for state in INTO_PATIENT:
        check_permit_ceiling(_hour, Reason.HOUR_LIMIT_REACHED, state)


def test_four_hour_ceiling_holds_to_the_step_in_every_state_that_flows_into_the_patient():
    for state in INTO_PATIENT:
        check_permit_ceiling(_four_hours, Reason.FOUR_HOUR_LIMIT_REACHED, state)


def test_day_ceiling_holds_to_the_step_in_every_state_that_flows_into_the_patient():
    for state in INTO_PATIENT:
        check_permit_ceiling(_day, Reason.DAY_LIMIT_REACHED, state)


def test_no_step_without_a_reservation_in_the_dose_memory():
    for state in INTO_PATIENT:
        check_permit_ceiling(_reserved, Reason.DOSE_MEMORY, state)


def test_budget_of_a_phase_holds_to_the_step():
    for state in INTO_PATIENT:
        check_permit_ceiling(_phase, Reason.PHASE_SPENT, state)


def test_longest_duration_holds_to_the_frame_for_all_but_kvo():
    for edge in (1, 600, 6_048_000):

        def place(order, view, value, edge=edge):
            order.max_frames = edge
            view.delivered_frames = value

        check_count(lambda o, v: permit(5, o, v)[1], place, edge, Reason.VTBI_REACHED)
        check_count(grant, place, edge, Reason.VTBI_REACHED)
    order, view = running(State.KVO)
    view.delivered_frames = order.max_frames
    view.delivered_steps = order.vtbi_steps
    view.reserved_steps = order.vtbi_steps + 5
    assert permit(5, order, view) == (5, Reason.NONE)


def test_a_bolus_and_all_basal_still_to_come_have_to_fit_into_every_window():
    """SR-019"""

    def hour(order, view, windows, used, ceiling):
        order.hour_steps = ceiling
        windows.hour = used

    def four_hours(order, view, windows, used, ceiling):
        order.four_hour_steps = ceiling
        windows.four_hours = used

    def day(order, view, windows, used, ceiling):
        order.day_steps = ceiling
        windows.day = used

    for state in (State.BOLUS, State.CLINICIAN_BOLUS):
        check_grant_ceiling(hour, Reason.HOUR_LIMIT_REACHED, state)
        check_grant_ceiling(four_hours, Reason.FOUR_HOUR_LIMIT_REACHED, state)
        check_grant_ceiling(day, Reason.DAY_LIMIT_REACHED, state)


def test_a_bolus_has_to_fit_into_the_vtbi_whole():
    def vtbi(order, view, windows, used, ceiling):
        order.vtbi_steps = ceiling
        view.delivered_steps = used

    for state in (State.BOLUS, State.CLINICIAN_BOLUS):
        check_grant_ceiling(vtbi, Reason.VTBI_REACHED, state)


def test_as_many_boluses_as_prescribed_and_no_more():
    for edge in (1, 2, 10, 1_000):

        def place(order, view, value, edge=edge):
            order.max_boluses = edge
            view.boluses = value

        check_count(grant, place, edge, Reason.BOLUS_COUNT)


def test_lockout_holds_to_the_frame_for_both_kinds_of_bolus():
    for state in (State.BOLUS, State.CLINICIAN_BOLUS):

        def place(order, view, value):
            view.lockout_frames = value

        check_count(lambda o, v, s=state: grant(o, v, None, s), place, 1, Reason.LOCKOUT)


def _flip_memory(order, view, broken):
    view.memory_ok = not broken


def _flip_valid(order, view, broken):
    order.valid = not broken


def _flip_alarm(order, view, broken):
    view.active_mask = (1 << alarm_table.AIR_IN_LINE) * broken


def _flip_state(order, view, broken):
    view.state = State.PAUSED if broken else State.BOLUS


def _flip_prime_state(order, view, broken):
    view.state = State.PAUSED if broken else State.PRIMING


def _flip_basal_state(order, view, broken):
    view.state = State.PAUSED if broken else State.RUNNING


def _flip_confirmed(order, view, broken):
    view.prime_confirmed = not broken


def _flip_witness(order, view, broken):
    view.witnesses = not broken


def _flip_rate(order, view, broken):
    order.frame_steps[State.BOLUS] = 4 if broken else 741


def _flip_phase(order, view, broken):
    view.phase_given_steps = FULL if broken else 0


def _flip_vtbi(order, view, broken):
    order.vtbi_steps = 0 if broken else 2 * FAR


def _flip_hour(order, view, broken):
    order.hour_steps = 0 if broken else 2 * FAR


def _flip_four_hours(order, view, broken):
    order.four_hour_steps = 0 if broken else 2 * FAR


def _flip_day(order, view, broken):
    order.day_steps = 0 if broken else 2 * FAR


def _flip_reserved(order, view, broken):
    view.reserved_steps = 0 if broken else 2 * FAR


def _flip_inhibit(order, view, broken):
    view.active_mask = (1 << alarm_table.DOSE_NEAR) * broken


def _flip_volume(order, view, broken):
    order.phase_steps[State.BOLUS] = 0 if broken else 50


def _flip_count(order, view, broken):
    view.boluses = FULL if broken else 0


def _flip_lockout(order, view, broken):
    view.lockout_frames = FULL if broken else 0


LIMITS = (
    (_flip_vtbi, Reason.VTBI_REACHED),
    (_flip_hour, Reason.HOUR_LIMIT_REACHED),
    (_flip_four_hours, Reason.FOUR_HOUR_LIMIT_REACHED),
    (_flip_day, Reason.DAY_LIMIT_REACHED),
)


def _check_precedence(rows, ask):
    """Break everything, then mend one after the other in the order of the rows: each time the next reason is the one that is told."""
    order, view = running()
    for flip, _ in reversed(rows):
        flip(order, view, True)
    order.seal()
    for flip, reason in rows:
        assert ask(order, view) == reason, reason
        flip(order, view, False)
        order.seal()
    assert ask(order, view) == Reason.NONE


def test_a_permit_tells_the_first_reason_of_the_table():
    _check_precedence(
        (
            (_flip_memory, Reason.MEMORY),
            (_flip_valid, Reason.NO_PRESCRIPTION),
            (_flip_alarm, Reason.INTERLOCK),
            (_flip_state, Reason.NOT_RUNNING),
            (_flip_witness, Reason.NO_WITNESS),
            (_flip_rate, Reason.STEP_CEILING),
            (_flip_phase, Reason.PHASE_SPENT),
        )
        + LIMITS
        + ((_flip_reserved, Reason.DOSE_MEMORY),),
        lambda order, view: permit(5, order, view)[1],
    )
    # Before all of them stands the request itself.
    order, view = Order(), View()
    assert permit(742, order, view) == (0, Reason.STEP_CEILING)


def test_a_priming_tells_the_first_reason_of_the_table():
    _check_precedence(
        (
            (_flip_memory, Reason.MEMORY),
            (_flip_alarm, Reason.INTERLOCK),
            (_flip_prime_state, Reason.NOT_RUNNING),
            (_flip_confirmed, Reason.NOT_CONNECTED),
            (_flip_witness, Reason.NO_WITNESS),
            (_flip_phase, Reason.PHASE_SPENT),
        ),
        lambda order, view: permit(5, order, view)[1],
    )


def test_a_bolus_is_refused_for_the_first_reason_of_the_table():
    _check_precedence(
        (
            (_flip_memory, Reason.MEMORY),
            (_flip_valid, Reason.NO_PRESCRIPTION),
            (_flip_alarm, Reason.INTERLOCK),
            (_flip_basal_state, Reason.NOT_RUNNING),
            (_flip_witness, Reason.NO_WITNESS),
            (_flip_volume, Reason.NOT_PRESCRIBED),
            (_flip_count, Reason.BOLUS_COUNT),
            (_flip_lockout, Reason.LOCKOUT),
        )
        + LIMITS,
        grant,
    )
    _check_precedence(
        (
            (_flip_witness, Reason.NO_WITNESS),
            (_flip_inhibit, Reason.INHIBITED),
            (_flip_volume, Reason.NOT_PRESCRIBED),
        ),
        grant,
    )
