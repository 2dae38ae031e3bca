"""Letters and signs on a framebuf, from its own 8x8 font. Outside the frame; integers only."""

import framebuf

WIDTH = 128

_glyph_bits = bytearray(8)
_glyph = framebuf.FrameBuffer(_glyph_bits, 8, 8, framebuf.MONO_VLSB)


def enlarged(screen, text: str, x: int, y: int, times_x: int, times_y: int):
    """Draw text with every pixel `times_x` wide and `times_y` high. Runs of set pixels are drawn as one rectangle."""
    for letter in text:
        _glyph.fill(0)
        _glyph.text(letter, 0, 0, 1)
        for column in range(8):
            bits = _glyph_bits[column]
            row = 0
            while row < 8:
                if bits >> row & 1:
                    run = 1
                    while row + run < 8 and bits >> (row + run) & 1:
                        run += 1
                    screen.fill_rect(
                        x + column * times_x, y + row * times_y, times_x, run * times_y, 1
                    )
                    row += run
                else:
                    row += 1
        x += 8 * times_x


def centred(screen, text: str, y: int, times_x: int = 1, times_y: int = 1):
    enlarged(screen, text, (WIDTH - 8 * times_x * len(text)) // 2, y, times_x, times_y)


def quantity(screen, number: str, unit: str, y: int, times_y: int = 2, above: str = ""):
    """The one number that matters: digits 16 pixels wide, its unit small beside their foot, a word over the unit.

    Five digits and five letters fill the width.
    """
    enlarged(screen, number, 0, y, 2, times_y)
    x = 16 * len(number) + 4
    screen.text(unit, x, y + 8 * times_y - 8, 1)
    screen.text(above, x, y - 1, 1)


def banner(screen, text: str, right: str = ""):
    """An empty screen with a title in reverse."""
    screen.fill(0)
    screen.fill_rect(0, 0, WIDTH, 11, 1)
    screen.text(text, 2, 2, 0)
    screen.text(right, WIDTH - 1 - 8 * len(right), 2, 0)


def foot(screen, text: str):
    """What the keys do here, on the last line."""
    screen.hline(0, 52, WIDTH, 1)
    screen.text(text, 0, 56, 1)


def padlock(screen, x: int, y: int, colour: int):
    """7 wide, 8 high."""
    screen.rect(x + 1, y, 5, 5, colour)
    screen.fill_rect(x, y + 3, 7, 5, colour)


def link_bars(screen, x: int, y: int, linked: bool):
    """Three bars, 11 wide and 8 high; their feet and a cross when the hub is not in contact."""
    for bar in range(3):
        height = 4 + bar * 2 if linked else 2
        screen.fill_rect(x + bar * 4, y + 8 - height, 3, height, 1)
    if not linked:
        screen.line(x + 3, y, x + 7, y + 4, 1)
        screen.line(x + 7, y, x + 3, y + 4, 1)


def arrow_up(screen, x: int, y: int, colour: int):
    """7 wide, 7 high: this alarm has risen."""
    for row in range(4):
        screen.hline(x + 3 - row, y + row, 2 * row + 1, colour)
    screen.fill_rect(x + 2, y + 4, 3, 3, colour)
