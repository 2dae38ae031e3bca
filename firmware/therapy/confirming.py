"""A person reads a new prescription and says yes or no. Cannot be left by leaning on a key: every page must have been shown, OK must be
pressed after that and held for 2 s."""

from firmware.safety import limits

WAITING = 0
ACCEPTED = 1
DECLINED = 2
TIMED_OUT = 3


class Confirming:
    """`decision` is read and reset by the command slice. In the frame: allocates nothing."""

    def __init__(self):
        self.pages = 1
        self.page = 0
        self._seen = 0
        self._ok_frames = 0
        self._ok_armed = False
        self.decision = WAITING

    def begin(self, pages: int):
        self.pages = pages
        self.page = 0
        self._seen = 1
        self._ok_frames = 0
        self._ok_armed = False
        self.decision = WAITING

    def all_seen(self) -> bool:
        return self._seen == (1 << self.pages) - 1

    def judge(
        self, up: bool, down: bool, stop: bool, ok_edge: bool, ok_held: bool, age_frames: int
    ):
        """One frame. up, down, stop, ok_edge: pressed in this frame; ok_held: down now."""
        if self.decision != WAITING:
            return
        if stop:
            # In the very frame in which OK has been held long enough, too: no wins.
            self.decision = DECLINED
            return
        if age_frames >= limits.CONFIRM_TIMEOUT_FRAMES:
            self.decision = TIMED_OUT
            return
        if down and self.page + 1 < self.pages:
            self.page += 1
            self._seen |= 1 << self.page
        elif up and self.page > 0:
            self.page -= 1
        if not ok_held:
            self._ok_armed = False
            self._ok_frames = 0
        elif ok_edge and self.all_seen():
            self._ok_armed = True
        if self._ok_armed and ok_held:
            self._ok_frames += 1
            if self._ok_frames >= limits.CONFIRM_HOLD_FRAMES:
                self.decision = ACCEPTED
