"""A house in a folder of its own, a pump enrolled for a patient, a hub, people. A real broker where a test asks for it."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from clinic import admin, config
from clinic.clock import now_ms
from clinic.desk_model import User
from clinic.house import House, build
from clinic.ingest import uplink
from clinic.patients import add_patient
from clinic.store.db import open_database
from clinic.store.migrate import migrate
from clinic.tests.bench import Clinician, HubBench, PumpBench
from clinic.tests.waits import within
from clinic.tests.wire import Wire

PASSWORD = "correct horse battery"
BROKER_START_S = 20.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def settings(tmp_path: Path, broker_port: int) -> config.Settings:
    return config.load(state=tmp_path, mqtt_url=f"mqtt://127.0.0.1:{broker_port}")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that was migrated once; each test starts from a copy."""
    path = tmp_path_factory.mktemp("migrated") / "clinic.db"

    async def make() -> None:
        database = open_database(f"sqlite+aiosqlite:///{path}")
        await migrate(database)
        await database.close()

    asyncio.run(make())
    return path


@pytest.fixture
async def house(settings: config.Settings, migrated: Path) -> AsyncIterator[House]:
    """Built, its loops not running: tests take the steps themselves."""
    settings.folder.mkdir()
    shutil.copy(migrated, settings.folder / "clinic.db")
    house = await build(settings)
    # The same algorithm with little work, so that a hundred log-ins do not take minutes.
    house.accounts._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    yield house
    await within("the house to close", house.close())


@dataclass
class Scene:
    """One pump of one patient behind one hub."""

    house: House
    pump: PumpBench
    hub: HubBench
    patient_id: int

    async def take(self, *frames: bytes, at_ms: int | None = None, **up: object) -> int:
        """Frames of the pump through the hub into the database. Returns the time they arrived."""
        arrived_ms = now_ms() if at_ms is None else at_ms
        records = [(self.pump.pump_id, frame) for frame in frames]
        payload = self.hub.up(*records, **up)  # pyright: ignore[reportArgumentType]
        message = uplink.parse(self.hub.topic, payload, arrived_ms)
        await self.house.writer.write([message], arrived_ms)
        return arrived_ms

    @property
    def live(self):
        return self.house.ward.pumps[self.pump.pump_id]


async def enrol(house: House, pump: PumpBench, patient_id: int | None = None) -> None:
    enrolment = admin.Enrolment(pump.pump_id, pump.clinic_id, pump.master, 0, pump.name)
    await admin.enrol(house.database, enrolment, False, now_ms())
    if patient_id is not None:
        await admin.assign(house.database, pump.name, "P-1", now_ms())
    await house.registry.refresh()


@pytest.fixture
async def scene(house: House) -> Scene:
    pump = PumpBench()
    patient_id = await add_patient(
        house.database, "P-1", "Pat One", "Home", 70_000, now_ms(), "test"
    )
    await enrol(house, pump, patient_id)
    # The broker is shared by all tests: each has a hub of its own.
    return Scene(house, pump, HubBench(f"hub-{secrets.token_hex(4)}"), patient_id)


@dataclass
class People:
    prescriber: User
    checker: User
    nurse: User
    prescriber_key: Clinician
    checker_key: Clinician


@pytest.fixture
async def people(house: House) -> People:
    """One of each, the first two with a registered key."""
    users = {}
    for role in ("prescriber", "checker", "nurse"):
        users[role] = await house.accounts.add(
            f"u-{role}", f"A {role.title()}", role, PASSWORD, now_ms(), "test"
        )
    keys = Clinician(), Clinician()
    await admin.register_key(house.database, "u-prescriber", keys[0].public_point, now_ms())
    await admin.register_key(house.database, "u-checker", keys[1].public_point, now_ms())
    return People(users["prescriber"], users["checker"], users["nurse"], *keys)


@pytest.fixture
async def wire(scene: Scene, broker_port: int) -> AsyncIterator[Wire]:
    """The scene's hub at the broker, and the clinic connected to it."""
    wire = Wire(scene.house, broker_port, f"vigil/v1/hub/{scene.hub.hub_id}/down")
    try:
        await wire.start()
        yield wire
    finally:
        await wire.close()


@pytest.fixture(scope="session")
def broker_port() -> Iterator[int]:
    """The real embedded broker, in its own process, on a free port."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.broker", "--port", str(port)], stdout=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + BROKER_START_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < deadline, "no broker"
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)
