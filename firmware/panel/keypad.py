"""From keys to actions: one frame's keys in, at most one action out. STOP wins over everything in its frame.

Guards: an action needs the edge of one key that is down alone; a key that was down before a page came does nothing on it; what is not wholly
on the glass cannot be answered; a key held since power-up or stuck never acts. The bounce of a contact is the driver's. In the frame: allocates
nothing.
"""

from firmware.panel import pages
from firmware.panel.code_entry import CodeEntry
from firmware.panel.key_actions import Action, Notice, Page
from firmware.panel.pages import PAGE_STATES
from firmware.safety.limits import STUCK_KEY_FRAMES
from shared.codes import Key, State

STOP_LONG_FRAMES = 30
LOCK_HOLD_FRAMES = 30  # longer than a child leans on two keys by chance
OK_HOLD_FRAMES = 20
PAGE_TIMEOUT_FRAMES = 600  # SR-103: three minutes at most; a menu left open on a body is shorter
QUIET_FRAMES = 300
AUTO_LOCK_FRAMES = 1_200
NOTICE_FRAMES = 28  # 2 s on the glass; sending it takes 8 frames
_LONGEST_IDLE = 30_000
_ONCE = -(1 << 28)  # frames: a hold that has acted does not act again in this life

_STOP = 1 << Key.STOP
_OK = 1 << Key.OK
_SILENCE = 1 << Key.SILENCE
_PENDANT = 1 << Key.PENDANT
_UP_DOWN = 1 << Key.UP | 1 << Key.DOWN
_PAGE_KEYS = _UP_DOWN | _OK | 1 << Key.START  # what a child lock locks
_PANEL_KEYS = _PAGE_KEYS | _STOP | _SILENCE
_ALL_KEYS = _PANEL_KEYS | _PENDANT


class Keypad:
    """Set by the pump: drawn_view (what the panel has wholly sent, -1 none), bolus_prescribed (a clinician bolus is), alert_loop (that alarm is
    active), auto_lock (child lock by itself after two minutes).

    Read by the pump: locked, confirming_open (UP, DOWN and OK may reach the confirmation of a prescription in this frame), prime_confirmed (a
    person has said that the line is off the patient and has not left the dialogue since), code, notice, page, item.
    """

    def __init__(self):
        self.page = Page.HOME
        self.item = 0
        self.drawn_view = -1
        self.locked = False
        self.auto_lock = False
        self.bolus_prescribed = False
        self.alert_loop = False
        self.confirming_open = False
        self.prime_confirmed = False
        self.code = CodeEntry()
        self.notice = Notice.NONE
        self.priming = False  # OK has begun it and has not been let go
        self._notice_frames = 0
        self._idle_frames = 0
        self._down = _ALL_KEYS  # a key that is down at power-up has to be seen up first
        self._stuck = 0
        self._steady_frames = 0
        self._late = 0  # SILENCE and pendant that fell into a frame with another action
        self._stop_frames = 0
        self._pair_frames = 0
        self._ok_frames = -1  # -1: this OK does not count towards a hold

    # --- for the pump and the screens ----------------------------------------------------------------------------------------

    def view(self) -> int:
        """One number for the page and where on it a person is: what the panel reports as drawn."""
        return self.page * 16 + self.item

    def on_glass(self) -> bool:
        return self.drawn_view == self.view()

    def marks(self) -> int:
        """What is drawn of the keypad beside its view, as one number: a change of it is shown at once."""
        flags = self.locked * 4 + self.bolus_prescribed * 2 + self.alert_loop
        return (self.notice * 8 + flags) * 10 + self.code.digit

    def quiet(self) -> bool:
        return self._idle_frames >= QUIET_FRAMES

    def tell(self, notice: int):
        self.notice = notice
        self._notice_frames = NOTICE_FRAMES

    def code_result(self, accepted: bool):
        """What the pump says of `code.value`. The clinician's pages open only to somebody who still waits for them."""
        self.code.result(accepted)
        if self.page != Page.CODE_WAIT:
            return
        if accepted:
            self.go(Page.CLINICIAN, pages.CLINICIAN_ITEMS[0])
        elif self.code.open():
            self.code.begin()
            self.go(Page.CODE)
            self.tell(Notice.WRONG_CODE)
        else:
            self.go(Page.HOME)
            self.tell(Notice.CODE_LOCKED)

    # --- for pages.py --------------------------------------------------------------------------------------------------------

    def go(self, page: int, item: int = 0):
        if self.page == Page.CODE_WAIT:
            self.code.withdraw()
        self.page = page
        self.item = item
        self.prime_confirmed = page == Page.PRIME_READY
        self._ok_frames = -1

    def arm_ok(self):
        """OK went down on a page where holding it means something."""
        self._ok_frames = 0

    def lock(self, locked: bool) -> int:
        self.locked = locked
        self.notice = Notice.NONE
        self.go(Page.HOME)
        return Action.LOCK_KEYS if locked else Action.UNLOCK_KEYS

    # --- in the frame --------------------------------------------------------------------------------------------------------

    def judge(
        self,
        pressed: int,
        mask: int,
        state: int,
        waiting_alarm: int,
        drawn_alarm: int,
        frames: int,
    ) -> int:
        """One frame. pressed: went down in this sample; mask: down now (bits `Key`). waiting_alarm: the alarm that covers the screen because
        nobody has acknowledged it, -1 none; drawn_alarm: the one wholly on the glass. frames: periods since the last call.
        """
        fresh = pressed & ~self._down
        held = self._note_keys(fresh, mask, state, frames)
        self._tick(fresh, state, frames)
        self.confirming_open = (
            state == State.CONFIRMING
            and waiting_alarm < 0
            and not self.locked
            and held & (held - 1) == 0
        )
        if pressed & _STOP:
            self._late = (self._late | fresh) & _SILENCE
            self.priming = False
            self.go(Page.HOME)
            return Action.STOP
        self._late |= fresh & (_SILENCE | _PENDANT)
        if waiting_alarm >= 0 or not PAGE_STATES[self.page] >> state & 1:
            self._leave()
        pages.settle(self, state)
        if self.priming and (self.page != Page.PRIME_READY or not mask & _OK):
            self.priming = False
            return Action.PRIME_END
        if self._late & _SILENCE:
            self._late &= ~_SILENCE
            return Action.SILENCE
        if self._late:
            self._late = 0
            return Action.BOLUS
        if fresh & _PAGE_KEYS:
            return self._take_key(fresh, held, state, waiting_alarm, drawn_alarm)
        return self._take_hold(state, waiting_alarm)

    def _note_keys(self, fresh, mask, state, frames):
        """How long what is held. Returns the panel's keys that are down, without the stuck ones: a stuck UP must not forbid START.

        STOP is never left out.
        """
        self._down = mask
        if fresh or state == State.PRIMING:
            self._steady_frames = 0
        elif self._steady_frames < STUCK_KEY_FRAMES:
            self._steady_frames += frames
        else:
            self._stuck |= mask & ~_STOP
        self._stuck &= mask
        held = mask & _PANEL_KEYS & ~self._stuck
        pausing = mask & _STOP and state == State.PAUSED
        self._stop_frames = self._stop_frames + frames if pausing else 0
        self._pair_frames = self._pair_frames + frames if held == _UP_DOWN else 0
        if self._ok_frames >= 0:
            self._ok_frames = self._ok_frames + frames if held == _OK else -1
        return held

    def _tick(self, fresh, state, frames):
        self.code.tick(frames)
        if self._notice_frames > frames:
            self._notice_frames -= frames
        else:
            self._notice_frames = 0
            self.notice = Notice.NONE
        # In PRIMING a held OK is the sign of life, and the pump has a time-out of its own.
        if fresh or state == State.PRIMING:
            self._idle_frames = 0
        elif self._idle_frames < _LONGEST_IDLE:
            self._idle_frames += frames
        if self._idle_frames >= PAGE_TIMEOUT_FRAMES:
            self._leave()

    def _leave(self):
        if self.view() != 0:
            self.go(Page.HOME)
        self._ok_frames = -1

    def _take_key(self, fresh, held, state, waiting_alarm, drawn_alarm):
        """START, OK, UP or DOWN went down."""
        alone = held == fresh & _PANEL_KEYS and held & (held - 1) == 0
        if waiting_alarm >= 0 and fresh & _OK:
            return Action.ACKNOWLEDGE if alone and drawn_alarm == waiting_alarm else Action.NONE
        if self.locked:
            self.tell(Notice.KEYS_LOCKED)
            return Action.NONE
        if not alone or state == State.CONFIRMING:
            return Action.NONE
        for key in range(Key.START, Key.DOWN + 1):
            if fresh >> key & 1 and (waiting_alarm < 0 or key == Key.START):
                return pages.press(self, key, state)
        return Action.NONE

    def _take_hold(self, state, waiting_alarm):
        """No new key: what has been held long enough, once a hold, or left alone long enough."""
        if self._stop_frames >= STOP_LONG_FRAMES:
            self._stop_frames = _ONCE
            return Action.STOP_LONG
        if self._pair_frames >= LOCK_HOLD_FRAMES:
            self._pair_frames = _ONCE
            return self.lock(not self.locked)
        if self._ok_frames >= OK_HOLD_FRAMES:
            opens = self.page == Page.HOME and not self.locked
            to_menu = opens and PAGE_STATES[Page.MENU] >> state & 1
            self.go(Page.MENU if to_menu else Page.HOME)
            pages.settle(self, state)
        elif (
            self.auto_lock
            and not self.locked
            and self._idle_frames >= AUTO_LOCK_FRAMES
            and waiting_alarm < 0
            and state != State.CONFIRMING
        ):
            return self.lock(True)
        return Action.NONE
