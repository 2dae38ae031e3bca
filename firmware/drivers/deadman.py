"""Dead-man: a charge pump that keeps the motor's power on only while its pin has edges. docs/HARDWARE.md: drops out 300 ms after the last one."""

from micropython import const

_CHARGED_UV = const(1_500_000)


class Deadman:
    """pin: output to the charge pump. sense: ADC on its capacitor."""

    def __init__(self, pin, sense):
        self._pin = pin
        self._sense = sense
        self._level = 0
        self._pin.value(0)

    def toggle(self):
        """One edge. Called once a frame by the safety layer, and by nothing else. In the frame, a few us."""
        self._level = 1 - self._level
        self._pin.value(self._level)

    def charged(self) -> bool:
        """Whether the motor can have power (above 1,500 mV). In the frame, one ADC conversion, about 50 us."""
        return self._sense.read_uv() > _CHARGED_UV
