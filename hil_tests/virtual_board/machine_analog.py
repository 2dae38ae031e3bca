"""`machine.ADC` and `machine.PWM` of the ESP32-S3 port: 12-bit converter, 10-bit duty."""

import wiring
from machine_pin import number_of

_RANGE_MV = (950, 1_250, 1_750, 3_100)  # by attenuation
_RAW_MAX = 4_095


class ADC:
    ATTN_0DB = 0
    ATTN_2_5DB = 1
    ATTN_6DB = 2
    ATTN_11DB = 3
    WIDTH_12BIT = 12

    def __init__(self, pin, *, atten=None):
        self._pin = number_of(pin)
        if not 1 <= self._pin <= 20:
            raise ValueError("invalid pin")
        self._range_mv = _RANGE_MV[self.ATTN_0DB if atten is None else atten]

    def init(self, *, atten):
        self._range_mv = _RANGE_MV[atten]

    def atten(self, atten):
        self._range_mv = _RANGE_MV[atten]

    def width(self, bits):
        if bits != 12:
            raise ValueError("bits")

    def _raw(self):
        raw = wiring.analog_mv(self._pin) * _RAW_MAX // self._range_mv
        return raw if raw < _RAW_MAX else _RAW_MAX

    def read(self):
        return self._raw()

    def read_u16(self):
        raw = self._raw()
        return raw << 4 | raw >> 8

    def read_uv(self):
        return self._raw() * self._range_mv * 1_000 // _RAW_MAX


class PWM:
    def __init__(self, dest, freq=5_000, *, duty=None, duty_u16=None, duty_ns=None, invert=False):
        self._pin = number_of(dest)
        self._freq_hz = freq
        self._duty_u16 = 32_768
        self._on = True
        self.init(freq, duty=duty, duty_u16=duty_u16, duty_ns=duty_ns)

    def init(self, freq=None, *, duty=None, duty_u16=None, duty_ns=None, invert=False):
        if freq is not None:
            self._check_freq(freq)
            self._freq_hz = freq
        if duty is not None:
            self._duty_u16 = min(duty * 64, 65_535)
        if duty_u16 is not None:
            self._duty_u16 = duty_u16
        if duty_ns is not None:
            self._duty_u16 = min(duty_ns * self._freq_hz // 15_259, 65_535)
        self._on = True
        self._apply()

    def deinit(self):
        self._on = False
        self._apply()

    def freq(self, value=None):
        if value is None:
            return self._freq_hz
        self._check_freq(value)
        self._freq_hz = value
        self._apply()

    def duty(self, value=None):
        if value is None:
            return self._duty_u16 // 64
        self.duty_u16(min(value * 64, 65_535))

    def duty_u16(self, value=None):
        if value is None:
            return self._duty_u16
        if not 0 <= value <= 65_535:
            raise ValueError("duty_u16 must be from 0 to 65535")
        self._duty_u16 = value
        self._apply()

    def duty_ns(self, value=None):
        if value is None:
            return self._duty_u16 * 15_259 // self._freq_hz
        self.duty_u16(min(value * self._freq_hz // 15_259, 65_535))

    def _check_freq(self, freq_hz):
        if not 1 <= freq_hz <= 40_000_000:
            raise ValueError("frequency must be from 1Hz to 40MHz")

    def _apply(self):
        wiring.pwm(self._pin, self._freq_hz, self._duty_u16 if self._on else 0)
