"""Above the roller: bag, its clamp, and the tube to the roller. Volumes in pL."""

from __future__ import annotations

from math import exp

from hil_tests.plant.constants import (
    AIR_ENTRY_PA,
    REFILL_FULL_PA,
    REFILL_NONE_PA,
    SUPPLY_COMPLIANCE_NL_PA,
    SUPPLY_RESISTANCE_PA_S_NL,
)

_PL_PA = SUPPLY_COMPLIANCE_NL_PA * 1_000
_AIR_ENTRY_PL = int(AIR_ENTRY_PA * _PL_PA)


class Supply:
    """Upstream node. A full bag stands at 0 Pa; an empty or clamped one gives suction."""

    __slots__ = ("_decay", "_decay_for", "narrowed_percent", "reservoir_pl", "stored_pl")

    def __init__(self, reservoir_pl: int) -> None:
        self.reservoir_pl = reservoir_pl
        self.stored_pl = 0
        self.narrowed_percent = 0
        self._decay = 0.0
        self._decay_for = (-1, -1)

    @property
    def pressure_pa(self) -> float:
        return self.stored_pl / _PL_PA

    def take(self, swept_pl: int) -> int:
        """What the roller gets of the volume it sweeps: less when suction keeps its tube flat."""
        pressure = self.stored_pl / _PL_PA
        if swept_pl > 0 and pressure < REFILL_FULL_PA:
            share = (pressure - REFILL_NONE_PA) / (REFILL_FULL_PA - REFILL_NONE_PA)
            swept_pl = int(swept_pl * max(0.0, share))
        self.stored_pl -= swept_pl
        return swept_pl

    def advance(self, dt_ms: int, bag_on: bool = True) -> int:
        """Let the bag fill the tube again; air that came in instead of liquid, pL. A bag that is off is as an empty one."""
        if self.narrowed_percent >= 100 or not self.stored_pl:
            return 0
        lumen = (100 - self.narrowed_percent) / 100
        if self._decay_for != (dt_ms, self.narrowed_percent):
            self._decay_for = (dt_ms, self.narrowed_percent)
            conductance = lumen * lumen / SUPPLY_RESISTANCE_PA_S_NL
            self._decay = exp(-conductance * dt_ms / _PL_PA)
        if bag_on and (self.reservoir_pl > 0 or self.stored_pl > 0):
            inflow_pl = min(int(-self.stored_pl * (1 - self._decay)), self.reservoir_pl)
            self.reservoir_pl -= inflow_pl
            self.stored_pl += inflow_pl
            return 0
        air_pl = max(0, _AIR_ENTRY_PL - self.stored_pl)
        self.stored_pl += air_pl
        return air_pl
