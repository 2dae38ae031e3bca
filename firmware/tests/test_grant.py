"""Leave for a bolus: from where, how much, and what is still to come."""

from firmware.safety.gate import FULL, Gate
from firmware.tests.limit_battery import Windows, grant, running
from shared import alarm_table
from shared.codes import STATE_COUNT, Reason, State


def test_a_patients_bolus_begins_from_basal_or_a_clinicians_bolus_only():
    for state in range(STATE_COUNT):
        order, view = running()
        view.state = state
        begins = state in (State.RUNNING, State.CLINICIAN_BOLUS)
        assert grant(order, view) == (Reason.NONE if begins else Reason.NOT_RUNNING), state


def test_a_clinicians_bolus_begins_from_basal_only():
    for state in range(STATE_COUNT):
        order, view = running()
        view.state = state
        begins = state == State.RUNNING
        got = grant(order, view, None, State.CLINICIAN_BOLUS)
        assert got == (Reason.NONE if begins else Reason.NOT_RUNNING), state


def test_nothing_but_a_bolus_is_ever_granted():
    for state in range(STATE_COUNT):
        order, view = running()
        bolus = state in (State.BOLUS, State.CLINICIAN_BOLUS)
        expected = Reason.NONE if bolus else Reason.NOT_PRESCRIBED
        assert grant(order, view, None, state) == expected, state
    order, view = running(State.PRIMING)
    order.clear()
    assert grant(order, view, None, State.PRIMING) == Reason.NOT_RUNNING


def test_a_bolus_without_a_volume_or_a_rate_is_not_prescribed():
    for state in (State.BOLUS, State.CLINICIAN_BOLUS):
        for value in (-1, 0, 1):
            order, view = running()
            order.phase_steps[state] = value
            order.seal()
            expected = Reason.NONE if value == 1 else Reason.NOT_PRESCRIBED
            assert grant(order, view, None, state) == expected
            order, view = running()
            order.frame_steps[state] = value
            order.seal()
            assert grant(order, view, None, state) == expected


def test_every_inhibiting_alarm_refuses_a_bolus_and_no_other_does():
    for row in alarm_table.ROWS:
        order, view = running()
        view.active_mask = 1 << row[0]
        if row[3] != alarm_table.RUN:
            expected = Reason.INTERLOCK
        else:
            expected = Reason.INHIBITED if row[7] else Reason.NONE
        for state in (State.BOLUS, State.CLINICIAN_BOLUS):
            assert grant(order, view, None, state) == expected, row[1]


def test_the_count_of_the_patients_boluses_does_not_bind_a_clinician():
    order, view = running()
    view.boluses = order.max_boluses = 0
    order.seal()
    assert grant(order, view) == Reason.BOLUS_COUNT
    assert grant(order, view, None, State.CLINICIAN_BOLUS) == Reason.NONE


def test_a_patients_bolus_that_interrupts_leaves_room_for_the_rest_of_the_clinicians():
    for given in (0, 1, 400, 999, 1_000, 1_001, FULL):
        left = max(1_000 - given, 0)
        for over in (-3, -2, -1, 0, 1, 2, 3):
            order, view = running()
            windows = Windows()
            view.state = State.CLINICIAN_BOLUS
            view.phase_given_steps = given
            order.phase_steps[State.CLINICIAN_BOLUS] = 1_000
            order.phase_steps[State.BOLUS] = 50
            order.hour_steps = 7_000
            order.seal()
            windows.hour = 7_000 - 50 - left + over
            expected = Reason.NONE if over <= 0 else Reason.HOUR_LIMIT_REACHED
            assert grant(order, view, windows) == expected, (given, over)
            view.state = State.RUNNING
            windows.hour = 7_000 - 50
            assert grant(order, view, windows) == Reason.NONE


def test_a_clinicians_bolus_needs_room_for_itself_alone():
    order, view = running()
    windows = Windows()
    order.phase_steps[State.CLINICIAN_BOLUS] = 1_000
    order.hour_steps = 7_000
    order.seal()
    windows.hour = 6_000
    assert grant(order, view, windows, State.CLINICIAN_BOLUS) == Reason.NONE
    windows.hour = 6_001
    assert grant(order, view, windows, State.CLINICIAN_BOLUS) == Reason.HOUR_LIMIT_REACHED


def test_the_windows_are_asked_with_the_highest_basal_of_the_programme():
    order, view = running()
    windows = Windows()
    assert grant(order, view, windows) == Reason.NONE
    assert windows.asked == [400, 400, 400]


class MinuteWindow:
    """Four rolling hours of whole minutes, and what they will hold if basal goes on: the published scenario needs no more."""

    def __init__(self):
        self.minutes = []

    def now(self):
        return sum(self.minutes[-240:])

    def worst_four_hours(self, basal_steps_minute):
        worst = self.now()
        for ahead in range(1, 241):
            kept = self.minutes[-(240 - ahead) :] if ahead < 240 else []
            worst = max(worst, sum(kept) + ahead * basal_steps_minute)
        return worst

    def worst_hour(self, basal_steps_minute):
        return 0

    worst_day = worst_hour


LIMIT_26_5_ML = 7_066_666  # steps
BOLUS_1_ML = 266_666
BASAL_6_ML_H = 26_667  # steps a minute, rounded up


def _four_hours_with_a_bolus_every(lockout_minutes, may_begin):
    """Most that any four hours held, in steps, when a bolus is asked for at every end of the lockout from the first minute on."""
    window = MinuteWindow()
    order, view = running()
    order.phase_steps[State.BOLUS] = BOLUS_1_ML
    order.four_hour_steps = LIMIT_26_5_ML
    order.max_boluses = 1_000
    order.basal_steps_minute = BASAL_6_ML_H
    order.seal()
    most = granted = 0
    for minute in range(480):
        steps = BASAL_6_ML_H
        if minute % lockout_minutes == 0 and may_begin(order, view, window):
            steps += BOLUS_1_ML
            granted += 1
        window.minutes.append(steps)
        most = max(most, window.now())
    assert granted
    return most


def test_published_overdose_of_a_bolus_that_forgets_the_basal_still_to_come_does_not_happen():
    # EC13a of the executable OPCA model: 26.5 mL in 240 min, boluses beside a basal. Naive: what was given and the bolus fit now.
    def naive(order, view, window):
        return window.now() + BOLUS_1_ML <= LIMIT_26_5_ML

    def ours(order, view, window):
        return Gate().grant(State.BOLUS, order, view, window) == Reason.NONE

    overdose = _four_hours_with_a_bolus_every(31, naive) - LIMIT_26_5_ML
    assert overdose >= 133_333, "0.5 mL at least: else the scenario shows nothing"
    assert _four_hours_with_a_bolus_every(31, ours) <= LIMIT_26_5_ML
