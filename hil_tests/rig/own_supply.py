"""What goes on without the board's power: the second sounder on its capacitor, and the real-time clock on its cell."""

from __future__ import annotations

# 0.47 F, charged through 47 ohm from 3.3 V; the sounder draws 2 mA and falls silent below 1.8 V (own choice): 350 s of sound when it is full.
FULL_MV = 3_300
SILENT_MV = 1_800
_FARAD_MILLI = 470
_CHARGE_TAU_MS = 22_000
_SOUND_MA = 2

# A pump of the bench begins its life on 1 January 2026.
EPOCH_S = 820_540_800


class ReserveSounder:
    """capacitor_uv: its charge as a voltage; a pump of the bench has been in use and begins with a full one.

    It is armed when the pump has held it once, and disarmed when it has fallen silent: a pump in its box is quiet.
    """

    def __init__(self) -> None:
        self.capacitor_uv = FULL_MV * 1_000
        self.sounding = False
        self._armed = False

    @property
    def capacitor_mv(self) -> int:
        return self.capacitor_uv // 1_000

    def advance(self, dt_us: int, powered: bool, held: bool, flat: bool, broken: bool) -> None:
        """Let time pass. powered: the board charges it. held: its pin is high. flat: it holds no charge. broken: it cannot sound."""
        if powered:
            missing_uv = FULL_MV * 1_000 - self.capacitor_uv
            self.capacitor_uv += (
                missing_uv * min(dt_us, _CHARGE_TAU_MS * 1_000) // (_CHARGE_TAU_MS * 1_000)
            )
        if flat:
            self.capacitor_uv = 0
        if held:
            self._armed = True
        if self.sounding:
            # mA over mF is V/s: so many microvolts in so many microseconds.
            self.capacitor_uv = max(0, self.capacitor_uv - dt_us * _SOUND_MA // _FARAD_MILLI)
        if self.capacitor_mv < SILENT_MV:
            self._armed = self._armed and powered
            self.sounding = False
        else:
            self.sounding = self._armed and not held and not broken


class RealTimeClock:
    """seconds: since 2000, for the PCF8563."""

    def __init__(self) -> None:
        self._microseconds = EPOCH_S * 1_000_000

    @property
    def seconds(self) -> int:
        return self._microseconds // 1_000_000

    def set(self, seconds: int) -> None:
        """Put the hands somewhere: seconds since 2000."""
        self._microseconds = seconds * 1_000_000

    def advance(self, dt_us: int, rate_permille: int) -> None:
        """Let time pass; rate_permille 1,000 is right, 0 stands."""
        self._microseconds += dt_us * rate_permille // 1_000
