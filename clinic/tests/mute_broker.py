"""A broker that answers what it is told to answer and nothing else. MQTT 5 by hand, for moments that a real one passes too quickly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from clinic.tests.waits import until

# Kinds of packet: the upper half of the first byte.
CONNECT, SUBSCRIBE, DISCONNECT = 1, 8, 14


def _connack(_: bytes) -> bytes:
    return bytes((0x20, 3, 0, 0, 0))


def _suback(body: bytes) -> bytes:
    return bytes((0x90, 4, *body[:2], 0, 1))


ANSWERS: dict[int, Callable[[bytes], bytes]] = {CONNECT: _connack, SUBSCRIBE: _suback}


class MuteBroker:
    """`heard`: kinds of packet in order of arrival, over all connections. `open`: connections that nobody has closed yet."""

    def __init__(self, answers: tuple[int, ...]) -> None:
        self.port = 0
        self.heard: list[int] = []
        self.on_packet: Callable[[int], object] = lambda _: None
        self.open: set[asyncio.StreamWriter] = set()
        self._answers = answers

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open.add(writer)
        try:
            while True:
                kind, body = await _packet(reader)
                self.heard.append(kind)
                self.on_packet(kind)
                if kind in self._answers:
                    writer.write(ANSWERS[kind](body))
        except (asyncio.IncompleteReadError, OSError):
            return
        finally:
            self.open.discard(writer)
            writer.close()


async def _packet(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    [first] = await reader.readexactly(1)
    length, shift, more = 0, 0, True
    while more:
        [byte] = await reader.readexactly(1)
        length |= (byte & 0x7F) << shift
        shift, more = shift + 7, byte >= 0x80
    return first >> 4, await reader.readexactly(length)


@asynccontextmanager
async def mute_broker(*answers: int) -> AsyncIterator[MuteBroker]:
    """On a free port; answers these kinds of packet."""
    broker = MuteBroker(answers)
    server = await asyncio.start_server(broker.serve, "127.0.0.1", 0)
    broker.port = server.sockets[0].getsockname()[1]
    try:
        yield broker
    finally:
        server.close()
        for writer in broker.open:
            writer.transport.abort()
        await until(lambda: not broker.open)
