"""One function a screen. A screen answers: is anyone in danger, what is happening, what can I do. At most five words beside the one number that matters."""

from firmware.panel.letters import centred, change, enlarged, hours_minutes, millilitres, rate
from shared import alarm_table
from shared.codes import State

_STATE_WORDS = ("STOPPED", "RUNNING", "PAUSED", "ALARM", "COMPLETE", "FAULT", "CONFIRM")
CONFIRM_PAGES = 3


def _top_row(screen, word, model):
    screen.text(word, 0, 0, 1)
    # Link: three bars, crossed out when lost.
    for bar in range(3):
        screen.fill_rect(82 + bar * 4, 6 - bar * 2, 3, 2 + bar * 2, 1 if model.linked else 0)
        screen.rect(82 + bar * 4, 6 - bar * 2, 3, 2 + bar * 2, 1)
    if not model.linked:
        screen.line(80, 0, 95, 8, 1)
    # Battery: outline and filling.
    screen.rect(102, 0, 22, 8, 1)
    screen.fill_rect(124, 2, 2, 4, 1)
    if model.battery_permille is not None:
        screen.fill_rect(104, 2, 18 * model.battery_permille // 1000, 4, 1)
    screen.hline(0, 10, 128, 1)


def delivery(screen, model):
    """Rate large; given and left below. The rate is what the motor is asked for now (SR-011)."""
    screen.fill(0)
    _top_row(screen, _STATE_WORDS[model.state], model)
    if model.version == 0:
        centred(screen, "NO", 20, 2, 2)
        centred(screen, "PRESCRIPTION", 42)
        return
    text = rate(model.rate_nl_h)
    enlarged(screen, text, 0, 16, 2, 3)
    screen.text("mL/h", 16 * len(text) + 4, 31, 1)
    if model.state == State.STOPPED or model.state == State.PAUSED or model.state == State.ALARM:
        screen.text("START", 84, 12, 1)
        screen.text("to run", 80, 20, 1)
    screen.hline(0, 44, 128, 1)
    screen.text("given", 0, 47, 1)
    screen.text("left", 68, 47, 1)
    screen.text(millilitres(model.given_nl) + "mL", 0, 56, 1)
    screen.text(millilitres(model.left_nl) + "mL", 68, 56, 1)


def alarm(screen, model):
    """The alarm takes the whole screen: symbol, cause, what to do, code, keys."""
    row = alarm_table.ROWS[model.alarm_id]
    screen.fill(0)
    screen.fill_rect(0, 0, 128, 11, 1)
    screen.text("!" * row[2] + " " + alarm_table.PRIORITY_NAMES[row[2]].upper(), 2, 2, 0)
    screen.text("A%02d" % model.alarm_id, 102, 2, 0)
    cause = row[5]
    if cause[1]:
        screen.text(cause[0], 0, 14, 1)
        screen.text(cause[1], 0, 23, 1)
    else:
        enlarged(screen, cause[0], 0, 14, 1, 2)
    screen.text(row[6][0], 0, 33, 1)
    screen.text(row[6][1], 0, 42, 1)
    screen.hline(0, 52, 128, 1)
    if model.seen:
        screen.text("SEEN, NOT CURED" if model.cause else "SEEN", 0, 56, 1)
    elif model.silenced:
        screen.text("OK seen    MUTED", 0, 56, 1)
    else:
        screen.text("OK seen SIL mute", 0, 56, 1)


def confirm(screen, model):
    """What will really run, from the decoded prescription; three pages, all to be seen before OK counts."""
    fields = model.pending
    screen.fill(0)
    screen.fill_rect(0, 0, 128, 11, 1)
    screen.text("CONFIRM %d/%d" % (model.page + 1, CONFIRM_PAGES), 2, 2, 0)
    if model.page == 0:
        enlarged(screen, fields["drug"][:16], 0, 14, 1, 2)
        screen.text(fields["drug"][16:32], 0, 32, 1)
        kilograms = _kilograms(fields["dosing_weight_g"])
        screen.text("%s mg/mL %s" % (_milligrams(fields["conc_ng_ml"]), kilograms), 0, 42, 1)
    elif model.page == 1:
        rate_nl_h = fields["segments"][0][1]
        enlarged(screen, rate(rate_nl_h), 0, 14, 2, 2)
        screen.text("mL/h", 90, 22, 1)
        screen.text(change(model.programmed_nl_h, rate_nl_h), 0, 34, 1)
        screen.text("1h max " + millilitres(fields["max_hour_nl"]), 0, 43, 1)
    else:
        enlarged(screen, "total " + millilitres(fields["vtbi_nl"]) + "mL", 0, 14, 1, 2)
        screen.text("1d max " + millilitres(fields["max_day_nl"]), 0, 33, 1)
        screen.text("at most " + hours_minutes(fields["max_minutes"]), 0, 42, 1)
    screen.hline(0, 52, 128, 1)
    if model.page + 1 < CONFIRM_PAGES or not model.all_pages_seen:
        screen.text("DOWN=go STOP=no", 0, 56, 1)
    else:
        screen.text("HOLD OK  STOP=no", 0, 56, 1)


def _kilograms(weight_g: int) -> str:
    if weight_g < 100_000:
        return "%d.%dkg" % (weight_g // 1_000, weight_g % 1_000 // 100)
    return "%dkg" % (weight_g // 1_000)


def _milligrams(amount_ng: int) -> str:
    """ng in mg with as many decimals as it has, at most three."""
    text = "%d.%03d" % (amount_ng // 1_000_000, amount_ng % 1_000_000 // 1_000)
    return text.rstrip("0").rstrip(".")
