"""TMP117 temperature sensor on the skin face (SR-077). I2C address 0x48 on bus 0.

Facts (check against the data sheet): after power-on it converts once a second by itself, mean of eight; register 0x00 holds the result,
16 bits signed, big-endian, 1/128 degree Celsius a bit, and 0x8000 until the first conversion is over, 0.13 s after power-on.
"""

from micropython import const

_ADDRESS = const(0x48)
_REG_RESULT = const(0x00)
_NO_RESULT = const(0x8000)

# The part's own range. Outside of it the bytes are not a temperature.
_MIN_CENTI_C = const(-5_500)
_MAX_CENTI_C = const(15_000)


class Skin:
    """A slow device: once a second is often enough.

    valid: the last sample is good. centi_c: 1/100 degree Celsius. errors: samples that failed.
    """

    def __init__(self, i2c):
        self._i2c = i2c
        self._buf = bytearray(2)
        self.valid = False
        self.centi_c = 0
        self.errors = 0

    def sample(self) -> bool:
        """Read the temperature (about 0.15 ms on the bus). May be called in the frame. Returns `valid`."""
        self.valid = False
        try:
            self._i2c.readfrom_mem_into(_ADDRESS, _REG_RESULT, self._buf)
        except OSError:
            self.errors += 1
            return False
        raw = self._buf[0] << 8 | self._buf[1]
        if raw == _NO_RESULT:
            self.errors += 1
            return False
        if raw > _NO_RESULT:
            raw -= 0x10000
        centi_c = raw * 25 // 32
        if centi_c < _MIN_CENTI_C or centi_c > _MAX_CENTI_C:
            self.errors += 1
            return False
        self.centi_c = centi_c
        self.valid = True
        return True
