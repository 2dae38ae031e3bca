"""RGB LED, one PWM pin a colour. Brightness is the duty, 0 to 255."""

import lockstep
from words import REQ_LED, REQ_LOAD_MA

_FULL_MA = 5


class RgbLed:
    def __init__(self):
        self._levels = bytearray(3)
        lockstep.reporters.append(self)

    def pwm(self, colour, duty_u16):
        """colour: 0 red, 1 green, 2 blue."""
        self._levels[colour] = duty_u16 >> 8

    def report(self, request, end_us):
        levels = self._levels
        request[REQ_LED] = levels[0] << 16 | levels[1] << 8 | levels[2]
        request[REQ_LOAD_MA] += (levels[0] + levels[1] + levels[2]) * _FULL_MA // 255
