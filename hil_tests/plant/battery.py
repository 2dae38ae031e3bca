"""One Li-ion cell behind its internal resistance."""

from __future__ import annotations

from hil_tests.plant.constants import CELL_MAH, CELL_OCV_MV, CELL_OHM, CHARGER_MA

_FULL_MA_MS = CELL_MAH * 3_600 * 1_000


class Battery:
    """Charge in mA ms, an integer: nothing is lost to rounding however short the interval."""

    __slots__ = ("charge_ma_ms", "charging", "voltage_mv")

    def __init__(self, permille: int) -> None:
        self.charging = False
        self.charge_ma_ms = 0
        self.voltage_mv = 0
        self.set_permille(permille)

    @property
    def permille(self) -> int:
        return self.charge_ma_ms * 1_000 // _FULL_MA_MS

    def set_permille(self, permille: int) -> None:
        self.charge_ma_ms = permille * _FULL_MA_MS // 1_000
        self.advance(0, 0)

    def advance(self, dt_ms: int, load_ma: int) -> None:
        """Draw `load_ma` for `dt_ms`; the terminal voltage sags by the cell's resistance."""
        current_ma = load_ma - (CHARGER_MA if self.charging else 0)
        charge = self.charge_ma_ms - current_ma * dt_ms
        self.charge_ma_ms = charge = min(max(charge, 0), _FULL_MA_MS)
        place, rest = divmod(charge * 10, _FULL_MA_MS)
        open_mv = CELL_OCV_MV[place]
        if rest:
            open_mv += (CELL_OCV_MV[place + 1] - open_mv) * rest // _FULL_MA_MS
        self.voltage_mv = open_mv - int(current_ma * CELL_OHM)
