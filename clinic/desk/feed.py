"""One reading of the records for all open pages.

Each page asks twice a second. The feed asks the desk's model only when its version changed or the
last reading is a second old (so that ages and staleness move while nothing arrives), and shares
the answer between the pages. A reading that fails leaves the last one standing, marked as failed:
the pages then say so and grey what they show.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass

from clinic.desk_model import AlertRow, Desk, PumpTile, SeriesPoint

REREAD_MS = 1_000
# A sparkline of an hour moves by one pixel in about 20 s.
SERIES_REREAD_MS = 20_000
SERIES_SECONDS = 3_600
# When the records themselves cannot be read, all is stale after this.
FAILED_STALE_MS = 5_000

log = logging.getLogger("vigil.desk")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the ward was when it was last read."""

    tiles: tuple[PumpTile, ...]
    alerts: tuple[AlertRow, ...]
    version: int
    tried_mono_ms: int  # the newest attempt
    read_mono_ms: int  # the newest attempt that succeeded: ages count from here
    failed: bool  # the newest attempt failed; tiles and alerts are from the last good one

    def age_ms(self, tile: PumpTile, now_mono_ms: int) -> int | None:
        """Age of a tile's data now. None if nothing was ever received."""
        return None if tile.age_ms is None else tile.age_ms + now_mono_ms - self.read_mono_ms

    def alert_text(self, pump_id: str) -> str:
        """The worst standing alert of a pump in words; empty without one."""
        return next((alert.text for alert in self.alerts if alert.pump_id == pump_id), "")

    def stale(self, tile: PumpTile, now_mono_ms: int) -> bool:
        """Whether the tile may not be shown as current: its data is old, or the records cannot be
        read.
        """
        unread_ms = now_mono_ms - self.read_mono_ms
        return tile.stale or (self.failed and unread_ms > FAILED_STALE_MS)


def mono_ms() -> int:
    """Monotonic time in ms; only differences mean something."""
    return time.monotonic_ns() // 1_000_000


class Feed:
    """Shared by all pages of one mounted desk. Runs in the one event loop of the service."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = asyncio.Lock()
        self._reading = Reading((), (), -1, -REREAD_MS, mono_ms(), False)
        self._series: dict[str, tuple[int, int | None, list[SeriesPoint]]] = {}

    async def read(self) -> Reading:
        """The newest reading. Never raises: see `Reading.failed`."""
        if self._fresh():
            return self._reading
        async with self._lock:
            if self._fresh():  # another page read it while this one waited
                return self._reading
            version = self._desk.version()
            started_ms = mono_ms()
            try:
                tiles = tuple(await self._desk.ward())
                alerts = tuple(await self._desk.alerts())
            except Exception:
                log.exception("the desk cannot read its records")
                old = self._reading
                self._reading = Reading(
                    old.tiles, old.alerts, version, started_ms, old.read_mono_ms, True
                )
            else:
                self._reading = Reading(tiles, alerts, version, started_ms, started_ms, False)
            return self._reading

    def _fresh(self) -> bool:
        return (
            self._reading.version == self._desk.version()
            and mono_ms() - self._reading.tried_mono_ms < REREAD_MS
        )

    async def hour(self, pump_id: str, state: int | None) -> list[SeriesPoint]:
        """The last hour of a pump for its sparkline, at most 20 s old and read anew when the state
        changed.
        """
        now_ms = mono_ms()
        held = self._series.get(pump_id)
        if held is not None and held[1] == state and now_ms - held[0] < SERIES_REREAD_MS:
            return held[2]
        points = await self._desk.series(pump_id, SERIES_SECONDS)
        self._series[pump_id] = (now_ms, state, points)
        return points
