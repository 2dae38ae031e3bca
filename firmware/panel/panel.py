"""Which screen, when to redraw, which page to send. A slice: one display page (128 bytes, about 3.5 ms at 400 kHz) a frame.

Keys are taken in the frame (executive); the panel only shows.
"""

from firmware.panel import screens
from shared import alarm_table
from shared.codes import State

PAGES = 8


class Model:
    """What is on the screen. Compared field by field: a screen is drawn when something in it has changed."""

    def __init__(self):
        self.state = State.STOPPED
        self.version = 0
        self.rate_nl_h = 0
        self.programmed_nl_h = 0
        self.given_nl = 0
        self.left_nl = 0
        self.linked = False
        self.battery_permille: int | None = None
        self.alarm_id = -1
        self.seen = False
        self.cause = False
        self.silenced = False
        self.pending = None
        self.page = 0
        self.all_pages_seen = False

    def signature(self):
        """Everything that is drawn, as far as it is drawn: volumes to 0.01 mL, battery to 5 %."""
        return (
            self.state,
            self.version,
            self.rate_nl_h,
            self.given_nl // 10_000,
            self.left_nl // 10_000,
            self.linked,
            None if self.battery_permille is None else self.battery_permille // 50,
            self.alarm_id,
            self.seen,
            self.cause,
            self.silenced,
            self.page,
            self.all_pages_seen,
        )


class Panel:
    """display: `.frame` (a framebuf of 128x64), `.flush_page(n)`, `.lost`. A page that is not taken is sent again in the next slice."""

    def __init__(self, display):
        self._display = display
        self._drawn = None
        self._next_page = PAGES

    def slice(self, model: Model, urgent: bool):
        """Draw if something has changed and the last drawing has been sent whole, then send one page. urgent: an alarm changed, draw now."""
        if urgent or self._next_page >= PAGES:
            signature = model.signature()
            if signature != self._drawn:
                self._drawn = signature
                self._draw(model)
                self._next_page = 0
        if self._next_page < PAGES and self._display.flush_page(self._next_page):
            self._next_page += 1
        if self._display.lost:
            # It was silent for a while and has been set up anew: every page again.
            self._display.lost = False
            self._next_page = 0

    def _draw(self, model):
        screen = self._display.frame
        if model.alarm_id >= 0 and not _stays_in_background(model):
            screens.alarm(screen, model)
        elif model.state == State.CONFIRMING:
            screens.confirm(screen, model)
        else:
            screens.delivery(screen, model)


def _stays_in_background(model):
    """An acknowledged condition that does not stop delivery gives the screen back; its light stays on. To a new prescription any does."""
    if model.state == State.CONFIRMING:
        return model.seen
    return model.seen and alarm_table.ROWS[model.alarm_id][3] == alarm_table.RUN
