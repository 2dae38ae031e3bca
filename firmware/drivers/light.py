"""RGB LED on three PWM pins. Parts of 255; duty is linear, which the alarm colours need not be better than."""

from micropython import const

_FULL = const(255)


class Light:
    """red, green, blue: PWM objects."""

    def __init__(self, red, green, blue):
        self._red = red
        self._green = green
        self._blue = blue
        self._now = -1
        self.set(0, 0, 0)

    def set(self, red: int, green: int, blue: int):
        """Show a colour, each part 0 to 255, else ValueError. Touches the PWM only on a change. May be called in the frame."""
        if not (0 <= red <= _FULL and 0 <= green <= _FULL and 0 <= blue <= _FULL):
            raise ValueError("colour")
        wanted = red << 16 | green << 8 | blue
        if wanted == self._now:
            return
        self._now = wanted
        self._red.duty_u16(red * 257)
        self._green.duty_u16(green * 257)
        self._blue.duty_u16(blue * 257)
