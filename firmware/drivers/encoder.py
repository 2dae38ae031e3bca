"""AS5600 on the roller's shaft: the independent witness of the flow. I2C address 0x36.

Registers (ams AS5600 data sheet): 0x0B STATUS with MD (bit 5, magnet detected), 0x0C/0x0D RAW ANGLE, 12 bits, big-endian. 4,096 counts a turn,
14.65 nL a count, counts up when the motor's DIR is 1.
"""

from micropython import const

_ADDRESS = const(0x36)
_REG_STATUS = const(0x0B)
_MAGNET_DETECTED = const(0x20)
_COUNTS_PER_TURN = const(4_096)
_HALF_TURN = const(2_048)
# Kept inside 31-bit integers with room for differences: 2^29 counts are 7.8 L.
_WRAP = const(1 << 29)


class Encoder:
    """One reading a frame.

    valid: this frame's reading is good. angle: 0 to 4,095. position: unwrapped counts since the first good reading, + forward.
    delta: counts moved since the last good reading. After silence `delta` is right if the roller moved less than half a turn, that is
    for at least 10 frames at the fastest rate. `position` jumps by -2^30 beyond 2^29 - 1 (after 7.8 L), and by +2^30 below -2^29; `delta` never jumps.
    errors: readings that failed, in all.
    """

    def __init__(self, i2c):
        self._i2c = i2c
        self._buf = bytearray(3)
        self._started = False
        self.valid = False
        self.angle = 0
        self.position = 0
        self.delta = 0
        self.errors = 0

    def sample(self) -> bool:
        """Read status and angle in one transfer (about 0.2 ms on the bus). In the frame. Returns `valid`."""
        buf = self._buf
        self.valid = False
        self.delta = 0
        try:
            self._i2c.readfrom_mem_into(_ADDRESS, _REG_STATUS, buf)
        except OSError:
            self.errors += 1
            return False
        if not buf[0] & _MAGNET_DETECTED:
            self.errors += 1
            return False
        angle = (buf[1] & 0x0F) << 8 | buf[2]
        if self._started:
            delta = angle - self.angle
            if delta >= _HALF_TURN:
                delta -= _COUNTS_PER_TURN
            elif delta < -_HALF_TURN:
                delta += _COUNTS_PER_TURN
            position = self.position + delta
            if position >= _WRAP:
                position -= 2 * _WRAP
            elif position < -_WRAP:
                position += 2 * _WRAP
            self.delta = delta
            self.position = position
        self._started = True
        self.angle = angle
        self.valid = True
        return True
