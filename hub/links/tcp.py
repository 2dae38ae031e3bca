"""The TCP server for pumps: accepts, keeps one connection per pump, hands commands to the right one."""

from __future__ import annotations

import asyncio
import os
import socket

from hub import logs
from hub.commands import CommandShelf
from hub.known_pumps import KnownPumps
from hub.links.connection import LinkCounters, LinkParts, PumpConnection
from hub.links.deadlines import LinkDeadlines
from hub.links.states import CloseReason
from hub.store.outbox import Outbox

# Far above any house; bounds memory if strangers connect.
MAX_CONNECTIONS = 256
SEND_BUFFER_BYTES = 32_768


class CannotListen(Exception):
    """A sentence: the address for pumps cannot be used."""


class LinkServer:
    """`await start()`, later `await stop()`."""

    def __init__(
        self,
        hub_id: str,
        outbox: Outbox,
        shelf: CommandShelf,
        known: KnownPumps,
        deadlines: LinkDeadlines | None = None,
    ) -> None:
        self.counters = LinkCounters()
        self._parts = LinkParts(
            hub_id=hub_id,
            outbox=outbox,
            shelf=shelf,
            known=known,
            counters=self.counters,
            deadlines=deadlines or LinkDeadlines(),
            on_open=self._on_open,
        )
        self._log = logs.get("links")
        self._once = logs.Once()
        self._connections: dict[asyncio.Task[None], PumpConnection] = {}
        self._by_pump: dict[bytes, PumpConnection] = {}
        self._server: asyncio.Server | None = None
        self._stopping = False
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen. CannotListen with a sentence if the address is taken or not ours."""
        try:
            self._server = await asyncio.start_server(self._serve, host, port, limit=65_536)
        except OSError as error:
            text = os.strerror(error.errno) if error.errno else str(error)
            raise CannotListen(f"link_host, link_port: {host}:{port}: {text}") from None
        self.port = self._server.sockets[0].getsockname()[1]
        self._log.info("listening", host=host, port=self.port)

    async def stop(self) -> None:
        """End every connection and wait for them."""
        self._stopping = True
        if self._server is not None:
            self._server.close()
        for connection in self._connections.values():
            connection.end(CloseReason.SHUTDOWN)
        if self._connections:
            await asyncio.wait(tuple(self._connections))

    def command_waits(self, pump_id: bytes) -> bool:
        """Write the shelved command if its pump is here. True if it was written."""
        connection = self._by_pump.get(pump_id)
        return connection is not None and connection.write_command()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The kernel would grow this to megabytes for a pump that has stopped reading.
        writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES
        )
        connection = PumpConnection(self._parts, reader, writer)
        task = asyncio.current_task()
        if self._stopping or len(self._connections) >= MAX_CONNECTIONS or task is None:
            if self._once.first("too_many"):
                self._log.warning("connections_refused", limit=MAX_CONNECTIONS)
            connection.end(CloseReason.TOO_MANY)
        else:
            self._connections[task] = connection
        try:
            await connection.run()
        finally:
            if task is not None:
                self._connections.pop(task, None)
            self._forget(connection)
            if len(self._connections) < MAX_CONNECTIONS // 2:
                self._once.again("too_many")

    def _on_open(self, connection: PumpConnection) -> None:
        """A pump said who it is. Its older connection, if any, is a dead one that has not noticed."""
        older = self._by_pump.get(connection.pump_id)
        self._by_pump[connection.pump_id] = connection
        if older is not None:
            older.end(CloseReason.REPLACED)
            self._parts.shelf.link_lost(connection.pump_id)

    def _forget(self, connection: PumpConnection) -> None:
        """The pump is away, unless a newer connection has taken over."""
        if self._by_pump.get(connection.pump_id) is not connection:
            return
        del self._by_pump[connection.pump_id]
        self._parts.known.disconnected(connection.pump_id)
        self._parts.shelf.link_lost(connection.pump_id)
