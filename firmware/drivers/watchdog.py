"""The chip's own watchdog. Once started it cannot be stopped: 1,000 ms without food reset the chip.

The dead-man takes the motor's power earlier, after 300 ms.
"""

from micropython import const

_TIMEOUT_MS = const(1_000)


class Watchdog:
    """make_wdt: `machine.WDT`, called once: it runs from then on."""

    def __init__(self, make_wdt):
        self._make_wdt = make_wdt
        self._wdt = None

    def start(self):
        """Start it. From now on `feed` must come every second. Outside the frame."""
        if self._wdt is None:
            self._wdt = self._make_wdt(timeout=_TIMEOUT_MS)

    def feed(self):
        """Feed it. At the end of a frame whose steps have all checked in. Does nothing before `start`. In the frame."""
        if self._wdt is not None:
            self._wdt.feed()
