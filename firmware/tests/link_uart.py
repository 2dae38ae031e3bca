"""The link's wire for tests: what machine.UART promises the courier, with a hub at its other end."""

from shared import framing, messages
from shared.codes import Link


class Uart:
    """sent: what the pump has written. room: bytes that a write takes, None for all; 0 answers None, as a full buffer does."""

    def __init__(self):
        self.sent = bytearray()
        self.room: int | None = None
        self._in = bytearray()

    def any(self):
        return len(self._in)

    def read(self, nbytes):
        if not self._in:
            return None
        data = bytes(self._in[:nbytes])
        self._in = self._in[nbytes:]
        return data

    def write(self, data):
        if self.room is None:
            self.sent.extend(data)
            return len(data)
        taken = min(self.room, len(data))
        self.sent.extend(data[:taken])
        return taken or None

    def give(self, data):
        """Bytes from the hub."""
        self._in.extend(data)

    def give_frame(self, kind, body):
        self.give(framing.encode(kind, body))

    def welcome(self):
        self.give_frame(Link.WELCOME, messages.pack_welcome("hub"))

    def stored(self, link_seq):
        self.give_frame(Link.STORED, messages.pack_number(link_seq))

    def taken(self) -> list:
        """(kind, body) of every frame that the pump has sent since the last call."""
        data = bytes(self.sent)
        self.sent = bytearray()
        return framing.Decoder().feed(data)

    def records(self) -> list:
        return [messages.parse_record(body) for kind, body in self.taken() if kind == Link.RECORD]
