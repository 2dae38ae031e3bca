"""The whole house, started as `make run` does: an occlusion from the plant to the text in a real browser, and back."""

import asyncio
import time
from pathlib import Path

import pytest

from hil_tests.house.alarm_watch import TEXT, watch
from hil_tests.house.browser import log_in, page
from hil_tests.house.running_house import RunningHouse
from shared import names
from shared.codes import State

SPEED = 8.0
# 145 uL into a closed line at 7 mL/h are 75 s of pump time.
ALARM_WITHIN_S = 120.0
SETTLE_S = 60.0


def flowing(house: RunningHouse, pump: str) -> bool:
    """Does the roller move, by the plant's own truth."""
    before = house.bench(pump, {"do": "status"})["truth"]["pumped_nl"]
    time.sleep(1.0)
    return house.bench(pump, {"do": "status"})["truth"]["pumped_nl"] > before


async def until(look, within_s: float, failure: str) -> None:
    deadline = time.monotonic() + within_s
    while not await asyncio.to_thread(look):
        assert time.monotonic() < deadline, failure
        await asyncio.sleep(0.3)


@pytest.mark.alone
@pytest.mark.timeout(420)
def test_an_occlusion_travels_from_the_plant_to_a_clinicians_screen_and_nothing_resumes_by_itself(
    tmp_path: Path,
):
    asyncio.run(_story(tmp_path))


async def _story(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with RunningHouse(state, SPEED) as house:
        await asyncio.to_thread(house.wait_for, "all pumps deliver")
        async with page() as shown:
            await log_in(shown, house.dashboard, "patel", house.password("patel"))
            await _three_pumps(shown)
            house.bench("pump2", {"do": "occlude"})
            times = await watch(house, "pump2", shown, ALARM_WITHIN_S)
            print(f"pump alarm to dashboard: {times.delay_s:.2f} s at SPEED={SPEED:g}")
            assert not await asyncio.to_thread(flowing, house, "pump2")
            assert await asyncio.to_thread(flowing, house, "pump3")
            await _acknowledged_by_name_and_still_there(shown)
            house.bench("pump2", {"do": "release"})
            await asyncio.sleep(3)
            assert not await asyncio.to_thread(flowing, house, "pump2"), "it resumed by itself"
            house.bench("pump2", {"do": "key", "key": "OK"})
            await asyncio.sleep(1)
            house.bench("pump2", {"do": "key", "key": "START"})
            await until(
                lambda: flowing(house, "pump2"), SETTLE_S, "START after the cure did not start it"
            )
            standing = shown.locator("[data-alert]").filter(has_text=TEXT).first
            await standing.wait_for(state="detached", timeout=SETTLE_S * 1_000)
        first_total = house.bench("pump3", {"do": "status"})["truth"]["pumped_nl"]
        assert house.end() == 0, house.log()[-3000:]
        assert house.process_ids() == []
    with RunningHouse(state, SPEED) as again:
        await asyncio.to_thread(again.wait_for, "all pumps deliver")
        status = again.bench("pump3", {"do": "status"})
        assert status["truth"]["pumped_nl"] >= first_total, (
            "the second run did not go on from the first"
        )
        assert again.end() == 0, again.log()[-3000:]


async def _three_pumps(shown) -> None:
    await until_count(shown, "[data-pump]", 3)
    for text in ("Ketamine", "Lidocaine", "Magnesium sulphate"):
        await shown.get_by_text(text).first.wait_for(timeout=SETTLE_S * 1_000)
    await (
        shown.get_by_text(names.STATES[State.RUNNING], exact=True)
        .nth(2)
        .wait_for(timeout=SETTLE_S * 1_000)
    )


async def until_count(shown, selector: str, count: int) -> None:
    deadline = time.monotonic() + SETTLE_S
    while await shown.locator(selector).count() != count:
        assert time.monotonic() < deadline, f"not {count} of {selector}"
        await asyncio.sleep(0.3)


async def _acknowledged_by_name_and_still_there(shown) -> None:
    alert = shown.locator("[data-alert]").filter(has_text=TEXT).first
    await alert.get_by_role("button").filter(has_text="Acknowledge").first.click()
    await alert.get_by_text("Meera Patel").first.wait_for(timeout=SETTLE_S * 1_000)
    assert await alert.is_visible()
