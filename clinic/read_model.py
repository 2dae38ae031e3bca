"""The desk's questions, answered from memory where it is about now and from the database where it is about then.

The only implementation of `clinic.desk_model.Desk`. May import: all of clinic but api, desk and app.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from clinic import texts
from clinic.accounts.accounts import Accounts
from clinic.accounts.roles import may
from clinic.alerts import book
from clinic.clock import SECOND_MS, now_ms, utc
from clinic.commands.results import result_text
from clinic.commands.sender import Sender
from clinic.config import Settings
from clinic.desk_model import AlertRow, EventRow, PumpTile, SeriesPoint, User
from clinic.live import LivePump, Ward
from clinic.order_model import Order, Proposal
from clinic.prescribing.desk import PrescribingDesk
from clinic.prescribing.errors import PrescribingError
from clinic.prescribing.proposal import propose
from clinic.prescribing.running import Running
from clinic.store import audit
from clinic.store.db import Database
from clinic.store.tables import (
    alerts,
    events,
    patients,
    pump_commands,
    pumps,
    telemetry,
    users,
)
from shared import alarm_table
from shared.codes import Command

SERIES_POINTS = 1_200
SERIES_SECONDS_MOST = 31 * 86_400
EVENTS_MOST = 1_000
ALERTS_MOST = 500


class ReadModel:
    """See clinic.desk_model.Desk for what each question means."""

    def __init__(
        self,
        database: Database,
        ward: Ward,
        accounts: Accounts,
        sender: Sender,
        prescribing: PrescribingDesk,
        settings: Settings,
    ) -> None:
        self._database = database
        self._ward = ward
        self._accounts = accounts
        self._sender = sender
        self._settings = settings
        self._prescribing = prescribing
        self._running = Running()

    def version(self) -> int:
        return self._ward.version

    async def authenticate(self, username: str, password: str) -> User | None:
        return await self._accounts.authenticate(username, password, now_ms())

    async def ward(self) -> list[PumpTile]:
        at_ms = now_ms()
        async with self._database.read() as connection:
            worst = await _worst(connection)
            tiles = [
                await self._tile(connection, pump, worst.get(pump.pump_id, 0), at_ms)
                for pump in list(self._ward.pumps.values())
            ]
        tiles.sort(key=lambda tile: (-tile.worst_priority, not tile.stale, tile.pump_name))
        return tiles

    async def pump(self, pump_id: str) -> PumpTile | None:
        pump = self._ward.pumps.get(_raw(pump_id))
        if pump is None:
            return None
        async with self._database.read() as connection:
            worst = await _worst(connection)
            return await self._tile(connection, pump, worst.get(pump.pump_id, 0), now_ms())

    async def _tile(
        self, connection: AsyncConnection, pump: LivePump, worst: int, at_ms: int
    ) -> PumpTile:
        shot = pump.newest
        rx = await self._running.of(connection, pump)
        age_ms = None if pump.live_at_ms is None else max(0, at_ms - pump.live_at_ms)
        known = (1 << alarm_table.COUNT) - 1
        alarm_ids = tuple(alarm_table.active_ids(shot.alarms & known)) if shot else ()
        by_alarm = max((alarm_table.ROWS[alarm_id][2] for alarm_id in alarm_ids), default=0)
        return PumpTile(
            pump_id=pump.pump_id.hex(),
            pump_name=pump.name,
            patient_name=pump.patient_name,
            place=pump.place,
            drug=rx.drug if rx else None,
            concentration=texts.concentration(rx.conc_ng_ml) if rx else None,
            dose=rx.dose if rx else None,
            terms=rx.terms if rx else (),
            state=shot.state if shot else None,
            rate_nl_h=shot.rate_nl_h if shot else None,
            programmed_rate_nl_h=rx.rate_nl_h if rx else None,
            given_min_nl=shot.total_min_nl if shot else None,
            given_max_nl=shot.total_max_nl if shot else None,
            vtbi_nl=rx.vtbi_nl if rx else None,
            left_nl=shot.left_nl if shot and rx else None,
            pressure_pa=shot.pressure_pa if shot else None,
            battery_permille=shot.battery_permille if shot else None,
            age_ms=age_ms,
            stale=age_ms is None or age_ms > self._settings.stale_ms,
            linked=self._linked(pump, at_ms),
            alarm_ids=alarm_ids,
            worst_priority=max(worst, by_alarm),
        )

    def _linked(self, pump: LivePump, at_ms: int) -> bool | None:
        """The hub's word, while the hub itself is heard."""
        heard_ms = self._ward.hub_heard_ms.get(pump.hub_id or "")
        if heard_ms is None or at_ms - heard_ms > self._settings.hub_stale_ms:
            return None
        return pump.linked

    async def series(self, pump_id: str, seconds: int) -> list[SeriesPoint]:
        raw = _raw(pump_id)
        since_ms = now_ms() - min(max(seconds, 1), SERIES_SECONDS_MOST) * SECOND_MS
        mine = (telemetry.c.pump_id == raw) & (telemetry.c.at_ms >= since_ms)
        async with self._database.read() as connection:
            count = (
                await connection.execute(select(func.count()).select_from(telemetry).where(mine))
            ).scalar_one()
            step = -(-count // SERIES_POINTS) or 1
            numbered = (
                select(
                    telemetry.c.at_ms,
                    telemetry.c.rate_nl_h,
                    telemetry.c.total_max_nl,
                    telemetry.c.pressure_pa,
                    telemetry.c.state,
                    # Counted from the newest, so that the newest point is always among them.
                    func.row_number()
                    .over(order_by=(telemetry.c.at_ms.desc(), telemetry.c.telemetry_id.desc()))
                    .label("place"),
                )
                .where(mine)
                .subquery()
            )
            query = select(numbered).where((numbered.c.place - 1) % step == 0)
            rows = (await connection.execute(query.order_by(numbered.c.place.desc()))).all()
        return [
            SeriesPoint(
                utc(row.at_ms), row.rate_nl_h, row.total_max_nl, row.pressure_pa, row.state
            )
            for row in rows[-SERIES_POINTS:]
        ]

    async def events(self, pump_id: str, limit: int) -> list[EventRow]:
        query = (
            select(events)
            .where(events.c.pump_id == _raw(pump_id))
            .order_by(events.c.log_seq.desc())
            .limit(min(max(limit, 1), EVENTS_MOST))
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [
            EventRow(
                utc(row.at_ms), row.log_seq, row.code, texts.event(row.code, json.loads(row.args))
            )
            for row in rows
        ]

    async def alerts(
        self, pump_id: str | None = None, standing_only: bool = True
    ) -> list[AlertRow]:
        query = (
            select(
                alerts,
                pumps.c.name,
                patients.c.full_name.label("patient_name"),
                users.c.full_name.label("who"),
            )
            .join(pumps, pumps.c.pump_id == alerts.c.pump_id)
            .outerjoin(patients, patients.c.patient_id == pumps.c.patient_id)
            .outerjoin(users, users.c.user_id == alerts.c.acknowledged_by)
            .where(book.shown(standing_only))
            .order_by(alerts.c.priority.desc(), alerts.c.raised_ms, alerts.c.alert_id)
            .limit(ALERTS_MOST)
        )
        if pump_id is not None:
            query = query.where(alerts.c.pump_id == _raw(pump_id))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [_alert_row(row) for row in rows]

    async def acknowledge(self, alert_id: int, user: User) -> bool:
        if not may(user.role, "acknowledge"):
            return False
        at_ms = now_ms()
        async with self._database.write() as connection:
            done = await book.acknowledge(connection, alert_id, user.user_id, at_ms)
            if done:
                await audit.note(
                    connection, at_ms, user.username, "alert acknowledged", str(alert_id)
                )
        if done:
            self._ward.changed()
        return done

    async def propose(self, order: Order) -> Proposal:
        return propose(order)

    async def keep_draft(
        self, pump_id: str, order: Order, soft_reason: str, user: User
    ) -> Proposal:
        proposal = propose(order)
        if not may(user.role, "prescribe"):
            return replace(proposal, refusal="Only a prescriber may prescribe")
        try:
            number = await self._prescribing.create(
                user, _raw(pump_id), order, soft_reason, now_ms()
            )
        except PrescribingError as error:
            return replace(proposal, field=error.field, refusal=str(error))
        return replace(proposal, draft=number)

    async def stop_pump(self, pump_id: str, user: User) -> str:
        command_id = await self._sender.simple(_raw(pump_id), Command.STOP, user, now_ms())
        return command_id.hex()

    async def command_result(self, command_id: str) -> str:
        query = select(
            pump_commands.c.status, pump_commands.c.reason, pump_commands.c.detail
        ).where(pump_commands.c.command_id == _raw(command_id))
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return result_text(row.status, row.reason, row.detail) if row else "unknown"


async def _worst(connection: AsyncConnection) -> dict[bytes, int]:
    """The highest priority of alerts whose cause is there, by pump."""
    query = (
        select(alerts.c.pump_id, func.max(alerts.c.priority))
        .where(alerts.c.cleared_ms.is_(None))
        .group_by(alerts.c.pump_id)
    )
    return {row[0]: row[1] for row in await connection.execute(query)}


def _alert_row(row: Any) -> AlertRow:
    return AlertRow(
        alert_id=row.alert_id,
        pump_id=row.pump_id.hex(),
        pump_name=row.name,
        patient_name=row.patient_name or "",
        alarm_id=row.alarm_id,
        kind=row.kind,
        priority=row.priority,
        text=row.text if row.times == 1 else f"{row.text} ({row.times} times)",
        raised_at=utc(row.raised_ms),
        cleared_at=None if row.cleared_ms is None else utc(row.cleared_ms),
        acknowledged_by=row.who,
        acknowledged_at=None if row.acknowledged_ms is None else utc(row.acknowledged_ms),
    )


def _raw(hex_id: str) -> bytes:
    """Bytes of an id from a page. What is no id matches nothing."""
    try:
        return bytes.fromhex(hex_id)
    except ValueError:
        return b""
