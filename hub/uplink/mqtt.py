"""The supervised MQTT 5 client: connects, notices by itself when the line is dead, connects again, for ever.

One `_Session` per connection, used once. What the broker acknowledged is only on its way; the outbox keeps it.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import time

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from hub import logs
from hub.known_pumps import KnownPumps
from hub.store.outbox import Outbox
from hub.store.records import ALARM, Stored
from hub.uplink.deadlines import UplinkDeadlines
from hub.uplink.down import Downlink
from hub.uplink.state import UplinkState, UplinkStatus
from hub.uplink.topics import Topics
from shared.uplink_messages import MAX_DOWN, pack_up

# Batches that wait for the broker's acknowledgement. More would only lie before an alarm in TCP's buffers.
BATCHES_AT_ONCE = 4
ALARMS_AT_ONCE = 16
# A batch goes again after 10 s, a heartbeat says something about now only: a broker need keep neither for long.
UP_EXPIRY_S = 30
# Receipts and commands for a hub that is away. Older commands are of no use (docs/PROTOCOL.md 3).
SESSION_EXPIRY_S = 600
# paho pings on an idle line; our heartbeat is quicker, so this is for the broker, which may then drop us.
KEEPALIVE_S = 15
# Far more receipts than 16 batches can cause; a broker that floods us is not given our memory.
MAX_INCOMING = 1_000


class UplinkLost(Exception):
    """The connection is of no use any more; a sentence says why."""


class Uplink:
    """Runs until cancelled."""

    def __init__(
        self,
        hub_id: str,
        host: str,
        port: int,
        tls: ssl.SSLContext | None,
        outbox: Outbox,
        known: KnownPumps,
        downlink: Downlink,
        status: UplinkStatus,
        deadlines: UplinkDeadlines | None = None,
    ) -> None:
        self._hub_id = hub_id
        self._host = host
        self._port = port
        self._tls = tls
        self.outbox = outbox
        self.known = known
        self.downlink = downlink
        self.deadlines = deadlines or UplinkDeadlines()
        self._log = logs.get("uplink")
        self._once = logs.Once()
        self.status = status

    async def run(self) -> None:
        """Connect, serve, and start over when the line is lost. Ends only by cancellation."""
        pause_s = self.deadlines.first_pause_s
        try:
            while _wanted():
                self.status.state = UplinkState.CONNECTING
                connects = self.status.connects
                try:
                    await self._serve_one_connection()
                except (aiomqtt.MqttError, UplinkLost, OSError, ssl.SSLError) as error:
                    self._lost(error)
                if not _wanted():
                    return
                if self.status.connects > connects:
                    pause_s = self.deadlines.first_pause_s
                self.status.state = UplinkState.WAITING
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, self.deadlines.longest_pause_s)
        finally:
            self.status.state = UplinkState.STOPPED

    async def _serve_one_connection(self) -> None:
        client = self._client()
        # __aenter__ connects in a thread that cannot be cancelled: shielded, it is always waited for.
        entering = asyncio.create_task(client.__aenter__())
        try:
            await asyncio.shield(entering)
        except asyncio.CancelledError:
            await asyncio.wait((entering,), timeout=self.deadlines.connack_s)
            raise
        try:
            session = _Session(client, Topics.of(self._hub_id), self)
            await session.serve()
        finally:
            try:
                await client.__aexit__(None, None, None)
            except aiomqtt.MqttError as error:
                # A dead line cannot be closed in order; it is gone either way.
                self._log.debug("disconnect_failed", error=str(error))

    def _client(self) -> aiomqtt.Client:
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = SESSION_EXPIRY_S
        properties.MaximumPacketSize = MAX_DOWN + 1_000
        client = aiomqtt.Client(
            self._host,
            self._port,
            identifier=f"vigil-hub-{self._hub_id}",
            protocol=aiomqtt.ProtocolVersion.V5,
            clean_start=False,
            properties=properties,
            keepalive=KEEPALIVE_S,
            timeout=self.deadlines.connack_s,
            max_inflight_messages=BATCHES_AT_ONCE + ALARMS_AT_ONCE + 4,
            max_queued_incoming_messages=MAX_INCOMING,
            tls_context=self._tls,
            logger=_quiet_logger(),
        )
        client.pending_calls_threshold = BATCHES_AT_ONCE + ALARMS_AT_ONCE + 4
        return client

    def _lost(self, error: BaseException) -> None:
        was_up = self.status.state is UplinkState.UP
        self.status.last_error = str(error)[:200] or type(error).__name__
        # A drop deserves a line, and the first failed attempt after it; the rest of an outage does not.
        if was_up or self._once.first("down"):
            self._log.warning("uplink_down", error=self.status.last_error, was_up=was_up)

    def came_up(self) -> None:
        self.status.state = UplinkState.UP
        self.status.connects += 1
        self.status.last_error = ""
        self._once.again("down")
        self._log.info("uplink_up", host=self._host, port=self._port, tls=self._tls is not None)


class _Session:
    """One connection to the broker, from subscribing to its loss."""

    def __init__(self, client: aiomqtt.Client, topics: Topics, uplink: Uplink) -> None:
        self._client = client
        self._topics = topics
        self._uplink = uplink
        self._outbox = uplink.outbox
        self._status = uplink.status
        self._deadlines = uplink.deadlines
        # Messages without the broker's acknowledgement: of alarms (True) and of others (False).
        self._out = {True: 0, False: 0}
        self._expiry = Properties(PacketTypes.PUBLISH)
        self._expiry.MessageExpiryInterval = UP_EXPIRY_S

    async def serve(self) -> None:
        """Raises UplinkLost or MqttError when the connection is of no use any more."""
        granted = await self._client.subscribe(
            self._topics.down, qos=1, timeout=self._deadlines.subscribe_s
        )
        if any(getattr(code, "value", code) > 2 for code in granted):
            raise UplinkLost(f"the broker refused the subscription to {self._topics.down}")
        self._uplink.came_up()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._receive())
                tasks.create_task(self._beat())
                tasks.create_task(self._send(tasks))
        except* (aiomqtt.MqttError, UplinkLost, OSError) as group:
            raise UplinkLost(str(_first(group))) from None

    async def _receive(self) -> None:
        async for message in self._client.messages:
            payload = message.payload
            if isinstance(payload, bytes):
                await self._uplink.downlink.take(payload, message.retain)

    async def _beat(self) -> None:
        """The hub's heartbeat, and at the same time the probe of the line."""
        while _wanted():
            version = self._uplink.known.version
            await self._publish([])
            started_s = time.monotonic()
            while time.monotonic() - started_s < self._deadlines.heartbeat_s:
                await asyncio.sleep(self._deadlines.shortest_beat_s)
                if self._uplink.known.version != version:
                    break

    async def _send(self, tasks: asyncio.TaskGroup) -> None:
        """Keep messages flowing as long as there are records, room and a line."""
        # What an earlier connection took may never have arrived.
        await self._outbox.line_is_new()
        while _wanted():
            self._outbox.fresh.clear()
            records, due_ms = await self._outbox.take(
                _mono_ms(),
                alarms=self._out[True] < ALARMS_AT_ONCE,
                others=self._out[False] < BATCHES_AT_ONCE,
            )
            if records:
                self._out[records[0].urgency == ALARM] += 1
                tasks.create_task(self._send_one(records))
                continue
            wait_s = 1.0 if due_ms is None else min(1.0, max(0.01, (due_ms - _mono_ms()) / 1_000))
            try:
                async with asyncio.timeout(wait_s):
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
            self._uplink.known.links(),
        )
        await self._client.publish(
            self._topics.up,
            payload,
            qos=1,
            retain=False,
            properties=self._expiry,
            timeout=self._deadlines.puback_s,
        )
        self._status.published_messages += 1


def _first(group: BaseExceptionGroup) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _quiet_logger() -> logging.Logger:
    """aiomqtt logs every attempt; ours says what a person needs."""
    logger = logging.getLogger("vigil.aiomqtt")
    logger.setLevel(logging.CRITICAL)
    return logger


def _wanted() -> bool:
    """Whether this task was not asked to end.

    A cancellation can get lost on the way: Python 3.11's task group drops it if a child fails in the same moment, its
    wait_for if the awaited thing is done in the same moment. The request itself stays on record.
    """
    task = asyncio.current_task()
    return task is None or not task.cancelling()


def _mono_ms() -> int:
    return time.monotonic_ns() // 1_000_000
