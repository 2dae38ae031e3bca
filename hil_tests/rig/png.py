"""Display memory as a picture: SSD1306 page order to an 8-bit grey PNG."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

WIDTH = 128
HEIGHT = 64
_LIT = 235
_DARK = 12


def pixels(memory: bytes, inverse: bool = False) -> list[list[bool]]:
    """Rows of lit pixels. Byte `page * 128 + x` holds rows `8 * page` (bit 0) to `8 * page + 7`."""
    return [
        [bool(memory[y // 8 * WIDTH + x] >> y % 8 & 1) != inverse for x in range(WIDTH)]
        for y in range(HEIGHT)
    ]


def write_png(path: Path, rows: list[list[bool]], scale: int) -> None:
    """Each pixel becomes `scale` x `scale`."""
    lines = bytearray()
    for row in rows:
        line = b"".join(bytes([_LIT if lit else _DARK]) * scale for lit in row)
        lines += (b"\0" + line) * scale
    size = struct.pack(">IIBBBBB", len(rows[0]) * scale, len(rows) * scale, 8, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", size)
        + _chunk(b"IDAT", zlib.compress(bytes(lines), 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
