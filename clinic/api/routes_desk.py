"""Log-in, pumps, alerts, commands: what the pages do, for programs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from clinic.api.access import Acknowledger, Stopper, TheHouse, Token, Viewer
from clinic.api.errors import ApiError, not_found
from clinic.api.shapes import CommandId, Login, Number, PumpId, plain
from clinic.clock import now_ms, utc

router = APIRouter(prefix="/api", tags=["desk"])

Seconds = Annotated[int, Query(ge=1, le=31 * 86_400)]
Limit = Annotated[int, Query(ge=1, le=1_000)]


@router.post("/login")
async def login(body: Login, house: TheHouse) -> dict[str, Any]:
    """A bearer token. One answer for a wrong name, a wrong password and a locked account."""
    user = await house.accounts.authenticate(body.username, body.password, now_ms())
    if user is None:
        raise ApiError(
            401,
            "login",
            "Name or password is wrong, or the account is locked for 15 minutes after 5 failures",
        )
    token, expires_ms = await house.sessions.open(user, now_ms())
    return {"token": token, "expires_at": utc(expires_ms).isoformat(), "user": plain(user)}


@router.post("/logout", status_code=204)
async def logout(_: Viewer, token: Token, house: TheHouse) -> None:
    await house.sessions.close(token)


@router.get("/me")
async def me(user: Viewer) -> dict[str, Any]:
    return plain(user)


@router.get("/pumps")
async def pumps(_: Viewer, house: TheHouse) -> list[dict[str, Any]]:
    return [plain(tile) for tile in await house.desk.ward()]


@router.get("/pumps/{pump_id}")
async def pump(pump_id: PumpId, _: Viewer, house: TheHouse) -> dict[str, Any]:
    tile = await house.desk.pump(pump_id)
    if tile is None:
        raise not_found("pump", "pump_id")
    return plain(tile)


@router.get("/pumps/{pump_id}/series")
async def series(
    pump_id: PumpId, _: Viewer, house: TheHouse, seconds: Seconds = 3_600
) -> list[dict[str, Any]]:
    return [plain(point) for point in await house.desk.series(pump_id, seconds)]


@router.get("/pumps/{pump_id}/events")
async def events(
    pump_id: PumpId, _: Viewer, house: TheHouse, limit: Limit = 100
) -> list[dict[str, Any]]:
    return [plain(event) for event in await house.desk.events(pump_id, limit)]


@router.post("/pumps/{pump_id}/stop", status_code=202)
async def stop(pump_id: PumpId, user: Stopper, house: TheHouse) -> dict[str, str]:
    """Send a stop. Its result is read at /api/commands/<command_id>."""
    if bytes.fromhex(pump_id) not in house.ward.pumps:
        raise not_found("pump", "pump_id")
    command_id = await house.desk.stop_pump(pump_id, user)
    return {"command_id": command_id, "result": await house.desk.command_result(command_id)}


@router.get("/commands/{command_id}")
async def command(command_id: CommandId, _: Viewer, house: TheHouse) -> dict[str, str]:
    return {"command_id": command_id, "result": await house.desk.command_result(command_id)}


@router.get("/alerts")
async def alerts(
    _: Viewer,
    house: TheHouse,
    pump_id: PumpId | None = None,
    standing_only: bool = True,
) -> list[dict[str, Any]]:
    return [plain(row) for row in await house.desk.alerts(pump_id, standing_only)]


@router.post("/alerts/{alert_id}/ack")
async def acknowledge(alert_id: Number, user: Acknowledger, house: TheHouse) -> dict[str, bool]:
    """Put your name to an alert. It stands until its cause is gone all the same."""
    return {"acknowledged": await house.desk.acknowledge(alert_id, user)}
