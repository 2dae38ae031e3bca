"""One record in two files, written in turn: after a power cut at any time one of them is whole.

File: `VS01`, sequence u32, length u32, payload, crc32 u32 of all before it; big-endian. The higher valid sequence is the
record. LittleFS keeps the old content of a file until it is closed (security 3d: nothing lost in 256 cuts x 4 kinds);
sequence and CRC guard against what a file system cannot see.
"""

import struct
from binascii import crc32

MAGIC = b"VS01"
_HEAD = ">4sII"
_HEAD_BYTES = 12
_CRC_BYTES = 4
MAX_PAYLOAD = 2_600  # the longest prescription and its proof, each at most one link body
_MAX_FILE = _HEAD_BYTES + MAX_PAYLOAD + _CRC_BYTES


class TwoSlots:
    """sequence: of the newest record, 0 if there is none. damaged: files that were there but worthless at `load`. errors: writes that failed."""

    def __init__(self, path_a: str, path_b: str):
        self._paths = (path_a, path_b)
        self._newest = 1  # so that the first write goes to a
        self._loaded = False
        self.sequence = 0
        self.damaged = 0
        self.errors = 0

    def load(self) -> bytes | None:
        """The newest valid payload, or None. Reads two files; outside the frame."""
        payload = None
        self.sequence = 0
        self.damaged = 0
        self._newest = 1
        for index in (0, 1):
            raw = _read(self._paths[index])
            if raw is None:
                continue
            found = unpack(raw)
            if found is None:
                self.damaged += 1
            elif found[0] > self.sequence:
                self.sequence = found[0]
                payload = found[1]
                self._newest = index
        self._loaded = True
        return payload

    def save(self, payload: bytes) -> bool:
        """Write `payload` over the older slot and read it back. False: the old record still stands. ValueError above 2,600 bytes.

        Outside the frame: an erase can take tens of ms.
        """
        if len(payload) > MAX_PAYLOAD:
            raise ValueError("payload")
        if not self._loaded:
            self.load()
        target = 1 - self._newest
        raw = pack(self.sequence + 1, payload)
        if not _write(self._paths[target], raw) or _read(self._paths[target]) != raw:
            self.errors += 1
            return False
        self._newest = target
        self.sequence += 1
        return True


def pack(sequence: int, payload: bytes) -> bytes:
    """The content of one slot file."""
    body = struct.pack(_HEAD, MAGIC, sequence, len(payload)) + payload
    return body + struct.pack(">I", crc32(body))


def unpack(raw: bytes) -> tuple | None:
    """(sequence, payload) of a slot file, or None if it is not whole."""
    if len(raw) < _HEAD_BYTES + _CRC_BYTES or len(raw) > _MAX_FILE:
        return None
    magic, sequence, length = struct.unpack(_HEAD, raw[:_HEAD_BYTES])
    if magic != MAGIC or sequence == 0 or length != len(raw) - _HEAD_BYTES - _CRC_BYTES:
        return None
    if struct.unpack(">I", raw[-_CRC_BYTES:])[0] != crc32(raw[:-_CRC_BYTES]):
        return None
    return sequence, raw[_HEAD_BYTES:-_CRC_BYTES]


def _read(path):
    """The file's bytes, None if it is not there or cannot be read. One byte more than allowed is enough to refuse it."""
    try:
        with open(path, "rb") as file:
            # A buffer of the file's own size: the largest one allowed would need 2.6 KB in one piece.
            size = file.seek(0, 2)
            file.seek(0)
            return file.read(min(size, _MAX_FILE + 1))
    except OSError:
        return None


def _write(path, raw):
    try:
        with open(path, "wb") as file:
            file.write(raw)
            file.flush()
    except OSError:
        return False
    return True
