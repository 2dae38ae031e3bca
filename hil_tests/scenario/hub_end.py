"""The hub's end of the link, as the bench plays it inside simulated time: docs/PROTOCOL.md 1."""

from __future__ import annotations

from dataclasses import dataclass

from shared import framing, messages
from shared.codes import Link
from shared.errors import Malformed

HUB_ID = "bench"


@dataclass(frozen=True, slots=True)
class Delivered:
    """A record as the hub got it."""

    link_seq: int
    urgency: int
    frame: bytes


class HubEnd:
    """Answers at once, as a hub with an idle disk. `up` False is out of range: bytes are lost.

    hello: boot number of the newest HELLO. delivered: records since the last `take`.
    """

    def __init__(self) -> None:
        self.up = True
        self.hellos: list[int] = []
        self.frames = 0
        self.bad_frames = 0
        self._decoder = framing.Decoder()
        self._delivered: list[Delivered] = []
        self._down = bytearray()

    def feed(self, data: bytes) -> None:
        """Bytes of the pump."""
        if not self.up:
            return
        for kind, body in self._decoder.feed(data):
            self.frames += 1
            try:
                self._take(kind, body)
            except Malformed:
                self.bad_frames += 1

    def send_command(self, frame: bytes) -> None:
        """Put a sealed frame on the way down."""
        self._send(Link.COMMAND, messages.pack_command_frame(frame))

    def take_down(self) -> bytes:
        """Bytes for the pump since the last call; none while out of range."""
        data = bytes(self._down)
        self._down.clear()
        return data if self.up else b""

    def take_delivered(self) -> list[Delivered]:
        delivered, self._delivered = self._delivered, []
        return delivered

    def set_up(self, up: bool) -> None:
        """Walk out of range or back. What was under way is lost."""
        self.up = up
        self._down.clear()
        self._decoder.reset()

    def _take(self, kind: int, body: bytes) -> None:
        if kind == Link.HELLO:
            self.hellos.append(messages.parse_hello(body).boot)
            self._send(Link.WELCOME, messages.pack_welcome(HUB_ID))
        elif kind == Link.RECORD:
            record = messages.parse_record(body)
            self._delivered.append(Delivered(record.link_seq, record.urgency, record.frame))
            self._send(Link.STORED, messages.pack_number(record.link_seq))
        elif kind == Link.PING:
            self._send(Link.PONG, messages.pack_number(messages.parse_number(body)))

    def _send(self, kind: int, body: bytes) -> None:
        self._down += framing.encode(kind, body)
