"""What stands on each screen, on MicroPython, where `framebuf` is. Started by test_host_panel.py."""

import framebuf

from firmware.panel import confirm_screens, figures, menu_screens, screens
from firmware.panel.confirm_screens import confirm_pages
from firmware.panel.key_actions import Info, Notice, Page
from firmware.tests.panel_models import FULL, LONGEST, PLAIN, changed_model, confirming
from shared import alarm_table as alarm
from shared.codes import STATE_COUNT, State

WIDTH = 128


class Ruler:
    """Stands in for a framebuffer: remembers texts and filled boxes with their places, draws nothing."""

    def __init__(self):
        self.fill(0)

    def fill(self, colour):
        self.texts = []
        self.boxes = []

    def text(self, text, x, y, colour):
        if text:
            self.texts.append((text, x, y))

    def fill_rect(self, x, y, width, height, colour):
        # Not what reaches over the whole width: that is a ground to write on.
        if width < WIDTH:
            self.boxes.append((x, y, x + width, y + height))

    def nothing(self, *_):
        pass

    rect = hline = line = nothing


def cell(text, x, y):
    return x, y, x + 8 * len(text.rstrip()), y + 8


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def picture(screen, *arguments):
    pixels = bytearray(1_024)
    screen(framebuf.FrameBuffer(pixels, WIDTH, 64, framebuf.MONO_VLSB), *arguments)
    return bytes(pixels)


def everything():
    """(screen, arguments) of every screen with the longest that can stand on it."""
    for state in range(STATE_COUNT):
        for rate_nl_h in (0, 50_000, 99_990_000, 100_000_000):
            model = changed_model(state=state, rate_nl_h=rate_nl_h, lockout_s=86_400)
            model.given_nl = model.left_nl = model.phase_nl = 1_000_000_000
            yield screens.delivery, (model,)
    for item in range(Info.COUNT):
        for minutes in (-1, 10_080):
            model = changed_model(minutes_left=minutes, battery_minutes=minutes, lockout_s=86_400)
            model.version = model.library_version = model.boluses_left = 65_535
            model.battery_permille = None if minutes < 0 else 1_000
            model.next_minutes = 10_080
            model.keypad.item = item
            yield screens.home, (model,)
    for fields in (FULL, PLAIN, LONGEST):
        for page in range(confirm_pages(fields)):
            yield confirm_screens.confirm, (confirming(fields, page),)
    for page in range(1, 9):
        model = changed_model(clinician_minutes=360, clinician_nl=99_990_000)
        model.keypad.go(page)
        yield menu_screens.draw, (model,)
    for row in alarm.ROWS:
        for priority in (0, alarm.HIGH):
            model = changed_model(alarm_id=row[0], active_mask=(1 << 30) - 1, priority=priority)
            yield screens.alarm, (model,)


def test_no_text_runs_off_the_screen_or_into_another():
    count = 0
    for screen, arguments in everything():
        ruler = Ruler()
        screen(ruler, *arguments)
        count += 1
        cells = [cell(*written) for written in ruler.texts]
        for number in range(len(cells)):
            here = cells[number]
            assert here[0] >= 0 and here[2] <= WIDTH and here[3] <= 64, ruler.texts[number]
            for other in cells[:number] + ruler.boxes:
                assert not overlap(here, other), (ruler.texts[number], other)
        for box in ruler.boxes:
            assert box[0] >= 0 and box[2] <= WIDTH and box[3] <= 64, (box, ruler.texts)
    assert count > 150


def test_volumes_and_rates_are_truncated_never_rounded_up():
    assert figures.millilitres(0) == "0.00"
    assert figures.millilitres(9_999) == "0.00"
    assert figures.millilitres(1_999_999) == "1.99"
    assert figures.millilitres(9_999_999) == "9.99"
    assert figures.millilitres(10_000_000) == "10.0"
    assert figures.millilitres(99_999_999) == "99.9"
    assert figures.millilitres(100_000_000) == "100"
    assert figures.rate(50_999) == "0.050"
    assert figures.rate(1_999_999) == "1.99"


def test_a_wait_is_rounded_up_and_an_exact_time_is_not():
    assert figures.wait(1) == "1 min"
    assert figures.wait(60) == "1 min"
    assert figures.wait(61) == "2 min"
    assert figures.wait(5_941) == "1h40"
    assert figures.minutes_seconds(90) == "1m30"
    assert figures.minutes_seconds(7_200) == "2h00"
    assert figures.minutes_seconds(7_201) == "120m01"
    assert figures.hours_minutes(1_439) == "23h59"


def test_a_strength_keeps_every_digit():
    assert figures.milligrams(1_000_000) == "1"
    assert figures.milligrams(1_500_000) == "1.5"
    assert figures.milligrams(1) == "0.000001"
    assert figures.milligrams(100_000_000) == "100"


def test_a_change_of_rate_is_told_in_percent():
    assert figures.change(0, 7_000_000) == "first rate"
    assert figures.change(6_250_000, 7_000_000) == "was 6.25 +12%"
    assert figures.change(7_000_000, 3_500_000) == "was 7.00 -50%"
    assert figures.change(50_000, 100_000_000) == "was 0.050 >10x"


def test_every_state_has_a_screen_of_its_own():
    pictures = set()
    for state in range(STATE_COUNT):
        pictures.add(picture(screens.delivery, changed_model(state=state)))
    assert len(pictures) == STATE_COUNT


def test_start_is_offered_where_start_works():
    offered = []
    for state in range(STATE_COUNT):
        ruler = Ruler()
        screens.delivery(ruler, changed_model(state=state))
        if "START" in [text for text, _, _ in ruler.texts]:
            offered.append(state)
    assert offered == [State.STOPPED, State.PAUSED, State.ALARM]


def test_the_rate_on_the_screen_is_what_the_motor_is_asked_for():
    standing = changed_model(rate_nl_h=0, programmed_nl_h=7_000_000)
    nothing = changed_model(rate_nl_h=0, programmed_nl_h=0)
    assert picture(screens.delivery, standing) == picture(screens.delivery, nothing)
    assert picture(screens.delivery, standing) != picture(screens.delivery, changed_model())


def test_a_phase_shows_what_was_given_of_it():
    for state in (
        State.BOLUS,
        State.LOADING,
        State.CLINICIAN_BOLUS,
        State.KVO,
        State.PRIMING,
    ):
        ruler = Ruler()
        screens.delivery(ruler, changed_model(state=state))
        texts = [text for text, _, _ in ruler.texts]
        assert "0.35mL" in texts and "1.00mL" in texts and "12.4mL" not in texts, state


def test_a_lockout_counts_down_only_while_another_bolus_may_come():
    for lockout_s, left, told in (
        (440, 7, True),
        (0, 7, False),
        (440, 0, False),
        (440, -1, False),
    ):
        ruler = Ruler()
        screens.delivery(ruler, changed_model(lockout_s=lockout_s, boluses_left=left))
        assert ("8 min" in [text for text, _, _ in ruler.texts]) == told


def test_a_battery_that_nobody_has_read_is_no_empty_one():
    unknown = picture(screens.delivery, changed_model(battery_permille=None))
    assert unknown != picture(screens.delivery, changed_model(battery_permille=0))


def test_an_alarm_tells_how_many_more_there_are_and_that_it_has_risen():
    row = alarm.RESERVOIR_LOW
    for mask, told in (
        (1 << row, ""),
        (1 << row | 1, "+1"),
        (1 << row | 7, "+3"),
        ((1 << 30) - 1, "+9"),
    ):
        ruler = Ruler()
        screens.alarm(ruler, changed_model(alarm_id=row, active_mask=mask))
        assert [text for text, _, _ in ruler.texts if text[0] == "+"] == ([told] if told else [])
    ruler = Ruler()
    screens.alarm(ruler, changed_model(alarm_id=row, priority=alarm.MEDIUM))
    assert ruler.texts[0][0] == "!! MEDIUM"
    risen = picture(screens.alarm, changed_model(alarm_id=row, priority=alarm.MEDIUM))
    fresh = picture(screens.alarm, changed_model(alarm_id=row, priority=alarm.LOW))
    assert risen != fresh


def test_pages_are_there_for_what_is_prescribed_and_for_nothing_else():
    assert confirm_pages(PLAIN) == 6
    for field, pages in (
        ("max_bolus_nl", 2),
        ("load_nl", 1),
        ("clinician_bolus_nl", 1),
        ("kvo_rate_nl_h", 1),
        ("overrides", 2),
        ("segments", 2),
    ):
        assert confirm_pages(dict(PLAIN, **{field: FULL[field]})) == 6 + pages, field
    assert confirm_pages(FULL) == 15
    assert confirm_pages(LONGEST) == 31


def test_every_field_that_changes_what_will_run_changes_a_page():
    for field in sorted(FULL):
        value = FULL[field]
        if field == "segments":
            other = value[:2] + [[60, 9_000_000]] + value[3:]
        elif field == "overrides":
            other = [[2, 1], value[1]]
        elif type(value) is str:
            other = "Lidocaine"
        else:
            other = 2 if field == "patient_class" else value * 2
        changed = dict(FULL, **{field: other})
        pages = range(confirm_pages(FULL))
        assert confirm_pages(changed) == len(pages), field
        differ = [
            page
            for page in pages
            if picture(confirm_screens.confirm, confirming(FULL, page))
            != picture(confirm_screens.confirm, confirming(changed, page))
        ]
        assert differ, field


def test_ok_is_offered_on_the_last_page_when_all_have_been_read():
    last = confirm_pages(PLAIN) - 1
    for page, read, all_read, told in (
        (last, True, True, "HOLD OK  STOP=no"),
        (last, False, False, "READ     STOP=no"),
        (0, True, True, "DOWN=go  STOP=no"),
        (0, True, False, "DOWN=go  STOP=no"),
    ):
        model = confirming(PLAIN, page)
        model.page_read, model.all_pages_seen = read, all_read
        ruler = Ruler()
        confirm_screens.confirm(ruler, model)
        assert ruler.texts[-1][0] == told


def test_a_code_shows_only_the_digit_that_is_chosen():
    model = changed_model()
    model.keypad.go(Page.CODE, 2)
    model.keypad.code.digit = 7
    before = picture(menu_screens.draw, model)
    model.keypad.code.digit = 8
    assert picture(menu_screens.draw, model) != before
    other = changed_model()
    other.keypad.go(Page.CODE, 2)
    for digit in (3, 4, 8):
        other.keypad.code.digit = digit
        if digit != 8:
            other.keypad.code.next()
    assert picture(menu_screens.draw, other) == picture(menu_screens.draw, model)


def test_a_notice_covers_the_foot_and_nothing_above_it():
    bare = picture(screens.delivery, changed_model())

    def noticed(screen):
        screens.delivery(screen, changed_model())
        screens.notice(screen, Notice.KEYS_LOCKED, 45)

    told = picture(noticed)
    assert told[: 5 * WIDTH] == bare[: 5 * WIDTH] and told != bare
