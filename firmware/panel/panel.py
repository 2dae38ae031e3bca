"""Which screen, when to redraw, which page to send, and what is wholly on the glass. A slice: one display page (128 bytes, about 3.5 ms) a frame.

Keys are taken in the frame (keypad.py); the panel only shows.
"""

from firmware.panel import confirm_screens, menu_screens, screens
from firmware.panel.key_actions import Page
from shared import alarm_table
from shared.codes import DELIVERING_MASK, State

PAGES = 8
# One number for each screen: the keypad's view, or one of these with the alarm's id or the page of the confirmation.
_ALARM = 1_000
_CONFIRM = 2_000


class Panel:
    """display: `.frame` (a framebuf of 128x64), `.flush_page(n)`, `.dim(wanted)`, `.lost`. A page that is not taken is sent again in the next slice.

    What is completely on the glass, else -1: drawn_alarm (its id), drawn_page (page of the prescription in `model.pending`), drawn_view
    (`Keypad.view`). All are -1 while another screen is on its way and while the display is silent.
    """

    def __init__(self, display):
        self._display = display
        self._next_page = PAGES
        self._screen = -1
        self._pending = None
        self._marks = -1
        self._dimmed = False
        self._whole = False
        self.drawn_alarm = -1
        self.drawn_page = -1
        self.drawn_view = -1

    def slice(self, model, urgent: bool):
        """Draw if something has changed, then send one page.

        Another screen and a word over it are drawn at once, and so is an alarm that has changed (urgent); a number waits until the last drawing
        has been sent whole.
        """
        self._draw_if_changed(model, urgent)
        display = self._display
        if self._next_page < PAGES and display.flush_page(self._next_page):
            self._next_page += 1
            self._whole = self._whole or self._next_page == PAGES
        if display.lost:
            # It was silent for a while and has been set up anew: every page again.
            display.lost = False
            self._next_page = 0
            self._whole = False
        self._note_drawn()
        self._dim(model)

    def _draw_if_changed(self, model, urgent):
        wanted = _screen_of(model)
        marks = model.keypad.marks()
        if wanted != self._screen or model.pending is not self._pending:
            # The same page of another prescription is another screen.
            self._screen = wanted
            self._pending = model.pending
            self._whole = False
            model.changed()
        elif marks != self._marks:
            model.changed()
        elif not (urgent or self._next_page >= PAGES) or not model.changed():
            return
        self._marks = marks
        draw(self._display.frame, model)
        self._next_page = 0

    def _note_drawn(self):
        screen = self._screen if self._whole and self._display.ok else -1
        self.drawn_alarm = screen - _ALARM if _ALARM <= screen < _CONFIRM else -1
        self.drawn_page = screen - _CONFIRM if screen >= _CONFIRM else -1
        self.drawn_view = screen if screen < _ALARM else -1

    def _dim(self, model):
        """Quiet after a while without a key, never for HIGH."""
        wanted = model.keypad.quiet() and model.lit_priority < alarm_table.HIGH
        if wanted != self._dimmed:
            self._dimmed = wanted
            self._display.dim(wanted)


def draw(frame, model):
    """The whole screen for a model, on any framebuf of 128x64."""
    wanted = _screen_of(model)
    if wanted >= _CONFIRM:
        confirm_screens.confirm(frame, model)
    elif wanted >= _ALARM:
        screens.alarm(frame, model)
    elif model.keypad.page != Page.HOME:
        menu_screens.draw(frame, model)
    else:
        screens.home(frame, model)
    screens.notice(frame, model.keypad.notice, 45 if wanted == 0 else 52)


def _screen_of(model):
    """What a person has to see now. An alarm that nobody has acknowledged covers everything; then a prescription to read."""
    alarm_id = model.alarm_id
    if alarm_id >= 0 and not model.seen:
        return _ALARM + alarm_id
    if model.state == State.CONFIRMING and model.pending is not None:
        return _CONFIRM + model.page
    view = model.keypad.view()
    if view or alarm_id < 0 or _stays_in_background(model):
        return view
    return _ALARM + alarm_id


def _stays_in_background(model):
    """An acknowledged condition gives the screen back when it does not stop delivery, and while KVO flows under it (SR-011); its light stays on."""
    delivering = DELIVERING_MASK >> model.state & 1
    return delivering or alarm_table.ROWS[model.alarm_id][3] == alarm_table.RUN
