"""Pin maps and peripherals, one board a file. The only place with pin numbers.

May import: `firmware.drivers`, `machine`, `esp32`. May not import: therapy, alarms, panel, link, storage.

`current()` builds the board this firmware runs on. There is one board today; a second one is chosen here by `sys.implementation._machine`, and nothing else
of the firmware changes.
"""

import gc
import sys


class Board:
    """Every device of the pump, and nothing else.

    motor, deadman, encoder, downstream, upstream, air, fittings, buttons, skin, clock, gauge, fram, buzzer, reserve_sounder, haptics, light, display,
    watchdog: firmware.drivers.
    bus_panel (I2C 0), bus_safety (I2C 1): firmware.drivers.bus.Bus. uart: the link. reset_cause: machine.reset_cause() of this boot;
    reset_by_watchdog: it was the chip's own watchdog.
    """

    def __init__(self, watchdog):
        self.watchdog = watchdog

    def start_watchdog(self):
        """Start the chip's watchdog: 1,000 ms without `watchdog.feed` reset the chip."""
        self.watchdog.start()


def current() -> Board:
    """All devices, constructed once at boot. Raises nothing for a device that does not answer; its first sample says so."""
    from firmware.boards import esp32s3

    # Loading the modules above leaves the heap in pieces; the buffers made below need whole ones.
    gc.collect()
    board = Board(esp32s3.make_watchdog())
    esp32s3.build(board)
    # Pin numbers and constructors are needed once: 3 KB that the pump has use for.
    delattr(sys.modules[__name__], "esp32s3")
    del sys.modules[esp32s3.__name__]
    return board
