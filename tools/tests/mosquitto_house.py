"""A real mosquitto with the files of deploy/mosquitto: two certificate authorities, a broker, clients with certificates.

The files are used as they are; only the folder, the ports and the user (root would turn into one who cannot read the
test's folder) are put in.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pwd
import shutil
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiomqtt
import trustme

from clinic.ingest.connection import NO_END, entered
from clinic.tests.waits import DEADLINE_S, ended, within
from tools.house.checks import port_answers
from tools.house.part import ROOT

DEPLOY = ROOT / "deploy" / "mosquitto"
INSTALLED = "/etc/mosquitto/vigil"


def mosquitto_program() -> str:
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
    found = shutil.which("mosquitto", path=path)
    assert found, "this test needs mosquitto: install it (Debian: apt-get install mosquitto)"
    return found


@dataclass(frozen=True, slots=True)
class Files:
    """What a client of the broker is given."""

    ca: Path
    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.ca)
        context.load_cert_chain(self.certificate, self.key)
        return context


class MosquittoHouse:
    """`issue` certificates, then `running`. hub_port and clinic_port: the two doors."""

    def __init__(self, folder: Path, hub_port: int, clinic_port: int) -> None:
        self.folder = folder
        self.hub_port = hub_port
        self.clinic_port = clinic_port
        folder.mkdir()
        self._hubs_ca, self._clinic_ca = trustme.CA(), trustme.CA()
        self._hubs_ca.cert_pem.write_to_path(str(folder / "hubs-ca.pem"))
        self._clinic_ca.cert_pem.write_to_path(str(folder / "clinic-ca.pem"))
        broker = self._clinic_ca.issue_cert("127.0.0.1", common_name="broker")
        self._write(broker, "broker")
        for name in ("hubs.acl", "clinic.acl"):
            shutil.copy(DEPLOY / name, folder / name)
        (folder / "vigil.conf").write_text(self._configuration())

    def _configuration(self) -> str:
        text = (DEPLOY / "vigil.conf").read_text()
        puts = {
            INSTALLED: str(self.folder),
            "listener 8883\n": f"listener {self.hub_port} 127.0.0.1\n",
            "listener 8884 127.0.0.1\n": f"listener {self.clinic_port} 127.0.0.1\n",
        }
        for old, new in puts.items():
            assert old in text, f"deploy/mosquitto/vigil.conf says nothing of {old!r}"
            text = text.replace(old, new)
        return text + f"user {pwd.getpwuid(os.geteuid()).pw_name}\n"

    def _write(self, issued: trustme.LeafCert, name: str) -> Files:
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        issued.private_key_pem.write_to_path(str(key))
        return Files(self.folder / "clinic-ca.pem", certificate, key)

    def hub(self, name: str) -> Files:
        return self._write(self._hubs_ca.issue_cert(f"{name}.test", common_name=name), name)

    def clinic(self, name: str = "clinic") -> Files:
        issued = self._clinic_ca.issue_cert(f"{name}.test", common_name=name)
        return self._write(issued, f"{name}-of-clinic-ca")

    def stranger(self, name: str) -> Files:
        issued = trustme.CA().issue_cert(f"{name}.test", common_name=name)
        return self._write(issued, f"{name}-of-a-stranger")

    @contextmanager
    def running(self) -> Iterator[MosquittoHouse]:
        command = [mosquitto_program(), "-c", str(self.folder / "vigil.conf")]
        with (self.folder / "log").open("w") as log:
            broker = subprocess.Popen(command, stderr=log)
        try:
            deadline_s = time.monotonic() + DEADLINE_S
            while not (port_answers(self.hub_port) and port_answers(self.clinic_port)):
                said = (self.folder / "log").read_text()
                assert broker.poll() is None, f"mosquitto refused its configuration: {said}"
                assert time.monotonic() < deadline_s, f"mosquitto does not listen: {said}"
                time.sleep(0.02)
            yield self
        finally:
            broker.kill()
            broker.wait(DEADLINE_S)


class Ear:
    """A client that keeps what it hears. `heard`: (topic, payload) in order."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self.client = client
        self.heard: list[tuple[str, bytes]] = []
        self._news = asyncio.Event()

    async def say(self, topic: str, payload: bytes, retain: bool = False) -> None:
        publication = self.client.publish(topic, payload, qos=1, retain=retain, timeout=NO_END)
        await within(f"the broker to take words for {topic}", publication)

    async def until_heard(self, payload: bytes | None = None) -> None:
        """Until these words came; without words, until anything did."""

        async def hear() -> None:
            while not any(payload in (None, said) for _, said in self.heard):
                self._news.clear()
                await self._news.wait()

        await within(f"{payload or 'any words'!r} to be heard", hear())

    async def listen(self) -> None:
        # A broker may end the connection of a client that breaks its rules. What was not heard tells a test.
        with contextlib.suppress(aiomqtt.MqttError):
            async for message in self.client.messages:
                assert isinstance(message.payload, bytes)
                self.heard.append((str(message.topic), message.payload))
                self._news.set()


@asynccontextmanager
async def connected(
    port: int, context: ssl.SSLContext, *topics: str, identifier: str | None = None
) -> AsyncIterator[Ear]:
    """A client of the broker that has asked for these topics, whatever the broker made of it."""
    client = aiomqtt.Client(
        "127.0.0.1",
        port,
        identifier=identifier,
        protocol=aiomqtt.ProtocolVersion.V5,
        tls_context=context,
        timeout=DEADLINE_S,
    )
    async with entered(client):
        ear = Ear(client)
        for topic in topics:
            subscription = client.subscribe(topic, qos=1, timeout=NO_END)
            await within(f"the broker's answer to a subscription to {topic}", subscription)
        task = asyncio.create_task(ear.listen())
        try:
            yield ear
        finally:
            await ended(task, "a client's listening")
