"""An I2C bus and its recovery: a device that was cut off in the middle of a byte holds SDA until it has been clocked out.

UM10204, 3.1.16: nine clocks on SCL, then a stop. While the pins are used by hand the peripheral is off them; `make_i2c` puts it back. On the ESP32 a second
`machine.I2C(n, ...)` sets up the same one object of bus n anew, so that the drivers' reference stays good.
"""

from time import sleep_us

from machine import Pin

_HALF_CLOCK_US = 5  # 100 kHz: every device on the board can follow
_CLOCKS = 9


class Bus:
    """i2c: hand this to the drivers. recoveries: how often the bus was clocked free. held: SDA was still low after the last recovery.

    make_i2c: makes the peripheral of this bus. scl_pin, sda_pin: its pins.
    """

    def __init__(self, make_i2c, scl_pin, sda_pin):
        self._make_i2c = make_i2c
        self._scl = scl_pin
        self._sda = sda_pin
        self.recoveries = 0
        self.held = False
        self.i2c = make_i2c()

    def recover(self) -> bool:
        """Nine clocks and a stop, then the peripheral again. About 0.2 ms, outside the frame. True if SDA is free afterwards."""
        self.recoveries += 1
        scl = self._scl
        sda = self._sda
        sda.init(mode=Pin.OPEN_DRAIN, pull=Pin.PULL_UP, value=1)
        scl.init(mode=Pin.OPEN_DRAIN, pull=Pin.PULL_UP, value=1)
        for _ in range(_CLOCKS):
            scl.value(0)
            sleep_us(_HALF_CLOCK_US)
            scl.value(1)
            sleep_us(_HALF_CLOCK_US)
        # Stop: SDA rises while SCL is high.
        scl.value(0)
        sleep_us(_HALF_CLOCK_US)
        sda.value(0)
        sleep_us(_HALF_CLOCK_US)
        scl.value(1)
        sleep_us(_HALF_CLOCK_US)
        sda.value(1)
        sleep_us(_HALF_CLOCK_US)
        self.held = sda.value() == 0
        self._make_i2c()
        return not self.held
