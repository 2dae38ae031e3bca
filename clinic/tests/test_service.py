"""`python -m clinic` as an operator meets it: settings, set-up at the console, the running process."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from clinic import cli, config
from clinic.tests.bench import Clinician, PumpBench
from clinic.tests.conftest import PASSWORD, free_port

START_S = 60.0
STOP_S = 20.0


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call the program in this process: (exit code, what it said)."""
    monkeypatch.setenv("VIGIL_STATE", str(tmp_path))

    def call(*arguments: str, stdin: str = "") -> tuple[int, str]:
        result = CliRunner().invoke(cli.app, list(arguments), input=stdin)
        if result.exception is None or isinstance(result.exception, SystemExit):
            return result.exit_code, result.output
        text = cli.explain(result.exception)
        assert text is not None, result.exception
        return 2, text

    return call


def enrolment_file(tmp_path: Path, pump: PumpBench, **changes: object) -> str:
    path = tmp_path / "enrolment.json"
    path.write_text(json.dumps(pump.enrolment | changes))
    return str(path)


def test_everything_that_a_clinic_needs_is_set_up_at_the_console(run: Run, tmp_path: Path) -> None:
    assert run("migrate") == (0, "schema empty → 0001\n")
    assert run("migrate") == (0, "schema 0001\n")
    add = ("user", "add", "anna", "--name", "Anna A", "--role", "prescriber", "--password-stdin")
    assert run(*add, stdin=f"{PASSWORD}\n") == (0, "user anna added\n")
    assert run(*add, "--if-missing", stdin="x") == (0, "user anna unchanged\n")
    patient = ("patient", "add", "P-1", "--name", "Pat One", "--weight-kg", "70")
    assert run(*patient) == (0, "patient P-1 added\n")
    assert run(*patient, "--if-missing") == (0, "patient P-1 unchanged\n")
    enrol = ("pump", "enrol", enrolment_file(tmp_path, PumpBench()), "--patient", "P-1")
    assert run(*enrol) == (0, "pump Pump 1 enrolled\n")
    assert run(*enrol) == (0, "pump Pump 1 unchanged\n")
    key = Clinician()
    assert run("key", "add", "anna", key.public_point.hex())[0] == 0
    assert run("key", "add", "anna", key.public_point.hex())[0] == 0
    assert run("pump", "rest", "Pump 1") == (0, "pump Pump 1 is at rest\n")
    assert run("pump", "watch", "Pump 1") == (0, "pump Pump 1 is watched\n")
    assert run("key", "revoke", "anna") == (0, "key of anna revoked\n")


def test_bad_input_is_one_sentence_and_exit_code_2(run: Run, tmp_path: Path) -> None:
    pump = PumpBench()
    run("patient", "add", "P-1", "--name", "Pat One", "--weight-kg", "70")
    missing = str(tmp_path / "none.json")
    not_json = tmp_path / "not.json"
    not_json.write_text("{")
    for arguments, words in (
        (("pump", "enrol", missing), "cannot be read"),
        (("pump", "enrol", str(not_json)), "is not JSON"),
        (("pump", "assign", "Pump 9"), "no pump"),
        (("pump", "rest", "Pump 9"), "no pump"),
        (("patient", "add", "P-1", "--name", "X", "--weight-kg", "70"), "already"),
        (
            ("patient", "add", "P-2", "--name", "X", "--weight-kg", "0"),
            "greater than or equal to 1",
        ),
        (("key", "add", "nobody", "00" * 64), "not a public key"),
        (("key", "add", "nobody", "xx"), "hexadecimal"),
        (("key", "add", "nobody", Clinician().public_point.hex()), "no user"),
        (("key", "revoke", "nobody"), "no key"),
        (("user", "add", "u1", "--name", "X", "--role", "king", "--password-stdin"), "role"),
        (("nonsense",), "No such command"),
    ):
        code, text = run(*arguments, stdin=f"{PASSWORD}\n")
        assert code == 2 and words in text, (arguments, text)
    for field in ("pump_id", "clinic_id", "master", "epoch", "name"):
        path = enrolment_file(tmp_path, pump, **{field: "q"} if field != "name" else {"name": ""})
        code, text = run("pump", "enrol", path)
        assert code == 2 and field in text and pump.master.hex() not in text
    other = PumpBench()
    other.pump_id = pump.pump_id
    run("pump", "enrol", enrolment_file(tmp_path, pump))
    code, text = run("pump", "enrol", enrolment_file(tmp_path, other))
    assert code == 2 and "--replace" in text
    path = enrolment_file(tmp_path, other)
    assert run("pump", "enrol", path, "--replace") == (0, "pump Pump 1 replaced\n")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("VIGIL_CLINIC_HTTP_PORT", "0", "greater than or equal to 1"),
        ("VIGIL_CLINIC_HTTP_PORT", "http", "valid integer"),
        ("VIGIL_CLINIC_STALE_MS", "5", "greater than or equal to 2000"),
        ("VIGIL_CLINIC_HTTPPORT", "8080", "There is no setting"),
        ("VIGIL_MQTT_URL", "http://127.0.0.1", "mqtt://HOST:PORT"),
        ("VIGIL_MQTT_URL", "mqtt://127.0.0.1:99999", "port"),
        ("VIGIL_MQTT_URL", "mqtt://broker.example:1883", "mqtts://"),
    ],
)
def test_a_bad_setting_is_one_sentence_that_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(config.ConfigError) as refusal:
        config.load()
    assert name in str(refusal.value) and words in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_the_session_secret_is_made_once_and_only_for_the_owner(tmp_path: Path) -> None:
    secret = config.session_secret(tmp_path / "clinic")
    path = tmp_path / "clinic" / "session-secret"
    assert len(secret) == 64 and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert config.session_secret(tmp_path / "clinic") == secret
    path.write_text("short")
    with pytest.raises(config.ConfigError, match="cut short"):
        config.session_secret(tmp_path / "clinic")


def environment(tmp_path: Path, http_port: int, mqtt_port: int) -> dict[str, str]:
    return os.environ | {
        "VIGIL_STATE": str(tmp_path),
        "VIGIL_CLINIC_HTTP_PORT": str(http_port),
        "VIGIL_MQTT_URL": f"mqtt://127.0.0.1:{mqtt_port}",
    }


@contextmanager
def serving(variables: dict[str, str], said: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The service as a process, killed at the end. What it says goes to a file, for a pipe that nobody reads may fill."""
    with said.open("wb") as out:
        service = subprocess.Popen(
            [sys.executable, "-m", "clinic", "serve"],
            env=variables,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield service
    finally:
        service.kill()
        service.wait(STOP_S)


def until_well(service: subprocess.Popen[bytes], url: str, status_file: Path, said: Path) -> None:
    """Wait until both of its reports say that all is well."""
    deadline_s = time.monotonic() + START_S
    while True:
        try:
            found = httpx.get(f"{url}/health").json()
            if found["ok"] and json.loads(status_file.read_text())["ok"]:
                return
        except (httpx.TransportError, FileNotFoundError):
            pass
        code = service.poll()
        assert code is None, f"the clinic ended with {code} and said: {said.read_text()}"
        assert time.monotonic() < deadline_s, (
            f"the clinic was not well within {START_S:g} s and said: {said.read_text()}"
        )
        time.sleep(0.1)


def end(service: subprocess.Popen[bytes], said: Path) -> int:
    """SIGTERM, and the code that it ends with."""
    service.send_signal(signal.SIGTERM)
    try:
        return service.wait(STOP_S)
    except subprocess.TimeoutExpired:
        raise AssertionError(
            f"the clinic did not end within {STOP_S:g} s of SIGTERM and said: {said.read_text()}"
        ) from None


def test_the_service_starts_serves_and_ends_cleanly_on_sigterm(
    tmp_path: Path, broker_port: int
) -> None:
    http_port = free_port()
    variables = environment(tmp_path, http_port, broker_port)
    said, status_file = tmp_path / "said", tmp_path / "clinic" / "status.json"
    with serving(variables, said) as service:
        url = f"http://127.0.0.1:{http_port}"
        until_well(service, url, status_file, said)
        pages = httpx.get(f"{url}/", follow_redirects=True)
        assert pages.status_code == 200 and "text/html" in pages.headers["content-type"]
        assert httpx.get(f"{url}/api/pumps").status_code == 401
        assert json.loads(status_file.read_text())["line"].startswith("broker connected")

        second = subprocess.run(
            [sys.executable, "-m", "clinic", "serve"],
            env=variables,
            capture_output=True,
            text=True,
            timeout=START_S,
        )
        assert second.returncode == 2
        assert second.stderr.strip().endswith("Address already in use")
        assert "Traceback" not in second.stderr
        assert end(service, said) == 0
    assert "clinic stopped" in said.read_text() and "Traceback" not in said.read_text()
