"""Honeywell ABP2 pressure sensors: 0 to 15 psi gauge (downstream) and +-1 psi (upstream).

Data sheet facts: command AA 00 00 starts a conversion of 5 ms; a read of 7 bytes gives status, pressure u24, temperature u24, big-endian. Status bit 6 powered,
bit 5 busy, bit 2 memory error, bit 0 internal saturation. 10 % to 90 % of 2^24 counts are the span.
"""

from micropython import const

ADDRESS_DOWNSTREAM = 0x28
ADDRESS_UPSTREAM = 0x38

_POWERED = const(0x40)
_BUSY = const(0x20)
_MEMORY_ERROR = const(0x04)
_SATURATED = const(0x01)

_ZERO_COUNTS = const(1_677_722)  # 10 % of 2^24
_FULL_COUNTS = const(15_099_494)  # 90 % of 2^24

# Kinds of no reading.
OK = 0
NO_ANSWER = 1
NOT_POWERED = 2
NOT_READY = 3  # busy, or no conversion was started
MEMORY = 4
SATURATION = 5  # the sensor's arithmetic overflowed while the value is inside the span, or where no pressure can be: worthless

_AGE_MAX = const(1_000_000)


class Span:
    """Integer conversion of one class of the sensor: pa = bottom_pa + (counts - _ZERO_COUNTS) * up // down.

    up and down are chosen so that every product is below 2^30 and the full span is met within 1 Pa.
    """

    def __init__(self, bottom_pa: int, up: int, down: int):
        self.bottom_pa = bottom_pa
        self.up = up
        self.down = down

    def pressure_pa(self, counts: int) -> int:
        """Pa for raw counts 0 to 2^24 - 1."""
        return self.bottom_pa + (counts - _ZERO_COUNTS) * self.up // self.down


GAUGE_15_PSI = Span(0, 9, 1_168)  # 13,421,772 counts are 103,421 Pa
PLUS_MINUS_1_PSI = Span(-6_895, 27, 26_279)  # 13,421,772 counts are 13,790 Pa


class Pressure:
    """One reading a frame, of the conversion that the frame before started.

    valid: the reading of this frame is good. pressure_pa: gauge pressure. saturated: at or beyond an end of the span; still valid, because every alarm
    threshold lies inside the span, so an end of it is on the right side of each; only the lower end of the gauge sensor is no reading. fault: why there is
    none. age_frames: frames since the conversion of the last good reading was started. errors: readings that failed, in all.
    """

    def __init__(self, i2c, address: int, span: Span):
        self._i2c = i2c
        self._address = address
        self._span = span
        self._command = b"\xaa\x00\x00"
        self._buf = bytearray(7)
        self._started = False
        self.valid = False
        self.saturated = False
        self.pressure_pa = 0
        self.fault = NOT_READY
        self.age_frames = _AGE_MAX
        self.errors = 0

    def sample(self) -> bool:
        """Take the result, start the next conversion (about 0.35 ms on the bus). In the frame, at least 5 ms apart. Returns `valid`."""
        if self.age_frames < _AGE_MAX:
            self.age_frames += 1
        fault = self._read()
        self._start()
        self.fault = fault
        self.valid = fault == OK
        if not self.valid:
            self.saturated = False
            self.errors += 1
        return self.valid

    def _start(self):
        self._started = False
        try:
            self._i2c.writeto(self._address, self._command)
        except OSError:
            return
        self._started = True

    def _read(self):
        if not self._started:
            return NOT_READY
        buf = self._buf
        try:
            self._i2c.readfrom_into(self._address, buf)
        except OSError:
            return NO_ANSWER
        status = buf[0]
        if not status & _POWERED:
            return NOT_POWERED
        if status & _BUSY:
            return NOT_READY
        if status & _MEMORY_ERROR:
            return MEMORY
        counts = buf[1] << 16 | buf[2] << 8 | buf[3]
        at_end = counts <= _ZERO_COUNTS or counts >= _FULL_COUNTS
        if status & _SATURATED:
            # Nothing pulls on the line below the pump as hard as the lower end of its sensor: that is a shorted bridge, and blind to an occlusion.
            shorted = counts <= _ZERO_COUNTS and self._span.bottom_pa == 0
            if shorted or not at_end:
                return SATURATION
        self.saturated = bool(status & _SATURATED)
        self.pressure_pa = self._span.pressure_pa(counts)
        self.age_frames = 1
        return OK
