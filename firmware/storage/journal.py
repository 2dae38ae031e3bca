"""The event journal (SR-107, SR-108): every event in one chain, which the clinic is sent, and faults and alarms once more in a chain of their own.

However many events come, they push no fault out. What each chain holds, and how long: docs/SAFETY.md, "Flash and FRAM life".
"""

from firmware.storage.journal_record import Event
from firmware.storage.log_chain import LogChain
from firmware.storage.slots import TwoSlots
from shared.codes import Event as Code

EVENT_SEGMENTS = 84  # 5,229 events: 174 a day for 30 days
FAULT_SEGMENTS = 17  # 1,008 faults and alarms
CURSOR_EVERY = 16  # stored events that may be sent again after a crash; the clinic takes each once
_FAULT_CODES = (
    Code.ALARM_RAISED,
    Code.ALARM_ESCALATED,
    Code.FAULT_LATCHED,
    Code.FAULT_MASKED,
    Code.SELFTEST_FAILED,
    Code.TOTAL_UNCERTAIN,
)


class Journal:
    """next_seq: number of the next event, from 1. first_seq: oldest event that is kept. sent_seq: every event up to it is on a hub's disk.
    dropped: events dropped before they were sent. damaged: records lost to torn or broken files, found at `start`. errors: appends that failed.
    faults: LogChain of faults and alarms, with numbers of its own.

    directory: where the segments stand; those of the faults in `faults` below it. boot: number of this boot.
    """

    def __init__(
        self,
        directory: str = "/vigil/log",
        event_segments: int = EVENT_SEGMENTS,
        fault_segments: int = FAULT_SEGMENTS,
    ):
        self._events = LogChain(directory, event_segments)
        self.faults = LogChain(directory + "/faults", fault_segments)
        self._cursor = TwoSlots(directory + "/sent-a.bin", directory + "/sent-b.bin")
        self._cursor_stored = 0
        self.boot = 0
        self.sent_seq = 0
        self.dropped = 0

    def start(self, boot: int) -> bool:
        """Find the end of both chains, cutting torn tails. False if a directory cannot be used. Boot only: reads two to four segments."""
        self.boot = boot
        if not self._events.start() or not self.faults.start():
            return False
        payload = self._cursor.load()
        if payload is not None and len(payload) == 4:
            self._cursor_stored = min(int.from_bytes(payload, "big"), self.next_seq - 1)
        self.sent_seq = max(self._cursor_stored, self.first_seq - 1)
        return True

    @property
    def next_seq(self) -> int:
        return self._events.next_seq

    @property
    def first_seq(self) -> int:
        return self._events.first_seq

    @property
    def damaged(self) -> int:
        return self._events.damaged + self.faults.damaged

    @property
    def errors(self) -> int:
        return self._events.errors + self.faults.errors

    def append(self, code: int, args, mono_ms: int) -> int:
        """Write one event; its number, or 0 if it could not be stored. code: codes.Event. args: up to four integers. mono_ms: since boot.

        Never in the frame: an erase can take tens of ms. ValueError for arguments that do not fit.
        """
        # The fault first: if the second write fails, the event is tried again, and a fault that stands twice is better than none.
        if code in _FAULT_CODES and not self.faults.append(self.boot, mono_ms, code, args):
            return 0
        seq = self._events.append(self.boot, mono_ms, code, args)
        oldest = self._events.first_seq
        if oldest - 1 > self.sent_seq:
            self.dropped += oldest - 1 - self.sent_seq
            self.sent_seq = oldest - 1
        return seq

    def read(self, seq: int) -> Event | None:
        """The event with this number, or None if it is not kept or its record is broken. Outside the frame."""
        return self._events.read(seq)

    def head(self) -> bytes:
        """Head of the chain, 32 bytes; telemetry carries the first 16."""
        return self._events.head

    def mark_sent(self, seq: int):
        """A hub has every event up to `seq`. Stored on flash at every 16th event, or by `save_cursor`. Outside the frame."""
        if self.sent_seq < seq < self.next_seq:
            self.sent_seq = seq
            if seq - self._cursor_stored >= CURSOR_EVERY:
                self.save_cursor()

    def save_cursor(self) -> bool:
        """Store how far events were sent. Outside the frame. False if that failed: then some are sent again after a restart."""
        if self._cursor_stored == self.sent_seq:
            return True
        if not self._cursor.save(self.sent_seq.to_bytes(4, "big")):
            return False
        self._cursor_stored = self.sent_seq
        return True
