"""The panel on MicroPython, where `framebuf` is. Started by test_host_panel.py."""

import framebuf

from firmware.panel import letters, screens
from firmware.panel.panel import PAGES, Model, Panel
from shared import alarm_table as alarm
from shared.codes import State

PENDING = {
    "drug": "Magnesium sulphate, 32 letters..",
    "dosing_weight_g": 150_000,
    "max_day_nl": 2_400_000_000,
    "conc_ng_ml": 40_000_000,
    "segments": [[0, 99_990_000]],
    "max_hour_nl": 100_000_000,
    "vtbi_nl": 999_000_000,
    "max_minutes": 1_440,
}


class Display:
    """frame, flush_page and lost, as firmware.drivers.display has them. answers: whether the chip takes a page."""

    def __init__(self):
        self.pixels = bytearray(1_024)
        self.frame = framebuf.FrameBuffer(self.pixels, 128, 64, framebuf.MONO_VLSB)
        self.lost = False
        self.answers = True
        self.sent = []

    def flush_page(self, page):
        if self.answers:
            self.sent.append(page)
        return self.answers


def picture(draw, model):
    display = Display()
    draw(display.frame, model)
    return bytes(display.pixels)


def confirming(**changed):
    model = Model()
    changed = dict({"state": State.CONFIRMING, "pending": PENDING}, **changed)
    for name in changed:
        setattr(model, name, changed[name])
    return model


def shown_by_panel(model):
    display = Display()
    panel = Panel(display)
    for _ in range(PAGES):
        panel.slice(model, False)
    return bytes(display.pixels)


def test_volumes_are_truncated_never_rounded_up():
    assert letters.millilitres(0) == "0.00"
    assert letters.millilitres(9_999) == "0.00"
    assert letters.millilitres(1_999_999) == "1.99"
    assert letters.millilitres(9_999_999) == "9.99"
    assert letters.millilitres(10_000_000) == "10.0"
    assert letters.millilitres(99_999_999) == "99.9"
    assert letters.millilitres(100_000_000) == "100"
    assert letters.hours_minutes(1_439) == "23h59"


def test_a_screen_is_sent_page_by_page_and_only_when_something_has_changed():
    display = Display()
    panel = Panel(display)
    model = Model()
    for _ in range(PAGES):
        panel.slice(model, False)
    assert display.sent == list(range(PAGES))
    for _ in range(50):
        panel.slice(model, False)
    assert len(display.sent) == PAGES
    model.given_nl = 9_999
    for _ in range(20):
        panel.slice(model, False)
    assert len(display.sent) == PAGES
    model.given_nl = 10_000
    for _ in range(20):
        panel.slice(model, False)
    assert display.sent == list(range(PAGES)) * 2


def test_a_changed_alarm_is_drawn_at_once_and_a_number_waits_its_turn():
    display = Display()
    panel = Panel(display)
    model = Model()
    for _ in range(3):
        panel.slice(model, False)
    first = bytes(display.pixels)
    model.left_nl = 50_000_000
    model.version = 1
    panel.slice(model, False)
    assert bytes(display.pixels) == first and display.sent == [0, 1, 2, 3]
    model.alarm_id = alarm.AIR_IN_LINE
    panel.slice(model, True)
    assert bytes(display.pixels) == picture(screens.alarm, model)
    for _ in range(PAGES - 1):
        panel.slice(model, False)
    assert display.sent == [0, 1, 2, 3] + list(range(PAGES))


def test_a_page_that_is_not_taken_is_sent_again_and_a_lost_display_gets_all_of_them():
    display = Display()
    panel = Panel(display)
    model = Model()
    panel.slice(model, False)
    display.answers = False
    for _ in range(5):
        panel.slice(model, False)
    assert display.sent == [0]
    display.answers = True
    display.lost = True
    for _ in range(PAGES + 1):
        panel.slice(model, False)
    assert display.sent[-PAGES:] == list(range(PAGES)) and not display.lost


def test_an_alarm_nobody_has_seen_covers_everything():
    for alarm_id in range(alarm.COUNT):
        for state in (State.RUNNING, State.STOPPED, State.CONFIRMING):
            model = confirming(state=state, alarm_id=alarm_id, cause=True)
            assert shown_by_panel(model) == picture(screens.alarm, model)


def test_an_acknowledged_stop_alarm_stays_except_before_a_prescription_to_read():
    model = confirming(state=State.ALARM, alarm_id=alarm.DOWNSTREAM_OCCLUSION, seen=True)
    model.cause = True
    assert shown_by_panel(model) == picture(screens.alarm, model)
    model.state = State.CONFIRMING
    assert shown_by_panel(model) == picture(screens.confirm, model)


def test_an_acknowledged_warning_gives_the_screen_back():
    model = confirming(state=State.RUNNING, alarm_id=alarm.BATTERY_LOW, seen=True, version=1)
    assert shown_by_panel(model) == picture(screens.delivery, model)


def test_every_state_and_page_is_a_picture_of_its_own():
    pictures = []
    for state in range(6):
        pictures.append(picture(screens.delivery, confirming(state=state, version=1)))
    for page in range(screens.CONFIRM_PAGES):
        for seen in (False, True):
            pictures.append(picture(screens.confirm, confirming(page=page, all_pages_seen=seen)))
    # Two first pages are equal: OK counts on the last page only.
    assert len(set(pictures)) >= 6 + 4


def test_start_is_offered_where_start_works():
    blank = picture(screens.delivery, confirming(state=State.RUNNING, version=1))
    offered = []
    for state in (State.STOPPED, State.PAUSED, State.ALARM, State.COMPLETE, State.FAULT):
        drawn = picture(screens.delivery, confirming(state=state, version=1))
        # "START" stands in the columns 84 to 123 of the rows 12 to 19
        if drawn[128 + 84 : 128 + 124] != blank[128 + 84 : 128 + 124]:
            offered.append(state)
    assert offered == [State.STOPPED, State.PAUSED, State.ALARM]


def test_the_rate_on_the_screen_is_what_the_motor_is_asked_for():
    running = confirming(state=State.RUNNING, version=1, rate_nl_h=7_000_000)
    paused = confirming(state=State.RUNNING, version=1, rate_nl_h=0, programmed_nl_h=7_000_000)
    zero = confirming(state=State.RUNNING, version=1)
    assert picture(screens.delivery, running) != picture(screens.delivery, zero)
    assert picture(screens.delivery, paused) == picture(screens.delivery, zero)


def test_the_longest_texts_do_not_break_a_screen():
    for page in range(screens.CONFIRM_PAGES):
        assert any(picture(screens.confirm, confirming(page=page)))
    model = confirming(state=State.RUNNING, version=1, rate_nl_h=100_000_000)
    model.given_nl = model.left_nl = 999_999_999
    model.battery_permille = 1_000
    assert any(picture(screens.delivery, model))
