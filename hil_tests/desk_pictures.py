"""Pictures of the desk for README and docs, taken from the whole house as it runs: `python -m hil_tests.desk_pictures`.

Starts the house, blocks one line, waits for its alarm, and writes docs/images/desk-*.png. Takes about a minute.
"""

from __future__ import annotations

import asyncio
import base64
import tempfile
from pathlib import Path

import typer
from playwright.async_api import Page, ViewportSize

from hil_tests.house.alarm_watch import watch
from hil_tests.house.browser import log_in, page
from hil_tests.house.running_house import ROOT, RunningHouse

SPEED = 6.0
PUMP = "pump2"
ALARM_WITHIN_S = 120.0
# Long enough for a trend that is worth a picture.
RUN_FIRST_S = 40.0
SETTLE_MS = 2_500
PICTURES = ROOT / "docs" / "images"
WARD = ViewportSize(width=1440, height=500)
PUMP_PAGE = ViewportSize(width=1440, height=1180)
PHONE = ViewportSize(width=390, height=844)


async def take(state: Path) -> None:
    with RunningHouse(state, SPEED) as house:
        await asyncio.to_thread(house.wait_for, "all pumps deliver")
        await asyncio.sleep(RUN_FIRST_S)
        async with page() as shown:
            await log_in(shown, house.dashboard, "patel", house.password("patel"))
            house.bench(PUMP, {"do": "occlude"})
            await watch(house, PUMP, shown, ALARM_WITHIN_S)
            await shown.set_viewport_size(WARD)
            await _shoot(shown, "desk-ward")
            await shown.set_viewport_size(PHONE)
            await _shoot(shown, "desk-phone")
            await shown.set_viewport_size(PUMP_PAGE)
            address = f"{house.dashboard}/pump/{house.pump_id(PUMP)}"
            await shown.goto(address)
            await _shoot(shown, "desk-pump")
            await shown.emulate_media(color_scheme="dark")
            await shown.goto(address)
            await _shoot(shown, "desk-pump-dark")
        glass = house.bench(PUMP, {"do": "screen"})["png_base64"]
        (PICTURES / "glass-occlusion.png").write_bytes(base64.b64decode(glass))
        house.end()


async def _shoot(shown: Page, name: str) -> None:
    await shown.wait_for_timeout(SETTLE_MS)
    await shown.screenshot(path=PICTURES / f"{name}.png")


def main() -> None:
    """Start the house and take the pictures."""
    with tempfile.TemporaryDirectory(prefix="vigil-pictures-") as folder:
        asyncio.run(take(Path(folder) / "state"))


if __name__ == "__main__":
    typer.run(main)
