"""The embedded broker: on loopback only, one clear line if it cannot start, MQTT 5 when it can."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import aiomqtt
import pytest

from tools.broker import Refused, check_address, config_text
from tools.house.checks import port_answers
from tools.house.part import ROOT


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "192.168.1.4", "8.8.8.8", "::", "::1", "localhost", "", "127.0.0.1\n[x]"]
)
def test_every_address_but_loopback_is_refused_with_the_reason(host: str) -> None:
    with pytest.raises(Refused, match="without a certificate"):
        check_address(host, free_port())


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_port_out_of_range_is_refused(port: int) -> None:
    with pytest.raises(Refused, match="is not between 1 and 65535"):
        check_address("127.0.0.1", port)


def test_only_listener_of_the_configuration_is_the_checked_one() -> None:
    text = config_text("127.0.0.1", 4_711)
    assert [line for line in text.splitlines() if "listen" in line] == [
        'listen = "127.0.0.1:4711"'
    ]


def run_broker(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tools.broker", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)


def test_all_interfaces_on_the_command_line_give_one_line_and_code_two() -> None:
    done = run_broker("--host", "0.0.0.0", "--port", str(free_port()))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "listens on loopback only" in done.stderr


def test_port_in_use_gives_one_line_and_code_two() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run_broker("--port", str(port))
    assert done.returncode == 2
    assert done.stderr == f"broker: port {port} on 127.0.0.1: Address already in use\n"


@pytest.fixture
def running_broker() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    command = [sys.executable, "-m", "tools.broker", "--port", str(port)]
    broker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        deadline_s = time.monotonic() + 20
        while not port_answers(port):
            assert broker.poll() is None and time.monotonic() < deadline_s
            time.sleep(0.02)
        yield broker, port
    finally:
        broker.kill()
        broker.wait()


async def test_message_of_eighty_kilobytes_passes(
    running_broker: tuple[subprocess.Popen[bytes], int],
) -> None:
    protocol = aiomqtt.ProtocolVersion.V5
    async with aiomqtt.Client("127.0.0.1", running_broker[1], protocol=protocol) as client:
        await client.subscribe("a/b", qos=1)
        await client.publish("a/b", bytes(80_000), qos=1)
        message = await anext(aiter(client.messages))
        assert message.payload == bytes(80_000)


def test_sigterm_ends_it_with_code_zero_and_frees_the_port(
    running_broker: tuple[subprocess.Popen[bytes], int],
) -> None:
    broker, port = running_broker
    broker.send_signal(signal.SIGTERM)
    assert broker.wait(timeout=10) == 0
    assert not port_answers(port)
