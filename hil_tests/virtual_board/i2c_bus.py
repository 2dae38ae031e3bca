"""One I2C bus: its two lines and the parts on it. A stuck bus holds SDA low until it has been clocked nine times."""

import lockstep
from words import REP_FAULTS

NACK = 19  # ENODEV, as the ESP32 port reports a missing acknowledge
TIMED_OUT = 116  # ETIMEDOUT of the chip's C library
_FREEING_CLOCKS = 9


class Bus:
    def __init__(self, scl, sda, stuck_fault, parts):
        self.scl = scl
        self.sda = sda
        self.parts = parts
        self._stuck_fault = stuck_fault
        self._fault_was = 0
        self._clocks_to_free = 0
        lockstep.listeners.append(self)

    def sensed(self, senses):
        """The fault begins when its bit rises; clocking ends it."""
        fault = senses[REP_FAULTS] & self._stuck_fault
        if fault and not self._fault_was:
            self._clocks_to_free = _FREEING_CLOCKS
        elif not fault:
            self._clocks_to_free = 0
        self._fault_was = fault

    def clock_edge(self, pin):
        """SCL rose under the firmware's own hand."""
        if pin == self.scl and self._clocks_to_free:
            self._clocks_to_free -= 1

    def has(self, pin):
        return pin == self.scl or pin == self.sda

    def holds_low(self, pin):
        return pin == self.sda and self._clocks_to_free > 0

    def part(self, address):
        """The part that acknowledges this address. OSError: none does, or the bus hangs."""
        if self._clocks_to_free:
            raise OSError(TIMED_OUT)
        for part in self.parts:
            if part.address == address and part.answers():
                return part
        lockstep.i2c_nacks += 1
        raise OSError(NACK)

    def answers(self, address):
        """Whether a scan would find this address."""
        if self._clocks_to_free:
            return False
        return any(part.address == address and part.answers() for part in self.parts)
