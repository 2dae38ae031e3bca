"""What can be seen and heard of a board, as it is now. One of the two halves that `Rig` is made of."""

from __future__ import annotations

from pathlib import Path

from hil_tests.rig.exchange import SCREEN_BYTES
from hil_tests.rig.own_supply import ReserveSounder
from hil_tests.rig.png import pixels, write_png
from hil_tests.virtual_board import words as w

_DARK = bytes(SCREEN_BYTES)


class Outputs:
    """Base of `Rig`. What each attribute is stands in the package's docstring."""

    def __init__(self) -> None:
        self.led = (0, 0, 0)
        self.sounder_hz = 0
        self.vibrating = False
        self.steps_total = 0
        self.motor_powered = False
        self.air_drive = False
        self.screen_on = False
        self.screen_contrast = 0
        self.flash_violations = 0
        self.uart_lost = 0
        self.store_writes = 0
        self.i2c_nacks = 0
        self.resets: list[tuple[int, int]] = []
        self._reserve = ReserveSounder()
        self._screen = _DARK
        self._inverse = False
        self._uart_out = bytearray()

    @property
    def reserve_sounding(self) -> bool:
        """Whether the second sounder is heard, with or without the board's power."""
        return self._reserve.sounding

    def take_uart(self) -> bytes:
        """Bytes the board has sent since the last call."""
        data = bytes(self._uart_out)
        self._uart_out.clear()
        return data

    def screen(self) -> bytes:
        """Display memory, 1,024 bytes in page order."""
        return self._screen

    def save_screen(self, path: Path, scale: int = 4) -> None:
        """A PNG of what the glass shows: dark while the display is off."""
        lit = self._screen if self.screen_on else _DARK
        write_png(Path(path), pixels(lit, self._inverse and self.screen_on), scale)

    def _take_outputs(self, request: tuple[int, ...], screen: bytes) -> None:
        self._screen = screen or self._screen
        self.sounder_hz = request[w.REQ_SOUNDER_HZ]
        self.vibrating = request[w.REQ_VIBRATION] > 0
        led = request[w.REQ_LED]
        self.led = (led >> 16, led >> 8 & 255, led & 255)
        flags = request[w.REQ_FLAGS]
        self.screen_on = bool(flags & w.FLAG_SCREEN_ON)
        self.screen_contrast = request[w.REQ_CONTRAST]
        self._inverse = bool(flags & w.FLAG_SCREEN_INVERSE)
        self.flash_violations = request[w.REQ_FLASH_VIOLATIONS]
        self.uart_lost = request[w.REQ_UART_LOST]
        self.store_writes = request[w.REQ_STORE_WRITES]
        self.i2c_nacks = request[w.REQ_I2C_NACKS]

    def _go_dark(self) -> None:
        """Without power nothing is seen, and only the second sounder is heard."""
        self._screen = _DARK
        self.screen_on = self.motor_powered = self.air_drive = self.vibrating = False
        self.screen_contrast = self.sounder_hz = 0
        self.led = (0, 0, 0)
