"""The clinician's code at the keys, and what stands behind it."""

from firmware.panel.code_entry import LOCK_FRAMES
from firmware.panel.key_actions import Action, Notice, Page
from firmware.panel.pages import Item
from firmware.tests.fingers import Fingers
from shared import alarm_table as alarm
from shared.codes import Key, State


def at_code():
    fingers = Fingers()
    fingers.menu()
    fingers.tap(Key.DOWN, Key.OK)
    assert fingers.keypad.page == Page.CODE
    return fingers


def try_code(fingers, accepted):
    assert fingers.tap(Key.OK, Key.OK, Key.OK, Key.OK) == Action.CODE_TRY
    fingers.keypad.code_result(accepted)
    fingers.wait(1)


def test_a_code_is_entered_digit_by_digit():
    fingers = at_code()
    fingers.tap(Key.UP, Key.OK, Key.UP, Key.UP, Key.OK, Key.DOWN, Key.OK)
    assert fingers.tap(Key.OK) == Action.CODE_TRY
    assert fingers.keypad.code.value == 1_290
    assert fingers.keypad.page == Page.CODE_WAIT
    assert fingers.keypad.code.tries == 1


def test_ok_held_leaves_the_code():
    fingers = at_code()
    fingers.hold((Key.OK,), 21)
    assert fingers.keypad.page == Page.HOME and fingers.actions == []


def test_an_accepted_code_opens_the_clinicians_page_and_is_forgotten():
    fingers = at_code()
    fingers.keypad.bolus_prescribed = True
    try_code(fingers, True)
    assert fingers.keypad.page == Page.CLINICIAN and fingers.keypad.item == Item.BOLUS
    assert fingers.keypad.code.value == -1 and fingers.keypad.code.tries == 0


def test_three_wrong_codes_shut_the_entry_for_ten_minutes():
    fingers = at_code()
    for left in (2, 1, 0):
        try_code(fingers, False)
        assert fingers.keypad.page == (Page.CODE if left else Page.HOME)
        assert fingers.keypad.notice == (Notice.WRONG_CODE if left else Notice.CODE_LOCKED)
    fingers.wait(LOCK_FRAMES - 30)
    fingers.menu()
    fingers.tap(Key.DOWN, Key.OK)
    assert fingers.keypad.page == Page.MENU and fingers.keypad.notice == Notice.CODE_LOCKED
    fingers.wait(30)
    fingers.tap(Key.OK)
    assert fingers.keypad.page == Page.CODE


def test_tries_that_are_put_back_after_a_restart_shut_the_entry():
    fingers = Fingers()
    fingers.keypad.code.tries = 3
    fingers.menu()
    fingers.tap(Key.DOWN, Key.OK)
    assert fingers.keypad.page == Page.MENU


def test_an_accepted_code_opens_nothing_for_somebody_who_has_left():
    for leave in (Key.STOP, None):
        fingers = at_code()
        fingers.tap(Key.OK, Key.OK, Key.OK, Key.OK)
        if leave is None:
            fingers.waiting = alarm.LINK_LOST
            fingers.wait(1)
        else:
            fingers.tap(leave)
        assert fingers.keypad.code.value == -1
        fingers.keypad.code_result(True)
        fingers.wait(1)
        assert fingers.keypad.page == Page.HOME
        assert fingers.keypad.code.tries == 1


def test_a_result_that_nobody_asked_for_changes_nothing():
    fingers = Fingers()
    fingers.keypad.code_result(True)
    fingers.keypad.code_result(False)
    assert fingers.keypad.page == Page.HOME and fingers.keypad.code.tries == 0


def test_a_clinicians_bolus_is_asked_for_twice_and_only_where_it_may_run():
    fingers = Fingers()
    fingers.keypad.bolus_prescribed = True
    fingers.clinician()
    fingers.took()
    assert fingers.tap(Key.OK) == Action.NONE
    assert fingers.keypad.page == Page.CLINICIAN_ASK
    assert fingers.tap(Key.UP) == Action.CLINICIAN_BOLUS
    fingers = Fingers(State.PAUSED)
    fingers.keypad.bolus_prescribed = True
    fingers.clinician()
    assert fingers.keypad.page == Page.CLINICIAN and fingers.keypad.item == Item.BACK


def test_the_question_for_a_clinicians_bolus_goes_when_the_basal_rate_does():
    for state in (State.BOLUS, State.PAUSED, State.ALARM):
        fingers = Fingers()
        fingers.keypad.bolus_prescribed = True
        fingers.clinician()
        fingers.tap(Key.OK)
        assert fingers.keypad.page == Page.CLINICIAN_ASK
        fingers.state = state
        fingers.wait(1)
        fingers.took()
        fingers.tap(Key.UP)
        assert fingers.keypad.page == Page.HOME and fingers.actions == []


def test_a_bolus_that_is_not_prescribed_is_not_offered():
    fingers = Fingers()
    fingers.clinician()
    assert fingers.keypad.item == Item.BACK


def test_the_alert_loop_is_unlocked_behind_the_code_only():
    fingers = Fingers(State.ALARM)
    fingers.keypad.alert_loop = True
    fingers.clinician()
    fingers.took()
    assert fingers.keypad.item == Item.UNLOCK
    assert fingers.tap(Key.OK) == Action.UNLOCK_ALERT
    assert fingers.keypad.page == Page.HOME
