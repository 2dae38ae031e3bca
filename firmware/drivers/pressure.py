"""Honeywell ABP2 pressure sensors: 0 to 15 psi gauge (downstream) and +-1 psi (upstream).

Data sheet facts: command AA 00 00 starts a conversion of 5 ms; a read of 7 bytes gives status, pressure u24, temperature u24, big-endian. Status bit 6 powered,
bit 5 busy, bit 2 memory error, bit 0 internal saturation. 10 % to 90 % of 2^24 counts are the span.
"""

ADDRESS_DOWNSTREAM = 0x28
ADDRESS_UPSTREAM = 0x38

POWERED = 0x40
BUSY = 0x20
MEMORY_ERROR = 0x04
SATURATED = 0x01

ZERO_COUNTS = 1_677_722  # 10 % of 2^24
FULL_COUNTS = 15_099_494  # 90 % of 2^24

# Kinds of no reading.
OK = 0
NO_ANSWER = 1
NOT_POWERED = 2
NOT_READY = 3  # busy, or no conversion was started
MEMORY = 4
SATURATION = 5  # the sensor's arithmetic overflowed while the value is inside the span: worthless
FAULT_NAMES = ("ok", "no answer", "not powered", "not ready", "memory error", "saturated")

AGE_MAX = 1_000_000


class Span:
    """Integer conversion of one class of the sensor: pa = bottom_pa + (counts - ZERO_COUNTS) * up // down.

    up and down are chosen so that every product is below 2^30 and the full span is met within 1 Pa.
    """

    def __init__(self, bottom_pa: int, up: int, down: int):
        self.bottom_pa = bottom_pa
        self.up = up
        self.down = down

    def pressure_pa(self, counts: int) -> int:
        """Pa for raw counts 0 to 2^24 - 1."""
        return self.bottom_pa + (counts - ZERO_COUNTS) * self.up // self.down


GAUGE_15_PSI = Span(0, 9, 1_168)  # 13,421,772 counts are 103,421 Pa
PLUS_MINUS_1_PSI = Span(-6_895, 27, 26_279)  # 13,421,772 counts are 13,790 Pa


class Pressure:
    """One reading a frame, of the conversion that the frame before started.

    valid: the reading of this frame is good. pressure_pa: gauge pressure. saturated: at or beyond an end of the span; still valid, because every alarm
    threshold lies inside the span, so an end of it is on the right side of each. fault: why there is no reading. age_frames: frames since the conversion of
    the last good reading was started. errors: readings that failed, in all.
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
        self.age_frames = AGE_MAX
        self.errors = 0

    def sample(self) -> bool:
        """Take the result, start the next conversion (about 0.35 ms on the bus). In the frame, at least 5 ms apart. Returns `valid`."""
        if self.age_frames < AGE_MAX:
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
        if not status & POWERED:
            return NOT_POWERED
        if status & BUSY:
            return NOT_READY
        if status & MEMORY_ERROR:
            return MEMORY
        counts = buf[1] << 16 | buf[2] << 8 | buf[3]
        at_end = counts <= ZERO_COUNTS or counts >= FULL_COUNTS
        if status & SATURATED and not at_end:
            return SATURATION
        self.saturated = bool(status & SATURATED)
        self.pressure_pa = self._span.pressure_pa(counts)
        self.age_frames = 1
        return OK
