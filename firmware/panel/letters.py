"""Enlarged letters from framebuf's own 8x8 font, and numbers as people read them. Outside the frame; integers only."""

import framebuf

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
    enlarged(screen, text, (128 - 8 * times_x * len(text)) // 2, y, times_x, times_y)


def millilitres(volume_nl: int) -> str:
    """Volume in mL: two decimals below 10 mL, one below 100, none above. Truncated: never shows more than was given or is left."""
    if volume_nl < 10_000_000:
        return "%d.%02d" % (volume_nl // 1_000_000, volume_nl % 1_000_000 // 10_000)
    if volume_nl < 100_000_000:
        return "%d.%d" % (volume_nl // 1_000_000, volume_nl % 1_000_000 // 100_000)
    return "%d" % (volume_nl // 1_000_000)


def rate(rate_nl_h: int) -> str:
    """Rate in mL/h: three decimals below 1 mL/h, so that the slowest one, 0.05, is told to a fiftieth; as `millilitres` above."""
    if 0 < rate_nl_h < 1_000_000:
        return "0.%03d" % (rate_nl_h // 1_000)
    return millilitres(rate_nl_h)


def change(before_nl_h: int, after_nl_h: int) -> str:
    """What a new rate is against the one before, at most 16 letters: "was 7.00 +12%"."""
    if before_nl_h == 0:
        return "first rate"
    percent = (after_nl_h - before_nl_h) * 100 // before_nl_h
    return "was %s %s" % (rate(before_nl_h), "%+d%%" % percent if percent < 1_000 else ">10x")


def hours_minutes(minutes: int) -> str:
    return "%dh%02d" % (minutes // 60, minutes % 60)
