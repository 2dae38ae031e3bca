"""Eight switch contacts behind a 74HC165 shift register, on three pins: the ESP32-S3 has not eight left (docs/HARDWARE.md).

A contact pulls its line low. Contacts come in antivalent pairs of which one is always low: first low = made (shut, pressed), second low = not
made. Both equal is no answer: a broken switch, a cut cable, or a register whose clock, load or data line is stuck, which makes every pair equal.

Facts of the 74HC165 (check against the data sheet): SH/LD low takes over the eight inputs at once, input H stands at the output; each
rising clock while SH/LD is high brings the next one, H to A. It needs 20 ns a level, which a pin call of MicroPython is far above.
"""

CONTACTS = 8
MADE = 2  # a pair as `read` gives it: first contact in bit 0
NOT_MADE = 1


class Contacts:
    """load_pin, clock_pin: outputs. data_pin: input."""

    def __init__(self, load_pin, clock_pin, data_pin):
        self._load = load_pin
        self._clock = clock_pin
        self._data = data_pin
        self._clock.value(0)
        self._load.value(1)

    def read(self, count: int) -> int:
        """Levels of the first `count` contacts (1 to 8), contact n in bit n. In the frame, 5 us a contact."""
        clock, data = self._clock, self._data
        self._load.value(0)
        self._load.value(1)
        levels = 0
        for contact in range(count):
            if data.value():
                levels |= 1 << contact
            clock.value(1)
            clock.value(0)
        return levels
