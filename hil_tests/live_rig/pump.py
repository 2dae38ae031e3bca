"""One pump of the running house: a rig in step with the wall clock, its bridge and its controls."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import tempfile
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hil_tests.live_rig.bridge import Bridge
from hil_tests.live_rig.keeper import Kept, load, save
from hil_tests.live_rig.pacing import Pacer
from hil_tests.plant import HydraulicPlant, PlantConfig
from hil_tests.rig import Rig
from hil_tests.rig.inputs import FITTINGS
from shared import names

# A turn of the loop: at most this long away from sockets and signals.
_TURN_S = 0.02
_SAVE_EVERY_S = 5.0
_STATUS_EVERY_S = 1.0
_STATUS_FILE = "status.json"
_RATE_OVER_MS = 30_000
_NL_PER_ML = 1_000_000
LIVE_CONFIG = PlantConfig(wander_mmhg=3)


class LivePump:
    """folder: holds flash.bin of a provisioned pump, and gets plant.json."""

    def __init__(self, name: str, folder: Path, bridge: Bridge, speed: float) -> None:
        self.name = name
        self.folder = folder
        self.bridge = bridge
        self.speed = speed
        kept = load(folder)
        self._seed = kept.seed
        self._before_ms = kept.simulated_ms
        self.plant = HydraulicPlant(kept.seed, LIVE_CONFIG)
        if kept.plant:
            self.plant.restore(kept.plant)
        self.rig = Rig(folder, self.plant, kept.seed, pinned=False)
        self._pacer: Pacer | None = None
        self._plugged = True
        self._due_keys: list[tuple[int, Callable[[int], None], int]] = []
        self._pumped: deque[tuple[int, int]] = deque([(0, self.plant.pumped_pl)])

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set. FirmwareDied when the pump's program ends by itself."""
        loop = asyncio.get_running_loop()
        save_at_s = status_at_s = loop.time()
        with self.rig:
            self._pacer = pacer = Pacer(self.speed, loop.time())
            try:
                while not stop.is_set():
                    due_ms = pacer.due_ms(loop.time(), self.rig.now_ms)
                    leave_s = loop.time() + _TURN_S
                    while self.rig.now_ms < due_ms and loop.time() < leave_s:
                        self._step()
                    if loop.time() >= save_at_s:
                        save_at_s = loop.time() + _SAVE_EVERY_S
                        self.save()
                    if loop.time() >= status_at_s:
                        status_at_s = loop.time() + _STATUS_EVERY_S
                        self.tell_status()
                    await asyncio.sleep(0 if self.rig.now_ms < due_ms else _TURN_S)
            finally:
                self.save()

    def save(self) -> None:
        """Write the plant to disk."""
        simulated_ms = self._before_ms + self.rig.now_ms
        save(self.folder, Kept(self._seed, simulated_ms, self.plant.snapshot()))

    def tell_status(self) -> None:
        """Write the status with one line for people to status.json, for `make run` to show."""
        status = self.status()
        status["line"] = one_line(status)
        path = self.folder / _STATUS_FILE
        part = path.with_suffix(".part")
        part.write_text(json.dumps(status) + "\n", encoding="utf-8")
        part.replace(path)

    def _step(self) -> None:
        rig = self.rig
        if self._plugged and not rig.powered:
            rig.power_on()
        while self._due_keys and self._due_keys[0][0] <= rig.now_ms:
            _time_ms, move, key = self._due_keys.pop(0)
            move(key)
        received = self.bridge.take()
        if received:
            rig.give_uart(received)
        rig.step()
        sent = rig.take_uart()
        if sent:
            self.bridge.send(sent)
        now_ms = rig.now_ms
        if now_ms - self._pumped[-1][0] >= 1_000:
            self._pumped.append((now_ms, self.plant.pumped_pl))
            while now_ms - self._pumped[0][0] > _RATE_OVER_MS:
                self._pumped.popleft()

    # -- what the bench may do: one method a command, see control.COMMANDS ------------------------

    def press(self, key: str, hold_ms: int) -> None:
        """Hold a key for simulated `hold_ms`, beginning now."""
        number = names.KEYS.index(key)
        self.rig.press(number)
        self._due_keys.append((self.rig.now_ms + hold_ms, self.rig.release, number))
        self._due_keys.sort(key=lambda item: item[0])

    def unplug(self) -> None:
        """Take the battery out."""
        self._plugged = False
        self.rig.power_cut()

    def plug(self) -> None:
        """Put the battery back: the pump boots."""
        self._plugged = True

    def set_range(self, where: str) -> None:
        self.bridge.set_range(where == "in")

    def picture(self) -> bytes:
        """What the glass shows, as a PNG."""
        with tempfile.TemporaryDirectory(prefix="vigil-screen-") as folder:
            path = Path(folder) / "screen.png"
            self.rig.save_screen(path)
            return path.read_bytes()

    def status(self) -> dict[str, Any]:
        """Everything that can be known from outside the pump."""
        rig, pacer = self.rig, self._pacer
        return {
            "name": self.name,
            "pid": os.getpid(),
            "powered": rig.powered,
            "in_range": self.bridge.in_range,
            "connected": self.bridge.connected,
            "speed": self.speed,
            "simulated_ms": self._before_ms + rig.now_ms,
            "since_start_ms": rig.now_ms,
            "skipped_ms": pacer.skipped_ms if pacer else 0,
            "flow_nl_h": self._flow_nl_h(),
            "motor_powered": rig.motor_powered,
            "sounder_hz": rig.sounder_hz,
            "reserve_sounding": rig.reserve_sounding,
            "vibrating": rig.vibrating,
            "led": list(rig.led),
            "screen_on": rig.screen_on,
            "screen_sha256": hashlib.sha256(rig.screen()).hexdigest(),
            "resets": len(rig.resets),
            "open": [
                name for bit, name in enumerate(FITTINGS) if rig.plant.senses.open_mask >> bit & 1
            ],
            "faults": list(rig.faults.names()),
            "truth": self.plant.truth(),
        }

    def _flow_nl_h(self) -> int:
        """Mean of what the roller moved in the last half minute."""
        begun_ms, begun_pl = self._pumped[0]
        passed_ms = self.rig.now_ms - begun_ms
        if passed_ms <= 0:
            return 0
        return (self.plant.pumped_pl - begun_pl) * 3_600 // passed_ms


def one_line(status: dict[str, Any]) -> str:
    """What `make run` shows of a pump."""
    truth = status["truth"]
    link = "linked" if status["connected"] else "no hub"
    parts = [
        "on" if status["powered"] else "battery out",
        link if status["in_range"] else "out of range",
        f"{status['flow_nl_h'] / _NL_PER_ML:.2f} mL/h",
        f"{truth['delivered_nl'] / _NL_PER_ML:.3f} mL given",
        f"line {truth['line_pressure_pa'] / 1_000:.1f} kPa",
        "line shut" if truth["distal_percent"] == 100 else "",
        f"battery {truth['battery_permille'] // 10} %",
        "open: " + ", ".join(status["open"]) if status["open"] else "",
        "SOUNDING" if status["sounder_hz"] or status["reserve_sounding"] else "",
    ]
    return " · ".join(part for part in parts if part)
