"""Where frames go that do not open: kept for a person to look at, receipted to the hub, so that one cannot jam an outbox.

Bounded: the oldest go when it is full. Each batch that adds to it leaves one audit line.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from clinic.store import audit
from clinic.store.db import insert_or_skip
from clinic.store.tables import quarantine


@dataclass(frozen=True, slots=True)
class Case:
    hub_id: str
    pump_id: bytes  # as claimed
    frame: bytes
    reason: str

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.pump_id + self.frame).digest()


async def put(connection: AsyncConnection, cases: list[Case], at_ms: int, limit_rows: int) -> None:
    """Store what is new, count what has been seen before."""
    fresh: dict[str, int] = {}
    for case in cases:
        inserted = await connection.execute(
            insert_or_skip(connection, quarantine).values(
                sha256=case.sha256,
                hub_id=case.hub_id,
                pump_id=case.pump_id,
                frame=case.frame,
                reason=case.reason,
                first_ms=at_ms,
                last_ms=at_ms,
            )
        )
        if inserted.rowcount == 1:
            fresh[case.hub_id] = fresh.get(case.hub_id, 0) + 1
            continue
        await connection.execute(
            update(quarantine)
            .where(quarantine.c.sha256 == case.sha256)
            .values(times=quarantine.c.times + 1, last_ms=at_ms, reason=case.reason)
        )
    for hub_id, count in fresh.items():
        reasons = sorted({case.reason for case in cases if case.hub_id == hub_id})
        detail = f"{count} new: {'; '.join(reasons)}"
        await audit.note(connection, at_ms, f"hub {hub_id}", "frames quarantined", hub_id, detail)
    if fresh:
        await _trim(connection, at_ms, limit_rows)


async def _trim(connection: AsyncConnection, at_ms: int, limit_rows: int) -> None:
    count = (await connection.execute(select(func.count()).select_from(quarantine))).scalar_one()
    if count <= limit_rows:
        return
    oldest = select(quarantine.c.sha256).order_by(quarantine.c.last_ms).limit(count - limit_rows)
    await connection.execute(delete(quarantine).where(quarantine.c.sha256.in_(oldest)))
    detail = f"{count - limit_rows} oldest dropped"
    await audit.note(connection, at_ms, "clinic", "quarantine full", "quarantine", detail)
