"""A pump on the rig with a body, a hub and a clinic around it, driven step by step by a test."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hil_tests.plant import HydraulicPlant, PlantConfig
from hil_tests.rig import Rig
from hil_tests.scenario.bench_pump import provision_bench_pump
from hil_tests.scenario.clinic_end import ClinicEnd, encode_terms
from hil_tests.scenario.conductor import PAGE_MS, PAGES_MOST
from hil_tests.scenario.hub_end import HubEnd
from hil_tests.scenario.keys import make_keys
from shared import messages, prescription
from shared.codes import Command, Key, Stage, State

SEED = 21
TERMS: dict[str, Any] = {
    "profile": "LID_LOW",
    "drug": "Lidocaine",
    "conc_ng_ml": 10_000_000,
    "dosing_weight_g": 70_000,
    "rate_nl_h": 7_000_000,
    "vtbi_nl": 20_000_000,
    "max_hour_nl": 8_000_000,
    "max_day_nl": 170_000_000,
    "max_minutes": 1_440,
    "occlusion_pa": 40_000,
}
READY_MS = 60_000
DRAWING_MS = 1_000


def fields_of(**changed: Any) -> dict[str, Any]:
    """All fields of TERMS with changes, as the pump decodes them: for a program that loads them by hand."""
    return prescription.decode(encode_terms({**TERMS, **changed}))


class PumpBench:
    """told: the newest live telemetry. events, receipts: all that came up, in order."""

    def __init__(self, folder: Path, clinic: ClinicEnd | None = None, chance: int = SEED) -> None:
        """clinic: the one that knows the memories in `folder`, None for a new pump. chance: seed of the board's random numbers."""
        folder.mkdir(parents=True, exist_ok=True)
        keys = make_keys(SEED)
        if clinic is None:
            provision_bench_pump(folder, keys, 3_750)
        self.folder = folder
        self.plant = HydraulicPlant(SEED, PlantConfig())
        self.rig = Rig(folder, self.plant, chance)
        self.hub = HubEnd()
        self.clinic = clinic or ClinicEnd(keys, SEED)
        self._told: messages.Telemetry | None = None
        self.events: list[messages.Event] = []
        self.receipts: list[messages.Receipt] = []

    def __enter__(self) -> PumpBench:
        self.power_on()
        return self

    def __exit__(self, *error: object) -> None:
        self.rig.close()

    def power_on(self) -> None:
        """Switch on and wait for the first telemetry of this boot."""
        self._told = None
        self.rig.power_on()
        self.until(lambda: self._told is not None)

    def power_cycle(self) -> None:
        self.rig.power_cut()
        self.rig.run_for(1_000)
        self.power_on()

    def copy_of(self, folder: Path) -> None:
        """The board's memories, as they are now, in another folder."""
        folder.mkdir()
        for name in ("flash.bin", "fram.bin", "rig.json"):
            shutil.copy(self.folder / name, folder / name)

    def step(self) -> None:
        self.rig.step()
        sent = self.rig.take_uart()
        if not sent:
            return
        self.hub.feed(sent)
        for record in self.hub.take_delivered():
            body = self.clinic.open(record.frame)
            if isinstance(body, messages.Telemetry):
                if body.sample == 0:
                    self._told = body
            elif isinstance(body, messages.Event):
                self.events.append(body)
            elif body is not None:
                self.receipts.append(body)
        self.rig.give_uart(self.hub.take_down())

    def run(self, ms: int) -> None:
        end_ms = self.rig.now_ms + ms
        while self.rig.now_ms < end_ms:
            self.step()

    def until(self, reached: Callable[[], bool], ms: int = READY_MS) -> None:
        end_ms = self.rig.now_ms + ms
        while not reached():
            assert self.rig.now_ms < end_ms, self.rig.console()[-2_000:]
            self.step()

    def tap(self, key: int, ms: int = 300) -> None:
        """Press, hold, let go, and wait until the telemetry tells what came of it."""
        if key == Key.OK:
            # It speaks about what stands on the glass, and a screen takes 0.9 s to get there.
            self.run(DRAWING_MS)
        self.rig.press(key)
        self.run(ms)
        self.rig.release(key)
        self.run(1_500)

    def send(self, frame: bytes) -> None:
        self.hub.send_command(frame)
        self.rig.give_uart(self.hub.take_down())

    def command(self, kind: int = Command.STOP) -> bytes:
        """Send a read or stop and wait for its receipt; the frame."""
        command_id, frame = self.clinic.seal_simple(kind)
        self.send(frame)
        self.until(lambda: bool(self.receipts) and self.receipts[-1].cmd_id == command_id)
        assert self.receipts[-1].stage == Stage.ACTIVE
        self.run(1_500)
        return frame

    def prescribe(self, **changed: Any) -> None:
        """Send a prescription and wait until it is shown."""
        command_id, frame = self.clinic.seal_prescription({**TERMS, **changed})
        self.send(frame)
        self.until(lambda: bool(self.receipts) and self.receipts[-1].cmd_id == command_id)
        assert self.receipts[-1].stage == Stage.SHOWN, self.receipts[-1]

    def read_pages(self) -> None:
        """Each page is drawn, stands for its second, and is turned; on the last one DOWN does nothing."""
        for _ in range(PAGES_MOST):
            self.run(PAGE_MS - 500)
            self.rig.press(Key.DOWN)
            self.run(300)
            self.rig.release(Key.DOWN)
            self.run(200)
        self.run(PAGE_MS)

    def confirm(self) -> None:
        """Read every page and hold OK."""
        self.read_pages()
        self.tap(Key.OK, 2_500)
        self.until(lambda: self.receipts[-1].stage >= Stage.ACTIVE)
        assert self.receipts[-1].stage == Stage.ACTIVE, self.receipts[-1]

    def start(self) -> None:
        self.tap(Key.START)
        assert self.state == State.RUNNING

    def running(self) -> PumpBench:
        self.prescribe()
        self.confirm()
        self.start()
        return self

    @property
    def told(self) -> messages.Telemetry:
        assert self._told is not None
        return self._told

    @property
    def state(self) -> int:
        return self.told.state

    def alarmed(self, alarm_id: int) -> bool:
        return bool(self.told.alarms >> alarm_id & 1)

    def moves(self, ms: int = 3_000) -> bool:
        """Whether the roller turns in the next while."""
        before = self.rig.steps_total
        self.run(ms)
        return self.rig.steps_total != before
