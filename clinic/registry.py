"""The pumps that this clinic knows, brought from the database into memory: at start, and when another process has added one.

May import: shared, clinic.clock, clinic.live, clinic.ingest.opening, clinic.store.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from clinic.clock import now_ms
from clinic.ingest.opening import Openers
from clinic.live import Challenge, LivePump, Snapshot, Ward
from clinic.store.db import Database
from clinic.store.tables import events, patients, pumps, telemetry

SNAPSHOT_COLUMNS = [telemetry.c[name] for name in Snapshot.__slots__]


class Registry:
    """Keeps `ward` and `openers` in step with the tables of pumps and patients."""

    def __init__(self, database: Database, ward: Ward, openers: Openers) -> None:
        self._database = database
        self._ward = ward
        self._openers = openers
        self._keys: dict[bytes, tuple[bytes, bytes, int]] = {}

    async def refresh(self) -> list[bytes]:
        """Read the tables. Returns the pumps that are new since the last time."""
        async with self._ward.turn, self._database.read() as connection:
            rows = (await connection.execute(_PUMPS)).all()
            new = [row.pump_id for row in rows if row.pump_id not in self._ward.pumps]
            drafts: dict[bytes, LivePump] = {}
            for row in rows:
                keys = (row.clinic_id, row.master, row.epoch)
                if self._keys.get(row.pump_id) != keys:
                    self._openers.enrol(row.pump_id, *keys)
                    self._keys[row.pump_id] = keys
                draft = self._ward.draft(row.pump_id)
                if draft is None:
                    draft = LivePump(row.pump_id, row.name, hub_id=row.hub_id)
                    await _restore(connection, draft)
                draft.name = row.name
                draft.watched = bool(row.watched)
                draft.patient_id = row.patient_id
                draft.patient_name = row.full_name or ""
                draft.place = row.place or ""
                if draft.log_floor != row.log_floor:
                    draft.log_floor = row.log_floor
                    await _restore_log(connection, draft)
                drafts[row.pump_id] = draft
            self._ward.adopt(drafts)
        return new


_PUMPS = select(pumps, patients.c.full_name, patients.c.place).outerjoin(
    patients, patients.c.patient_id == pumps.c.patient_id
)


async def _restore(connection: AsyncConnection, draft: LivePump) -> None:
    """What was known before the last stop."""
    mine = telemetry.c.pump_id == draft.pump_id
    newest = select(*SNAPSHOT_COLUMNS).where(mine)
    newest = newest.order_by(telemetry.c.boot.desc(), telemetry.c.mono_ms.desc()).limit(1)
    row = (await connection.execute(newest)).first()
    if row is not None:
        draft.newest = Snapshot(**_mapping(row))
        live = select(func.max(telemetry.c.at_ms)).where(mine, telemetry.c.sample == 0)
        draft.live_at_ms = (await connection.execute(live)).scalar_one()
        draft.challenge = await _first_seen(connection, draft.pump_id, draft.newest)
    await _restore_log(connection, draft)


async def _first_seen(connection: AsyncConnection, pump_id: bytes, newest: Snapshot) -> Challenge:
    query = (
        select(func.min(telemetry.c.at_ms), func.min(telemetry.c.mono_ms))
        .where(telemetry.c.pump_id == pump_id)
        .where(telemetry.c.boot == newest.boot, telemetry.c.challenge == newest.challenge)
    )
    at_ms, mono_ms = (await connection.execute(query)).one()
    return Challenge(newest.challenge, at_ms, newest.boot, mono_ms)


async def _restore_log(connection: AsyncConnection, draft: LivePump) -> None:
    query = select(
        func.min(events.c.log_seq),
        func.max(events.c.log_seq),
        func.count().filter(events.c.log_seq >= draft.log_floor),
    ).where(events.c.pump_id == draft.pump_id)
    lowest, highest, count = (await connection.execute(query)).one()
    draft.held_lowest, draft.held_highest, draft.held_count = lowest, highest, count
    draft.missing_since_ms = None
    draft.count_missing(now_ms())


def _mapping(row: Any) -> dict[str, Any]:
    return dict(row._mapping)
