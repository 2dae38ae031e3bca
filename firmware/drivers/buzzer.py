"""Piezo sounder on PWM, with a sense ADC for its current: a sounder that does not draw does not sound."""

from micropython import const

_HALF_DUTY = const(32_768)
_DRAWING_UV = const(300_000)  # docs/HARDWARE.md: sounding draws more than 300 mV on the sense pin
_MIN_HZ = const(100)
_MAX_HZ = const(5_000)


class Buzzer:
    """pwm: on the sounder's pin. sense: ADC."""

    def __init__(self, pwm, sense):
        self._pwm = pwm
        self._sense = sense
        self._pwm.duty_u16(0)

    def tone(self, hz: int):
        """Sound until `off`. hz: 100 to 5,000, else ValueError. May be called in the frame."""
        if hz < _MIN_HZ or hz > _MAX_HZ:
            raise ValueError("hz")
        self._pwm.freq(hz)
        self._pwm.duty_u16(_HALF_DUTY)

    def off(self):
        """Silence. May be called in the frame."""
        self._pwm.duty_u16(0)

    def drawing(self) -> bool:
        """Whether current flows through the sounder now. One ADC conversion, about 50 us. May be called in the frame."""
        return self._sense.read_uv() > _DRAWING_UV
