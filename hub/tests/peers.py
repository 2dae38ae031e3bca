"""Peers of a hub in tests: pumps that speak the link, a clinic that speaks MQTT, brokers as processes. All real."""

from __future__ import annotations

import asyncio
import inspect
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiomqtt

from hub.uplink.waits import NO_END
from shared import framing
from shared.codes import Link
from shared.link_messages import (
    pack_hello,
    pack_number,
    pack_record,
    parse_command_frame,
    parse_number,
    parse_welcome,
)
from shared.uplink_messages import Up, UpRecord, pack_down_receipt, parse_up

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
# Generous: the machine may be busy with other tests.
DEADLINE_S = 15.0
# A hub took up to 8.3 s to open its port beside six busy loops on two cores.
START_S = 30.0
# What was sent before the clinic asked for it is lost at the broker and goes again ten seconds later.
AFTER_RESEND_S = 10.0 + DEADLINE_S


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def pump_id(number: int) -> bytes:
    return number.to_bytes(16, "big")


async def within(what: str, awaited: Awaitable[T], deadline_s: float = DEADLINE_S) -> T:
    """Its result. Fails with a sentence that says what was awaited if that does not come in time."""
    deadline = asyncio.timeout(deadline_s)
    try:
        async with deadline:
            return await awaited
    except TimeoutError:
        if not deadline.expired():
            raise
        raise AssertionError(f"waited {deadline_s:g} s in vain for {what}") from None


async def until(what: Callable[[], Any], deadline_s: float = DEADLINE_S) -> None:
    """Wait until `what()` is true."""

    async def look() -> None:
        while not what():  # noqa: ASYNC110  real parts are looked at, they set no event
            await asyncio.sleep(0.01)

    await within(_words(what), look(), deadline_s)


def _words(what: Callable[[], Any]) -> str:
    """A condition as it stands in the test."""
    name = getattr(what, "__qualname__", repr(what))
    if not name.endswith("<lambda>"):
        return name
    try:
        return " ".join(inspect.getsource(what).split())
    except OSError:
        return name


async def ended(task: asyncio.Task[Any], what: str) -> None:
    """Cancel a task and see it end. What it failed of, if it did, comes out: a test that waited for it was waiting in vain."""
    task.cancel()
    await within(f"{what} to end when told to", asyncio.wait((task,)))
    if not task.cancelled():
        task.result()


class PumpPeer:
    """The pump's end of a link. Frames it sends are opaque bytes, as they are to the hub."""

    def __init__(self, number: int = 1) -> None:
        self.pump_id = pump_id(number)
        self.stored: list[int] = []
        self.commands: list[bytes] = []
        self.pongs: list[int] = []
        self.welcomes = 0
        self.closed = asyncio.Event()

    async def connect(self, port: int, hello: bool = True) -> PumpPeer:
        self.reader, self.writer = await within(
            "the hub to accept a pump", asyncio.open_connection("127.0.0.1", port)
        )
        self._task = asyncio.create_task(self._read())
        if hello:
            self.send(Link.HELLO, pack_hello(self.pump_id, 7))
            await until(lambda: self.welcomes)
        return self

    def send(self, kind: int, body: bytes) -> None:
        self.writer.write(framing.encode(kind, body))

    def record(self, link_seq: int, urgency: int = 0, frame: bytes | None = None) -> None:
        self.send(Link.RECORD, pack_record(link_seq, urgency, frame or self.frame(link_seq)))

    def ping(self, number: int) -> None:
        self.send(Link.PING, pack_number(number))

    def frame(self, link_seq: int) -> bytes:
        return self.pump_id + link_seq.to_bytes(4, "big") + bytes(100)

    async def close(self) -> None:
        self.writer.close()
        await ended(self._task, "a pump's reading")

    async def _read(self) -> None:
        decoder = framing.Decoder()
        try:
            while data := await self.reader.read(65_536):
                for kind, body in decoder.feed(data):
                    self._take(kind, body)
        except OSError:
            # A hub that was killed resets the connection.
            return
        finally:
            self.closed.set()

    def _take(self, kind: int, body: bytes) -> None:
        if kind == Link.STORED:
            self.stored.append(parse_number(body))
        elif kind == Link.COMMAND:
            self.commands.append(parse_command_frame(body))
        elif kind == Link.PONG:
            self.pongs.append(parse_number(body))
        elif kind == Link.WELCOME:
            parse_welcome(body)
            self.welcomes += 1


class ClinicPeer:
    """Subscribes to a hub's `up`, keeps what comes, and answers with receipts when told to."""

    def __init__(self, client: aiomqtt.Client, hub_id: str) -> None:
        self.client = client
        self.up_topic = f"vigil/v1/hub/{hub_id}/up"
        self.down_topic = f"vigil/v1/hub/{hub_id}/down"
        self.ups: list[Up] = []
        self.receipting = True

    @property
    def records(self) -> list[UpRecord]:
        """Every record in order of arrival, repeats included."""
        return [record for up in self.ups for record in up.records]

    @property
    def frames(self) -> list[bytes]:
        return [record.frame for record in self.records]

    async def down(self, payload: bytes, retain: bool = False) -> None:
        publication = self.client.publish(self.down_topic, payload, qos=1, retain=retain)
        await within("the broker to acknowledge a message of the clinic", publication)

    async def receipt(self, outbox_uuid: bytes, outbox_ids: Sequence[int]) -> None:
        await self.down(pack_down_receipt(outbox_uuid, list(outbox_ids)))

    async def run(self) -> None:
        async for message in self.client.messages:
            assert isinstance(message.payload, bytes)
            up = parse_up(message.payload)
            self.ups.append(up)
            if self.receipting and up.records:
                await self.receipt(up.outbox_uuid, [record.outbox_id for record in up.records])


@asynccontextmanager
async def clinic_peer(
    port: int, hub_id: str = "hub1", receipting: bool = True, **options: Any
) -> AsyncIterator[ClinicPeer]:
    client = aiomqtt.Client(
        options.pop("host", "127.0.0.1"),
        port,
        protocol=aiomqtt.ProtocolVersion.V5,
        clean_start=True,
        max_inflight_messages=1_000,
        # The deadlines are ours. The library's own can forget that the test is over: see hub.uplink.waits.
        timeout=NO_END,
        **options,
    )
    await within("the broker to let the clinic in", client.__aenter__())
    try:
        peer = ClinicPeer(client, hub_id)
        peer.receipting = receipting
        subscription = client.subscribe(peer.up_topic, qos=1)
        await within("the broker to answer the clinic's subscription", subscription)
        task = asyncio.create_task(peer.run())
        try:
            yield peer
        finally:
            await ended(task, "the clinic's reading")
    finally:
        goodbye = client.__aexit__(None, None, None)
        await within("the broker to let the clinic go", goodbye)


@contextmanager
def process(
    arguments: Sequence[str], port: int | None = None, env: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A child that listens on `port`; killed at the end."""
    child = subprocess.Popen(arguments, cwd=ROOT, env={**os.environ, **(env or {})})
    try:
        if port is not None:
            wait_for_port(port, child)
        yield child
    finally:
        child.kill()
        child.wait(DEADLINE_S)


def wait_for_port(port: int, child: subprocess.Popen[bytes]) -> None:
    deadline_s = time.monotonic() + START_S
    while time.monotonic() < deadline_s:
        assert child.poll() is None, f"{child.args} ended with {child.returncode}"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"{child.args} did not listen on {port} within {START_S:g} s")


def broker_process(port: int) -> Any:
    """The embedded broker, as `make run` starts it."""
    return process([sys.executable, "-m", "tools.broker", "--port", str(port)], port)


def mosquitto_program() -> str:
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
    found = shutil.which("mosquitto", path=path)
    assert found, "this test needs mosquitto: install it (Debian: apt-get install mosquitto)"
    return found
