"""The line below the roller: one elastic node, one resistance to the vein, one clamp between them.

    C dp/dt = Q - g (p - p_vein),  g = open^2 / R

solved exactly over an interval of constant Q. The state is the volume held, an integer in pL, so
no volume is ever lost.
"""

from __future__ import annotations

from math import exp

from hil_tests.plant.constants import PA_PER_MMHG, TUBE_COLLAPSE_PA

_PL_PER_NL = 1_000
# 1 mL/h in nL/s
_NL_S_PER_ML_H = 1_000_000 / 3_600


class Line:
    """Downstream node. Pressures in Pa gauge, volumes in pL, positive towards the patient."""

    __slots__ = ("_decay", "_decay_for", "_pl_pa", "_resistance", "narrowed_percent", "stored_pl")

    def __init__(self, compliance_nl_mmhg: int, resistance_pa_h_ml: int, start_pa: float) -> None:
        self._pl_pa = compliance_nl_mmhg * _PL_PER_NL / PA_PER_MMHG
        self._resistance = resistance_pa_h_ml / _NL_S_PER_ML_H  # Pa s / nL
        self.narrowed_percent = 0
        self.stored_pl = int(start_pa * self._pl_pa)
        self._decay = 0.0
        self._decay_for = (-1, -1)

    @property
    def pressure_pa(self) -> float:
        """At the sensor, just below the roller."""
        return self.stored_pl / self._pl_pa

    def trapped_pl(self, vein_pa: float) -> int:
        """What would still flow out of an open line if the roller stood; never negative."""
        return max(0, self.stored_pl - int(vein_pa * self._pl_pa))

    def limit_pumped(self, pumped_pl: int) -> int:
        """A roller that turns back cannot draw the tube beyond flat."""
        return max(pumped_pl, int(TUBE_COLLAPSE_PA * self._pl_pa) - self.stored_pl)

    def advance(self, pumped_pl: int, dt_ms: int, vein_pa: float) -> int:
        """Move on while `pumped_pl` comes from the roller; what left towards the vein, pL."""
        held_pl = self.stored_pl + pumped_pl
        if self.narrowed_percent >= 100 or dt_ms <= 0:
            self.stored_pl = held_pl
            return 0
        lumen = (100 - self.narrowed_percent) / 100
        conductance = lumen * lumen / self._resistance  # nL / s / Pa
        if self._decay_for != (dt_ms, self.narrowed_percent):
            self._decay_for = (dt_ms, self.narrowed_percent)
            self._decay = exp(-conductance * dt_ms / self._pl_pa)
        # pL per ms is nL per s
        level_pl = (vein_pa + pumped_pl / dt_ms / conductance) * self._pl_pa
        self.stored_pl = int(level_pl + (self.stored_pl - level_pl) * self._decay)
        return held_pl - self.stored_pl
