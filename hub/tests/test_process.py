"""The hub as a process: killed and started again, told to end, given bad settings."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub.tests.peers import DEADLINE_S, ROOT, PumpPeer, clinic_peer, free_port, process, until

HUB = [sys.executable, "-m", "hub"]


@contextmanager
def hub_process(
    tmp_path: Path, broker_port: int, hub_id: str, link_port: int
) -> Iterator[subprocess.Popen[bytes]]:
    env = {
        "VIGIL_HUB_ID": hub_id,
        "VIGIL_HUB_STATE_DIR": str(tmp_path / "hub"),
        "VIGIL_HUB_LINK_PORT": str(link_port),
        "VIGIL_HUB_MQTT_URL": f"mqtt://127.0.0.1:{broker_port}",
        "VIGIL_HUB_LOG_LEVEL": "error",
    }
    with process([*HUB, "run"], link_port, env) as child:
        yield child


def hub_command(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*HUB, *arguments],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=30,
    )


async def test_kill_at_any_moment_loses_no_record_that_was_answered(
    tmp_path: Path, broker_port: int, hub_id: str
) -> None:
    answered: set[bytes] = set()
    link_port = free_port()
    for round_number in range(3):
        with hub_process(tmp_path, broker_port, hub_id, link_port) as child:
            pump = await PumpPeer().connect(link_port)
            base = round_number * 1_000
            for link_seq in range(base, base + 600):
                pump.record(link_seq)
            await until(lambda pump=pump: len(pump.stored) >= 150)
            child.send_signal(signal.SIGKILL)
            child.wait(DEADLINE_S)
            await until(pump.closed.is_set)
            answered |= {pump.frame(link_seq) for link_seq in pump.stored}
            await pump.close()
    # The clinic first: what a hub sends before that goes again only ten seconds later.
    async with clinic_peer(broker_port, hub_id) as clinic:
        with hub_process(tmp_path, broker_port, hub_id, link_port):
            await until(lambda: answered <= set(clinic.frames))
    assert len(answered) >= 450


def test_sigterm_ends_the_hub_with_code_zero(
    tmp_path: Path, broker_port: int, hub_id: str
) -> None:
    with hub_process(tmp_path, broker_port, hub_id, free_port()) as child:
        child.send_signal(signal.SIGTERM)
        assert child.wait(DEADLINE_S) == 0


async def test_status_tells_of_pumps_outbox_and_uplink_and_of_a_hub_that_is_gone(
    tmp_path: Path, broker_port: int, hub_id: str
) -> None:
    env = {"VIGIL_HUB_STATE_DIR": str(tmp_path / "hub")}
    link_port = free_port()
    none = hub_command("status", **env)
    assert (none.returncode, none.stdout) == (1, "")
    assert "no hub has run" in none.stderr
    file = tmp_path / "hub" / "status.json"
    with hub_process(tmp_path, broker_port, hub_id, link_port):
        pump = await PumpPeer(3).connect(link_port)
        pump.record(1)
        await until(lambda: file.exists() and "outbox 1" in file.read_text())
        await until(lambda: "uplink up" in file.read_text())
        told = hub_command("status", **env)
        assert told.returncode == 0
        assert told.stdout == f"hub {hub_id}: 1 of 1 pumps linked · outbox 1 · uplink up\n"
        status = json.loads(hub_command("status", "--json", **env).stdout)
        assert status["pumps"][0]["pump_id"] == pump.pump_id.hex()
        await pump.close()
    old = json.loads(file.read_text())
    file.write_text(json.dumps({**old, "unix_ms": old["unix_ms"] - 60_000}))
    gone = hub_command("status", **env)
    assert gone.returncode == 1
    assert "not running" in gone.stderr


def test_second_hub_on_the_same_folder_is_refused(
    tmp_path: Path, broker_port: int, hub_id: str
) -> None:
    with hub_process(tmp_path, broker_port, hub_id, free_port()):
        done = hub_command("run", VIGIL_HUB_STATE_DIR=str(tmp_path / "hub"))
    assert done.returncode == 2
    assert "another hub runs in" in done.stderr


def test_link_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = hub_command(
            "run", VIGIL_HUB_STATE_DIR=str(tmp_path / "hub"), VIGIL_HUB_LINK_PORT=str(port)
        )
    assert done.returncode == 2
    wanted = f"hub: link_host, link_port: 127.0.0.1:{port}: Address already in use\n"
    assert done.stderr == wanted


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("link_port = 70000", "link_port: input should be less than or equal to 65535"),
        ("link_port = 'x'", "link_port: input should be a valid integer"),
        ("id = 'a/b'", "id: use 1 to 32 letters"),
        ("id = '#'", "id: use 1 to 32 letters"),
        ("colour = 1", "colour: no such setting"),
        ("mqtt_url = 'mqtt://10.0.0.1'", "mqtt_url: plain mqtt:// is for this machine only"),
        ("mqtt_url = 'mqtts://b:8883'", "mqtt_ca_file: mqtts:// needs it"),
        ("mqtt_url = 'http://b'", "mqtt_url: write mqtt://host:port"),
        ("mqtt_url = 'mqtt://u:p@127.0.0.1'", "mqtt_url: only a scheme, a host and a port"),
        ("mqtt_ca_file = 'none.pem'", "mqtt_ca_file: given, but mqtt_url is not mqtts://"),
        ("link_host = 'somewhere'", "link_host: 'somewhere' does not appear to be"),
        ("outbox_max_bytes = 5", "outbox_max_bytes: input should be greater than"),
        ("log_level = 'loud'", "log_level: string should match pattern"),
        ("= 1", "not TOML"),
    ],
)
def test_bad_setting_is_a_sentence_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, sentence: str
) -> None:
    from hub.config import BadConfig, load

    file = tmp_path / "hub.toml"
    file.write_text(text)
    with pytest.raises(BadConfig) as error:
        load(file)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_bad_setting_ends_the_process_with_code_two_and_starts_nothing(tmp_path: Path) -> None:
    file = tmp_path / "hub.toml"
    file.write_text(f"state_dir = '{tmp_path}/hub'\nlink_port = -1\n")
    done = hub_command("run", "--config", str(file))
    assert done.returncode == 2
    assert done.stderr.startswith("hub: link_port: input should be greater than")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "hub").exists()
    assert "config file" in hub_command("run", "--config", str(tmp_path / "none")).stderr


def test_misspelt_setting_in_the_environment_is_refused() -> None:
    done = hub_command("run", VIGIL_HUB_MQTT_ULR="mqtt://127.0.0.1")
    assert (done.returncode, done.stderr) == (
        2,
        "hub: environment VIGIL_HUB_MQTT_ULR: no such setting\n",
    )
