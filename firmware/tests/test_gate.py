"""The gate: the only door to the motor."""

from firmware.safety import gate
from firmware.safety.gate import FULL, Gate, Order, View
from firmware.tests.limit_battery import (
    DELIVERING,
    FAR,
    INTO_PATIENT,
    Windows,
    around,
    grant,
    permit,
    running,
)
from firmware.tests.small_heap import locked
from shared import alarm_table
from shared.codes import Reason, State


class StillWindows:
    """Answers without a list of what it was asked."""

    def worst_hour(self, basal_steps_minute):
        return 2 * FAR

    worst_four_hours = worst_day = worst_hour


def test_nothing_is_permitted_or_granted_before_anything_is_known():
    """SR-005"""
    for wanted in (1, 7, 741):
        assert permit(wanted, Order(), View()) == (0, Reason.MEMORY)
    for state in (State.BOLUS, State.CLINICIAN_BOLUS):
        assert Gate().grant(state, Order(), View(), Windows()) == Reason.MEMORY


def test_each_field_of_the_view_alone_refuses_until_it_is_filled():
    for field, reason in (
        ("state", Reason.NOT_RUNNING),
        ("active_mask", Reason.INTERLOCK),
        ("fault_mask", Reason.INTERLOCK),
        ("witnesses", Reason.NO_WITNESS),
        ("memory_ok", Reason.MEMORY),
        ("delivered_steps", Reason.VTBI_REACHED),
        ("delivered_frames", Reason.VTBI_REACHED),
        ("phase_given_steps", Reason.PHASE_SPENT),
        ("hour_steps", Reason.HOUR_LIMIT_REACHED),
        ("four_hour_steps", Reason.FOUR_HOUR_LIMIT_REACHED),
        ("day_steps", Reason.DAY_LIMIT_REACHED),
        ("reserved_steps", Reason.DOSE_MEMORY),
    ):
        order, view = running(State.BOLUS)
        setattr(view, field, getattr(View(), field))
        assert permit(1, order, view) == (0, reason), field
    assert View().reserved_steps == 0
    for field, reason in (("lockout_frames", Reason.LOCKOUT), ("boluses", Reason.BOLUS_COUNT)):
        order, view = running()
        setattr(view, field, getattr(View(), field))
        assert grant(order, view) == reason, field
    order, view = running(State.PRIMING)
    view.prime_confirmed = View().prime_confirmed
    assert permit(5, order, view) == (0, Reason.NOT_CONNECTED)


def test_a_counter_that_nobody_filled_is_above_every_litre_and_a_small_integer():
    assert FULL == 536_870_912
    assert View().fault_mask == -1
    assert View().active_mask == alarm_table.HALT_MASK


def test_each_limit_of_the_order_alone_refuses_until_it_is_filled():
    for field, reason in (
        ("vtbi_steps", Reason.VTBI_REACHED),
        ("max_frames", Reason.VTBI_REACHED),
        ("hour_steps", Reason.HOUR_LIMIT_REACHED),
        ("four_hour_steps", Reason.FOUR_HOUR_LIMIT_REACHED),
        ("day_steps", Reason.DAY_LIMIT_REACHED),
        ("valid", Reason.NO_PRESCRIPTION),
    ):
        order, view = running()
        setattr(order, field, getattr(Order(), field))
        order.seal()
        assert permit(5, order, view) == (0, reason), field
        assert grant(order, view) == reason, field
    order, view = running()
    order.max_boluses = Order().max_boluses
    order.seal()
    assert grant(order, view) == Reason.BOLUS_COUNT


def test_only_true_itself_counts_as_a_flag():
    for instead in (1, "yes", None, 0, False, [True]):
        for field, reason in (("witnesses", Reason.NO_WITNESS), ("memory_ok", Reason.MEMORY)):
            order, view = running()
            setattr(view, field, instead)
            assert permit(5, order, view) == (0, reason)
            assert grant(order, view) == reason
        order, view = running()
        order.valid = instead  # pyright: ignore[reportAttributeAccessIssue]
        order.seal()
        assert permit(5, order, view) == (0, Reason.NO_PRESCRIPTION)
        order, view = running(State.PRIMING)
        view.prime_confirmed = instead  # pyright: ignore[reportAttributeAccessIssue]
        assert permit(5, order, view) == (0, Reason.NOT_CONNECTED)


def test_one_step_above_the_rate_of_the_state_is_refused_whole():
    for state in INTO_PATIENT:
        for ceiling in (1, 8, 52, 738):
            for wanted in around(ceiling)[:-1]:
                order, view = running(state)
                order.frame_steps[state] = ceiling
                order.seal()
                fits = wanted <= ceiling
                expected = (wanted, Reason.NONE) if fits else (0, Reason.STEP_CEILING)
                assert permit(wanted, order, view) == expected


def test_no_order_lifts_the_code_level_ceiling():
    """SR-004: nor does the sum of two rates, for each state has one of its own."""
    for wanted in (738, 739, 740, 741, 742, 743, 744, 30_000):
        order, view = running()
        order.frame_steps[State.RUNNING] = 30_000
        order.seal()
        expected = (wanted, Reason.NONE) if wanted <= 741 else (0, Reason.STEP_CEILING)
        assert permit(wanted, order, view) == expected


def test_a_rate_of_another_state_permits_nothing_in_this_one():
    for state in INTO_PATIENT:
        order, view = running(state)
        order.frame_steps[state] = 0
        order.seal()
        assert permit(1, order, view) == (0, Reason.STEP_CEILING)
        assert permit(0, order, view) == (0, Reason.NONE)


def test_a_request_that_is_not_a_small_positive_integer_is_refused():
    order, view = running()
    for wanted in (-1, -741, -(1 << 29), 1.0, None, "7", True, False, b"7", 1 << 40):
        assert permit(wanted, order, view) == (0, Reason.STEP_CEILING), wanted


def test_only_the_declared_states_deliver():
    for state in range(-12, 40):
        order, view = running(state)
        moves = state in DELIVERING
        expected = (5, Reason.NONE) if moves else (0, Reason.NOT_RUNNING)
        assert permit(5, order, view) == expected, state
    for state in (True, 1.0, "1", None):
        order, view = running()
        view.state = state  # pyright: ignore[reportAttributeAccessIssue]
        assert permit(5, order, view) == (0, Reason.NOT_RUNNING), state


def test_only_basal_has_no_budget_of_its_own():
    order, view = running()
    order.phase_steps[State.RUNNING] = 0
    view.phase_given_steps = FAR
    order.seal()
    assert permit(741, order, view) == (741, Reason.NONE)
    for state in INTO_PATIENT[1:]:
        order, view = running(state)
        order.phase_steps[state] = 0
        order.seal()
        assert permit(1, order, view) == (0, Reason.PHASE_SPENT), state


def test_a_phase_without_a_budget_is_refused_even_below_zero():
    order, view = running(State.BOLUS)
    order.phase_steps[State.BOLUS] = -5
    order.seal()
    assert permit(1, order, view) == (0, Reason.PHASE_SPENT)


def test_priming_needs_no_prescription_and_no_dose_memory_but_all_else():
    """SR-057: what nobody has confirmed is never primed, so that none of it could be dose."""
    order, view = running(State.PRIMING)
    order.clear()
    for field in ("delivered_steps", "delivered_frames", "hour_steps", "four_hour_steps"):
        setattr(view, field, FULL)
    view.day_steps = FULL
    view.reserved_steps = 0
    assert permit(371, order, view) == (371, Reason.NONE)
    for field, refusing, reason in (
        ("memory_ok", False, Reason.MEMORY),
        ("fault_mask", 1, Reason.INTERLOCK),
        ("active_mask", 1 << alarm_table.SET_OPEN, Reason.INTERLOCK),
        ("active_mask", 1 << alarm_table.DOSE_LIMIT, Reason.INTERLOCK),
        ("prime_confirmed", False, Reason.NOT_CONNECTED),
        ("witnesses", False, Reason.NO_WITNESS),
    ):
        kept = getattr(view, field)
        setattr(view, field, refusing)
        assert permit(371, order, view) == (0, reason), field
        setattr(view, field, kept)


def test_priming_rate_is_limited_by_code_and_by_no_order():
    for wanted in (368, 369, 370, 371, 372, 373, 374, 741):
        order, view = running(State.PRIMING)
        order.frame_steps[State.PRIMING] = 741 if wanted > 371 else 1
        order.seal()
        expected = (wanted, Reason.NONE) if wanted <= 371 else (0, Reason.STEP_CEILING)
        assert permit(wanted, order, view) == expected


def test_priming_volume_is_limited_by_code_and_by_no_order():
    for wanted in (1, 8, 371):
        for used in around(800_000 - wanted):
            order, view = running(State.PRIMING)
            order.phase_steps[State.PRIMING] = FAR
            order.seal()
            view.phase_given_steps = used
            fits = used + wanted <= 800_000
            expected = (wanted, Reason.NONE) if fits else (0, Reason.PHASE_SPENT)
            assert permit(wanted, order, view) == expected


def test_no_other_state_borrows_the_budget_of_priming():
    order, view = running(State.BOLUS)
    order.phase_steps[State.BOLUS] = 100
    order.frame_steps[State.BOLUS] = 10
    order.seal()
    view.phase_given_steps = 100
    assert permit(1, order, view) == (0, Reason.PHASE_SPENT)
    view.phase_given_steps = 0
    assert permit(11, order, view) == (0, Reason.STEP_CEILING)


def test_the_one_permit_is_filled_anew_each_time():
    door = Gate()
    order, view = running()
    first = door.permit(7, order, view)
    assert (first.steps, first.reason, first.fresh) == (7, Reason.NONE, True)
    first.fresh = False
    view.witnesses = False
    second = door.permit(7, order, view)
    assert second is first
    assert (first.steps, first.reason, first.fresh) == (0, Reason.NO_WITNESS, True)


def test_a_permit_that_no_gate_has_filled_gives_nothing():
    empty = gate.Permit()
    assert (empty.steps, empty.reason, empty.fresh) == (0, 0, False)


def test_refusals_are_counted_by_reason_and_only_of_steps_that_were_wanted():
    door = Gate()
    order, view = running()
    door.permit(5, order, view)
    view.witnesses = False
    door.permit(5, order, view)
    door.permit(1, order, view)
    door.permit(0, order, view)
    view.state = State.CONFIRMING
    door.permit(5, order, view)
    assert door.refused(Reason.NO_WITNESS) == 2
    assert door.refused(Reason.NOT_RUNNING) == 1
    assert door.grant(State.BOLUS, order, view, Windows()) == Reason.NOT_RUNNING
    assert door.refused(Reason.NOT_RUNNING) == 2
    view.state = State.RUNNING
    view.witnesses = True
    assert door.grant(State.BOLUS, order, view, Windows()) == Reason.NONE
    view.active_mask = 1 << alarm_table.DOSE_NEAR
    assert door.grant(State.BOLUS, order, view, Windows()) == Reason.INHIBITED
    order.clear()
    door.permit(1, order, view)
    told = {Reason.NO_WITNESS: 2, Reason.NOT_RUNNING: 2, Reason.INHIBITED: 1}
    told[Reason.NO_PRESCRIPTION] = 1
    for reason in range(Reason.NO_PRESCRIPTION, Reason.INHIBITED + 1):
        assert door.refused(reason) == told.get(reason, 0), reason


def test_every_reason_of_the_gate_can_be_counted_and_no_further_one():
    door = Gate()
    for reason in range(Reason.NO_PRESCRIPTION, Reason.INHIBITED + 1):
        assert door.refused(reason) == 0
    try:
        door.refused(Reason.INHIBITED + 1)
        beyond = True
    except IndexError:
        beyond = False
    assert not beyond


def test_counts_of_refusals_stop_at_a_million():
    door = Gate()
    order, view = running()
    view.witnesses = False
    at = Reason.NO_WITNESS - Reason.NO_PRESCRIPTION
    door._refused[at] = 999_999
    door.permit(1, order, view)
    assert door.refused(Reason.NO_WITNESS) == 1_000_000
    door.permit(1, order, view)
    assert door.refused(Reason.NO_WITNESS) == 1_000_000


def test_permitting_and_granting_allocate_nothing_at_the_largest_numbers():
    door, late, windows = Gate(), running(), StillWindows()
    order, view = late
    view.delivered_steps = view.hour_steps = view.four_hour_steps = view.day_steps = 2 * FAR - 741
    unfilled = View()

    def frames():
        for _ in range(10):
            door.permit(741, order, view)
            door.permit(741, order, unfilled)
            door.grant(State.BOLUS, order, view, windows)
            view.state = State.PRIMING
            door.permit(371, order, view)
            view.state = State.RUNNING

    locked(frames)
    assert door.refused(Reason.MEMORY) == 10
    assert door.refused(Reason.VTBI_REACHED) == 10
