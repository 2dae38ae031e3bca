"""SSD1306 display, 128x64, at I2C address 0x3C. Drawn with `framebuf`, sent one page (128x8 pixels) a call.

Control byte 0x00 starts commands, 0x40 data. The picture is kept as eight rows of 129 bytes: the control byte, then 128 columns. `framebuf` skips the control
byte by its stride, so a page goes to the bus as it lies in memory: nothing is copied and nothing is allocated.
"""

import framebuf
from micropython import const

_ADDRESS = const(0x3C)
_WIDTH = const(128)
_HEIGHT = const(64)
_PAGES = const(8)
_ROW = const(_WIDTH + 1)
_BRIGHT = const(0xCF)
_DIM = const(0x08)

# SSD1306 data sheet, section 8.5 and application note: 128x64 module with charge pump.
_INIT = bytes(
    (
        0x00,
        0xAE,  # off
        0x20,
        0x00,  # horizontal addressing
        0x40,  # start line 0
        0xA1,  # column 127 is segment 0
        0xA8,
        0x3F,  # 64 rows
        0xC8,  # rows from the bottom up
        0xD3,
        0x00,  # no offset
        0xDA,
        0x12,  # alternative row pins
        0xD5,
        0x80,  # clock
        0xD9,
        0xF1,  # pre-charge
        0xDB,
        0x30,  # deselect level
        0x81,
        _BRIGHT,
        0xA4,  # show memory
        0xA6,  # not inverted
        0x8D,
        0x14,  # charge pump on
        0xAF,  # on
    )
)


class Display:
    """frame: the FrameBuffer to draw on. ok: the last transfer was answered. errors: transfers that were not.

    After an error the next `flush_page` sets the chip up again first, so a display that was reset or unplugged comes back with the pages that follow.
    lost: set when the chip had to be set up again; the caller clears it after it has sent all pages.
    """

    def __init__(self, i2c):
        self._i2c = i2c
        self._rows = bytearray(_PAGES * _ROW)
        view = memoryview(self._rows)
        for page in range(_PAGES):
            self._rows[page * _ROW] = 0x40
        self._pages = [view[page * _ROW : (page + 1) * _ROW] for page in range(_PAGES)]
        self.frame = framebuf.FrameBuffer(view[1:], _WIDTH, _HEIGHT, framebuf.MONO_VLSB, _ROW)
        self._window = bytearray((0x00, 0x21, 0, _WIDTH - 1, 0x22, 0, _PAGES - 1))
        self._contrast = bytearray((0x00, 0x81, _BRIGHT))
        self.ok = False
        self.lost = False
        self.errors = 0

    def init(self) -> bool:
        """Set the chip up, about 0.7 ms on the bus. Outside the frame. Returns `ok`."""
        self.ok = self._send(_INIT) and self._send(self._contrast)
        return self.ok

    def flush_page(self, page: int) -> bool:
        """Send one page (0 to 7), about 3.2 ms on the bus at 400 kHz. A slice, outside the frame. False if the chip does not answer."""
        if not self.ok:
            if not self.init():
                return False
            self.lost = True
        self._window[5] = page
        self._window[6] = page
        self.ok = self._send(self._window) and self._send(self._pages[page])
        return self.ok

    def dim(self, wanted: bool) -> bool:
        """Low or full contrast, about 0.1 ms on the bus. Outside the frame. Kept over a new set-up."""
        self._contrast[2] = _DIM if wanted else _BRIGHT
        if self.ok:
            self.ok = self._send(self._contrast)
        return self.ok

    def _send(self, buf):
        try:
            self._i2c.writeto(_ADDRESS, buf)
        except OSError:
            self.errors += 1
            return False
        return True
