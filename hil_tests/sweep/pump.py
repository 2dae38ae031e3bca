"""A pump brought to the moment before the fault: prescribed and confirmed once for each prescription, then copied for each row."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

from hil_tests.plant import HydraulicPlant, PlantConfig
from hil_tests.rig import Rig
from hil_tests.scenario.clinic_end import ClinicEnd
from hil_tests.scenario.keys import make_keys
from hil_tests.sweep.steps import program_that_fails
from hil_tests.tests.pump_bench import SEED, PumpBench
from shared.codes import Key, State

INFUSION: dict[str, Any] = {
    "profile": "MG",
    "drug": "Magnesium sulphate",
    "conc_ng_ml": 40_000_000,
    "dosing_weight_g": 140_000,
    "rate_nl_h": 10_000_000,
    "vtbi_nl": 200_000_000,
    "max_hour_nl": 40_000_000,
    "max_day_nl": 400_000_000,
}
ON_DEMAND: dict[str, Any] = {
    "profile": "PCA_TEST",
    "drug": "Morphine",
    "conc_ng_ml": 1_000_000,
    "dosing_weight_g": 70_000,
    "rate_nl_h": 1_000_000,
    "vtbi_nl": 20_000_000,
    "max_hour_nl": 5_000_000,
    "max_day_nl": 100_000_000,
    "max_minutes": 1_200,
    "max_bolus_nl": 1_000_000,
    "bolus_rate_nl_h": 30_000_000,
    "max_boluses": 20,
    "lockout_s": 300,
}


@dataclass(frozen=True, slots=True)
class Mode:
    """words: for the page. terms: of the prescription. keys: pressed after START. state: then. rate_nl_h: prescribed then."""

    words: str
    terms: str
    keys: tuple[int, ...]
    state: int
    rate_nl_h: int


TERMS = {"infusion": INFUSION, "on demand": ON_DEMAND}
MODES = {
    "10": Mode("10 mL/h", "infusion", (), State.RUNNING, 10_000_000),
    "1": Mode("1 mL/h", "on demand", (), State.RUNNING, 1_000_000),
    "bolus": Mode("bolus, 30 mL/h", "on demand", (Key.PENDANT,), State.BOLUS, 30_000_000),
    "paused": Mode("paused", "infusion", (Key.STOP,), State.PAUSED, 0),
}
# Long enough for the pressure of the line to be that of the rate.
SETTLE_MS = 10_000


class Memories:
    """Flash and dose memory of a pump with a confirmed prescription that has never run, one for each of TERMS."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="vigil-sweep-")
        self._made: dict[str, PumpBench] = {}

    def copy(self, terms: str, folder: Path) -> None:
        made = self._made.get(terms)
        if made is None:
            with PumpBench(Path(self._folder.name) / terms) as made:
                made.prescribe(**TERMS[terms])
                made.confirm()
            self._made[terms] = made
        made.copy_of(folder)


@cache
def memories() -> Memories:
    """Made once in a process."""
    return Memories()


def switched_on(name: str, mode: Mode, folder: Path, failing_step: str = "") -> PumpBench:
    """A pump of this prescription, on and standing. name: of the row, for chance. failing_step: of the frame, see steps.py."""
    memories().copy(mode.terms, folder)
    clinic = ClinicEnd(make_keys(SEED), SEED)
    chance = crc32(name.encode()) & 0xFFFF
    bench = PumpBench(folder, clinic, chance)
    if failing_step:
        bench.plant = HydraulicPlant(SEED, PlantConfig())
        script = program_that_fails(failing_step, folder)
        bench.rig = Rig(folder, bench.plant, chance, main_script=script)
    return bench


def bring_to(mode: Mode, bench: PumpBench) -> None:
    """START, and whatever else leads to this mode; then let the line settle."""
    bench.start()
    bench.run(SETTLE_MS)
    for key in mode.keys:
        bench.tap(key)
    bench.run(SETTLE_MS)
    assert bench.state == mode.state, (bench.state, bench.events)
    assert bench.told.alarms == 0, bench.told.alarms
