"""The link's wire: bytes of the UART on GPIO 43 and 44 go to the rig with an exchange, the rig's bytes come back with it.

In each direction only as many bytes pass as 460,800 baud allow in the interval. Another baud rate hears and says nothing.
"""

import lockstep
from words import LINK_BAUD, REP_UART_BYTES, REQ_INTERVAL_US, REQ_UART_BYTES, REQ_UART_LOST

_PIECE_BYTES = 256
_BITS_A_BYTE = 10


class Ring:
    """Bounded byte queue without allocation."""

    def __init__(self, size):
        self.bytes = bytearray(size)
        self.size = size
        self.first = 0
        self.used = 0

    @micropython.native  # noqa: F821
    def put(self, buf, start, count):
        """Append up to `count` bytes of `buf` from `start`; how many found room."""
        room = self.size - self.used
        if count > room:
            count = room
        cells = self.bytes
        at = (self.first + self.used) % self.size
        for i in range(count):
            cells[at] = buf[start + i]
            at += 1
            if at == self.size:
                at = 0
        self.used += count
        return count

    @micropython.native  # noqa: F821
    def take(self, buf, count):
        """Move up to `count` bytes into `buf`; how many there were."""
        if count > self.used:
            count = self.used
        cells = self.bytes
        at = self.first
        for i in range(count):
            buf[i] = cells[at]
            at += 1
            if at == self.size:
                at = 0
        self.first = at
        self.used -= count
        return count


class LinkWire:
    def __init__(self):
        self._out = None
        self._in = None
        self._lost = 0
        self._sending = 0
        self._piece = bytearray(_PIECE_BYTES)
        lockstep.reporters.append(self)
        lockstep.tails.append(self)

    def attach(self, out, into, baud):
        """Connect a UART's buffers to the wire. A wrong baud rate is as good as no connection."""
        self._out = out if baud == LINK_BAUD else None
        self._in = into if baud == LINK_BAUD else None

    def detach(self):
        self._out = None
        self._in = None

    def report(self, request, end_us):
        budget = request[REQ_INTERVAL_US] * (LINK_BAUD // _BITS_A_BYTE) // 1_000_000
        self._sending = min(self._out.used, budget) if self._out else 0
        request[REQ_UART_BYTES] = self._sending
        request[REQ_UART_LOST] = self._lost

    def send(self, pipe):
        while self._sending:
            count = self._out.take(self._piece, min(self._sending, _PIECE_BYTES))
            pipe.write(self._piece, count)
            self._sending -= count

    def receive(self, pipe, senses):
        left = senses[REP_UART_BYTES]
        while left:
            count = pipe.readinto(self._piece, min(left, _PIECE_BYTES))
            left -= count
            if self._in:
                self._lost += count - self._in.put(self._piece, 0, count)
