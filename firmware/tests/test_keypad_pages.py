"""Information pages, menu and dialogues, key by key."""

from firmware.panel.key_actions import Action, Info, Page
from firmware.panel.pages import MENU_ITEMS, Item, offered
from firmware.tests.fingers import Fingers
from shared import alarm_table as alarm
from shared.codes import DELIVERING_MASK, STATE_COUNT, Key, State

STANDING = (State.STOPPED, State.PAUSED)


def at_prime_ready(state=State.STOPPED):
    fingers = Fingers(state)
    fingers.menu()
    fingers.tap(Key.OK)
    assert fingers.keypad.page == Page.PRIME_ASK
    assert fingers.tap(Key.UP) == Action.PRIME_CONFIRM
    assert fingers.keypad.page == Page.PRIME_READY and fingers.keypad.prime_confirmed
    fingers.took()
    return fingers


def test_up_and_down_turn_the_information_pages_round():
    fingers = Fingers()
    seen = []
    for _ in range(Info.COUNT):
        seen.append(fingers.keypad.item)
        fingers.tap(Key.DOWN)
    assert seen == list(range(Info.COUNT)) and fingers.keypad.item == Info.MAIN
    fingers.tap(Key.UP)
    assert fingers.keypad.item == Info.COUNT - 1


def test_the_menu_opens_after_two_seconds_of_ok_and_not_by_a_tap():
    fingers = Fingers()
    fingers.tap(Key.OK)
    fingers.hold((Key.OK,), 20)
    assert fingers.keypad.page == Page.HOME
    fingers.wait(1)
    fingers.hold((Key.OK,), 21)
    assert fingers.keypad.page == Page.MENU


def test_another_key_beside_ok_keeps_the_menu_shut():
    fingers = Fingers()
    fingers.hold((Key.OK,), 10)
    fingers.hold((Key.OK, Key.UP), 5)
    fingers.hold((Key.OK,), 60)
    assert fingers.keypad.page == Page.HOME


def test_ok_that_opened_the_menu_chooses_nothing_in_it():
    fingers = Fingers(State.STOPPED)
    fingers.hold((Key.OK,), 90)
    assert fingers.keypad.page == Page.MENU and fingers.actions == []


def test_ok_that_acknowledged_an_alarm_does_not_open_the_menu():
    fingers = Fingers()
    fingers.waiting = fingers.drawn = alarm.LINK_LOST
    fingers.frame(1 << Key.OK)
    fingers.waiting = fingers.drawn = -1
    for _ in range(60):
        fingers.frame(1 << Key.OK)
    assert fingers.keypad.page == Page.HOME


def test_the_menu_offers_what_the_state_allows():
    for state in range(STATE_COUNT):
        keypad = Fingers(state).keypad
        shown = [item for item in MENU_ITEMS if offered(keypad, item, state)]
        assert (Item.PRIME in shown) == (state in STANDING), state
        if Item.NEW_BAG in shown:
            assert not DELIVERING_MASK >> state & 1
        assert shown[-3:] == [Item.LOCK, Item.CLINICIAN, Item.BACK]


def test_the_cursor_stands_on_what_is_offered_when_the_state_changes_under_it():
    fingers = Fingers(State.STOPPED)
    fingers.menu()
    assert fingers.keypad.item == Item.PRIME
    fingers.state = State.RUNNING
    fingers.wait(1)
    assert fingers.keypad.item == Item.LOCK
    fingers.tap(Key.UP)
    assert fingers.keypad.item == Item.BACK
    fingers.tap(Key.OK)
    assert fingers.keypad.page == Page.HOME


def test_start_acts_on_no_page_but_home():
    for page in range(1, 9):
        fingers = Fingers(State.STOPPED)
        fingers.keypad.go(page)
        fingers.wait(1)
        if fingers.keypad.page != Page.HOME:
            assert fingers.tap(Key.START) == Action.NONE, page
    fingers = Fingers(State.STOPPED)
    fingers.tap(Key.DOWN)
    assert fingers.tap(Key.START) == Action.START


def test_what_is_not_on_the_glass_cannot_be_answered():
    for page, key in (
        (Page.MENU, Key.OK),
        (Page.PRIME_ASK, Key.UP),
        (Page.PRIME_READY, Key.OK),
        (Page.NEW_BAG_ASK, Key.UP),
        (Page.CLINICIAN, Key.OK),
    ):
        fingers = Fingers(State.STOPPED)
        fingers.keypad.go(page)
        fingers.glass = False
        fingers.wait(1)
        view = fingers.keypad.view()
        assert fingers.tap(key) == Action.NONE
        assert fingers.keypad.view() == view, page


def test_priming_takes_two_answers_and_lasts_as_long_as_ok():
    for state in STANDING:
        fingers = at_prime_ready(state)
        fingers.frame(1 << Key.OK)
        assert fingers.actions == [Action.PRIME_BEGIN]
        fingers.state = State.PRIMING
        fingers.hold((Key.OK,), 900)
        assert fingers.actions == [Action.PRIME_BEGIN]
        fingers.frame(0)
        assert fingers.took() == [Action.PRIME_BEGIN, Action.PRIME_END]
        fingers.state = state
        assert fingers.tap(Key.OK) == Action.PRIME_BEGIN


def test_no_on_the_first_page_of_priming_leaves_it():
    fingers = Fingers(State.STOPPED)
    fingers.menu()
    fingers.tap(Key.OK, Key.DOWN)
    assert fingers.keypad.page == Page.HOME
    assert not fingers.keypad.prime_confirmed and fingers.actions == []


def test_priming_ends_when_an_alarm_comes_another_key_does_not_keep_it():
    fingers = at_prime_ready()
    fingers.frame(1 << Key.OK)
    fingers.state = State.PRIMING
    fingers.frame(1 << Key.OK)
    fingers.waiting = alarm.AIR_IN_LINE
    fingers.frame(1 << Key.OK)
    assert fingers.actions == [Action.PRIME_BEGIN, Action.PRIME_END]
    assert not fingers.keypad.prime_confirmed
    fingers.waiting = -1
    for _ in range(50):
        fingers.frame(1 << Key.OK)
    assert fingers.actions == [Action.PRIME_BEGIN, Action.PRIME_END]


def test_stop_ends_priming_by_itself_and_takes_the_confirmation_back():
    fingers = at_prime_ready()
    fingers.frame(1 << Key.OK)
    fingers.state = State.PRIMING
    assert fingers.frame(1 << Key.OK | 1 << Key.STOP) == Action.STOP
    assert not fingers.keypad.prime_confirmed
    fingers.wait(20)
    assert fingers.actions == [Action.PRIME_BEGIN, Action.STOP]


def test_the_confirmation_of_a_line_off_the_patient_ends_with_its_page():
    fingers = at_prime_ready()
    fingers.wait(600)
    assert not fingers.keypad.prime_confirmed
    fingers = at_prime_ready()
    fingers.tap(Key.DOWN)
    assert not fingers.keypad.prime_confirmed
    fingers = at_prime_ready()
    fingers.state = State.CONFIRMING
    fingers.wait(1)
    assert not fingers.keypad.prime_confirmed


def test_a_new_bag_is_asked_for_before_it_counts():
    fingers = Fingers(State.PAUSED)
    fingers.menu()
    fingers.tap(Key.DOWN, Key.OK)
    assert fingers.keypad.page == Page.NEW_BAG_ASK and fingers.actions == []
    assert fingers.tap(Key.UP) == Action.NEW_BAG
    assert fingers.keypad.page == Page.HOME


def test_keys_can_be_locked_from_the_menu():
    fingers = Fingers()
    fingers.menu()
    assert fingers.keypad.item == Item.LOCK
    assert fingers.tap(Key.OK) == Action.LOCK_KEYS
    assert fingers.keypad.locked and fingers.keypad.page == Page.HOME


def test_every_page_but_the_first_ends_after_a_minute_without_a_key():
    for page in range(9):
        fingers = Fingers(State.STOPPED)
        fingers.tap(Key.SILENCE)
        fingers.keypad.go(page, 1 if page == Page.HOME else 0)
        fingers.wait(1)
        before = fingers.keypad.page
        fingers.wait(590)
        assert fingers.keypad.page == before
        fingers.wait(10)
        assert fingers.keypad.view() == 0, page
