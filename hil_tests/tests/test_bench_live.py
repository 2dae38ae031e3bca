"""A live pump in its own process, with a hub on a socket and a person at the bench."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from hil_tests.scenario.bench_pump import provision_bench_pump
from hil_tests.scenario.clinic_end import ClinicEnd
from hil_tests.scenario.conductor import PAGE_MS, PAGES_MOST
from hil_tests.scenario.hub_end import HubEnd
from hil_tests.scenario.keys import make_keys
from shared import alarm_table, messages
from shared.codes import Event, Stage, State
from tools.bench_client import ask

ROOT = Path(__file__).parents[2]
SEED = 77
SPEED = "20"
PATIENCE_S = 40.0
TERMS = {
    "profile": "LID_LOW",
    "drug": "Lidocaine",
    "conc_ng_ml": 10_000_000,
    "dosing_weight_g": 70_000,
    "rate_nl_h": 10_000_000,
    "vtbi_nl": 50_000_000,
    "max_hour_nl": 12_000_000,
    "max_day_nl": 100_000_000,
    "max_minutes": 600,
    "occlusion_pa": 20_000,
}


class House:
    """Hub and clinic on a TCP port of this machine."""

    def __init__(self) -> None:
        self.clinic = ClinicEnd(make_keys(SEED), SEED)
        self.hub = HubEnd()
        self.bodies: list[Any] = []
        self.connections = 0
        self.writer: asyncio.StreamWriter | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.hub.set_up(True)
        self.writer = writer
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(4_096):
                self.hub.feed(data)
                for record in self.hub.take_delivered():
                    body = self.clinic.open(record.frame)
                    if body is not None:
                        self.bodies.append(body)
                writer.write(self.hub.take_down())
        self.writer = None
        writer.close()

    def send(self, frame: bytes) -> None:
        assert self.writer is not None
        self.hub.send_command(frame)
        self.writer.write(self.hub.take_down())

    def state(self) -> int:
        live = [body for body in self.bodies if isinstance(body, messages.Telemetry)]
        return live[-1].state if live else -1

    def has(self, kind: type, **values: int) -> bool:
        return any(
            isinstance(body, kind) and all(getattr(body, key) == values[key] for key in values)
            for body in self.bodies
        )


async def until(reached: Callable[[], bool], what: str) -> None:
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not reached():  # noqa: ASYNC110 - the other process has no event to wait for
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"not in time: {what}") from None


@contextlib.asynccontextmanager
async def live_pump(folder: Path, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hil_tests.live", "--name", "pump1", "--state", str(folder),
        "--hub", f"127.0.0.1:{port}", "--speed", SPEED,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        await until((folder / "pump1.sock").exists, "the bench's socket")
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), PATIENCE_S)


async def bench(folder: Path, **request: Any) -> dict[str, Any]:
    return await asyncio.to_thread(ask, folder / "pump1.sock", request)


async def console(state: Path, *words: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tools.bench", *words,
        cwd=ROOT, env={**os.environ, "VIGIL_STATE": str(state)}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _nothing = await process.communicate()
    assert process.returncode == 0
    return out.decode()


async def let_pass(folder: Path, ms: int) -> None:
    """Time of the pump, whatever its speed."""
    end_ms = (await bench(folder, do="status"))["simulated_ms"] + ms
    while (await bench(folder, do="status"))["simulated_ms"] < end_ms:  # noqa: ASYNC110  another process
        await asyncio.sleep(0.02)


async def start_therapy(house: House, folder: Path) -> None:
    await until(lambda: house.clinic.challenge is not None, "telemetry")
    house.send(house.clinic.seal_prescription(TERMS)[1])
    await until(lambda: house.has(messages.Receipt, stage=Stage.SHOWN), "the confirmation screen")
    for _page in range(PAGES_MOST):
        await let_pass(folder, PAGE_MS)
        await bench(folder, do="key", key="DOWN", hold_ms=200)
    await let_pass(folder, PAGE_MS)
    await bench(folder, do="key", key="OK", hold_ms=2_500)
    await until(lambda: house.has(messages.Receipt, stage=Stage.ACTIVE), "the confirmation")
    await console(folder.parent, "pump1", "key", "START")
    await until(lambda: house.state() == State.RUNNING, "the start")


async def test_live_pump_from_prescription_to_alarm_and_on_after_a_restart(tmp_path):
    folder = tmp_path / "pump1"
    folder.mkdir()
    provision_bench_pump(folder, make_keys(SEED), 3_750)
    house = House()
    server = await asyncio.start_server(house.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        async with live_pump(folder, port) as process:
            await start_therapy(house, folder)
            picture = base64.b64decode((await bench(folder, do="screen"))["png_base64"])
            assert picture[:8] == b"\x89PNG\r\n\x1a\n"
            await console(tmp_path, "pump1", "occlude")
            occlusion = [alarm_table.DOWNSTREAM_OCCLUSION]
            await until(
                lambda: any(
                    isinstance(body, messages.Event)
                    and body.code == Event.ALARM_RAISED
                    and list(body.args[:1]) == occlusion
                    for body in house.bodies
                ),
                "the occlusion alarm",
            )
            status = await bench(folder, do="status")
            assert 19_000 < status["truth"]["line_pressure_pa"] < 21_000
            assert "100 % shut" in await console(tmp_path, "table")
            await console(tmp_path, "pump1", "door", "open")
            await console(tmp_path, "pump1", "fault", "sounder_open")
            status = await bench(folder, do="status")
            assert (status["open"], status["faults"]) == (["door"], ["sounder_open"])
            await console(tmp_path, "pump1", "mend", "sounder_open")
            await console(tmp_path, "pump1", "door", "close")
            status = await bench(folder, do="status")
            assert (status["open"], status["faults"]) == ([], [])
            await bench(folder, do="range", where="out")
            away = house.connections
            await until(lambda: house.writer is None, "the end of the connection")
            await bench(folder, do="range", where="in")
            await until(lambda: house.connections > away, "the way back into range")
            status_file = folder / "status.json"
            await until(lambda: "shut" in status_file.read_text(), "the status line")
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), PATIENCE_S) == 0
        kept = json.loads((folder / "plant.json").read_text())
        assert kept["simulated_ms"] >= status["simulated_ms"]
        assert not (folder / "pump1.sock").exists()
        house.bodies.clear()
        async with live_pump(folder, port):
            await until(lambda: house.state() >= 0, "telemetry of the second run")
            again = await bench(folder, do="status")
            assert again["simulated_ms"] > kept["simulated_ms"]
            assert again["truth"]["delivered_nl"] == status["truth"]["delivered_nl"]
            assert again["truth"]["distal_percent"] == 100
            assert house.state() != State.RUNNING
            assert house.clinic.rx_version == 1
