"""The whole plant: roller, line, supply, air, battery and what the sensors make of them."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi
from typing import Any

from hil_tests.plant import state
from hil_tests.plant.battery import Battery
from hil_tests.plant.bubbles import Bubbles
from hil_tests.plant.config import PlantConfig
from hil_tests.plant.constants import (
    AIR_DRY_MV,
    AIR_NOISE_MV,
    AIR_OFF_MV,
    AIR_WET_MV,
    ENCODER_COUNTS,
    MOTOR_HOLDING_MA,
    MOTOR_MOVING_MA,
    PA_PER_CM_WATER,
    PA_PER_MMHG,
    STEPS_PER_TURN,
    STROKES_PER_TURN,
)
from hil_tests.plant.interface import BAG, CASSETTE, DOOR, NOT_PUMPING, Actuators, Senses
from hil_tests.plant.line import Line
from hil_tests.plant.noise import Noise
from hil_tests.plant.stimuli import check_stimulus
from hil_tests.plant.supply import Supply

_PL_PER_NL = 1_000
_PL_PER_ML = 1_000_000_000
_MAX_DT_MS = 1_000
_WANDER_EVERY_MS = 10_000
# A correlation of 0.96 over 10 s: the vein's pressure forgets itself in 4 min (own choice).
_WANDER_KEEP = 0.96
_WANDER_KICK = (1 - _WANDER_KEEP**2) ** 0.5


class HydraulicPlant:
    """First hydraulic plant. Deterministic from `seed`; every piece of its state is an integer.

    `config` holds what varies between sets (ranges in config.py). Time moves only by `advance`.
    """

    def __init__(self, seed: int = 1, config: PlantConfig | None = None) -> None:
        self.config = config = config or PlantConfig()
        self.senses = Senses()
        self.elapsed_ms = 0
        self.roller_steps = config.phase_steps
        self.lost_steps = 0
        self.pumped_pl = 0
        self.outflow_pl = 0
        self.outflow_peak_pl = 0
        self.drawn_back_pl = 0
        self.line_peak_pa = 0
        self.wander_upa = 0
        self.wander_left_ms = _WANDER_EVERY_MS
        self.site_cm = 0
        self.roller_blocked = False
        self.noise = Noise(seed)
        vein_pa = config.venous_mmhg * PA_PER_MMHG
        self.line = Line(config.compliance_nl_mmhg, config.resistance_pa_h_ml, vein_pa)
        self.supply = Supply(config.reservoir_ml * _PL_PER_ML)
        self.bubbles = Bubbles()
        self.battery = Battery(config.battery_permille)
        swing = config.pulsation_permille / 1_000
        stroke_pl = config.true_pl_per_step * STEPS_PER_TURN / STROKES_PER_TURN
        self._swing_pl = swing * stroke_pl / (2 * pi)
        self._swept_pl = self._sweep_at(self.roller_steps)
        self._still = Actuators()
        self._sense(self._still, stalled=False)

    @property
    def vein_pa(self) -> float:
        """Pressure at the far end of the line as the pump sees it, posture included."""
        wander_pa = self.wander_upa / 1_000_000
        return self.config.venous_mmhg * PA_PER_MMHG + wander_pa + self.site_cm * PA_PER_CM_WATER

    def advance(self, dt_ms: int, actuators: Actuators) -> Senses:
        """Move time on by `dt_ms` (0 to 1,000). The returned object is `self.senses`, reused."""
        if not 0 <= dt_ms <= _MAX_DT_MS:
            raise ValueError(f"the plant moves by 0 to {_MAX_DT_MS} ms at a time, not {dt_ms}")
        self.elapsed_ms += dt_ms
        self._wander(dt_ms)
        steps = actuators.steps
        stalled = self._stalls(steps)
        if stalled:
            self.lost_steps += abs(steps)
            steps = 0
        self._flow(self._turn(steps) if steps else 0, dt_ms)
        load_ma = actuators.load_ma
        if actuators.steps:
            load_ma += MOTOR_MOVING_MA
        elif actuators.motor_powered:
            load_ma += MOTOR_HOLDING_MA
        self.battery.advance(dt_ms, load_ma)
        return self._sense(actuators, stalled)

    def stimulate(self, name: str, **values: int | str) -> None:
        """Apply one stimulus of `stimuli.STIMULI`. ValueError names what is wrong."""
        given = check_stimulus(name, values)
        _ACTIONS[name](self, given)

    def truth(self) -> dict[str, int]:
        """What really happened. Delivered is liquid into the vein; air is not counted."""
        return {
            "elapsed_ms": self.elapsed_ms,
            "delivered_nl": (self.outflow_pl - self.bubbles.passed_pl) // _PL_PER_NL,
            "pumped_nl": self.pumped_pl // _PL_PER_NL,
            "line_pressure_pa": int(self.line.pressure_pa),
            "line_peak_pa": self.line_peak_pa,
            "supply_pressure_pa": int(self.supply.pressure_pa),
            "vein_pa": int(self.vein_pa),
            "trapped_nl": self.line.trapped_pl(self.vein_pa) // _PL_PER_NL,
            "drawn_back_nl": self.drawn_back_pl // _PL_PER_NL,
            "air_passed_nl": self.bubbles.passed_pl // _PL_PER_NL,
            "reservoir_nl": self.supply.reservoir_pl // _PL_PER_NL,
            "roller_steps": self.roller_steps,
            "lost_steps": self.lost_steps,
            "battery_permille": self.battery.permille,
            "distal_percent": self.line.narrowed_percent,
            "proximal_percent": self.supply.narrowed_percent,
        }

    def snapshot(self) -> dict[str, int]:
        """Everything needed to go on after a restart of the rig; JSON-able and exact."""
        return state.take(self, self.bubbles)

    def restore(self, snapshot: dict[str, int]) -> None:
        """Go on from the snapshot of a plant with the same config. ValueError: what is wrong."""
        state.put(self, self.bubbles, snapshot)
        self._swept_pl = self._sweep_at(self.roller_steps)
        self.battery.advance(0, 0)
        self._sense(self._still, stalled=False)
        self.noise.state = snapshot["noise_state"]  # looking at the sensors drew from it

    def _turn(self, steps: int) -> int:
        """Turn the roller; the volume that came below it, pL. Nothing passes a still roller, or one that does not press on the tube."""
        swept_pl = self._sweep_at(self.roller_steps + steps)
        wanted_pl = self.line.limit_pumped(swept_pl - self._swept_pl)
        self.roller_steps += steps
        self._swept_pl = swept_pl
        if self.senses.open_mask & NOT_PUMPING:
            wanted_pl = (
                0  # the rollers turn beside the tube, and the clamp of the cassette keeps it shut
            )
        moved_pl = self.supply.take(wanted_pl)
        self.pumped_pl += moved_pl
        return moved_pl

    def _stalls(self, steps: int) -> bool:
        """A motor that is asked to move and cannot: blocked, or the line is stiffer than it."""
        pumping = steps > 0 and not self.senses.open_mask & NOT_PUMPING
        too_stiff = pumping and self.line.pressure_pa >= self.config.stall_pa
        return steps != 0 and (self.roller_blocked or too_stiff)

    def _flow(self, moved_pl: int, dt_ms: int) -> None:
        """Let both tubes settle and carry the air along."""
        before_pl = self.outflow_pl
        outflow_pl = self.line.advance(moved_pl, dt_ms, self.vein_pa)
        self.outflow_pl += outflow_pl
        self.outflow_peak_pl = max(self.outflow_peak_pl, self.outflow_pl)
        back_pl = self.outflow_peak_pl - self.outflow_pl
        self.drawn_back_pl = max(self.drawn_back_pl, back_pl)
        if outflow_pl > 0 and self.bubbles.spans:
            self.bubbles.reach_patient(before_pl, self.outflow_pl)
        self.line_peak_pa = max(self.line_peak_pa, int(self.line.pressure_pa))
        air_pl = self.supply.advance(dt_ms, bag_on=not self.senses.open_mask & BAG)
        if air_pl:
            self.bubbles.enter_supply(air_pl, self.pumped_pl)

    def _sweep_at(self, steps: int) -> int:
        """Volume swept from angle 0, pL: linear, with one wave a stroke that sums to nothing."""
        phase = steps * STROKES_PER_TURN % STEPS_PER_TURN
        wave = 1 - cos(2 * pi * phase / STEPS_PER_TURN)
        return steps * self.config.true_pl_per_step + int(self._swing_pl * wave)

    def _wander(self, dt_ms: int) -> None:
        """Every 10 s the vein's pressure drifts a little and is drawn back to its mean."""
        if not self.config.wander_mmhg:
            return
        self.wander_left_ms -= dt_ms
        if self.wander_left_ms <= 0:
            self.wander_left_ms += _WANDER_EVERY_MS
            kick_pa = self.noise.normal() * self.config.wander_mmhg * PA_PER_MMHG * _WANDER_KICK
            self.wander_upa = int(self.wander_upa * _WANDER_KEEP + kick_pa * 1_000_000)

    def _sense(self, actuators: Actuators, stalled: bool) -> Senses:
        senses, normal = self.senses, self.noise.normal
        noise_pa = self.config.noise_pa
        angle = self.roller_steps % STEPS_PER_TURN
        senses.encoder_count = angle * ENCODER_COUNTS // STEPS_PER_TURN
        senses.downstream_pa = int(self.line.pressure_pa + noise_pa * normal())
        senses.upstream_pa = int(self.supply.pressure_pa + noise_pa * normal())
        air_mv = AIR_OFF_MV
        if actuators.air_drive:
            air_mv = AIR_WET_MV
            if self.bubbles.spans:
                share = self.bubbles.in_beam_permille(self.pumped_pl)
                air_mv -= (AIR_WET_MV - AIR_DRY_MV) * share // 1_000
        senses.air_mv = max(0, air_mv + int(AIR_NOISE_MV * normal()))
        senses.battery_mv = self.battery.voltage_mv
        senses.battery_permille = self.battery.permille
        senses.stall = stalled
        return senses

    def _narrow(self, place: str, percent: int) -> None:
        part = self.line if place == "distal" else self.supply
        part.narrowed_percent = percent

    def _release(self) -> None:
        self._narrow("distal", 0)
        self._narrow("proximal", 0)

    def _hang_bag(self, volume_ml: int) -> None:
        self.supply.reservoir_pl = volume_ml * _PL_PER_ML

    def _open(self, fitting: int, is_open: bool) -> None:
        mask = self.senses.open_mask
        self.senses.open_mask = mask | fitting if is_open else mask & ~fitting

    def _set_answers(self, sensor: str, answers: bool) -> None:
        setattr(self.senses, f"{sensor}_answers", answers)


# One action a row of stimuli.STIMULI; the values have been checked and completed before.
_ACTIONS: dict[str, Callable[[HydraulicPlant, dict[str, Any]], object]] = {
    "occlude": lambda plant, given: plant._narrow(given["place"], given["percent"]),
    "release": lambda plant, given: plant._release(),
    "air": lambda plant, given: plant.bubbles.enter_port(
        given["volume_nl"] * _PL_PER_NL, plant.pumped_pl
    ),
    "empty": lambda plant, given: plant._hang_bag(0),
    "refill": lambda plant, given: plant._hang_bag(given["volume_ml"]),
    "battery": lambda plant, given: plant.battery.set_permille(given["permille"]),
    "charger": lambda plant, given: setattr(plant.battery, "charging", given["on"] == 1),
    "posture": lambda plant, given: setattr(plant, "site_cm", given["cm"]),
    "mute": lambda plant, given: plant._set_answers(given["sensor"], False),
    "unmute": lambda plant, given: plant._set_answers(given["sensor"], True),
    "stall": lambda plant, given: setattr(plant, "roller_blocked", True),
    "unstall": lambda plant, given: setattr(plant, "roller_blocked", False),
    "door": lambda plant, given: plant._open(DOOR, given["to"] == "open"),
    "cassette": lambda plant, given: plant._open(CASSETTE, given["to"] == "out"),
    "bag": lambda plant, given: plant._open(BAG, given["to"] == "off"),
    "heat": lambda plant, given: setattr(plant.senses, "skin_centi_c", given["centi_c"]),
}
