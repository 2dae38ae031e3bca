"""The pages behind the keys and what START, OK, UP and DOWN do on each. Numbers and tables; the keypad keeps where a person is.

    HOME -- OK held --> MENU --> PRIME_ASK --> PRIME_READY
                             --> NEW_BAG_ASK
                             --> CODE --> CODE_WAIT --> CLINICIAN --> CLINICIAN_ASK

In the frame: allocates nothing.
"""

from firmware.panel.code_entry import DIGITS
from firmware.panel.key_actions import Action, Info, Notice, Page
from shared.codes import STATE_COUNT, Key, State


class Item:
    PRIME = 0
    NEW_BAG = 1
    LOCK = 2
    CLINICIAN = 3
    BACK = 4
    BOLUS = 5
    UNLOCK = 6


MENU_ITEMS = (Item.PRIME, Item.NEW_BAG, Item.LOCK, Item.CLINICIAN, Item.BACK)
CLINICIAN_ITEMS = (Item.BOLUS, Item.UNLOCK, Item.BACK)

_ANY = (1 << STATE_COUNT) - 1
_UNREAD = _ANY & ~(1 << State.CONFIRMING)  # a prescription to read has the screen for itself
_STANDING = 1 << State.STOPPED | 1 << State.PAUSED
_RUNNING = 1 << State.RUNNING
_BAG_OFF = _STANDING | 1 << State.ALARM | 1 << State.COMPLETE

# In which states a page may stand, by page, and an item may be chosen, by item.
PAGE_STATES = (
    _ANY,
    _UNREAD,
    _STANDING,
    _STANDING | 1 << State.PRIMING,
    _BAG_OFF,
    _UNREAD,
    _UNREAD,
    _UNREAD,
    _RUNNING,
)
_ITEM_STATES = (_STANDING, _BAG_OFF, _ANY, _ANY, _ANY, _RUNNING, _ANY)


def items_of(page: int) -> tuple:
    """The items of a page that is a list."""
    return CLINICIAN_ITEMS if page == Page.CLINICIAN else MENU_ITEMS


def offered(keypad, item: int, state: int) -> bool:
    if item == Item.BOLUS and not keypad.bolus_prescribed:
        return False
    if item == Item.UNLOCK and not keypad.alert_loop:
        return False
    return _ITEM_STATES[item] >> state & 1 != 0


def settle(keypad, state: int):
    """A list stands on an item that it offers: after it was opened, and after the state has changed under it."""
    is_list = keypad.page == Page.MENU or keypad.page == Page.CLINICIAN
    if is_list and not offered(keypad, keypad.item, state):
        _move(keypad, 1, state)


def press(keypad, key: int, state: int) -> int:
    """One of START, OK, UP, DOWN went down alone, keys not locked and no alarm over the page. The action that it asks for."""
    return _PRESS[keypad.page](keypad, key, state)


def _move(keypad, by, state):
    """To the next item that is offered. BACK always is."""
    items = items_of(keypad.page)
    index = 0
    for at in range(len(items)):
        if items[at] == keypad.item:
            index = at
    for _ in range(len(items)):
        index = (index + by) % len(items)
        if offered(keypad, items[index], state):
            keypad.item = items[index]
            return


def _home(keypad, key, state):
    if key == Key.START:
        return Action.START
    if key == Key.OK:
        keypad.arm_ok()
    else:
        keypad.item = (keypad.item + (1 if key == Key.DOWN else -1)) % Info.COUNT
    return Action.NONE


def _list(keypad, key, state):
    if key == Key.UP or key == Key.DOWN:
        _move(keypad, 1 if key == Key.DOWN else -1, state)
    elif key == Key.OK and keypad.on_glass() and offered(keypad, keypad.item, state):
        return _choose(keypad, keypad.item)
    return Action.NONE


def _choose(keypad, item):
    if item == Item.LOCK:
        return keypad.lock(True)
    if item == Item.CLINICIAN and not keypad.code.open():
        keypad.tell(Notice.CODE_LOCKED)
        return Action.NONE
    keypad.code.begin()
    keypad.go(_LEADS_TO[item])
    return Action.UNLOCK_ALERT if item == Item.UNLOCK else Action.NONE


def _question(keypad, key, state):
    """UP says yes to what is on the glass, DOWN says no."""
    if key == Key.UP and keypad.on_glass():
        answer = _YES[keypad.page]
        keypad.go(answer[1])
        return answer[0]
    if key == Key.DOWN:
        keypad.go(Page.HOME)
    return Action.NONE


def _prime(keypad, key, state):
    if key == Key.OK and keypad.on_glass():
        keypad.priming = True
        return Action.PRIME_BEGIN
    if key == Key.DOWN:
        keypad.go(Page.HOME)
    return Action.NONE


def _code(keypad, key, state):
    if key == Key.UP or key == Key.DOWN:
        keypad.code.turn(1 if key == Key.UP else -1)
    elif key == Key.OK and keypad.item + 1 < DIGITS:
        keypad.code.next()
        keypad.item += 1
        keypad.arm_ok()
    elif key == Key.OK:
        keypad.code.submit()
        keypad.go(Page.CODE_WAIT)
        return Action.CODE_TRY
    return Action.NONE


def _wait(keypad, key, state):
    return Action.NONE


# By page.
_PRESS = (_home, _list, _question, _prime, _question, _code, _wait, _list, _question)
# By item: the page that choosing it opens.
_LEADS_TO = (
    Page.PRIME_ASK,
    Page.NEW_BAG_ASK,
    Page.HOME,
    Page.CODE,
    Page.HOME,
    Page.CLINICIAN_ASK,
    Page.HOME,
)
# By page: what yes asks for, and the page after it.
_YES = {
    Page.PRIME_ASK: (Action.PRIME_CONFIRM, Page.PRIME_READY),
    Page.NEW_BAG_ASK: (Action.NEW_BAG, Page.HOME),
    Page.CLINICIAN_ASK: (Action.CLINICIAN_BOLUS, Page.HOME),
}
