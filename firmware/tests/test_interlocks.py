"""Which conditions and faults close the gate, by state (SR-094)."""

from firmware.safety import interlocks
from firmware.tests.limit_battery import DELIVERING, grant, permit, running
from shared import alarm_table
from shared.codes import STATE_COUNT, Reason, State


def test_every_stop_level_alarm_closes_the_gate_and_no_other_does():
    for row in alarm_table.ROWS:
        for state in DELIVERING:
            order, view = running(state)
            view.active_mask = 1 << row[0]
            stops = row[3] == alarm_table.STOP or (
                row[3] == alarm_table.KVO and state != State.KVO
            )
            expected = (0, Reason.INTERLOCK) if stops else (5, Reason.NONE)
            assert permit(5, order, view) == expected, (row[1], state)
            assert interlocks.forbids(state, view.active_mask) is stops


def test_what_leaves_keep_vein_open_alone_stops_all_others():
    for alarm_id in (alarm_table.INFUSION_COMPLETE, alarm_table.DOSE_LIMIT):
        for state in range(STATE_COUNT):
            assert interlocks.forbids(state, 1 << alarm_id) is (state != State.KVO)


def test_no_condition_forbids_nothing():
    for state in range(STATE_COUNT):
        assert interlocks.forbids(state, 0) is False


def test_a_run_level_alarm_never_hides_a_stop_level_one():
    order, view = running()
    view.active_mask = 1 << alarm_table.LINK_LOST | 1 << alarm_table.AIR_IN_LINE
    assert permit(5, order, view) == (0, Reason.INTERLOCK)


def test_any_stopping_fault_closes_the_gate():
    for fault in range(30):
        for state in DELIVERING:
            order, view = running(state)
            view.fault_mask = 1 << fault
            assert permit(5, order, view) == (0, Reason.INTERLOCK)
            assert grant(order, view) == Reason.INTERLOCK
