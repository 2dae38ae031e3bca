"""What differs between sets, patients and runs: the `[plant]` section of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


def _number(default: int, low: int, high: int, what: str) -> Any:
    return field(default=default, metadata={"low": low, "high": high, "what": what})


@dataclass(frozen=True, slots=True)
class PlantConfig:
    """All integers; `read_config` is the checked way to make one from a file."""

    # docs/HARDWARE.md: 3,750 pL +- 5 %
    true_pl_per_step: int = _number(3_750, 3_562, 3_938, "true volume of a microstep, pL")
    # typical three-roller pumps swing by a third around the mean; own choice of half of that
    pulsation_permille: int = _number(150, 0, 500, "flow swing within a stroke, 1/1000")
    # lowest case of performance.md section 7 (short microbore set); syringe sets: 1,200 to 2,800
    compliance_nl_mmhg: int = _number(500, 100, 5_000, "line compliance, nL/mmHg")
    # 1 m of 1 mm bore (11 Pa per mL/h by Poiseuille), 24 G cannula (4) and filter (15)
    resistance_pa_h_ml: int = _number(30, 1, 2_000, "line resistance, Pa per mL/h")
    # hardware brief: venous pressure 5 to 15 mmHg
    venous_mmhg: int = _number(10, 0, 40, "mean venous pressure, mmHg")
    # hardware brief: 3 mmHg
    wander_mmhg: int = _number(0, 0, 10, "slow wander of the venous pressure, mmHg")
    # hardware brief: sensor noise 1 mmHg
    noise_pa: int = _number(133, 0, 2_000, "pressure sensor noise, Pa (one deviation)")
    reservoir_ml: int = _number(250, 0, 1_000, "volume in the bag at the start, mL")
    battery_permille: int = _number(900, 0, 1_000, "charge of the battery at the start, 1/1000")
    # own choice: a motor that can burst nothing, above the sensor's span of 103 kPa
    stall_pa: int = _number(160_000, 20_000, 400_000, "line pressure that stalls the motor, Pa")
    phase_steps: int = _number(0, 0, 15_999, "roller angle at the start, microsteps")


def read_config(values: Mapping[str, object]) -> PlantConfig:
    """Make a config from a file's section. ValueError names key, value and what is allowed."""
    known = {item.name: item for item in fields(PlantConfig)}
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"unknown key '{name}'; known are {', '.join(known)}")
        low, high = known[name].metadata["low"], known[name].metadata["high"]
        if type(value) is not int:
            raise ValueError(f"'{name}' must be a whole number, not {value!r}")
        if not low <= value <= high:
            raise ValueError(f"'{name}' is {value}; allowed are {low} to {high}")
    return PlantConfig(**values)  # pyright: ignore[reportArgumentType]
