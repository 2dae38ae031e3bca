"""Which screen the panel sends, and what it says stands on the glass, on MicroPython, where `framebuf` is. Started by test_host_panel.py."""

import framebuf
from micropython import heap_lock, heap_unlock

from firmware.panel import confirm_screens, menu_screens, screens
from firmware.panel.key_actions import Notice, Page
from firmware.panel.keypad import Keypad
from firmware.panel.model import Model
from firmware.panel.panel import PAGES, Panel
from firmware.tests.panel_models import FULL, PLAIN, changed_model, confirming
from firmware.tests.test_keypad_fuzz import Dice
from shared import alarm_table as alarm
from shared.codes import Key, State

HIGH = alarm.DOWNSTREAM_OCCLUSION


class Display:
    """frame, flush_page, dim, ok and lost, as firmware.drivers.display has them. answers: whether the chip takes a page."""

    def __init__(self):
        self.pixels = bytearray(1_024)
        self.frame = framebuf.FrameBuffer(self.pixels, 128, 64, framebuf.MONO_VLSB)
        self.lost = False
        self.ok = True
        self.answers = True
        self.dimmed = []
        self.sent = []

    def flush_page(self, page):
        self.ok = self.answers
        if self.answers:
            self.sent.append(page)
        return self.answers

    def dim(self, wanted):
        self.dimmed.append(wanted)


class Bench:
    """A panel with its display; `run` gives it some slices."""

    def __init__(self, model):
        self.model = model
        self.display = Display()
        self.panel = Panel(self.display)

    def run(self, slices=PAGES, urgent=False):
        for _ in range(slices):
            self.panel.slice(self.model, urgent)

    def drawn(self):
        return self.panel.drawn_alarm, self.panel.drawn_page, self.panel.drawn_view


def picture(screen, model):
    display = Display()
    screen(display.frame, model)
    return bytes(display.pixels)


def shown(model):
    bench = Bench(model)
    bench.run()
    assert bench.display.sent == list(range(PAGES))
    return bytes(bench.display.pixels)


def test_a_screen_is_sent_page_by_page_and_only_when_something_has_changed():
    bench = Bench(Model(Keypad()))
    bench.run()
    assert bench.display.sent == list(range(PAGES))
    bench.run(50)
    assert len(bench.display.sent) == PAGES
    bench.model.given_nl = 9_999
    bench.run(20)
    assert len(bench.display.sent) == PAGES
    bench.model.given_nl = 10_000
    bench.run(20)
    assert bench.display.sent == list(range(PAGES)) * 2


def test_every_number_that_is_drawn_is_drawn_again_when_it_changes():
    changes = {
        "state": State.RUNNING,
        "version": 2,
        "rate_nl_h": 1_000,
        "left_nl": 10_000,
        "minutes_left": 5,
        "phase_given_nl": 10_000,
        "phase_nl": 10_000,
        "lockout_s": 1,
        "boluses_left": 1,
        "next_rate_nl_h": 1_000,
        "next_minutes": 1,
        "linked": True,
        "battery_permille": 500,
        "battery_minutes": 10,
        "alarm_id": 0,
        "seen": True,
        "cause": True,
        "silenced": True,
        "active_mask": 1,
        "priority": 1,
        "page_read": True,
        "all_pages_seen": True,
    }
    for name in sorted(changes):
        model = Model(Keypad())
        assert model.changed() and not model.changed()
        setattr(model, name, changes[name])
        assert model.changed() and not model.changed(), name


def test_a_number_waits_until_the_last_drawing_has_been_sent_and_an_alarm_does_not():
    bench = Bench(Model(Keypad()))
    bench.run(3)
    first = bytes(bench.display.pixels)
    bench.model.left_nl = 50_000_000
    bench.model.version = 1
    bench.run(1)
    assert bytes(bench.display.pixels) == first and bench.display.sent == [0, 1, 2, 3]
    bench.model.alarm_id = alarm.AIR_IN_LINE
    bench.run(1)
    assert bytes(bench.display.pixels) == picture(screens.alarm, bench.model)
    bench.run(PAGES - 1)
    assert bench.display.sent == [0, 1, 2, 3] + list(range(PAGES))


def test_a_page_of_the_keypad_and_a_notice_are_drawn_at_once():
    bench = Bench(changed_model())
    bench.run(3)
    bench.model.keypad.go(Page.MENU, 2)
    bench.run(1)
    assert bench.display.sent == [0, 1, 2, 0]
    assert bytes(bench.display.pixels) == picture(menu_screens.draw, bench.model)
    bench.model.keypad.tell(Notice.NOT_NOW)
    bench.run(1)
    assert bench.display.sent == [0, 1, 2, 0, 0]
    assert bytes(bench.display.pixels) != picture(menu_screens.draw, bench.model)


def test_an_alarm_is_on_the_glass_when_its_last_page_has_been_sent():
    bench = Bench(changed_model(alarm_id=HIGH, active_mask=1))
    for _ in range(PAGES - 1):
        bench.run(1)
        assert bench.drawn() == (-1, -1, -1)
    bench.run(1)
    assert bench.drawn() == (HIGH, -1, -1)


def test_another_alarm_takes_the_first_one_from_the_glass_in_the_same_slice():
    bench = Bench(changed_model(alarm_id=alarm.LINK_LOST))
    bench.run()
    bench.model.alarm_id = HIGH
    bench.run(1)
    assert bench.drawn() == (-1, -1, -1)
    bench.run()
    assert bench.drawn() == (HIGH, -1, -1)


def test_an_alarm_that_is_drawn_anew_stays_on_the_glass_meanwhile():
    bench = Bench(changed_model(alarm_id=HIGH))
    bench.run()
    bench.model.silenced = True
    bench.run(1, urgent=True)
    assert bench.panel.drawn_alarm == HIGH
    assert bytes(bench.display.pixels) == picture(screens.alarm, bench.model)


def test_a_page_to_read_is_on_the_glass_when_it_has_been_sent_whole():
    bench = Bench(confirming(FULL, 0))
    for page in range(bench.model.pages):
        bench.model.page = page
        bench.run(PAGES - 1)
        assert bench.drawn() == (-1, -1, -1)
        bench.run(1)
        assert bench.drawn() == (-1, page, -1)
        assert bytes(bench.display.pixels) == picture(confirm_screens.confirm, bench.model)


def test_the_same_page_of_another_prescription_has_not_been_on_the_glass():
    bench = Bench(confirming(FULL, 0))
    bench.run()
    bench.model.pending = dict(FULL)
    bench.run(1)
    assert bench.panel.drawn_page == -1
    bench.run()
    assert bench.panel.drawn_page == 0


def test_a_view_of_the_keypad_is_on_the_glass_when_it_has_been_sent_whole():
    bench = Bench(changed_model())
    bench.run()
    assert bench.drawn() == (-1, -1, 0)
    bench.model.keypad.go(Page.PRIME_ASK)
    bench.run(PAGES - 1)
    assert bench.drawn() == (-1, -1, -1)
    bench.run(1)
    assert bench.panel.drawn_view == bench.model.keypad.view()


def test_nothing_is_on_a_glass_that_does_not_answer():
    bench = Bench(changed_model(alarm_id=HIGH))
    bench.run()
    bench.display.answers = False
    bench.model.cause = True
    bench.run(1, urgent=True)
    assert bench.drawn() == (-1, -1, -1)
    bench.display.answers = True
    bench.display.lost = True
    bench.run(PAGES)
    assert bench.drawn() == (-1, -1, -1)
    bench.run(1)
    assert bench.panel.drawn_alarm == HIGH


def test_a_page_that_is_not_taken_is_sent_again_and_a_lost_display_gets_all_of_them():
    bench = Bench(Model(Keypad()))
    bench.run(1)
    bench.display.answers = False
    bench.run(5)
    assert bench.display.sent == [0]
    bench.display.answers = True
    bench.display.lost = True
    bench.run(PAGES + 1)
    assert bench.display.sent[-PAGES:] == list(range(PAGES)) and not bench.display.lost


def test_an_alarm_nobody_has_seen_covers_everything():
    for alarm_id in range(alarm.COUNT):
        for state in (State.RUNNING, State.STOPPED, State.CONFIRMING, State.PRIMING, State.KVO):
            model = confirming(PLAIN, 0)
            model.state, model.alarm_id, model.cause = state, alarm_id, True
            model.keypad.go(Page.PRIME_READY)
            assert shown(model) == picture(screens.alarm, model)


def test_an_acknowledged_stop_alarm_stays_on_home_and_lets_pages_and_prescriptions_pass():
    model = confirming(PLAIN, 0)
    model.state, model.alarm_id, model.seen, model.cause = State.ALARM, HIGH, True, True
    assert shown(model) == picture(screens.alarm, model)
    model.keypad.go(Page.MENU, 2)
    assert shown(model) == picture(menu_screens.draw, model)
    model.state = State.CONFIRMING
    assert shown(model) == picture(confirm_screens.confirm, model)


def test_an_acknowledged_warning_and_one_under_kvo_give_the_screen_back():
    for state, alarm_id in (
        (State.RUNNING, alarm.BATTERY_LOW),
        (State.STOPPED, alarm.LINK_LOST),
        (State.KVO, alarm.INFUSION_COMPLETE),
    ):
        model = changed_model(state=state, alarm_id=alarm_id, seen=True)
        assert shown(model) == picture(screens.delivery, model)
    model = changed_model(state=State.COMPLETE, alarm_id=alarm.INFUSION_COMPLETE, seen=True)
    assert shown(model) == picture(screens.alarm, model)


def test_confirming_without_a_prescription_shows_the_pump():
    model = changed_model(state=State.CONFIRMING)
    assert shown(model) == picture(screens.delivery, model)


def test_the_display_is_dimmed_when_it_is_quiet_and_never_under_high():
    bench = Bench(changed_model())
    keypad = bench.model.keypad
    bench.run(1)
    assert bench.display.dimmed == []
    for _ in range(301):
        keypad.judge(0, 0, State.RUNNING, -1, -1, 1)
    bench.run(5)
    assert bench.display.dimmed == [True]
    bench.model.lit_priority = alarm.HIGH
    bench.run(5)
    assert bench.display.dimmed == [True, False]
    bench.model.lit_priority = alarm.MEDIUM
    bench.run(5)
    keypad.judge(1 << Key.UP, 1 << Key.UP, State.RUNNING, -1, -1, 1)
    bench.run(5)
    assert bench.display.dimmed == [True, False, True, False]


def test_judging_keys_and_looking_for_changes_allocates_nothing():
    dice = Dice(5)
    masks = bytes([dice.below(128) & dice.below(128) for _ in range(2_000)])
    model = changed_model()
    keypad = model.keypad
    model.changed()
    keypad.judge(0, 0, 0, -1, -1, 1)
    heap_lock()
    try:
        before = asked = 0
        for index in range(len(masks)):
            mask = masks[index]
            state = masks[index - 7] % 12
            keypad.drawn_view = keypad.view()
            waiting = masks[index - 99] % 9 - 8
            if keypad.judge(mask & ~before, mask, state, waiting, 0, 1):
                asked += 1
            keypad.code_result(False)
            before = mask
            model.state = state
            model.left_nl = 999_999_999
            model.changed()
    finally:
        heap_unlock()
    assert asked > 100
