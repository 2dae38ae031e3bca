"""The gate: the only door to the motor."""

from firmware.safety import limits
from firmware.safety.gate import Gate, Order, View
from firmware.tests.limit_battery import check_ceiling, running
from shared import alarm_table
from shared.codes import Reason, State


def test_nothing_is_permitted_before_anything_is_known():
    for wanted in (1, 7, 741):
        permit = Gate().permit(wanted, Order(), View())
        assert permit.steps == 0
        assert permit.reason == Reason.NO_PRESCRIPTION


def test_vtbi_ceiling_holds_to_the_step():
    check_ceiling(
        lambda order, view, value: setattr(order, "vtbi_steps", value),
        lambda order, view, value: setattr(view, "delivered_steps", value),
        26_666,
        Reason.VTBI_REACHED,
    )


def test_hour_ceiling_holds_to_the_step():
    check_ceiling(
        lambda order, view, value: setattr(order, "hour_steps", value),
        lambda order, view, value: setattr(view, "hour_steps", value),
        1_866_666,
        Reason.HOUR_LIMIT_REACHED,
    )


def test_day_ceiling_holds_to_the_step():
    check_ceiling(
        lambda order, view, value: setattr(order, "day_steps", value),
        lambda order, view, value: setattr(view, "day_steps", value),
        44_800_000,
        Reason.DAY_LIMIT_REACHED,
    )


def test_no_step_without_a_reservation_in_the_dose_memory():
    check_ceiling(
        lambda order, view, value: setattr(view, "reserved_steps", value),
        lambda order, view, value: setattr(view, "delivered_steps", value),
        900,
        Reason.DOSE_MEMORY,
    )


def test_rate_one_step_above_the_programmed_frame_is_refused_whole():
    for ceiling in (1, 8, 52, 741):
        for wanted in range(max(1, ceiling - 3), min(ceiling + 4, 742)):
            order, view = running()
            order.max_steps_frame = ceiling
            permit = Gate().permit(wanted, order, view)
            assert permit.steps == (wanted if wanted <= ceiling else 0)
            assert permit.reason == (Reason.NONE if wanted <= ceiling else Reason.STEP_CEILING)


def test_no_order_lifts_the_code_level_ceiling():
    order, view = running()
    order.max_steps_frame = 10_000
    assert Gate().permit(limits.MAX_STEPS_PER_FRAME, order, view).steps == 741
    refused = Gate().permit(limits.MAX_STEPS_PER_FRAME + 1, order, view)
    assert (refused.steps, refused.reason) == (0, Reason.STEP_CEILING)


def test_longest_duration_ends_delivery():
    order, view = running()
    order.max_frames = 600
    view.delivered_frames = 599
    assert Gate().permit(5, order, view).steps == 5
    view.delivered_frames = 600
    assert Gate().permit(5, order, view).reason == Reason.VTBI_REACHED


def test_every_stop_level_alarm_closes_the_gate_and_no_other_does():
    for row in alarm_table.ROWS:
        order, view = running()
        view.active_mask = 1 << row[0]
        permit = Gate().permit(5, order, view)
        if row[3] != alarm_table.RUN:
            assert (permit.steps, permit.reason) == (0, Reason.INTERLOCK), row[1]
        else:
            assert permit.steps == 5, row[1]


def test_a_run_level_alarm_never_hides_a_stop_level_one():
    order, view = running()
    view.active_mask = (1 << alarm_table.LINK_LOST) | (1 << alarm_table.AIR_IN_LINE)
    assert Gate().permit(5, order, view).reason == Reason.INTERLOCK


def test_any_latched_fault_closes_the_gate():
    for fault in range(16):
        order, view = running()
        view.fault_mask = 1 << fault
        assert Gate().permit(5, order, view).reason == Reason.INTERLOCK


def test_a_missing_witness_is_a_refusal():
    order, view = running()
    view.witnesses = False
    assert Gate().permit(5, order, view).reason == Reason.NO_WITNESS


def test_a_request_that_is_not_a_small_positive_integer_is_refused():
    order, view = running()
    for wanted in (-1, -741, 1.0, None, "7", True, b"7"):
        permit = Gate().permit(wanted, order, view)  # pyright: ignore[reportArgumentType]
        assert permit.steps == 0, wanted
        assert permit.reason == Reason.STEP_CEILING, wanted


def test_only_running_delivers():
    for state in range(-1, 12):
        order, view = running()
        view.state = state
        steps = Gate().permit(5, order, view).steps
        assert steps == (5 if state == State.RUNNING else 0), state


def test_refusals_are_counted():
    gate = Gate()
    order, view = running()
    gate.permit(5, order, view)
    view.witnesses = False
    gate.permit(5, order, view)
    gate.permit(0, order, view)
    assert gate.refusals == 1
