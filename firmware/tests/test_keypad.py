"""The keys of the panel: what acts, what never does, and what wins."""

from firmware.panel.key_actions import Action, Info, Notice, Page
from firmware.panel.keypad import Keypad
from firmware.tests.fingers import Fingers
from shared import alarm_table as alarm
from shared.codes import STATE_COUNT, Key, State

PAGE_KEYS = (Key.START, Key.OK, Key.UP, Key.DOWN)
HIGH = alarm.DOWNSTREAM_OCCLUSION


def locked(state=State.RUNNING):
    fingers = Fingers(state)
    fingers.hold((Key.UP, Key.DOWN), 31)
    fingers.wait(1)
    assert fingers.keypad.locked
    fingers.took()
    return fingers


def test_stop_is_stop_in_every_state_on_every_page_and_beside_every_other_key():
    for state in range(STATE_COUNT):
        for page in range(9):
            for other in range(7):
                fingers = Fingers(state)
                fingers.keypad.go(page)
                both = 1 << Key.STOP | 1 << other
                assert fingers.frame(both) == Action.STOP, (state, page, other)
                assert fingers.keypad.page == Page.HOME


def test_stop_works_locked_under_an_alarm_and_with_a_dead_glass():
    fingers = locked()
    fingers.glass = False
    fingers.waiting = HIGH
    assert fingers.tap(Key.STOP) == Action.STOP


def test_stop_held_for_three_seconds_while_paused_ends_the_pause_once():
    fingers = Fingers(State.PAUSED)
    fingers.hold((Key.STOP,), 29)
    assert fingers.took() == [Action.STOP]
    fingers.wait(1)
    fingers.hold((Key.STOP,), 200)
    assert fingers.took() == [Action.STOP, Action.STOP_LONG]


def test_stop_held_in_another_state_is_no_long_stop():
    for state in range(STATE_COUNT):
        fingers = Fingers(state)
        fingers.hold((Key.STOP,), 100)
        assert (Action.STOP_LONG in fingers.actions) == (state == State.PAUSED), state


def test_start_asks_once_however_long_it_is_held():
    fingers = Fingers(State.STOPPED)
    assert fingers.hold((Key.START,), 300) == Action.START
    assert fingers.actions == [Action.START]


def test_two_keys_at_once_are_neither_start_nor_ok():
    for other in (Key.OK, Key.UP, Key.DOWN, Key.SILENCE):
        fingers = Fingers(State.STOPPED)
        fingers.hold((Key.START, other), 3)
        assert Action.START not in fingers.actions, other
        fingers.wait(1)
        fingers.hold((other,), 3)
        fingers.hold((other, Key.START), 3)
        assert Action.START not in fingers.actions, other
    for other in (Key.START, Key.UP, Key.DOWN, Key.SILENCE, Key.STOP):
        fingers = Fingers()
        fingers.waiting = fingers.drawn = HIGH
        fingers.hold((Key.OK, other), 3)
        assert Action.ACKNOWLEDGE not in fingers.actions, other


def test_a_key_that_is_stuck_does_not_forbid_the_others_and_stop_does():
    for stuck in (Key.OK, Key.UP, Key.DOWN, Key.SILENCE, Key.PENDANT):
        fingers = Fingers(State.STOPPED)
        fingers.hold((stuck,), 700)  # OK has opened the menu meanwhile, and that is over
        assert fingers.hold((stuck, Key.START), 2) == Action.START, stuck
    fingers = Fingers(State.STOPPED)
    fingers.hold((Key.STOP,), 500)
    assert fingers.hold((Key.STOP, Key.START), 2) == Action.NONE


def test_keys_that_are_down_since_power_up_do_nothing_until_they_were_up():
    every_key = (1 << 7) - 1
    for key in (Key.START, Key.OK, Key.SILENCE, Key.PENDANT):
        keypad = Keypad()
        assert keypad.judge(1 << key, 1 << key, State.STOPPED, -1, -1, 1) == Action.NONE
        keypad.judge(0, 0, State.STOPPED, -1, -1, 1)
        assert (keypad.judge(1 << key, 1 << key, State.STOPPED, -1, -1, 1) != 0) == (key != Key.OK)
    assert Keypad().judge(every_key, every_key, State.STOPPED, -1, -1, 1) == Action.STOP


def test_a_driver_that_repeats_its_edge_is_believed_once():
    """SR-104"""
    keypad = Keypad()
    keypad.judge(0, 0, State.RUNNING, -1, -1, 1)
    pendant = 1 << Key.PENDANT
    taken = [keypad.judge(pendant, pendant, State.RUNNING, -1, -1, 1) for _ in range(50)]
    assert taken == [Action.BOLUS] + [Action.NONE] * 49


def test_a_stuck_pendant_asks_for_one_bolus_only():
    """SR-104"""
    fingers = Fingers()
    fingers.hold((Key.PENDANT,), 3_000)
    assert fingers.actions == [Action.BOLUS]


def test_the_pendant_asks_in_every_state_locked_or_not_and_under_an_alarm():
    for state in range(STATE_COUNT):
        for is_locked in (False, True):
            fingers = Fingers(state)
            fingers.keypad.locked = is_locked
            fingers.waiting = HIGH
            assert fingers.tap(Key.PENDANT) == Action.BOLUS


def test_a_pendant_in_the_frame_of_a_stop_is_forgotten_and_a_silence_is_not():
    fingers = Fingers()
    fingers.hold((Key.STOP, Key.PENDANT, Key.SILENCE), 5)
    assert fingers.actions == [Action.STOP, Action.SILENCE]


def test_silence_and_pendant_in_one_frame_are_both_heard():
    fingers = Fingers()
    fingers.hold((Key.SILENCE, Key.PENDANT), 5)
    assert fingers.actions == [Action.SILENCE, Action.BOLUS]


def test_silence_works_locked_on_every_page_and_does_not_repeat():
    """SR-087: the edge counts; a key that is held makes no silence longer."""
    for page in range(9):
        fingers = locked()
        fingers.keypad.go(page)
        fingers.hold((Key.SILENCE,), 300)
        assert fingers.actions == [Action.SILENCE], page


def test_ok_acknowledges_only_the_alarm_that_is_on_the_glass():
    fingers = Fingers()
    fingers.waiting = HIGH
    for drawn in (-1, alarm.AIR_IN_LINE, alarm.LINK_LOST):
        fingers.drawn = drawn
        assert fingers.tap(Key.OK) == Action.NONE, drawn
    fingers.drawn = HIGH
    assert fingers.tap(Key.OK) == Action.ACKNOWLEDGE


def test_ok_held_from_before_an_alarm_was_drawn_does_not_acknowledge_it():
    fingers = Fingers()
    fingers.waiting = HIGH
    fingers.frame(1 << Key.OK)
    fingers.drawn = HIGH
    for _ in range(50):
        fingers.frame(1 << Key.OK)
    assert fingers.actions == []


def test_without_an_alarm_ok_acknowledges_nothing():
    fingers = Fingers()
    assert fingers.tap(Key.OK) == Action.NONE
    fingers.drawn = HIGH
    assert fingers.tap(Key.OK) == Action.NONE


def test_an_alarm_that_waits_closes_every_page_and_leaves_start():
    for page in range(1, 9):
        fingers = Fingers(State.STOPPED)
        fingers.keypad.go(page)
        fingers.waiting = alarm.PAUSED_TOO_LONG
        fingers.wait(1)
        assert fingers.keypad.page == Page.HOME
        fingers.tap(Key.UP, Key.DOWN, Key.UP)
        assert fingers.keypad.item == Info.MAIN
        assert fingers.tap(Key.START) == Action.START


def test_the_child_lock_takes_both_keys_for_three_seconds_and_goes_the_same_way():
    fingers = Fingers()
    fingers.hold((Key.UP, Key.DOWN), 29)
    assert not fingers.keypad.locked
    fingers.wait(1)
    fingers.hold((Key.UP,), 40)
    fingers.wait(1)
    fingers.hold((Key.UP, Key.DOWN, Key.OK), 40)
    assert not fingers.keypad.locked
    fingers.wait(1)
    fingers.hold((Key.UP, Key.DOWN), 500)
    assert fingers.keypad.locked and fingers.actions == [Action.LOCK_KEYS]
    fingers.wait(1)
    fingers.hold((Key.UP, Key.DOWN), 500)
    assert not fingers.keypad.locked
    assert fingers.actions == [Action.LOCK_KEYS, Action.UNLOCK_KEYS]


def test_locked_keys_say_so_for_two_seconds_and_do_nothing():
    for key in PAGE_KEYS:
        fingers = locked(State.STOPPED)
        fingers.hold((key,), 26)
        assert fingers.actions == [] and fingers.keypad.view() == 0, key
        assert fingers.keypad.notice == Notice.KEYS_LOCKED
        fingers.wait(10)
        assert fingers.keypad.notice == Notice.NONE


def test_locked_keys_acknowledge_an_alarm_and_do_not_start_under_it():
    fingers = locked(State.PAUSED)
    fingers.waiting = fingers.drawn = alarm.PAUSED_TOO_LONG
    assert fingers.tap(Key.OK) == Action.ACKNOWLEDGE
    assert fingers.tap(Key.START) == Action.NONE


def test_the_lock_by_itself_comes_after_two_minutes_and_only_if_it_is_wanted():
    fingers = Fingers()
    fingers.wait(5_000)
    assert not fingers.keypad.locked
    fingers.keypad.auto_lock = True
    fingers.tap(Key.SILENCE)
    fingers.took()
    fingers.wait(1_190)
    assert not fingers.keypad.locked
    fingers.wait(10)
    assert fingers.keypad.locked and fingers.actions == [Action.LOCK_KEYS]


def test_nobody_is_locked_out_while_reading_a_prescription_or_an_alarm():
    for state, waiting in ((State.CONFIRMING, -1), (State.RUNNING, HIGH), (State.PRIMING, -1)):
        fingers = Fingers(state)
        fingers.keypad.auto_lock = True
        fingers.waiting = waiting
        fingers.wait(3_000)
        assert not fingers.keypad.locked


def test_a_prescription_gets_the_keys_one_at_a_time_and_not_locked_nor_under_an_alarm():
    fingers = Fingers(State.CONFIRMING)
    for key in PAGE_KEYS:
        assert fingers.tap(key) == Action.NONE
        fingers.frame(1 << key)
        assert fingers.keypad.confirming_open
    fingers.frame(1 << Key.OK | 1 << Key.UP)
    assert not fingers.keypad.confirming_open
    fingers.frame(1 << Key.OK)
    assert fingers.keypad.confirming_open
    fingers.waiting = HIGH
    fingers.frame(1 << Key.OK)
    assert not fingers.keypad.confirming_open
    fingers.waiting = -1
    fingers.keypad.locked = True
    fingers.frame(1 << Key.DOWN)
    assert not fingers.keypad.confirming_open
    fingers.keypad.locked = False
    fingers.state = State.RUNNING
    fingers.frame(0)
    assert not fingers.keypad.confirming_open


def test_the_panel_is_quiet_after_half_a_minute_without_a_key():
    fingers = Fingers()
    fingers.wait(298)
    assert not fingers.keypad.quiet()
    fingers.wait(2)
    assert fingers.keypad.quiet()
    fingers.tap(Key.UP)
    assert not fingers.keypad.quiet()


def test_late_frames_count_for_as_many_as_have_passed():
    fingers = Fingers(State.PAUSED)
    fingers.frame(1 << Key.STOP, 1)
    fingers.frame(1 << Key.STOP, 28)
    assert fingers.actions == [Action.STOP]
    fingers.frame(1 << Key.STOP, 3)
    assert fingers.actions == [Action.STOP, Action.STOP_LONG]
