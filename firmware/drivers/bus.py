"""An I2C bus and its recovery: a device that was cut off in the middle of a byte holds SDA until it has been clocked out.

UM10204, 3.1.16: nine clocks on SCL, then a stop. While the pins are used by hand the peripheral is off them, and made again afterwards. On the ESP32 a second
`machine.I2C(n, ...)` sets up the same one object of bus n anew, so that the drivers' reference stays good.
"""

from time import sleep_us

from machine import I2C, Pin
from micropython import const

_HZ = const(400_000)
# A stuck transfer may cost a frame 5 ms, not more; the longest one, a display page, takes 3.2 ms.
_TIMEOUT_US = const(5_000)
_HALF_CLOCK_US = const(5)  # 100 kHz: every device on the board can follow
_CLOCKS = const(9)


class Bus:
    """i2c: hand this to the drivers. recoveries: how often the bus was clocked free. held: SDA was still low after the last recovery.

    number: of the peripheral. scl_pin, sda_pin: its pins.
    """

    def __init__(self, number, scl_pin, sda_pin):
        self._number = number
        self._scl = scl_pin
        self._sda = sda_pin
        self.recoveries = 0
        self.held = False
        self.i2c = self._set_up()

    def _set_up(self):
        return I2C(self._number, scl=self._scl, sda=self._sda, freq=_HZ, timeout=_TIMEOUT_US)

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
        self._set_up()
        return not self.held
