"""`machine.UART` of the ESP32 port. Reading never waits. A write that finds the buffer full waits in simulated time until all of it is in, as on the chip."""

import lockstep
import wiring
from link_wire import Ring
from machine_pin import number_of
from words import LINK_BAUD

_FIFO_BYTES = 128


class UART:
    def __init__(
        self, id, baudrate=115_200, bits=8, parity=None, stop=1, *,
        tx=None, rx=None, txbuf=256, rxbuf=256, timeout=0, timeout_char=0,
        rts=None, cts=None, invert=0, flow=0,
    ):  # fmt: skip
        if id not in (0, 1, 2):
            raise ValueError("UART(%d) does not exist" % id)
        self._baud = baudrate
        self._tx = -1 if tx is None else number_of(tx)
        self._rx = -1 if rx is None else number_of(rx)
        self._out = Ring(txbuf + _FIFO_BYTES)
        self._in = Ring(rxbuf + _FIFO_BYTES)
        self._wired = self._tx == wiring.UART_TX and self._rx == wiring.UART_RX
        if self._wired:
            wiring.link.attach(self._out, self._in, baudrate)

    def init(self, baudrate=115_200, bits=8, parity=None, stop=1, **kwargs):
        """Change the baud rate; buffers and pins stay as they were made."""
        self._baud = baudrate
        if self._wired:
            wiring.link.attach(self._out, self._in, baudrate)

    def deinit(self):
        if self._wired:
            wiring.link.detach()

    def any(self):
        return self._in.used

    def read(self, nbytes=-1):
        count = self._in.used
        if 0 <= nbytes < count:
            count = nbytes
        if not count:
            return None
        buf = bytearray(count)
        self._in.take(buf, count)
        return bytes(buf)

    def readinto(self, buf, nbytes=-1):
        count = len(buf)
        if 0 <= nbytes < count:
            count = nbytes
        return self._in.take(buf, count) or None

    def readline(self):
        line = bytearray()
        one = bytearray(1)
        while self._in.take(one, 1):
            line.extend(one)
            if one[0] == 10:
                break
        return bytes(line) if line else None

    def write(self, buf):
        if type(buf) is str:
            buf = buf.encode()
        count = len(buf)
        if not self._wired or self._baud != LINK_BAUD:
            return count
        done = self._out.put(buf, 0, count)
        while done < count:
            lockstep.sleep_us(1_000)
            done += self._out.put(buf, done, count - done)
        return count

    def flush(self):
        while self._wired and self._baud == LINK_BAUD and self._out.used:
            lockstep.sleep_us(1_000)

    def txdone(self):
        return self._out.used == 0
