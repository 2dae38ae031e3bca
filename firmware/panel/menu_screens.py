"""Menus, dialogues and the code entry: what the keys do here is always on the last line. Outside the frame."""

from firmware.panel import figures, pages
from firmware.panel.code_entry import DIGITS
from firmware.panel.key_actions import Page
from firmware.panel.letters import banner, centred, enlarged, foot, quantity
from shared.codes import State

# By Item.
_ITEM_WORDS = (
    "PRIME THE LINE",
    "NEW BAG",
    "LOCK KEYS",
    "CLINICIAN",
    "BACK",
    "GIVE A BOLUS",
    "UNLOCK ALARM",
)
_LINE_HEIGHT = 10
_FOOT = 50  # a list that ends above it leaves room for what the keys do


def draw(screen, model):
    """The page of the keypad, which is not HOME."""
    _DRAW[model.keypad.page](screen, model)


def _list(screen, model):
    keypad = model.keypad
    banner(screen, "CLINICIAN" if keypad.page == Page.CLINICIAN else "MENU")
    y = 13
    for item in pages.items_of(keypad.page):
        if not pages.offered(keypad, item, model.state):
            continue
        chosen = item == keypad.item
        if chosen:
            screen.fill_rect(0, y, 128, _LINE_HEIGHT, 1)
        screen.text(_ITEM_WORDS[item], 4, y + 1, 0 if chosen else 1)
        y += _LINE_HEIGHT
    if y <= _FOOT:
        foot(screen, "UP or DOWN, OK")


def _question(screen, title, first, second):
    banner(screen, title)
    centred(screen, first, 14, 2, 2)
    centred(screen, second, 33, 2, 2)
    foot(screen, "UP=yes   DOWN=no")


def _prime_ask(screen, model):
    _question(screen, "PRIME 1/2", "LINE OFF", "PATIENT?")


def _prime_ready(screen, model):
    if model.state == State.PRIMING:
        banner(screen, "PRIMING")
        quantity(screen, figures.millilitres(model.phase_given_nl), "mL", 16, 3)
        foot(screen, "LET GO OK = end")
        return
    banner(screen, "PRIME 2/2")
    centred(screen, "HOLD OK", 14, 2, 2)
    centred(screen, "TO PRIME", 33, 2, 2)
    foot(screen, "DOWN = back")


def _new_bag_ask(screen, model):
    _question(screen, "NEW BAG", "NEW BAG", "IS IN?")


def _code(screen, model):
    """What has been entered is not shown again: somebody may look over a shoulder."""
    keypad = model.keypad
    banner(screen, "CODE")
    for place in range(DIGITS):
        x = 18 + 24 * place
        if place == keypad.item:
            enlarged(screen, str(keypad.code.digit), x, 16, 2, 3)
            screen.fill_rect(x, 44, 16, 2, 1)
        else:
            enlarged(screen, "*" if place < keypad.item else "-", x, 20, 2, 2)
    foot(screen, "OK next,hold=end")


def _wait(screen, model):
    banner(screen, "CODE")
    centred(screen, "WAIT", 24, 2, 2)


def _clinician_ask(screen, model):
    banner(screen, "GIVE BOLUS NOW?")
    quantity(screen, figures.millilitres(model.clinician_nl), "mL", 14)
    screen.text("in %d min" % model.clinician_minutes, 0, 38, 1)
    foot(screen, "UP=yes   DOWN=no")


# By Page; HOME is screens.py.
_DRAW = (
    _list,
    _list,
    _prime_ask,
    _prime_ready,
    _new_bag_ask,
    _code,
    _wait,
    _list,
    _clinician_ask,
)
