"""A hub's end of the real broker: publishes uplinks, collects what the clinic sends down."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import aiomqtt

from clinic.house import House
from shared import uplink_messages

DEADLINE_S = 15.0


async def until(condition: Callable[[], object]) -> None:
    """Wait for something that nothing announces."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            if condition():
                return
            await asyncio.sleep(0.02)


class Wire:
    """Connected to the broker as the hub. The clinic's own line is started with it and can be cut."""

    def __init__(self, house: House, port: int, down_topic: str) -> None:
        self._house = house
        self._port = port
        self._down_topic = down_topic
        self.received: list[uplink_messages.DownReceipt | uplink_messages.DownCommand] = []
        self._arrived = asyncio.Condition()
        self._ready = asyncio.Event()
        self._client: aiomqtt.Client | None = None
        self._hub = asyncio.create_task(self._collect())
        self._line: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await asyncio.wait_for(self._ready.wait(), DEADLINE_S)
        await self.join()

    async def join(self) -> None:
        """Connect the clinic."""
        self._line = asyncio.create_task(self._house.line.run())
        await asyncio.wait_for(self._house.line.connected.wait(), DEADLINE_S)

    async def cut(self) -> None:
        """Take the clinic off the broker."""
        if self._line is not None:
            self._line.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._line
            self._line = None

    async def close(self) -> None:
        await self.cut()
        self._hub.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._hub

    async def publish(self, topic: str, payload: bytes) -> None:
        assert self._client is not None
        await self._client.publish(topic, payload, qos=1)

    async def got(self, count: int) -> list:
        """Everything received, once there are that many."""
        async with self._arrived:
            await asyncio.wait_for(
                self._arrived.wait_for(lambda: len(self.received) >= count), DEADLINE_S
            )
        return self.received

    async def frames(self, count: int) -> list[bytes]:
        """Frames of the commands received, once there are that many messages."""
        return [
            down.frame
            for down in await self.got(count)
            if isinstance(down, uplink_messages.DownCommand)
        ]

    async def _collect(self) -> None:
        async with aiomqtt.Client(
            "127.0.0.1", self._port, protocol=aiomqtt.ProtocolVersion.V5
        ) as client:
            await client.subscribe(self._down_topic, qos=1)
            self._client = client
            self._ready.set()
            async for message in client.messages:
                assert isinstance(message.payload, bytes)
                async with self._arrived:
                    self.received.append(uplink_messages.parse_down(message.payload))
                    self._arrived.notify_all()
