"""The line to the broker: MQTT 5, one shared subscription, connected again for ever, with every wait named and bounded.

The session is clean: a hub repeats what was not receipted, so nothing needs to wait in the broker for this process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiomqtt
import structlog
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from clinic.clock import now_ms
from clinic.config import Broker
from clinic.ingest import uplink
from clinic.ingest.connection import NO_END, entered
from clinic.ingest.uplink import Uplink
from shared import uplink_messages
from shared.errors import Malformed

log = structlog.get_logger("clinic.mqtt")

CONNECT_TIMEOUT_S = 10.0
SUBSCRIBE_TIMEOUT_S = 10.0
# A publication that the broker has not taken by then is given up: receipts come again by themselves, commands by `attend`.
PUBLISH_TIMEOUT_S = 5.0
KEEPALIVE_S = 10
RETRY_FIRST_S = 0.5
RETRY_MOST_S = 10.0
# Uplinks waiting for the writer. When it is full the reader waits, and then the broker: nothing is receipted, nothing lost.
WAITING_MOST = 256
# A hub that the broker cannot hand a command to within this time gets it again from us.
COMMAND_EXPIRY_S = 600
QOS = 1


class MqttLine:
    """Reads uplinks into `waiting`, publishes receipts and commands. `run` never returns by itself."""

    def __init__(self, broker: Broker, identifier: str, on_change: Callable[[], None]) -> None:
        self._broker = broker
        self._identifier = identifier
        self._on_change = on_change
        self._client: aiomqtt.Client | None = None
        self.waiting: asyncio.Queue[Uplink] = asyncio.Queue(WAITING_MOST)
        self.malformed = 0
        self.connected = asyncio.Event()

    async def run(self) -> None:
        """Keep connected. Each loss is logged once, with the time until the next try."""
        retry_s = RETRY_FIRST_S
        while True:
            try:
                await self._session()
            except (aiomqtt.MqttError, TimeoutError) as error:
                was_connected = self.connected.is_set()
                log.warning(
                    "broker lost" if was_connected else "broker not reached",
                    host=self._broker.host,
                    port=self._broker.port,
                    error=type(error).__name__,
                    retry_s=retry_s,
                )
                retry_s = RETRY_FIRST_S if was_connected else min(2 * retry_s, RETRY_MOST_S)
            finally:
                self.connected.clear()
                self._on_change()
            await asyncio.sleep(retry_s)

    async def _session(self) -> None:
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = 0
        client = aiomqtt.Client(
            self._broker.host,
            self._broker.port,
            username=self._broker.username,
            password=self._broker.password,
            identifier=self._identifier,
            protocol=aiomqtt.ProtocolVersion.V5,
            clean_start=True,
            timeout=CONNECT_TIMEOUT_S,
            keepalive=KEEPALIVE_S,
            tls_context=self._broker.tls_context,
            properties=properties,
            max_queued_incoming_messages=WAITING_MOST,
        )
        async with entered(client):
            async with asyncio.timeout(SUBSCRIBE_TIMEOUT_S):
                await client.subscribe(uplink.UP_FILTER, qos=QOS, timeout=NO_END)
            self._client = client
            try:
                self.connected.set()
                self._on_change()
                log.info("broker connected", host=self._broker.host, port=self._broker.port)
                async for message in client.messages:
                    await self._take(str(message.topic), message.payload)
            finally:
                # Nothing more is published while the client says goodbye.
                self._client = None

    async def _take(self, topic: str, payload: object) -> None:
        try:
            if not isinstance(payload, bytes):
                raise uplink.BadTopic()
            message = uplink.parse(topic, payload, now_ms())
        except (uplink.BadTopic, Malformed) as error:
            # Counted and named, never shown: it may hold anything.
            self.malformed += 1
            log.warning("uplink refused", error=str(error), count=self.malformed)
            return
        await self.waiting.put(message)

    async def send_receipt(self, message: Uplink) -> bool:
        """Tell the hub that every record of this message is stored."""
        if not message.records:
            return True
        ids = [record.outbox_id for record in message.records]
        payload = uplink_messages.pack_down_receipt(message.outbox_uuid, ids)
        return await self._publish(message.hub_id, payload)

    async def send_command(
        self, hub_id: str, pump_id: bytes, command_id: bytes, frame: bytes
    ) -> bool:
        """Hand a sealed command to a hub. False if there is no connection or the broker did not take it."""
        return await self._publish(
            hub_id, uplink_messages.pack_down_command(pump_id, command_id, frame)
        )

    async def _publish(self, hub_id: str, payload: bytes) -> bool:
        client = self._client
        if client is None:
            return False
        properties = Properties(PacketTypes.PUBLISH)
        properties.MessageExpiryInterval = COMMAND_EXPIRY_S
        try:
            async with asyncio.timeout(PUBLISH_TIMEOUT_S):
                await client.publish(
                    uplink.down_topic(hub_id),
                    payload,
                    qos=QOS,
                    properties=properties,
                    timeout=NO_END,
                )
        except (aiomqtt.MqttError, TimeoutError) as error:
            log.warning("publish failed", hub=hub_id, error=type(error).__name__)
            return False
        return True
