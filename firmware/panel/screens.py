"""Delivery, alarm and the information pages. A screen answers: is anyone in danger, what is happening, what can I do.

At most five words beside the one number that matters; its digits are 16 pixels wide. Outside the frame.
"""

from firmware.panel import figures
from firmware.panel.key_actions import Info, Notice
from firmware.panel.letters import (
    arrow_up,
    banner,
    centred,
    enlarged,
    foot,
    link_bars,
    padlock,
    quantity,
)
from shared import alarm_table
from shared.codes import INTO_PATIENT_MASK, State

# By state, ten letters at most.
_STATE_WORDS = (
    "STOPPED",
    "RUNNING",
    "PAUSED",
    "ALARM",
    "COMPLETE",
    "FAULT",
    "CONFIRM",
    "BOLUS",
    "LOADING",
    "CLIN BOLUS",
    "KVO",
    "PRIMING",
)
_INFO_WORDS = ("", "VOLUME", "TIME LEFT", "BOLUS", "NEXT RATE", "POWER", "VERSIONS")
_NOTICES = ("", "KEYS LOCKED", "WRONG CODE", "WAIT 10 MINUTES", "NOT POSSIBLE NOW")
# States with a volume of their own, counted beside the total.
_PHASE_MASK = INTO_PATIENT_MASK & ~(1 << State.RUNNING) | 1 << State.PRIMING
_START_MASK = 1 << State.STOPPED | 1 << State.PAUSED | 1 << State.ALARM


def delivery(screen, model):
    """Rate large; under it what is given of it and left. The rate is what the motor is asked for now (SR-011)."""
    _begin(screen, _STATE_WORDS[model.state], model)
    if model.version == 0:
        centred(screen, "NO", 20, 2, 2)
        centred(screen, "PRESCRIPTION", 42)
        return
    quantity(screen, figures.rate(model.rate_nl_h), "mL/h", 16, 3)
    if _START_MASK >> model.state & 1:
        screen.text("START", 84, 12, 1)
        screen.text("to run", 80, 20, 1)
    screen.hline(0, 44, 128, 1)
    if _PHASE_MASK >> model.state & 1:
        _pair(screen, 0, "given", _volume(model.phase_given_nl))
        _pair(screen, 68, "of", _volume(model.phase_nl))
        return
    if model.state == State.RUNNING and model.lockout_s and model.boluses_left > 0:
        _pair(screen, 0, "bolus in", figures.wait(model.lockout_s))
    else:
        _pair(screen, 0, "given", _volume(model.given_nl))
    _pair(screen, 68, "left", _volume(model.left_nl))


def alarm(screen, model):
    """The alarm takes the whole screen: symbol, cause, what to do, code, how many more, keys."""
    row = alarm_table.ROWS[model.alarm_id]
    priority = max(model.priority, row[2])
    title = "!" * priority + " " + alarm_table.PRIORITY_NAMES[priority].upper()
    banner(screen, title, "A%02d" % model.alarm_id)
    if priority > row[2]:
        arrow_up(screen, 76, 2, 0)
    further = min(9, _bits(model.active_mask & ~(1 << model.alarm_id)))
    if further:
        screen.text("+%d" % further, 85, 2, 0)
    cause = row[5]
    if cause[1]:
        screen.text(cause[0], 0, 14, 1)
        screen.text(cause[1], 0, 23, 1)
    else:
        enlarged(screen, cause[0], 0, 14, 1, 2)
    screen.text(row[6][0], 0, 33, 1)
    screen.text(row[6][1], 0, 42, 1)
    if model.seen:
        foot(screen, "SEEN, NOT CURED" if model.cause else "SEEN")
    elif model.silenced:
        foot(screen, "OK seen    MUTED")
    else:
        foot(screen, "OK seen SIL mute")


def home(screen, model):
    """The information page of HOME that the keypad stands on."""
    page = model.keypad.item
    if page != Info.MAIN:
        _begin(screen, _INFO_WORDS[page], model)
    _INFO[page](screen, model)


def notice(screen, number, top):
    """`key_actions.Notice` over the foot of a screen, from row `top` on, for a moment."""
    if number != Notice.NONE:
        screen.fill_rect(0, top, 128, 64 - top, 1)
        text = _NOTICES[number]
        screen.text(text, (128 - 8 * len(text)) // 2, (57 + top) // 2, 0)


def _begin(screen, word, model):
    """The top row: word, child lock, link, battery. A battery that nobody has read is no empty one."""
    screen.fill(0)
    screen.text(word, 0, 0, 1)
    if model.keypad.locked:
        padlock(screen, 82, 0, 1)
    link_bars(screen, 92, 0, model.linked)
    if model.battery_permille is None:
        screen.text("?", 112, 0, 1)
    else:
        screen.rect(106, 0, 20, 8, 1)
        screen.fill_rect(126, 2, 2, 4, 1)
        screen.fill_rect(108, 2, 16 * model.battery_permille // 1000, 4, 1)
    screen.hline(0, 10, 128, 1)


def _pair(screen, x, label, text):
    screen.text(label, x, 47, 1)
    screen.text(text, x, 56, 1)


def _volume(volume_nl):
    return figures.millilitres(volume_nl) + "mL"


def _bits(mask):
    count = 0
    while mask:
        mask &= mask - 1
        count += 1
    return count


def _info_volume(screen, model):
    quantity(screen, figures.millilitres(model.given_nl), "mL", 17, 3, "given")
    foot(screen, "left " + _volume(model.left_nl))


def _info_time(screen, model):
    if model.minutes_left < 0:
        centred(screen, "not running", 24)
        return
    centred(screen, figures.hours_minutes(model.minutes_left), 16, 2, 3)
    foot(screen, "until the end")


def _info_bolus(screen, model):
    if model.boluses_left < 0:
        centred(screen, "none prescribed", 24)
        return
    if model.boluses_left == 0:
        centred(screen, "NO MORE", 18, 2, 2)
    elif model.lockout_s:
        screen.text("next in", 0, 14, 1)
        centred(screen, figures.wait(model.lockout_s), 25, 2, 3)
    else:
        centred(screen, "READY", 18, 2, 2)
    foot(screen, "boluses left: %d" % min(model.boluses_left, 99))


def _info_next(screen, model):
    if model.next_rate_nl_h == 0:
        centred(screen, "no change ahead", 24)
        return
    quantity(screen, figures.rate(model.next_rate_nl_h), "mL/h", 16, 3)
    foot(screen, "in " + figures.wait(model.next_minutes * 60))


def _info_power(screen, model):
    permille = model.battery_permille
    centred(screen, "?" if permille is None else "%d%%" % (permille // 10), 14, 2, 2)
    if model.battery_minutes >= 0:
        # To ten minutes: the gauge knows no better.
        about = model.battery_minutes // 10 * 10
        centred(screen, "about " + figures.hours_minutes(about), 37)
    foot(screen, "hub: in contact" if model.linked else "hub: no contact")


def _info_versions(screen, model):
    """SR-112."""
    screen.text("pump %d" % model.firmware_version, 0, 16, 1)
    screen.text("library %d" % model.library_version, 0, 28, 1)
    screen.text("order %d" % model.version, 0, 40, 1)
    foot(screen, "VIGIL")


# By Info.
_INFO = (
    delivery,
    _info_volume,
    _info_time,
    _info_bolus,
    _info_next,
    _info_power,
    _info_versions,
)
