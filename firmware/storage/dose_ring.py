"""What may have been given, kept in FRAM so that no power cut, reset or battery change can hide a step.

Before steps are made they are reserved; after they were made they are confirmed. After a restart the truth lies between confirmed (min) and reserved (max).
When delivery stands the record is settled: confirmed and reserved meet. Running and settled records differ in the start of their CRC.

    state ring  0x0000  64 places of 32 bytes: seq u32 | session u32 | min_steps u32 | reserved_steps u32 | frames u32 | before_steps u64 | crc32 u32
    minutes     0x0800  64 places of 16 bytes: number u32 | total_steps u64 | crc32 u32            place = number mod 64
    quarters    0x1000  128 places of 16 bytes: the same, place = number mod 128

`before_steps`: steps of all earlier sessions. `total_steps`: sum of all closed buckets up to this one, over the life of the
pump: a bucket is the difference of two totals, so a lost record moves its steps into the next newer bucket, where they count
longer. Off-time counts as zero (SR-020): the most that can have been given. Big-endian; the CRC is started with the kind, so
that erased memory and misplaced records do not pass.
"""

import struct

from firmware.storage import ring_record
from firmware.storage.window_log import WindowLog

STATE_AT = 0x0000
STATE_PLACES = 64
STATE_BYTES = 32
MINUTES_AT = 0x0800
MINUTE_PLACES = 64
MINUTES_KEPT = 61  # therapy.dose_windows: 60 closed and the open one
QUARTERS_AT = 0x1000
QUARTER_PLACES = 128
QUARTERS_KEPT = 97
_KIND_RUNNING = 0x56444F53
_KIND_SETTLED = 0x56444F54
_KIND_MINUTE = 0x564D494E
_KIND_QUARTER = 0x56515254
_STATE = ">IIIIIQ4x"
_U32 = (1 << 32) - 1


class Dose:
    """What `recover` found. valid: the memory could be read and made sense. blank: it has never been written (then everything is zero).

    running: delivery was on when the record was written. session: prescription version of the steps. min_steps, max_steps:
    given of it. frames: frames with delivery in it.
    minute_steps, quarter_steps: buckets, newest (still open) first, of all sessions.
    """

    def __init__(self):
        self.valid = False
        self.blank = False
        self.running = False
        self.session = 0
        self.min_steps = 0
        self.max_steps = 0
        self.frames = 0
        self.minute_steps = []
        self.quarter_steps = []


class DoseRing:
    """Outside the frame: a call takes 2 to 3 ms on the bus; reservations are made ahead of use. errors: writes that were not confirmed by reading back.

    reserved_steps: the session may be taken up to here. done_steps: confirmed, counted from the recovered maximum. before_steps: of all earlier sessions.
    """

    def __init__(self, fram):
        self._fram = fram
        self._record = bytearray(STATE_BYTES)
        self._check = bytearray(STATE_BYTES)
        self._seq = 0
        self._session = 0
        self._min_steps = 0
        self._frames = 0
        self.before_steps = 0
        self._running = False
        self._minutes = WindowLog(fram, MINUTES_AT, MINUTE_PLACES, _KIND_MINUTE)
        self._quarters = WindowLog(fram, QUARTERS_AT, QUARTER_PLACES, _KIND_QUARTER)
        self.valid = False
        self.done_steps = 0
        self.reserved_steps = 0
        self.errors = 0

    def recover(self) -> Dose:
        """Read everything (about 130 ms). Nothing is written. Call once at boot, before any other method."""
        dose = Dose()
        newest = self._newest_state()
        minutes_read = self._minutes.load()
        quarters_read = self._quarters.load()
        if newest is None or not minutes_read or not quarters_read:
            return dose
        if newest:
            (
                self._seq,
                self._session,
                self._min_steps,
                reserved,
                self._frames,
                self.before_steps,
            ) = newest
            self.done_steps = self.reserved_steps = reserved
        elif not ring_record.blank(self._fram, STATE_AT, STATE_PLACES, self._record, 1):
            # Place 1 is the first record's: it is written by `begin`, and no step was made before it.
            return dose
        else:
            dose.blank = True
        total = self.before_steps + self.reserved_steps
        if not self._minutes.fits(total) or not self._quarters.fits(total):
            return dose
        self.valid = True
        dose.valid = True
        dose.running = self._running
        dose.session = self._session
        dose.min_steps = self._min_steps
        dose.max_steps = self.reserved_steps
        dose.frames = self._frames
        dose.minute_steps = self._minutes.buckets(total, MINUTES_KEPT)
        dose.quarter_steps = self._quarters.buckets(total, QUARTERS_KEPT)
        return dose

    def begin(self, session: int) -> bool:
        """Count a new session (prescription version) from zero; the windows go on. False if it could not be stored: the old one stands.

        What is still reserved of the old session counts as given: settle it first.
        """
        if type(session) is not int or not 0 <= session <= _U32:
            raise ValueError("session")
        before = self.before_steps + self.reserved_steps
        if not self._put(_KIND_SETTLED, session, 0, 0, 0, before):
            return False
        self._session = session
        self._min_steps = 0
        self._frames = 0
        self.before_steps = before
        self.done_steps = 0
        self.reserved_steps = 0
        return True

    def advance(self, done_steps: int, upto_steps: int, frames: int) -> bool:
        """Confirm that the session has reached `done_steps` in `frames` frames of delivery, and promise to remember that it can reach
        `upto_steps`. Steps count as the caller counts: from the recovered maximum. Only after True may steps up to there be made.

        False if it could not be stored, if no session was begun, if done is less than before or more than was reserved, or if the
        promise would go down.
        """
        if upto_steps < self.reserved_steps:
            return False
        return self._confirm(_KIND_RUNNING, done_steps, upto_steps, frames)

    def settle(self, done_steps: int, frames: int) -> bool:
        """Delivery stands: `done_steps` is what was made, and nothing is promised beyond it. False as for `advance`."""
        return self._confirm(_KIND_SETTLED, done_steps, done_steps, frames)

    def _confirm(self, kind, done_steps, reserved, frames):
        if not self._seq or not 0 <= frames <= _U32:
            return False
        if not self.done_steps <= done_steps <= self.reserved_steps:
            return False
        if not done_steps <= reserved <= _U32:
            return False
        least = self._min_steps + done_steps - self.done_steps
        if not self._put(kind, self._session, least, reserved, frames, self.before_steps):
            return False
        self._min_steps = least
        self._frames = frames
        self.done_steps = done_steps
        self.reserved_steps = reserved
        return True

    def close_minute(self, steps: int) -> bool:
        """A minute bucket of the rolling hour has closed with `steps`. False if it could not be stored: the next one then takes its steps along."""
        return self.valid and self._minutes.close(steps)

    def close_quarter(self, steps: int) -> bool:
        """The same for a quarter of an hour of the rolling day."""
        return self.valid and self._quarters.close(steps)

    def _put(self, kind, session, min_steps, reserved, frames, before):
        if not self.valid:
            return False
        seq = self._seq + 1
        struct.pack_into(
            _STATE, self._record, 0, seq, session, min_steps, reserved, frames, before
        )
        address = STATE_AT + seq % STATE_PLACES * STATE_BYTES
        if not ring_record.write(self._fram, address, self._record, self._check, kind):
            self.errors += 1
            return False
        self._seq = seq
        return True

    def _newest_state(self):
        """The valid state with the highest number, () without one, None if the memory does not answer."""
        newest = ()
        record = self._record
        for place in range(STATE_PLACES):
            if not self._fram.read_into(STATE_AT + place * STATE_BYTES, record):
                return None
            running = ring_record.holds(record, _KIND_RUNNING)
            if not running and not ring_record.holds(record, _KIND_SETTLED):
                continue
            found = struct.unpack(_STATE, record)
            if found[0] % STATE_PLACES == place and (not newest or found[0] > newest[0]):
                newest = found
                self._running = running
        return newest
