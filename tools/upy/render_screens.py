"""Runs on MicroPython: draws every screen of the pump from a model and prints `name hex` a line, 1,024 bytes each, as the display holds them."""

import binascii

import framebuf

from firmware.panel.confirm_screens import confirm_pages
from firmware.panel.key_actions import Info, Notice, Page
from firmware.panel.pages import Item
from firmware.panel.panel import draw
from firmware.tests.panel_models import FULL, PLAIN, changed_model, confirming
from shared import alarm_table as alarm
from shared.codes import State

# Name, state, and what differs from a pump that runs at 7 mL/h.
STATES = (
    ("running", State.RUNNING, {}),
    ("running-lockout", State.RUNNING, {"lockout_s": 440}),
    ("paused", State.PAUSED, {"rate_nl_h": 0}),
    ("stopped", State.STOPPED, {"rate_nl_h": 0}),
    ("complete", State.COMPLETE, {"rate_nl_h": 0, "given_nl": 100_000_000, "left_nl": 0}),
    ("bolus", State.BOLUS, {"rate_nl_h": 60_000_000, "phase_given_nl": 350_000}),
    ("loading", State.LOADING, {"rate_nl_h": 30_000_000, "phase_nl": 2_500_000}),
    ("clinician-bolus", State.CLINICIAN_BOLUS, {"rate_nl_h": 4_000_000, "phase_nl": 2_000_000}),
    ("kvo", State.KVO, {"rate_nl_h": 500_000, "phase_given_nl": 20_000, "phase_nl": 500_000}),
    ("no-link", State.RUNNING, {"linked": False, "battery_permille": 110}),
    ("no-prescription", State.STOPPED, {"version": 0}),
)
# Name, page, item, state.
PAGES = (
    ("info-volume", Page.HOME, Info.VOLUME, State.RUNNING),
    ("info-time", Page.HOME, Info.TIME, State.RUNNING),
    ("info-bolus", Page.HOME, Info.BOLUS, State.RUNNING),
    ("info-next", Page.HOME, Info.NEXT, State.RUNNING),
    ("info-power", Page.HOME, Info.POWER, State.RUNNING),
    ("info-versions", Page.HOME, Info.VERSIONS, State.RUNNING),
    ("menu-standing", Page.MENU, Item.NEW_BAG, State.PAUSED),
    ("menu-running", Page.MENU, Item.LOCK, State.RUNNING),
    ("prime-1", Page.PRIME_ASK, 0, State.STOPPED),
    ("prime-2", Page.PRIME_READY, 0, State.STOPPED),
    ("priming", Page.PRIME_READY, 0, State.PRIMING),
    ("new-bag", Page.NEW_BAG_ASK, 0, State.PAUSED),
    ("code", Page.CODE, 2, State.RUNNING),
    ("code-wait", Page.CODE_WAIT, 0, State.RUNNING),
    ("clinician", Page.CLINICIAN, Item.BOLUS, State.RUNNING),
    ("clinician-ask", Page.CLINICIAN_ASK, 0, State.RUNNING),
)
OCCLUSION = {"alarm_id": alarm.DOWNSTREAM_OCCLUSION}
# Name and what differs from an alarm that has just come and whose cause holds.
ALARMS = (
    ("occlusion", OCCLUSION),
    ("occlusion-seen", dict(OCCLUSION, seen=True)),
    ("occlusion-silenced", dict(OCCLUSION, silenced=True)),
    (
        "several",
        dict(OCCLUSION, active_mask=1 | 1 << alarm.BATTERY_LOW | 1 << alarm.LINK_LOST),
    ),
    (
        "escalated",
        {
            "alarm_id": alarm.RESERVOIR_LOW,
            "priority": alarm.MEDIUM,
            "active_mask": 1 << alarm.RESERVOIR_LOW | 1 << alarm.LINK_LOST,
        },
    ),
)


def _at(page, item, state):
    model = changed_model(state=state, lockout_s=440 if item == Info.BOLUS else 0)
    keypad = model.keypad
    keypad.bolus_prescribed = keypad.alert_loop = True
    keypad.go(page, item)
    keypad.code.digit = 7
    return model


def _alarm(**changed):
    return changed_model(**dict({"state": State.ALARM, "rate_nl_h": 0, "cause": True}, **changed))


def _locked():
    model = changed_model(state=State.PAUSED, rate_nl_h=0)
    model.keypad.lock(True)
    model.keypad.tell(Notice.KEYS_LOCKED)
    return model


def shots():
    """(name, model) of every picture."""
    for name, state, changed in STATES:
        yield name, changed_model(**dict({"state": state}, **changed))
    for name, page, item, state in PAGES:
        yield name, _at(page, item, state)
    for name, changed in ALARMS:
        yield name, _alarm(**changed)
    yield "keys-locked", _locked()
    for page in range(confirm_pages(FULL)):
        yield "confirm-%d" % (page + 1), confirming(FULL, page)
    yield "confirm-one-rate", confirming(PLAIN, 2)
    unread = confirming(PLAIN, 0)
    unread.page_read = False
    yield "confirm-unread", unread
    for row in alarm.ROWS:
        yield "alarm-%02d-%s" % (row[0], row[1]), _alarm(alarm_id=row[0])


def main():
    for name, model in shots():
        pixels = bytearray(1_024)
        draw(framebuf.FrameBuffer(pixels, 128, 64, framebuf.MONO_VLSB), model)
        print(name, binascii.hexlify(bytes(pixels)).decode())


main()
