"""The files of deploy/mosquitto on a real mosquitto: who may speak and hear, and that nothing else is possible."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import aiomqtt
import pytest

from shared import uplink_messages
from tools.house.part import ROOT
from tools.tests.mosquitto_house import DEADLINE_S, MosquittoHouse, connected

EVERY_UP = "$share/clinic/vigil/v1/hub/+/up"


def up(hub: str) -> str:
    return f"vigil/v1/hub/{hub}/up"


def down(hub: str) -> str:
    return f"vigil/v1/hub/{hub}/down"


def free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MosquittoHouse]:
    folder = tmp_path_factory.mktemp("mosquitto") / "vigil"
    with MosquittoHouse(folder, *free_ports(2)).running() as running:
        yield running


async def test_real_hub_and_a_clinic_reach_each_other(house: MosquittoHouse, tmp_path: Path):
    files = house.hub("hub1")
    environment = {
        **os.environ,
        "VIGIL_HUB_ID": "hub1",
        "VIGIL_HUB_LINK_PORT": "0",
        "VIGIL_HUB_STATE_DIR": str(tmp_path / "hub"),
        "VIGIL_HUB_MQTT_URL": f"mqtts://127.0.0.1:{house.hub_port}",
        "VIGIL_HUB_MQTT_CA_FILE": str(files.ca),
        "VIGIL_HUB_MQTT_CERT_FILE": str(files.certificate),
        "VIGIL_HUB_MQTT_KEY_FILE": str(files.key),
    }
    context = house.clinic().context()
    async with connected(house.clinic_port, context, EVERY_UP) as clinic:
        command = [sys.executable, "-m", "hub", "run"]
        hub = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE)
        assert hub.stderr is not None
        try:
            await clinic.until_heard()
            topic, payload = clinic.heard[0]
            assert topic == up("hub1")
            heartbeat = uplink_messages.parse_up(payload)
            # The hub complains of a receipt for another outbox: it came down.
            foreign = uplink_messages.pack_down_receipt(bytes(16), [1])
            assert heartbeat.outbox_uuid != bytes(16)
            await clinic.say(down("hub1"), foreign)
            lines = await asyncio.wait_for(
                asyncio.to_thread(_lines_until, hub.stderr, b"receipt_for_another_outbox"),
                DEADLINE_S,
            )
            assert b"uplink_up" in lines
        finally:
            hub.kill()
            hub.wait()
            hub.stderr.close()


def _lines_until(stream, word: bytes) -> bytes:
    lines = b""
    while word not in lines:
        line = stream.readline()
        assert line, f"the hub ended: {lines!r}"
        lines += line
    return lines


async def test_hub_cannot_speak_for_another_hub_or_for_the_clinic(house: MosquittoHouse):
    clinic_context = house.clinic().context()
    async with (
        connected(house.clinic_port, clinic_context, EVERY_UP, "#") as clinic,
        connected(house.hub_port, house.hub("hub-b").context(), down("hub-b")) as b,
        connected(house.hub_port, house.hub("hub-a").context(), down("hub-a")) as a,
    ):
        for topic in (up("hub-b"), down("hub-b"), down("hub-a"), "vigil/v1/hub", "elsewhere"):
            await a.say(topic, b"forged")
        # One connection keeps its order: what came before this was not passed on.
        await a.say(up("hub-a"), b"own words")
        await clinic.until_heard(b"own words")
        await clinic.say(down("hub-a"), b"to a")
        await clinic.say(down("hub-b"), b"to b")
        await a.until_heard(b"to a")
        await b.until_heard(b"to b")
        assert {topic for topic, _ in clinic.heard} == {up("hub-a")}
        assert a.heard == [(down("hub-a"), b"to a")]
        assert b.heard == [(down("hub-b"), b"to b")]


async def test_hub_hears_nothing_that_is_meant_for_another(house: MosquittoHouse):
    curious = ("#", "vigil/v1/hub/+/down", "vigil/v1/hub/+/up", down("hub-d"), up("hub-d"))
    async with (
        connected(house.clinic_port, house.clinic().context(), EVERY_UP) as clinic,
        connected(house.hub_port, house.hub("hub-d").context(), down("hub-d")) as d,
        connected(house.hub_port, house.hub("hub-c").context(), *curious) as c,
    ):
        await d.say(up("hub-d"), b"from d")
        await clinic.until_heard(b"from d")
        await clinic.say(down("hub-d"), b"for d")
        await d.until_heard(b"for d")
        await clinic.say(down("hub-c"), b"marker")
        await c.until_heard(b"marker")
        assert {topic for topic, _ in c.heard} == {down("hub-c")}


async def test_hub_that_joins_the_clinics_share_reads_nothing(house: MosquittoHouse):
    """It can still keep words from the clinic until they are said again: docs/OPERATIONS.md, known limits."""
    async with (
        connected(house.clinic_port, house.clinic().context(), EVERY_UP) as clinic,
        connected(house.hub_port, house.hub("hub-m").context()) as m,
    ):
        async with connected(house.hub_port, house.hub("hub-n").context(), EVERY_UP) as n:
            for number in range(8):
                await m.say(up("hub-m"), b"words %d" % number)
            await n.say(up("hub-n"), b"own")
            assert n.heard == []
        # Once the stranger is gone, what is said again arrives, as a hub says it again until the clinic has it. How soon the
        # broker notices that the stranger has gone is its own affair.
        missing = {b"again %d" % number for number in range(8)}
        deadline = time.monotonic() + DEADLINE_S
        while missing:
            assert time.monotonic() < deadline, sorted(missing)
            for words in sorted(missing):
                await m.say(up("hub-m"), words)
            await asyncio.sleep(0.2)
            missing -= {said for _, said in clinic.heard}
        assert n.heard == []


async def test_clinic_speaks_down_only(house: MosquittoHouse):
    context = house.clinic().context()
    async with (
        connected(house.clinic_port, context, EVERY_UP) as clinic,
        connected(house.hub_port, house.hub("hub-f").context(), down("hub-f")) as f,
    ):
        await clinic.say(up("hub-f"), b"a clinic that plays a hub")
        await clinic.say(down("hub-f"), b"down")
        await f.until_heard(b"down")
        await f.say(up("hub-f"), b"up")
        await clinic.until_heard(b"up")
        assert [said for _, said in clinic.heard] == [b"up"]


async def test_hub_cannot_take_the_place_of_another_by_its_client_id(house: MosquittoHouse):
    async with (
        connected(house.clinic_port, house.clinic().context()) as clinic,
        connected(
            house.hub_port,
            house.hub("hub-g").context(),
            down("hub-g"),
            identifier="vigil-hub-hub-g",
        ) as g,
        connected(house.hub_port, house.hub("hub-h").context(), identifier="vigil-hub-hub-g") as h,
    ):
        await clinic.say(down("hub-g"), b"still there")
        await g.until_heard(b"still there")
        assert h.heard == []


async def test_nothing_is_retained(house: MosquittoHouse):
    context = house.clinic().context()
    async with connected(house.clinic_port, context) as clinic:
        with pytest.raises((aiomqtt.MqttError, TimeoutError)):
            async with asyncio.timeout(2):
                await clinic.say(down("hub-i"), b"kept", retain=True)
                # The broker ends the connection of a client that asks for it.
                await clinic.say(down("hub-i"), b"one more")
    async with (
        connected(house.hub_port, house.hub("hub-i").context(), down("hub-i")) as i,
        connected(house.clinic_port, context) as clinic,
    ):
        await clinic.say(down("hub-i"), b"fresh")
        await i.until_heard(b"fresh")
        assert [said for _, said in i.heard] == [b"fresh"]


def is_refused(port: int, context: ssl.SSLContext) -> bool:
    """Whether the broker ends the TLS handshake. In TLS 1.3 the refusal comes with the first read after it."""
    plain = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_S)
    try:
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as line:
            line.settimeout(0.5)
            line.recv(1)
    except TimeoutError:
        return False  # the door is open: the broker waits for a CONNECT
    except ssl.SSLError:
        return True
    raise AssertionError("the broker closed the line without a word")


def test_no_certificate_or_one_of_a_stranger_opens_no_door(house: MosquittoHouse):
    for port, good in (
        (house.hub_port, house.hub("hub-j")),
        (house.clinic_port, house.clinic()),
    ):
        assert not is_refused(port, good.context())
        assert is_refused(port, ssl.create_default_context(cafile=good.ca))
        assert is_refused(port, house.stranger("clinic").context())


async def test_certificate_of_a_hub_is_no_key_to_the_clinics_door(house: MosquittoHouse):
    """Whatever its name: the two doors have certificate authorities of their own."""
    impostor = house.hub("clinic")
    assert is_refused(house.clinic_port, impostor.context())
    assert is_refused(house.hub_port, house.clinic().context())
    async with (
        connected(house.clinic_port, house.clinic().context()) as clinic,
        connected(house.hub_port, house.hub("hub-k").context(), down("hub-k")) as k,
        connected(house.hub_port, impostor.context()) as not_clinic,
    ):
        await not_clinic.say(down("hub-k"), b"forged")
        await clinic.say(down("hub-k"), b"real")
        await k.until_heard(b"real")
        assert [said for _, said in k.heard] == [b"real"]


async def test_another_name_of_the_clinics_authority_may_do_nothing(house: MosquittoHouse):
    async with (
        connected(house.clinic_port, house.clinic().context()) as clinic,
        connected(house.clinic_port, house.clinic("cleaner").context(), EVERY_UP) as cleaner,
        connected(house.hub_port, house.hub("hub-l").context(), down("hub-l")) as hub,
    ):
        await cleaner.say(down("hub-l"), b"forged")
        await clinic.say(down("hub-l"), b"real")
        await hub.until_heard(b"real")
        await hub.say(up("hub-l"), b"words")
        await clinic.say(down("hub-l"), b"last")
        await hub.until_heard(b"last")
        assert [said for _, said in hub.heard] == [b"real", b"last"]
        assert cleaner.heard == []
