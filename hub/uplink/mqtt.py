"""The supervised MQTT 5 client: connects, notices by itself when the line is dead, connects again, for ever.

One `Session` per connection, used once. What the broker acknowledged is only on its way; the outbox keeps it.
"""

from __future__ import annotations

import asyncio
import logging
import ssl

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from hub import logs
from hub.known_pumps import KnownPumps
from hub.store.outbox import Outbox
from hub.uplink.deadlines import UplinkDeadlines
from hub.uplink.down import Downlink
from hub.uplink.session import ALARMS_AT_ONCE, BATCHES_AT_ONCE, Session
from hub.uplink.state import UplinkState, UplinkStatus
from hub.uplink.topics import Topics
from hub.uplink.waits import NO_END, UplinkLost, within
from shared.uplink_messages import MAX_DOWN

# Receipts and commands for a hub that is away. Older commands are of no use (docs/PROTOCOL.md 3).
SESSION_EXPIRY_S = 600
# paho pings on an idle line; our heartbeat is quicker, so this is for the broker, which may then drop us.
KEEPALIVE_S = 15
# Far more receipts than 16 batches can cause; a broker that floods us is not given our memory.
MAX_INCOMING = 1_000


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
        self._outbox = outbox
        self.known = known
        self.downlink = downlink
        self._deadlines = deadlines or UplinkDeadlines()
        self._log = logs.get("uplink")
        self._once = logs.Once()
        self.status = status

    async def run(self) -> None:
        """Connect, serve, and start over when the line is lost. Ends only by cancellation."""
        pause_s = self._deadlines.first_pause_s
        try:
            while True:
                self.status.state = UplinkState.CONNECTING
                connects = self.status.connects
                try:
                    await self._serve_one_connection()
                except (aiomqtt.MqttError, UplinkLost, OSError, ssl.SSLError) as error:
                    self._lost(error)
                if self.status.connects > connects:
                    pause_s = self._deadlines.first_pause_s
                self.status.state = UplinkState.WAITING
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, self._deadlines.longest_pause_s)
        finally:
            self.status.state = UplinkState.STOPPED

    async def _serve_one_connection(self) -> None:
        client = self._client()
        # __aenter__ connects in a thread that cannot be cancelled: shielded, it is always waited for. Its task is
        # never cancelled, so that the library may keep the deadline of the CONNACK itself.
        entering = asyncio.create_task(client.__aenter__())
        try:
            await asyncio.shield(entering)
        except asyncio.CancelledError:
            await asyncio.wait((entering,), timeout=self._deadlines.connack_s)
            raise
        try:
            session = Session(
                client,
                Topics.of(self._hub_id),
                self._outbox,
                self.known,
                self.downlink,
                self.status,
                self._deadlines,
            )
            await session.subscribe()
            self._came_up()
            await session.serve()
        finally:
            client.timeout = NO_END
            try:
                await within(
                    self._deadlines.goodbye_s,
                    "the end of the connection",
                    client.__aexit__(None, None, None),
                )
            except (aiomqtt.MqttError, UplinkLost) as error:
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
            timeout=self._deadlines.connack_s,
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

    def _came_up(self) -> None:
        self.status.state = UplinkState.UP
        self.status.connects += 1
        self.status.last_error = ""
        self._once.again("down")
        self._log.info("uplink_up", host=self._host, port=self._port, tls=self._tls is not None)


def _quiet_logger() -> logging.Logger:
    """aiomqtt logs every attempt; ours says what a person needs."""
    logger = logging.getLogger("vigil.aiomqtt")
    logger.setLevel(logging.CRITICAL)
    return logger
