"""A person reads a new prescription and says yes or no. Cannot be left by leaning on a key: every page must have stood on the glass for a
second, OK must be pressed after that and held for 2 s."""

from firmware.safety import limits

WAITING = 0
ACCEPTED = 1
DECLINED = 2
TIMED_OUT = 3


class Confirming:
    """`decision` is read and reset by the command slice. In the frame: allocates nothing.

    read_pages: how many pages, from the first on and without a gap, have been read.
    """

    def __init__(self):
        self.begin(1)

    def begin(self, pages: int):
        self.pages = pages
        self.page = 0
        self.read_pages = 0
        self._dwell_frames = 0
        self._ok_frames = 0
        self._ok_armed = False
        self.decision = WAITING

    def page_read(self) -> bool:
        return self.page < self.read_pages

    def all_seen(self) -> bool:
        return self.read_pages == self.pages

    def judge(
        self,
        up: bool,
        down: bool,
        stop: bool,
        ok_edge: bool,
        ok_held: bool,
        drawn_page: int,
        age_frames: int,
        frames: int,
    ):
        """One call a frame. up, down, stop, ok_edge: pressed in this frame; ok_held: down now. drawn_page: the page that stands complete on
        the glass, -1 none. age_frames: since the prescription was shown. frames: that have passed."""
        if self.decision != WAITING:
            return
        if stop:
            # In the very frame in which OK has been held long enough, too: no wins.
            self.decision = DECLINED
            return
        if age_frames >= limits.CONFIRM_TIMEOUT_FRAMES:
            self.decision = TIMED_OUT
            return
        on_glass = drawn_page == self.page
        self._read(on_glass, frames)
        if down and self.page_read() and self.page + 1 < self.pages:
            self._turn(1)
        elif up and self.page > 0:
            self._turn(-1)
        if not ok_held:
            self._ok_armed = False
            self._ok_frames = 0
        elif ok_edge and on_glass and self.all_seen():
            self._ok_armed = True
        if self._ok_armed and ok_held:
            self._ok_frames += frames
            if self._ok_frames >= limits.CONFIRM_HOLD_FRAMES:
                self.decision = ACCEPTED

    def _read(self, on_glass, frames):
        if not on_glass:
            self._dwell_frames = 0
            return
        self._dwell_frames += frames
        if self._dwell_frames >= limits.CONFIRM_DWELL_FRAMES and self.page == self.read_pages:
            self.read_pages += 1

    def _turn(self, pages):
        self.page += pages
        self._dwell_frames = 0
