"""The link's bytes to and from the hub's TCP server. Knows nothing of what they mean."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

# The pump says HELLO every 2 s; a hub that comes back is found within that.
RETRY_S = 1.0
_READ_BYTES = 4_096
# A hub that does not read for so long loses bytes, as a radio would; the pump sends them again.
_MOST_WAITING_BYTES = 65_536


class Bridge:
    """tell: gets one line when the hub is lost or found; `in_range` False cuts the connection."""

    def __init__(self, host: str, port: int, tell: Callable[[str], None]) -> None:
        self.in_range = True
        self.dropped_bytes = 0
        self._host = host
        self._port = port
        self._tell = tell
        self._writer: asyncio.StreamWriter | None = None
        self._received = bytearray()
        self._changed = asyncio.Event()
        self._missed = False

    @property
    def connected(self) -> bool:
        return self._writer is not None

    def send(self, data: bytes) -> None:
        """Bytes of the pump; lost without a connection."""
        writer = self._writer
        if writer is None or writer.transport.get_write_buffer_size() > _MOST_WAITING_BYTES:
            self.dropped_bytes += len(data)
        else:
            writer.write(data)

    def take(self) -> bytes:
        """Bytes for the pump since the last call."""
        data = bytes(self._received)
        self._received.clear()
        return data

    def set_range(self, in_range: bool) -> None:
        """Walk out of radio range or back."""
        self.in_range = in_range
        if not in_range:
            self._received.clear()
            if self._writer is not None:
                self._writer.transport.abort()
        self._changed.set()

    async def run(self) -> None:
        """Connect, and again, until cancelled."""
        while True:
            if self.in_range:
                with contextlib.suppress(OSError):
                    await self._serve_connection()
            self._changed.clear()
            # Not wait_for: before Python 3.12 it drops a cancellation that comes in the moment of the change.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RETRY_S if self.in_range else None):
                    await self._changed.wait()

    async def _serve_connection(self) -> None:
        try:
            reader, writer = await asyncio.open_connection(self._host, self._port)
        except OSError:
            if not self._missed:
                self._missed = True
                self._tell(f"no hub at {self._host}:{self._port} yet; trying again and again")
            raise
        if self._missed:
            self._missed = False
            self._tell(f"hub at {self._host}:{self._port} found")
        self._writer = writer
        try:
            while self.in_range:
                data = await reader.read(_READ_BYTES)
                if not data:
                    return
                if self.in_range:
                    self._received += data
        finally:
            self._writer = None
            writer.transport.abort()
