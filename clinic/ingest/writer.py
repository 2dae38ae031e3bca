"""The one transaction of ingest: frames once, telemetry, events, command results, alerts, and only then the hub is told.

Everything that could be opened and everything that could not is stored before a receipt goes out; a duplicate is
receipted again. If the commit fails nothing is receipted and nothing shown: the hubs send it all again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from clinic.alerts import rules
from clinic.alerts.book import Book
from clinic.commands import results
from clinic.ingest import placing, quarantine
from clinic.ingest.opening import Opened, Openers, Poison
from clinic.ingest.uplink import Uplink
from clinic.live import LivePump, Snapshot, Ward
from clinic.store import audit
from clinic.store.db import Database, insert_or_skip
from clinic.store.tables import events, frames, pumps, telemetry
from shared.messages import Event, Receipt, Telemetry

Key = tuple[bytes, bytes, int]


@dataclass(frozen=True, slots=True)
class Item:
    """One opened record and when the hub had it, on the clinic's clock."""

    hub_id: str
    observed_ms: int
    received_ms: int
    frame: bytes
    opened: Opened


@dataclass(slots=True)
class Batch:
    """The rows that one transaction will write, and the drafts that it will publish."""

    items: list[Item]
    cases: list[quarantine.Case]
    drafts: dict[bytes, LivePump] = field(default_factory=dict)
    telemetry_rows: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Counters:
    """Since start, for /health. Numbers only."""

    uplinks: int = 0
    records: int = 0
    duplicates: int = 0
    quarantined: int = 0  # and not taken back since


class Writer:
    """Writes uplinks of hubs. One at a time; `ward` is changed after the commit and never otherwise."""

    def __init__(
        self,
        database: Database,
        ward: Ward,
        openers: Openers,
        limits: rules.Limits,
        quarantine_rows: int,
    ) -> None:
        self._database = database
        self._ward = ward
        self._openers = openers
        self._limits = limits
        self._quarantine_rows = quarantine_rows
        self.counters = Counters()

    def taken_back(self, frames: int) -> None:
        """Frames have left quarantine for the record; some may have been put there before this start."""
        self.counters.quarantined = max(0, self.counters.quarantined - frames)

    async def write(self, uplinks: list[Uplink], now_ms: int) -> None:
        """Store them all or none. Returns after the commit: receipts may go out then. Driver errors pass through."""
        async with self._ward.turn:
            batch = self._open(uplinks)
            self._draft(batch, uplinks)
            async with self._database.write() as connection:
                fresh = await self._once(connection, batch.items)
                await self._store(connection, batch, fresh, now_ms)
                if batch.cases:
                    await quarantine.put(connection, batch.cases, now_ms, self._quarantine_rows)
            for uplink in uplinks:
                self._ward.hub_heard_ms[uplink.hub_id] = uplink.arrived_ms
            self._ward.adopt(batch.drafts)
        self.counters.uplinks += len(uplinks)
        self.counters.records += len(fresh)
        self.counters.duplicates += len(batch.items) - len(fresh)
        self.counters.quarantined += len(batch.cases)

    def _open(self, uplinks: list[Uplink]) -> Batch:
        batch = Batch([], [])
        for uplink in uplinks:
            for record in uplink.records:
                try:
                    opened = self._openers.open(record.pump_id, record.frame)
                except Poison as poison:
                    batch.cases.append(
                        quarantine.Case(uplink.hub_id, record.pump_id, record.frame, str(poison))
                    )
                    continue
                batch.items.append(
                    Item(
                        uplink.hub_id,
                        uplink.observed_ms(record),
                        uplink.arrived_ms,
                        record.frame,
                        opened,
                    )
                )
        return batch

    def _draft(self, batch: Batch, uplinks: list[Uplink]) -> None:
        """Drafts of every pump that is spoken of, with the hubs' word about their links."""
        for item in batch.items:
            self._draft_of(batch, item.opened.pump_id)
        for uplink in uplinks:
            for link in uplink.links:
                draft = self._draft_of(batch, link.pump_id)
                if draft is None:
                    continue
                # A pump that moved to another hub stays known to the old one, as away: only its own hub may say so.
                if link.connected or draft.hub_id in (None, uplink.hub_id):
                    draft.hub_id = uplink.hub_id
                    draft.linked = bool(link.connected)
                    if not link.connected:
                        draft.lost_ms = uplink.arrived_ms

    def _draft_of(self, batch: Batch, pump_id: bytes) -> LivePump | None:
        if pump_id not in batch.drafts:
            draft = self._ward.draft(pump_id)
            if draft is None:
                return None
            batch.drafts[pump_id] = draft
        return batch.drafts[pump_id]

    async def _once(self, connection: AsyncConnection, items: list[Item]) -> list[Item]:
        """The items whose (pump, sending context, sequence) was never stored before: replays end here."""
        if not items:
            return []
        by_key: dict[Key, Item] = {}
        for item in items:
            by_key.setdefault(item.opened.key, item)
        rows = [
            {
                "pump_id": key[0],
                "id_context": key[1],
                "seq": key[2],
                "received_ms": item.received_ms,
            }
            for key, item in by_key.items()
        ]
        statement = insert_or_skip(connection, frames).returning(
            frames.c.pump_id, frames.c.id_context, frames.c.seq
        )
        inserted = {tuple(row) for row in await connection.execute(statement, rows)}
        return [item for key, item in by_key.items() if key in inserted]

    async def _store(
        self, connection: AsyncConnection, batch: Batch, fresh: list[Item], now_ms: int
    ) -> None:
        anchors = _anchors(fresh, batch.drafts)
        book = await Book(connection).open(batch.drafts)
        for item in fresh:
            pump = batch.drafts[item.opened.pump_id]
            body = item.opened.body
            if isinstance(body, Telemetry):
                await self._telemetry(book, batch, pump, item, body, anchors)
            elif isinstance(body, Event):
                await self._event(connection, book, batch, pump, item, body, anchors)
            else:
                await self._receipt(connection, pump, body, now_ms)
        if batch.telemetry_rows:
            await connection.execute(telemetry.insert(), batch.telemetry_rows)
        for pump in batch.drafts.values():
            pump.count_missing(now_ms)
            # In the same transaction: silence ends with data, a gap with the missing event.
            changes = rules.by_time(pump, now_ms, self._limits, self._ward.started_ms)
            await book.apply(pump.pump_id, changes)
            await self._move_hub(connection, pump)

    async def _telemetry(
        self,
        book: Book,
        batch: Batch,
        pump: LivePump,
        item: Item,
        body: Telemetry,
        anchors: dict[bytes, Snapshot],
    ) -> None:
        shot = placing.snapshot(
            body, item.observed_ms, item.received_ms, anchors.get(pump.pump_id)
        )
        batch.telemetry_rows.append(
            body._asdict()
            | {"pump_id": pump.pump_id, "at_ms": shot.at_ms, "received_ms": shot.received_ms}
        )
        if pump.newest is not None and shot.position <= pump.newest.position:
            return
        pump.take_challenge(shot)
        pump.newest = shot
        if not shot.sample:
            pump.live_at_ms = max(pump.live_at_ms or 0, shot.at_ms)
            pump.hub_id = item.hub_id
        changes = rules.alarm_changes(shot, book.standing(pump.pump_id))
        await book.apply(pump.pump_id, changes)

    async def _event(
        self,
        connection: AsyncConnection,
        book: Book,
        batch: Batch,
        pump: LivePump,
        item: Item,
        body: Event,
        anchors: dict[bytes, Snapshot],
    ) -> None:
        at_ms = placing.place(body.boot, body.mono_ms, item.observed_ms, anchors.get(pump.pump_id))
        row = {
            "pump_id": pump.pump_id,
            "log_seq": body.log_seq,
            "at_ms": at_ms,
            "received_ms": item.received_ms,
            "boot": body.boot,
            "mono_ms": body.mono_ms,
            "code": body.code,
            "args": json.dumps(body.args),
        }
        inserted = await connection.execute(insert_or_skip(connection, events).values(**row))
        if inserted.rowcount != 1:
            if await _is_known(connection, row):
                # A pump that lost power before it knew that a hub had it: the same event, sealed anew.
                self.counters.duplicates += 1
                return
            # A new frame with an old number: the pump's log was rewritten or forked. Never overwrite; let a person see.
            batch.cases.append(
                quarantine.Case(
                    item.hub_id, pump.pump_id, item.frame, "event number is taken by another event"
                )
            )
            return
        pump.hold(body.log_seq)
        change = rules.event_change(
            body.code, body.args, at_ms, body.boot, body.mono_ms, pump.newest
        )
        if change is not None:
            await book.apply(pump.pump_id, [change])

    async def _receipt(
        self, connection: AsyncConnection, pump: LivePump, body: Receipt, now_ms: int
    ) -> None:
        if not await results.apply_receipt(connection, pump.pump_id, body, now_ms):
            await audit.note(
                connection, now_ms, "clinic", "receipt without command", pump.pump_id.hex()
            )

    async def _move_hub(self, connection: AsyncConnection, pump: LivePump) -> None:
        before = self._ward.pumps[pump.pump_id].hub_id
        if pump.hub_id != before:
            await connection.execute(
                update(pumps).where(pumps.c.pump_id == pump.pump_id).values(hub_id=pump.hub_id)
            )


def _anchors(items: Iterable[Item], drafts: dict[bytes, LivePump]) -> dict[bytes, Snapshot]:
    """The newest live telemetry of each pump, this batch included: what everything else is placed by."""
    found = {key: draft.newest for key, draft in drafts.items() if draft.newest is not None}
    for item in items:
        body = item.opened.body
        if not isinstance(body, Telemetry) or body.sample:
            continue
        shot = placing.snapshot(body, item.observed_ms, item.received_ms, None)
        known = found.get(item.opened.pump_id)
        if known is None or shot.position > known.position:
            found[item.opened.pump_id] = shot
    return found


async def _is_known(connection: AsyncConnection, row: dict[str, Any]) -> bool:
    """Is the stored event with this number this very one."""
    same = [
        events.c[name] == row[name]
        for name in ("pump_id", "log_seq", "boot", "mono_ms", "code", "args")
    ]
    return (await connection.execute(select(events.c.log_seq).where(*same))).first() is not None
