"""Frames on the byte pipe. One object for the life of the pump; the pipe may come and go under it.

    SEEKING   HELLO every 2 s until a hub says WELCOME
    LINKED    records and heartbeats; three unanswered PINGs lead back to SEEKING

Three lanes, one record in flight in each, so that an alarm never waits behind telemetry: events (with alarms), receipts, samples.
"""

from shared import framing, messages
from shared.codes import Link, Urgency
from shared.errors import Malformed

HELLO_EVERY_MS = 2_000  # a hub that restarts is found within its own start-up time
PING_EVERY_MS = 5_000  # protocol, section 1
LOST_AFTER_PINGS = 3
# STORED comes after one disk sync at the hub; 4 s is a busy card, beyond it the record or its answer was lost on the way.
REPEAT_AFTER_MS = 4_000
# One slice reads at most this; 460,800 baud bring 4,600 bytes a frame only in bursts.
READ_BYTES = 256

EVENTS = 0
RECEIPTS = 1
SAMPLES = 2
LANES = 3


class Lane:
    """One record in flight. `frame` is None when the lane is free."""

    def __init__(self):
        self.frame: bytes | None = None
        self.link_seq = 0
        self.urgency = Urgency.ROUTINE
        self.sent_ms: int | None = None  # None: not sent on this connection yet


class Courier:
    """uart: `.read(n)`, `.any()`, `.write(bytes)`. Calls of `slice` give what has come in as lists; nothing is called back."""

    def __init__(self, uart, pump_id: bytes, boot: int):
        self._uart = uart
        self._hello = framing.encode(Link.HELLO, messages.pack_hello(pump_id, boot))
        self._decoder = framing.Decoder()
        self._lanes = [Lane() for _ in range(LANES)]
        self._link_seq = 0
        self._hello_ms = None
        self._ping_ms = 0
        self._ping = 0
        self._unanswered = 0
        self.linked = False
        self.stored = []  # lanes whose record is on the hub's disk, since the last look
        self.commands = []  # sealed frames that came down

    def free(self, lane: int) -> bool:
        return self._lanes[lane].frame is None

    def put(self, lane: int, frame: bytes, urgency: int):
        """Hand over one sealed frame. The lane must be free."""
        self._link_seq += 1
        taken = self._lanes[lane]
        taken.frame = frame
        taken.link_seq = self._link_seq
        taken.urgency = urgency
        taken.sent_ms = None

    def shed(self):
        """Forget what has come in and look for the hub anew. Records in flight stay and are sent again."""
        self._decoder.reset()
        self.commands = []
        self._lose()

    def slice(self, now_ms: int):
        """Read, answer, send. now_ms: since boot."""
        self._receive()
        if not self.linked:
            if self._hello_ms is None or now_ms - self._hello_ms >= HELLO_EVERY_MS:
                self._hello_ms = now_ms
                self._uart.write(self._hello)
            self._ping_ms = now_ms
            return
        self._heartbeat(now_ms)
        for lane in self._lanes:
            if lane.frame is None:
                continue
            if lane.sent_ms is None or now_ms - lane.sent_ms >= REPEAT_AFTER_MS:
                lane.sent_ms = now_ms
                body = messages.pack_record(lane.link_seq, lane.urgency, lane.frame)
                self._uart.write(framing.encode(Link.RECORD, body))

    def _heartbeat(self, now_ms):
        if now_ms - self._ping_ms < PING_EVERY_MS:
            return
        if self._unanswered >= LOST_AFTER_PINGS:
            self._lose()
            return
        self._ping_ms = now_ms
        self._ping += 1
        self._unanswered += 1
        self._uart.write(framing.encode(Link.PING, messages.pack_number(self._ping)))

    def _lose(self):
        self.linked = False
        self._hello_ms = None
        for lane in self._lanes:
            lane.sent_ms = None

    def _receive(self):
        if not self._uart.any():
            return
        data = self._uart.read(READ_BYTES)
        if not data:
            return
        for kind, body in self._decoder.feed(data):
            try:
                self._take(kind, body)
            except Malformed:
                # Nothing on the link is trusted; what does not parse is noise.
                continue

    def _take(self, kind, body):
        if kind == Link.WELCOME:
            messages.parse_welcome(body)
            self.linked = True
            self._unanswered = 0
            for lane in self._lanes:
                lane.sent_ms = None
        elif not self.linked:
            return
        elif kind == Link.PONG:
            messages.parse_number(body)
            self._unanswered = 0
        elif kind == Link.STORED:
            link_seq = messages.parse_number(body)
            for index in range(LANES):
                lane = self._lanes[index]
                if lane.frame is not None and lane.link_seq == link_seq:
                    lane.frame = None
                    self.stored.append(index)
        elif kind == Link.COMMAND and len(self.commands) < 4:
            self.commands.append(messages.parse_command_frame(body))
