"""The demo's story: each pump gets its prescription by the real road, a person confirms and starts it, and after a minute one line is blocked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from shared import names
from shared.codes import State
from tools.bench_client import Gone, ask, find_pumps
from tools.demo.desk import DeskError, Session
from tools.demo.people import CASES, CHECKER, OCCLUDE_AFTER_S, OCCLUDED, PRESCRIBER, Case
from tools.demo.prepare import passwords, signer

POLL_S = 0.25
# From sending to the pump's screen: two signatures verified in slices take about 8 s of pump time.
SHOWN_WITHIN_S = 120.0
SEEN_WITHIN_S = 60.0
# Keys are held in the pump's own time.
TAP_MS = 250
CONFIRM_MS = 2_600
# As many as the longest prescription of the demo has; DOWN on the last page does nothing.
PAGES_TO_READ = 8
# A page is drawn within 0.9 s and has to stand for a second before it counts as read.
PAGE_MS = 2_000
SETTLE_MS = 400


class DemoError(Exception):
    """One sentence: what did not happen."""


async def begin(state: Path, address: str) -> None:
    """All pumps at once; then the blocked line."""
    words = passwords(state)
    async with (
        Session(address, PRESCRIBER.username, words[PRESCRIBER.username]) as prescriber,
        Session(address, CHECKER.username, words[CHECKER.username]) as checker,
    ):
        await asyncio.gather(*(_one(state, prescriber, checker, case) for case in CASES))
    print(f"all pumps deliver; {OCCLUDED} will be blocked in {OCCLUDE_AFTER_S} s", flush=True)
    await asyncio.sleep(OCCLUDE_AFTER_S)
    _ask(state, OCCLUDED, {"do": "occlude"})
    print(
        f"{OCCLUDED}: its line is blocked now; release it with: .venv/bin/python -m tools.bench {OCCLUDED} release",
        flush=True,
    )


async def _one(state: Path, prescriber: Session, checker: Session, case: Case) -> None:
    tile = await _seen(prescriber, case)
    if tile["drug"] is None:
        await _prescribe(state, prescriber, checker, case, tile["pump_id"])
    await _start(state, prescriber, case, tile["pump_id"])


async def _seen(desk: Session, case: Case) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        for tile in await desk.get("/api/pumps"):
            if (
                tile["pump_name"] == case.pump_name
                and tile["state"] is not None
                and not tile["stale"]
            ):
                return tile
        return None

    return await _until(look, SEEN_WITHIN_S, f"the clinic has not heard of {case.pump_name}")


async def _prescribe(
    state: Path, prescriber: Session, checker: Session, case: Case, pump_id: str
) -> None:
    """Draft, two signatures over the same bytes, send, and the pump's own keys to confirm."""
    draft = {**case.order, "pump_id": pump_id, "weight_g": case.weight_g}
    if case.soft_reason is not None:
        draft["soft_reason"] = case.soft_reason
    number = (await prescriber.post("/api/prescriptions", draft))["prescription_id"]
    prepared = await prescriber.post(f"/api/prescriptions/{number}/prepare")
    command = bytes.fromhex(prepared["command"])
    for session, person in ((prescriber, PRESCRIBER), (checker, CHECKER)):
        key = signer(state, person)
        signature = key.sign_command(bytes.fromhex(pump_id), command)
        await session.post(
            f"/api/prescriptions/{number}/sign",
            {"key_id": key.key_id.hex(), "signature": signature.hex()},
        )
    await prescriber.post(f"/api/prescriptions/{number}/send")
    print(f"{case.pump_name}: prescription signed twice and sent", flush=True)
    await _reach(prescriber, number, ("shown", "confirmed", "active"), case)
    for _ in range(PAGES_TO_READ):
        await _key(state, case.pump, "DOWN", TAP_MS, PAGE_MS)
    await _key(state, case.pump, "OK", CONFIRM_MS)
    await _reach(prescriber, number, ("active",), case)
    print(f"{case.pump_name}: prescription confirmed at the pump", flush=True)


async def _reach(desk: Session, number: int, wanted: tuple[str, ...], case: Case) -> None:
    async def look() -> bool | None:
        row = await desk.get(f"/api/prescriptions/{number}")
        if row["status"] in ("refused", "unknown"):
            raise DemoError(f"{case.pump_name}: prescription {row['status']}: {row['refusal']}")
        return True if row["status"] in wanted else None

    await _until(look, SHOWN_WITHIN_S, f"{case.pump_name}: prescription not {wanted[0]}")


async def _start(state: Path, desk: Session, case: Case, pump_id: str) -> None:
    """As the person at the pump: see what it says, acknowledge, START. A pump that was restarted does not go on by itself."""

    async def look() -> bool | None:
        tile = await desk.get(f"/api/pumps/{pump_id}")
        if tile["state"] == State.RUNNING:
            return True
        if tile["state"] == State.COMPLETE or tile["state"] == State.FAULT:
            print(f"{case.pump_name}: {names.STATES[tile['state']]}; not started", flush=True)
            return True
        if tile["alarm_ids"]:
            await _key(state, case.pump, "OK", TAP_MS)
        await _key(state, case.pump, "START", TAP_MS)
        await asyncio.sleep(2 * POLL_S)
        return None

    await _until(look, SEEN_WITHIN_S, f"{case.pump_name} did not start")


async def _key(state: Path, pump: str, key: str, hold_ms: int, after_ms: int = SETTLE_MS) -> None:
    """Press, and wait in the pump's own time until the key has been up for `after_ms`, two frames at least."""
    pressed_ms = _ask(state, pump, {"do": "status"})["simulated_ms"]
    _ask(state, pump, {"do": "key", "key": key, "hold_ms": hold_ms})

    async def look() -> bool | None:
        now = _ask(state, pump, {"do": "status"})["simulated_ms"]
        return True if now >= pressed_ms + hold_ms + after_ms else None

    await _until(look, SEEN_WITHIN_S, f"{pump} stands still")


def _ask(state: Path, pump: str, request: dict[str, Any]) -> dict[str, Any]:
    path = find_pumps(state).get(pump)
    if path is None:
        raise DemoError(f"{pump} is not running")
    try:
        return ask(path, request)
    except Gone as error:
        raise DemoError(str(error)) from None


async def _until(look: Callable[[], Awaitable[Any]], within_s: float, failure: str) -> Any:
    deadline = asyncio.get_running_loop().time() + within_s
    while True:
        try:
            found = await look()
        except DeskError as error:
            raise DemoError(f"the clinic refused: {error}") from None
        if found is not None:
            return found
        if asyncio.get_running_loop().time() >= deadline:
            raise DemoError(f"{failure} within {within_s:g} s")
        await asyncio.sleep(POLL_S)
