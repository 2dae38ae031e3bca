"""One connection of one pump, used once. What it hears goes to the store; it says STORED only after the commit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from hub import logs
from hub.commands import CommandShelf
from hub.known_pumps import KnownPumps
from hub.links.deadlines import LinkDeadlines
from hub.links.states import CloseReason, LinkState
from hub.store.outbox import Outbox
from hub.store.records import Incoming, PutResult
from shared import framing
from shared.codes import Link
from shared.errors import Malformed
from shared.link_messages import (
    pack_command_frame,
    pack_number,
    pack_welcome,
    parse_hello,
    parse_number,
    parse_record,
)

READ_BYTES = 4_096
# A pump has a handful of records out. Past this the hub stops reading until the disk has caught up.
MAX_UNSTORED = 64
# Everything the hub ever says to a pump in a minute fits in a fraction of this.
MAX_WRITE_BACKLOG_BYTES = 65_536


@dataclass(slots=True)
class LinkCounters:
    """Sums over all connections since start."""

    accepted: int = 0
    records: int = 0
    repeated: int = 0  # records that were on disk already
    not_stored: int = 0  # records the pump has to keep
    dropped_bytes: int = 0
    malformed: int = 0  # whole frames that make no sense
    unexpected: int = 0  # frames that do not belong in this state or direction


@dataclass(frozen=True, slots=True)
class LinkParts:
    """What every connection works with."""

    hub_id: str
    outbox: Outbox
    shelf: CommandShelf
    known: KnownPumps
    counters: LinkCounters
    deadlines: LinkDeadlines
    on_open: Callable[[PumpConnection], None]


class PumpConnection:
    """Give it a fresh socket, await `run`, throw it away."""

    def __init__(
        self, parts: LinkParts, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._parts = parts
        self._reader = reader
        self._writer = writer
        self._decoder = framing.Decoder()
        self._log = logs.get("link")
        self._once = logs.Once()
        self._unstored = 0
        self._stored_some = asyncio.Event()
        self._ending = asyncio.Event()
        self._reported_bytes = 0
        self.state = LinkState.ACCEPTED
        self.reason: CloseReason | None = None
        self.pump_id = b""

    @property
    def name(self) -> str:
        """For log lines: enough of the id to tell pumps of one house apart."""
        return self.pump_id.hex()[:8] or "unknown"

    async def run(self) -> CloseReason:
        """Serve the pump until it leaves, falls silent or is replaced. Never raises for what a peer does."""
        self._parts.counters.accepted += 1
        reading = asyncio.create_task(self._read_all())
        ending = asyncio.create_task(self._ending.wait())
        try:
            await asyncio.wait((reading, ending), return_when=asyncio.FIRST_COMPLETED)
            if reading.done():
                reading.result()
        finally:
            reading.cancel()
            ending.cancel()
            await self._close()
        reason = self.reason or CloseReason.PEER_LOST
        self._log.info("link_closed", pump=self.name, reason=reason.name.lower())
        return reason

    def end(self, reason: CloseReason) -> None:
        """Ask the connection to end. The first reason counts."""
        if self.reason is None:
            self.reason = reason
        self._ending.set()

    def write_command(self) -> bool:
        """Write the command that waits for this pump, if one does."""
        if self.state is not LinkState.OPEN:
            return False
        frame = self._parts.shelf.to_write(self.pump_id, _mono_ms())
        if frame is None:
            return False
        self._write(Link.COMMAND, pack_command_frame(frame))
        self._log.info("command_written", pump=self.name)
        return True

    async def _read_all(self) -> None:
        deadlines = self._parts.deadlines
        deadline_s = time.monotonic() + deadlines.hello_s
        while self.reason is None:
            try:
                async with asyncio.timeout(deadline_s - time.monotonic()):
                    data = await self._reader.read(READ_BYTES)
            except TimeoutError:
                accepted = self.state is LinkState.ACCEPTED
                return self.end(CloseReason.HELLO_LATE if accepted else CloseReason.SILENT)
            except OSError:
                return self.end(CloseReason.PEER_LOST)
            if not data:
                return self.end(CloseReason.PEER_CLOSED)
            frames = self._decoder.feed(data)
            self._count_dropped()
            for kind, body in frames:
                self._on_frame(kind, body)
            if frames and self.state is LinkState.OPEN:
                # Garbage does not keep a link alive, whole frames do.
                deadline_s = time.monotonic() + deadlines.silence_s
            while self._unstored > MAX_UNSTORED:
                # The store answers every record, so this ends.
                self._stored_some.clear()
                await self._stored_some.wait()

    def _on_frame(self, kind: int, body: bytes) -> None:
        if self.reason is not None:
            return
        handler = _HANDLERS.get(kind)
        if handler is None or (self.state is LinkState.ACCEPTED and kind != Link.HELLO):
            self._parts.counters.unexpected += 1
            if self._once.first("unexpected"):
                self._log.warning("frame_unexpected", pump=self.name, kind=kind)
            return
        try:
            handler(self, body)
        except Malformed as error:
            self._parts.counters.malformed += 1
            if self._once.first("malformed"):
                self._log.warning(
                    "frame_malformed",
                    pump=self.name,
                    kind=kind,
                    code=error.code,
                    field=error.field,
                )
            return
        if self.state is LinkState.OPEN:
            self._parts.known.heard(self.pump_id, _unix_ms())
            self._parts.shelf.heard(self.pump_id, _mono_ms())

    def _on_hello(self, body: bytes) -> None:
        hello = parse_hello(body)
        if self.state is LinkState.OPEN and hello.pump_id != self.pump_id:
            self.end(CloseReason.OTHER_PUMP)
            return
        first = self.state is LinkState.ACCEPTED
        self.pump_id = hello.pump_id
        self.state = LinkState.OPEN
        self._parts.known.connected(self.pump_id, hello.boot, _unix_ms())
        self._write(Link.WELCOME, pack_welcome(self._parts.hub_id))
        if first:
            self._log.info("link_open", pump=self.name, boot=hello.boot)
            self._parts.on_open(self)
        self.write_command()

    def _on_record(self, body: bytes) -> None:
        record = parse_record(body)
        self._parts.counters.records += 1
        incoming = Incoming(self.pump_id, record.urgency, _unix_ms(), record.frame)
        self._unstored += 1
        future = self._parts.outbox.put(incoming)
        future.add_done_callback(lambda done: self._on_stored(record.link_seq, done.result()))

    def _on_stored(self, link_seq: int, result: PutResult) -> None:
        self._unstored -= 1
        self._stored_some.set()
        if result is PutResult.ALREADY:
            self._parts.counters.repeated += 1
        if result.on_disk:
            self._write(Link.STORED, pack_number(link_seq))
            return
        self._parts.counters.not_stored += 1
        if self._once.first("not_stored"):
            self._log.warning("record_not_stored", pump=self.name, why=result.value)

    def _on_ping(self, body: bytes) -> None:
        self._write(Link.PONG, pack_number(parse_number(body)))

    def _write(self, kind: int, body: bytes) -> None:
        if self.reason is not None or self._writer.is_closing():
            return
        self._writer.write(framing.encode(kind, body))
        if self._writer.transport.get_write_buffer_size() > MAX_WRITE_BACKLOG_BYTES:
            self.end(CloseReason.SLOW_READER)

    def _count_dropped(self) -> None:
        fresh = self._decoder.dropped_bytes - self._reported_bytes
        if not fresh:
            return
        self._reported_bytes = self._decoder.dropped_bytes
        self._parts.counters.dropped_bytes += fresh
        if self._once.first("dropped"):
            self._log.warning("bytes_dropped", pump=self.name, first_count=fresh)

    async def _close(self) -> None:
        self.state = LinkState.CLOSED
        self._writer.close()
        try:
            async with asyncio.timeout(self._parts.deadlines.close_s):
                await self._writer.wait_closed()
        except (TimeoutError, OSError):
            self._writer.transport.abort()


# What a pump may say, and who takes it.
_HANDLERS: dict[int, Callable[[PumpConnection, bytes], None]] = {
    Link.HELLO: PumpConnection._on_hello,
    Link.RECORD: PumpConnection._on_record,
    Link.PING: PumpConnection._on_ping,
}


def _mono_ms() -> int:
    return time.monotonic_ns() // 1_000_000


def _unix_ms() -> int:
    return time.time_ns() // 1_000_000
