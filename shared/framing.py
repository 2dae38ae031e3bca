"""Link frames: A5 5A, kind, length, CRC-8 of these, body, CRC-32. See docs/PROTOCOL.md section 1."""

from binascii import crc32

from shared.crc import crc8

SYNC = b"\xa5\x5a"
HEADER = 6
TRAILER = 4
MAX_BODY = 1_200
MAX_FRAME = HEADER + MAX_BODY + TRAILER


def encode(kind: int, body: bytes) -> bytes:
    """One frame. ValueError for a kind beyond a byte or a body beyond 1,200 bytes."""
    if not 0 <= kind <= 0xFF or len(body) > MAX_BODY:
        raise ValueError("kind or body")
    covered = bytes((kind,)) + len(body).to_bytes(2, "big")
    check = crc32(body, crc32(covered))
    return SYNC + covered + bytes((crc8(covered),)) + body + check.to_bytes(4, "big")


class Decoder:
    """Takes bytes in any portions and finds the frames in them. Holds at most one frame.

    dropped_bytes: every byte that did not become part of a frame.
    bad_crc: frames whose header was good and whose CRC-32 was not.
    """

    def __init__(self):
        self.dropped_bytes = 0
        self.bad_crc = 0
        self._buffer = bytearray(MAX_FRAME)
        self._view = memoryview(self._buffer)
        self._start = 0
        self._end = 0

    def feed(self, data: bytes | bytearray | memoryview) -> list:
        """The frames completed by `data`, as (kind, body), in order."""
        frames = []
        offset = 0
        size = len(data)
        while offset < size:
            if self._start:
                self._compact()
            count = min(MAX_FRAME - self._end, size - offset)
            self._buffer[self._end : self._end + count] = data[offset : offset + count]
            self._end += count
            offset += count
            # A full buffer always gives a frame or drops a byte, so that there is room again.
            self._scan(frames)
        return frames

    def reset(self) -> None:
        """Forget a half-received frame, as after a new connect. Its bytes count as dropped."""
        self.dropped_bytes += self._end - self._start
        self._start = self._end = 0

    def _compact(self) -> None:
        kept = self._end - self._start
        # bytes(): a copy between, as both slices may overlap
        self._buffer[:kept] = bytes(self._view[self._start : self._end])
        self._start = 0
        self._end = kept

    def _drop(self) -> None:
        self._start += 1
        self.dropped_bytes += 1

    def _scan(self, frames: list) -> None:
        buffer = self._buffer
        while self._start < self._end:
            at = self._start
            have = self._end - at
            if buffer[at] != SYNC[0] or (have > 1 and buffer[at + 1] != SYNC[1]):
                self._drop()
                continue
            if have < HEADER:
                return
            length = buffer[at + 3] << 8 | buffer[at + 4]
            if length > MAX_BODY or crc8(self._view[at + 2 : at + 5]) != buffer[at + 5]:
                self._drop()
                continue
            if have < HEADER + length + TRAILER:
                return
            body = bytes(self._view[at + HEADER : at + HEADER + length])
            check = crc32(body, crc32(bytes(self._view[at + 2 : at + 5])))
            sent = int.from_bytes(bytes(self._view[at + HEADER + length :][:TRAILER]), "big")
            if check != sent:
                self.bad_crc += 1
                self._drop()
                continue
            self._start = at + HEADER + length + TRAILER
            frames.append((buffer[at + 2], body))
