"""The book of alerts: turns changes of causes into rows. One standing row a cause; acknowledging never clears it.

A cause that comes back before anyone has acknowledged its row opens that row again and counts, so that a link that
comes and goes is one line and not a hundred.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from clinic.alerts.rules import Cause, Change
from clinic.store.db import new_id
from clinic.store.tables import alerts

# An alarm event and the first telemetry that shows the alarm are this far apart at most, in the pump's time: one second of
# telemetry period, and two repeats of a record on the link (docs/PROTOCOL.md, 1).
SAME_ALARM_MS = 10_000


@dataclass(slots=True)
class _Standing:
    alert_id: int
    text: str
    priority: int


class Book:
    """The alerts of some pumps within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._standing: dict[tuple[bytes, str], _Standing] = {}
        self.changed = False

    async def open(self, pump_ids: Iterable[bytes]) -> Book:
        """Read what stands for these pumps. Returns itself."""
        query = select(
            alerts.c.alert_id, alerts.c.pump_id, alerts.c.cause, alerts.c.text, alerts.c.priority
        ).where(alerts.c.cleared_ms.is_(None), alerts.c.pump_id.in_(list(pump_ids)))
        for row in await self._connection.execute(query):
            self._standing[(row.pump_id, row.cause)] = _Standing(
                row.alert_id, row.text, row.priority
            )
        return self

    def standing(self, pump_id: bytes) -> set[str]:
        """Keys of the causes that stand."""
        return {cause for pump, cause in self._standing if pump == pump_id}

    def would_change(self, pump_id: bytes, changes: Iterable[Change]) -> bool:
        """Whether `apply` would write anything: a look that costs nothing."""
        for change in changes:
            held = self._standing.get((pump_id, change.cause.key))
            if change.present != (held is not None):
                return True
            if held is not None and held.text != change.cause.text:
                return True
        return False

    async def apply(self, pump_id: bytes, changes: Iterable[Change]) -> None:
        for change in changes:
            if change.is_past:
                await self._past(pump_id, change)
            elif change.present:
                await self._raise(pump_id, change)
            else:
                await self._clear(pump_id, change)

    async def _raise(self, pump_id: bytes, change: Change) -> None:
        held = self._standing.get((pump_id, change.cause.key))
        if held is None:
            alert_id = await self._reopen(pump_id, change, None)
            if alert_id is None:
                alert_id = await self._insert(pump_id, change, None)
            self._standing[(pump_id, change.cause.key)] = _Standing(
                alert_id, change.cause.text, change.cause.priority
            )
            self.changed = True
        elif held.text != change.cause.text or held.priority != change.cause.priority:
            await self._write(held.alert_id, _words(change.cause))
            held.text, held.priority = change.cause.text, change.cause.priority

    async def _clear(self, pump_id: bytes, change: Change) -> None:
        held = self._standing.pop((pump_id, change.cause.key), None)
        if held is not None:
            await self._write(held.alert_id, {"cleared_ms": change.at_ms})

    async def _past(self, pump_id: bytes, change: Change) -> None:
        """It is over already. Told once: not again if a row of the same moment exists."""
        if (pump_id, change.cause.key) in self._standing:
            return
        mono_ms = change.mono_ms or 0
        same = (
            select(alerts.c.alert_id)
            .where(
                alerts.c.pump_id == pump_id,
                alerts.c.cause == change.cause.key,
                alerts.c.boot == change.boot,
                alerts.c.mono_ms.between(mono_ms - SAME_ALARM_MS, mono_ms + SAME_ALARM_MS),
            )
            .limit(1)
        )
        if (await self._connection.execute(same)).first() is not None:
            return
        if await self._reopen(pump_id, change, change.at_ms) is None:
            await self._insert(pump_id, change, change.at_ms)
        self.changed = True

    async def _reopen(self, pump_id: bytes, change: Change, cleared_ms: int | None) -> int | None:
        """The row of the same cause that nobody has acknowledged yet, if there is one."""
        query = (
            select(alerts.c.alert_id, alerts.c.times)
            .where(
                alerts.c.pump_id == pump_id,
                alerts.c.cause == change.cause.key,
                alerts.c.cleared_ms.is_not(None),
                alerts.c.acknowledged_ms.is_(None),
            )
            .order_by(alerts.c.alert_id.desc())
            .limit(1)
        )
        row = (await self._connection.execute(query)).first()
        if row is None:
            return None
        values = _words(change.cause) | {
            "times": row.times + 1,
            "boot": change.boot,
            "mono_ms": change.mono_ms,
        }
        if cleared_ms is None:
            values["cleared_ms"] = None
        await self._write(row.alert_id, values)
        return int(row.alert_id)

    async def _insert(self, pump_id: bytes, change: Change, cleared_ms: int | None) -> int:
        result = await self._connection.execute(
            alerts.insert().values(
                pump_id=pump_id,
                cause=change.cause.key,
                kind=change.cause.kind,
                alarm_id=change.cause.alarm_id,
                raised_ms=change.at_ms,
                boot=change.boot,
                mono_ms=change.mono_ms,
                cleared_ms=cleared_ms,
                **_words(change.cause),
            )
        )
        return new_id(result)

    async def _write(self, alert_id: int, values: dict[str, Any]) -> None:
        await self._connection.execute(
            update(alerts).where(alerts.c.alert_id == alert_id).values(**values)
        )
        self.changed = True


def _words(cause: Cause) -> dict[str, Any]:
    return {"text": cause.text, "priority": cause.priority}


async def acknowledge(
    connection: AsyncConnection, alert_id: int, user_id: int, at_ms: int
) -> bool:
    """Put a name to an alert. True if this call did it, False if it was done before or there is no such alert."""
    result = await connection.execute(
        update(alerts)
        .where(alerts.c.alert_id == alert_id, alerts.c.acknowledged_ms.is_(None))
        .values(acknowledged_by=user_id, acknowledged_ms=at_ms)
    )
    return result.rowcount == 1


def shown(standing_only: bool) -> Any:
    """The condition for rows to show. Standing: the cause is there, or nobody has acknowledged it."""
    if not standing_only:
        return true()
    return or_(alerts.c.cleared_ms.is_(None), alerts.c.acknowledged_ms.is_(None))
