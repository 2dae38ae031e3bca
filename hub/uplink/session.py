"""One connection to the broker, from subscribing to its loss. Used once.

Sends what the outbox holds, beats, and hears. It ends when a publish is not acknowledged in time: that is the probe.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from hub.known_pumps import KnownPumps
from hub.store.outbox import Outbox
from hub.store.records import ALARM, Stored
from hub.uplink.deadlines import UplinkDeadlines
from hub.uplink.down import Downlink
from hub.uplink.state import UplinkStatus
from hub.uplink.topics import Topics
from hub.uplink.waits import NO_END, UplinkLost, within
from shared.uplink_messages import pack_up

# Batches that wait for the broker's acknowledgement. More would only lie before an alarm in TCP's buffers.
BATCHES_AT_ONCE = 4
ALARMS_AT_ONCE = 16
# A batch goes again after 10 s, a heartbeat says something about now only: a broker need keep neither for long.
UP_EXPIRY_S = 30
# A look at the outbox without a reason, in case one was missed; and the shortest wait for a resend.
IDLE_S = 1.0
SHORTEST_WAIT_S = 0.05


class Session:
    """`subscribe`, then `serve`. Both raise UplinkLost or MqttError when the connection is of no use any more."""

    def __init__(
        self,
        client: aiomqtt.Client,
        topics: Topics,
        outbox: Outbox,
        known: KnownPumps,
        downlink: Downlink,
        status: UplinkStatus,
        deadlines: UplinkDeadlines,
    ) -> None:
        self._client = client
        self._topics = topics
        self._outbox = outbox
        self._known = known
        self._downlink = downlink
        self._status = status
        self._deadlines = deadlines
        # Messages without the broker's acknowledgement: of alarms (True) and of others (False).
        self._out = {True: 0, False: 0}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._expiry = Properties(PacketTypes.PUBLISH)
        self._expiry.MessageExpiryInterval = UP_EXPIRY_S

    async def subscribe(self) -> None:
        granted = await within(
            self._deadlines.subscribe_s,
            "the answer to the subscription",
            self._client.subscribe(self._topics.down, qos=1, timeout=NO_END),
        )
        if any(getattr(code, "value", code) > 2 for code in granted):
            raise UplinkLost(f"the broker refused the subscription to {self._topics.down}")

    async def serve(self) -> None:
        """Everything at once until the first thing fails; then nothing of it is left.

        No task group: Python 3.11's forgets a cancellation from outside if a child fails in the same moment.
        """
        try:
            self._start(self._receive())
            self._start(self._beat())
            self._start(self._send())
            await self._ended
        finally:
            self._ended.cancel()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._on_done)

    def _on_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not self._ended.done():
            self._ended.set_exception(error)

    async def _receive(self) -> None:
        async for message in self._client.messages:
            payload = message.payload
            if isinstance(payload, bytes):
                await self._downlink.take(payload, message.retain)

    async def _beat(self) -> None:
        """The hub's heartbeat; at once when a pump came or went."""
        while True:
            version = self._known.version
            await self._publish([])
            started_s = time.monotonic()
            while time.monotonic() - started_s < self._deadlines.heartbeat_s:
                await asyncio.sleep(self._deadlines.shortest_beat_s)
                if self._known.version != version:
                    break

    async def _send(self) -> None:
        """Keep messages flowing as long as there are records, room and a line."""
        # What an earlier connection took may never have arrived.
        await self._outbox.line_is_new()
        while True:
            self._outbox.fresh.clear()
            records, due_ms = await self._outbox.take(
                _mono_ms(),
                alarms=self._out[True] < ALARMS_AT_ONCE,
                others=self._out[False] < BATCHES_AT_ONCE,
            )
            if records:
                self._out[records[0].urgency == ALARM] += 1
                self._start(self._send_one(records))
                continue
            wait_s = IDLE_S if due_ms is None else (due_ms - _mono_ms()) / 1_000
            try:
                async with asyncio.timeout(min(IDLE_S, max(SHORTEST_WAIT_S, wait_s))):
                    await self._outbox.fresh.wait()
            except TimeoutError:
                continue

    async def _send_one(self, records: list[Stored]) -> None:
        await self._publish(records)
        self._status.published_records += len(records)
        self._out[records[0].urgency == ALARM] -= 1
        self._outbox.fresh.set()

    async def _publish(self, records: list[Stored]) -> None:
        payload = pack_up(
            self._outbox.outbox_uuid,
            time.time_ns() // 1_000_000,
            [
                (record.outbox_id, record.pump_id, record.received_unix_ms, record.frame)
                for record in records
            ],
            self._known.links(),
        )
        await within(
            self._deadlines.puback_s,
            "the acknowledgement of a message",
            self._client.publish(
                self._topics.up,
                payload,
                qos=1,
                retain=False,
                properties=self._expiry,
                timeout=NO_END,
            ),
        )
        self._status.published_messages += 1


def _mono_ms() -> int:
    return time.monotonic_ns() // 1_000_000
