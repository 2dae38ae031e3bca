"""The uplink through outages: broker gone, broker frozen, clinic silent, and TLS against a real mosquitto."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from hub.config import HubConfig
from hub.tests.conftest import StartHub, running
from hub.tests.peers import (
    AFTER_RESEND_S,
    PumpPeer,
    broker_process,
    clinic_peer,
    free_port,
    mosquitto_program,
    process,
    until,
)
from hub.uplink.deadlines import UplinkDeadlines
from hub.uplink.state import UplinkState
from shared.uplink_messages import pack_down_command

QUICK = UplinkDeadlines(
    heartbeat_s=0.3,
    puback_s=1.0,
    connack_s=1.0,
    goodbye_s=1.0,
    first_pause_s=0.1,
    longest_pause_s=0.3,
)
# Slow to come back, so that the clinic is there first, as a rule, and no record waits its ten seconds.
LEISURELY = UplinkDeadlines(heartbeat_s=0.3, first_pause_s=1.0, longest_pause_s=1.0)


async def test_record_without_receipt_goes_again_after_ten_seconds(
    start_hub: StartHub, broker_port: int, hub_id: str
) -> None:
    hub = await start_hub()
    async with clinic_peer(broker_port, hub_id, receipting=False) as clinic:
        pump = await PumpPeer().connect(hub.links.port)
        pump.record(1, urgency=2)
        await until(lambda: len(clinic.records) == 1)
        clinic.receipting = True
        await until(lambda: hub.uplink.status.removed_records == 1, 25.0)
        assert clinic.frames == [pump.frame(1)] * 2
        await pump.close()


async def test_hub_keeps_storing_without_a_broker_and_delivers_when_it_comes(
    start_hub: StartHub, hub_id: str
) -> None:
    port = free_port()
    settings: dict[str, Any] = {"mqtt_url": f"mqtt://127.0.0.1:{port}"}
    hub = await start_hub(wait_up=False, uplink_deadlines=LEISURELY, **settings)
    pump = await PumpPeer().connect(hub.links.port)
    for link_seq in range(100):
        pump.record(link_seq)
    await until(lambda: len(pump.stored) == 100)
    assert hub.uplink.status.state is not UplinkState.UP
    with broker_process(port):
        async with clinic_peer(port, hub_id) as clinic:
            await until(lambda: hub.uplink.status.removed_records == 100, AFTER_RESEND_S)
            assert set(clinic.frames) == {pump.frame(link_seq) for link_seq in range(100)}
    await pump.close()


async def test_broker_restart_loses_nothing(start_hub: StartHub, hub_id: str) -> None:
    port = free_port()
    settings: dict[str, Any] = {"mqtt_url": f"mqtt://127.0.0.1:{port}"}
    with broker_process(port):
        hub = await start_hub(uplink_deadlines=LEISURELY, **settings)
        async with clinic_peer(port, hub_id, receipting=False) as clinic:
            pump = await PumpPeer().connect(hub.links.port)
            pump.record(1)
            await until(lambda: len(clinic.records) == 1)
            await until(lambda: hub.uplink.status.published_records == 1)
    # The broker acknowledged record 1 and is gone with it.
    pump.record(2)
    await until(lambda: pump.stored == [1, 2])
    with broker_process(port):
        async with clinic_peer(port, hub_id) as clinic:
            await until(lambda: hub.uplink.status.removed_records == 2, AFTER_RESEND_S)
            assert set(clinic.frames) == {pump.frame(1), pump.frame(2)}
            assert hub.uplink.status.connects == 2
    await pump.close()


async def test_frozen_broker_is_noticed_by_the_missing_acknowledgement(
    start_hub: StartHub, hub_id: str
) -> None:
    port = free_port()
    settings: dict[str, Any] = {"mqtt_url": f"mqtt://127.0.0.1:{port}"}
    with broker_process(port) as broker:
        async with clinic_peer(port, hub_id) as clinic:
            hub = await start_hub(uplink_deadlines=QUICK, **settings)
            pump = await PumpPeer().connect(hub.links.port)
            broker.send_signal(signal.SIGSTOP)
            await until(lambda: hub.uplink.status.state is not UplinkState.UP)
            pump.record(1, urgency=2)
            await until(lambda: pump.stored == [1])
            broker.send_signal(signal.SIGCONT)
            await until(lambda: hub.uplink.status.removed_records == 1)
            assert pump.frame(1) in clinic.frames
            await pump.close()


MOSQUITTO = """\
listener {port} 127.0.0.1
cafile {folder}/ca.pem
certfile {folder}/broker.pem
keyfile {folder}/broker.key
require_certificate true
use_identity_as_username true
acl_file {folder}/acl
persistence false
user {user}
"""
# Deny by default: a hub may only speak and hear under its own name.
ACL = """\
user clinic
topic read vigil/v1/hub/+/up
topic write vigil/v1/hub/+/down
pattern write vigil/v1/hub/%u/up
pattern read vigil/v1/hub/%u/down
"""


class Certificates:
    """A CA of its own, and what it has issued as files."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self._ca = trustme.CA()
        self._ca.cert_pem.write_to_path(str(folder / "ca.pem"))

    def issue(self, name: str, *hosts: str) -> dict[str, Path]:
        issued = self._ca.issue_cert(*(hosts or (f"{name}.test",)), common_name=name)
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        issued.private_key_pem.write_to_path(str(key))
        certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        return {
            "mqtt_ca_file": self.folder / "ca.pem",
            "mqtt_cert_file": certificate,
            "mqtt_key_file": key,
        }

    def context(self, name: str) -> ssl.SSLContext:
        files = self.issue(name)
        context = ssl.create_default_context(cafile=files["mqtt_ca_file"])
        context.load_cert_chain(files["mqtt_cert_file"], files["mqtt_key_file"])
        return context


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return Certificates(tmp_path / "tls")


@contextmanager
def mosquitto(certificates: Certificates, *hosts: str) -> Iterator[int]:
    port = free_port()
    folder = certificates.folder
    certificates.issue("broker", *(hosts or ("127.0.0.1",)))
    (folder / "acl").write_text(ACL)
    # Started by root, it would turn into a user who cannot read the test's folder.
    user = pwd.getpwuid(os.geteuid()).pw_name
    text = MOSQUITTO.format(port=port, folder=folder, user=user)
    (folder / "mosquitto.conf").write_text(text)
    with process([mosquitto_program(), "-c", str(folder / "mosquitto.conf")], port):
        yield port


async def test_hub_with_its_certificate_carries_records_and_commands_over_mosquitto(
    start_hub: StartHub, certificates: Certificates, hub_id: str
) -> None:
    with mosquitto(certificates) as port:
        settings: dict[str, Any] = certificates.issue(hub_id)
        settings["mqtt_url"] = f"mqtts://127.0.0.1:{port}"
        hub = await start_hub(uplink_deadlines=QUICK, **settings)
        context = certificates.context("clinic")
        async with clinic_peer(port, hub_id, tls_context=context) as clinic:
            pump = await PumpPeer().connect(hub.links.port)
            for link_seq in range(200):
                pump.record(link_seq, urgency=link_seq % 3)
            await until(lambda: hub.uplink.status.removed_records == 200)
            assert set(clinic.frames) == {pump.frame(link_seq) for link_seq in range(200)}
            await clinic.down(pack_down_command(pump.pump_id, bytes(16), b"stop"))
            await until(lambda: pump.commands == [b"stop"])
            await pump.close()


@pytest.mark.parametrize("case", ["foreign client", "foreign broker", "wrong host name"])
async def test_tls_that_proves_nothing_is_refused_and_records_wait(
    tmp_path: Path, certificates: Certificates, case: str
) -> None:
    others = Certificates(tmp_path / "others")
    settings: dict[str, Any] = certificates.issue("hub1")
    if case == "foreign client":
        settings |= others.issue("hub1") | {"mqtt_ca_file": settings["mqtt_ca_file"]}
    if case == "foreign broker":
        settings["mqtt_ca_file"] = others.folder / "ca.pem"
    host = "elsewhere.test" if case == "wrong host name" else "127.0.0.1"
    with mosquitto(certificates, host) as port:
        config = HubConfig(
            id="hub1",
            link_port=0,
            state_dir=tmp_path / "hub",
            mqtt_url=f"mqtts://127.0.0.1:{port}",
            **settings,
        )
        async with running(config, uplink_deadlines=QUICK) as hub:
            pump = await PumpPeer().connect(hub.links.port)
            pump.record(1)
            await until(lambda: pump.stored == [1] and hub.uplink.status.last_error)
            assert hub.uplink.status.connects == 0
            assert (await hub.outbox.depth()).total == 1
            await pump.close()


def test_mosquitto_refuses_a_client_without_certificate(certificates: Certificates) -> None:
    context = ssl.create_default_context(cafile=certificates.folder / "ca.pem")
    with mosquitto(certificates) as port:
        plain = socket.create_connection(("127.0.0.1", port), timeout=10)
        with (
            pytest.raises(ssl.SSLError, match=r"(?i)certificate.required"),
            context.wrap_socket(plain, server_hostname="127.0.0.1") as line,
        ):
            # In TLS 1.3 the refusal comes with the first read after the handshake.
            line.recv(1)
