"""When did the pump sound, and when did a clinician's browser show it: both on one clock."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from playwright.async_api import Page

from hil_tests.house.running_house import HouseError, RunningHouse

TEXT = "Line blocked below the pump"
_POLL_S = 0.02


@dataclass(frozen=True, slots=True)
class AlarmTimes:
    """Seconds on the monotonic clock."""

    sounded_s: float
    shown_s: float

    @property
    def delay_s(self) -> float:
        """Pump alarm to dashboard. The pump is asked every 20 ms, so it is right to that."""
        return self.shown_s - self.sounded_s


async def watch(house: RunningHouse, pump: str, shown: Page, within_s: float) -> AlarmTimes:
    """Wait for the sounder of `pump` and for the alarm's text in the browser."""
    sounded, visible = await asyncio.gather(
        _sounded(house, pump, within_s), _visible(shown, within_s)
    )
    return AlarmTimes(sounded, visible)


async def _sounded(house: RunningHouse, pump: str, within_s: float) -> float:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        # The alarm's light is on or off in turn; motor power goes and stays away with the alarm.
        status = await asyncio.to_thread(house.bench, pump, {"do": "status"})
        if status["sounder_hz"] or any(status["led"]):
            return time.monotonic()
        await asyncio.sleep(_POLL_S)
    raise HouseError(f"{pump} did not sound in {within_s:g} s")


async def _visible(shown: Page, within_s: float) -> float:
    alert = shown.locator("[data-alert]").filter(has_text=TEXT).first
    await alert.wait_for(timeout=within_s * 1_000)
    return time.monotonic()
