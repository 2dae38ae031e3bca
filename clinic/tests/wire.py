"""A hub's end of the real broker: publishes uplinks, collects what the clinic sends down."""

from __future__ import annotations

import asyncio

import aiomqtt

from clinic.house import House
from clinic.ingest.connection import NO_END, entered
from clinic.tests.waits import ended, within
from shared import uplink_messages


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
        await within("the hub to reach the broker", self._ready.wait())
        await self.join()

    async def join(self) -> None:
        """Connect the clinic."""
        self._line = asyncio.create_task(self._house.line.run())
        await within("the clinic to reach the broker", self._house.line.connected.wait())

    async def cut(self) -> None:
        """Take the clinic off the broker."""
        if self._line is not None:
            line, self._line = self._line, None
            await ended(line, "the clinic's line")

    async def close(self) -> None:
        try:
            await self.cut()
        finally:
            await ended(self._hub, "the hub's end of the wire")

    async def publish(self, topic: str, payload: bytes) -> None:
        assert self._client is not None
        publication = self._client.publish(topic, payload, qos=1, timeout=NO_END)
        await within("the broker to take what the hub sent", publication)

    async def got(self, count: int) -> list:
        """Everything received, once there are that many."""
        async with self._arrived:
            arrival = self._arrived.wait_for(lambda: len(self.received) >= count)
            await within(f"message {count} of the clinic to the hub", arrival)
        return self.received

    async def frames(self, count: int) -> list[bytes]:
        """Frames of the commands received, once there are that many messages."""
        return [
            down.frame
            for down in await self.got(count)
            if isinstance(down, uplink_messages.DownCommand)
        ]

    async def _collect(self) -> None:
        client = aiomqtt.Client("127.0.0.1", self._port, protocol=aiomqtt.ProtocolVersion.V5)
        async with entered(client):
            await client.subscribe(self._down_topic, qos=1, timeout=NO_END)
            self._client = client
            self._ready.set()
            async for message in client.messages:
                assert isinstance(message.payload, bytes)
                async with self._arrived:
                    self.received.append(uplink_messages.parse_down(message.payload))
                    self._arrived.notify_all()
