"""What goes up: telemetry, events, receipts; and what is kept while nobody listens.

Live telemetry once a second while linked; without a link one sample a minute, 128 at most, oldest dropped and counted. Events wait in the
journal, in order, until a hub has stored them.
"""

import gc

from firmware.link import courier
from shared import messages
from shared.codes import Event, Urgency

LIVE_EVERY_MS = 1_000
KEEP_EVERY_MS = 60_000
KEPT_MAX = 128
KEPT_LEAVE_BYTES = 4_096  # of heap, for everything else
RECEIPTS_MAX = 16
READ_TRIES = 10  # slices; a file that cannot be read for a moment has not lost its record

_ALARM_EVENTS = (
    Event.ALARM_RAISED,
    Event.ALARM_CLEARED,
    Event.ALARM_ACKNOWLEDGED,
    Event.FAULT_LATCHED,
)


class Reports:
    """sealer, journal and courier do the work; this decides what goes next into each lane."""

    def __init__(self, link, sealer, journal, events):
        self._link = link
        self._sealer = sealer
        self._journal = journal
        self._events = events
        self._receipts = []
        self._kept = []  # telemetry bodies, oldest first
        self._live_ms = None
        self._kept_ms = None
        self._event_seq = None  # in flight
        self._unreadable = 0  # times in a row
        self._changes = -1
        self.dropped_samples = 0

    def shed(self):
        """Memory has run out: half of the kept samples go, oldest first, and are counted."""
        for _ in range((len(self._kept) + 1) // 2):
            self._drop_oldest()

    def receipt(self, body: bytes):
        """Queue a receipt. The oldest goes if nobody has listened to 16: the clinic settles such a command by `last_cmd`."""
        if len(self._receipts) >= RECEIPTS_MAX:
            self._receipts.pop(0)
        self._receipts.append(body)

    def slice(self, pump, now_ms: int):
        """Move records on. pump: gives telemetry bodies (`pump.telemetry(sample, now_ms)`) and `conditions.changes`."""
        for lane in self._link.stored:
            if lane == courier.EVENTS and self._event_seq is not None:
                self._journal.mark_sent(self._event_seq)
                self._event_seq = None
        self._link.stored = []
        self._next_event()
        if self._receipts and self._link.free(courier.RECEIPTS):
            frame = self._sealer.seal(self._receipts[0])
            if frame is not None:
                self._receipts.pop(0)
                self._link.put(courier.RECEIPTS, frame, Urgency.EVENT)
        self._next_sample(pump, now_ms)

    def _next_event(self):
        if self._event_seq is not None or not self._link.free(courier.EVENTS):
            return
        journal = self._journal
        seq = journal.sent_seq + 1
        if seq >= journal.next_seq:
            return
        record = journal.read(seq)
        if record is None:
            self._unreadable += 1
            if self._unreadable >= READ_TRIES:
                # Broken or dropped on flash: its number stays missing, and the clinic sees the gap.
                self._unreadable = 0
                journal.mark_sent(seq)
            return
        self._unreadable = 0
        body = messages.pack_event(
            messages.Event(seq, record.boot, record.mono_ms, record.code, record.args)
        )
        frame = self._sealer.seal(body)
        if frame is None:
            return
        urgency = Urgency.ALARM if record.code in _ALARM_EVENTS else Urgency.EVENT
        self._event_seq = seq
        self._link.put(courier.EVENTS, frame, urgency)

    def _next_sample(self, pump, now_ms):
        if not self._link.linked:
            if self._kept_ms is None or now_ms - self._kept_ms >= KEEP_EVERY_MS:
                self._kept_ms = now_ms
                self._keep(pump.telemetry(1, now_ms))
            return
        self._kept_ms = None
        if not self._link.free(courier.SAMPLES):
            return
        changed = pump.conditions.changes != self._changes
        if changed or self._live_ms is None or now_ms - self._live_ms >= LIVE_EVERY_MS:
            changes = pump.conditions.changes
            frame = self._sealer.seal(pump.telemetry(0, now_ms))
            if frame is not None:
                self._live_ms = now_ms
                self._changes = changes
                self._link.put(
                    courier.SAMPLES, frame, Urgency.ALARM if changed else Urgency.ROUTINE
                )
        elif self._kept:
            frame = self._sealer.seal(self._kept[0])
            if frame is not None:
                self._kept.pop(0)
                self._link.put(courier.SAMPLES, frame, Urgency.ROUTINE)

    def _keep(self, body):
        # Samples are the first to go: nothing else may lack memory for them.
        gc.collect()
        if len(self._kept) >= KEPT_MAX or (self._kept and gc.mem_free() < KEPT_LEAVE_BYTES):
            self._drop_oldest()
        self._kept.append(body)

    def _drop_oldest(self):
        self._kept.pop(0)
        self.dropped_samples += 1
        if self.dropped_samples == 1 or self.dropped_samples % 60 == 0:
            self._events.note(Event.RECORDS_DROPPED, self.dropped_samples, 0, 0)
