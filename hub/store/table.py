"""The outbox as a table: insert within the caps, delete, read. Synchronous, one thread, no clock of its own.

`insert` and `delete` run inside a transaction that the caller opens and commits; after a rollback call `recount`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from hub.store.records import (
    ROUTINE,
    ROW_OVERHEAD_BYTES,
    URGENCY_NAMES,
    Caps,
    Depth,
    Incoming,
    PutResult,
    Stored,
)

COLUMNS = "outbox_id, pump_id, urgency, received_unix_ms, frame"
# Give pages back to the file system in portions, so that no commit waits long after an outage.
VACUUM_PAGES = 256


class OutboxTable:
    """The rows, their limits and the counters of what was lost."""

    def __init__(self, connection: sqlite3.Connection, caps: Caps) -> None:
        self._db = connection
        self._caps = caps
        self._counts = [0, 0, 0]
        self._size_bytes = 0
        self._counters: dict[str, int] = {}
        row = connection.execute("SELECT outbox_uuid FROM outbox").fetchone()
        self.outbox_uuid: bytes = row[0]
        self.recount()

    def recount(self) -> None:
        """Read the sums anew, at start and after a rollback."""
        self._counts = [0, 0, 0]
        self._size_bytes = 0
        query = "SELECT urgency, COUNT(*), SUM(LENGTH(frame)) FROM record GROUP BY urgency"
        for urgency, count, size_bytes in self._db.execute(query):
            self._counts[urgency] = count
            self._size_bytes += size_bytes + count * ROW_OVERHEAD_BYTES
        self._counters = dict(self._db.execute("SELECT name, value FROM counter"))

    def insert(self, record: Incoming) -> PutResult:
        """Add a record, dropping what is less urgent or as urgent and older if there is no room.

        FULL if only more urgent records are there: a routine record never displaces an event, and neither an alarm.
        """
        cursor = self._db.execute(
            "INSERT INTO record (pump_id, urgency, received_unix_ms, digest, frame)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (pump_id, digest) DO NOTHING",
            (
                record.pump_id,
                record.urgency,
                record.received_unix_ms,
                record.digest,
                record.frame,
            ),
        )
        if cursor.rowcount == 0:
            return PutResult.ALREADY
        own_id = cursor.lastrowid
        self._add(record.urgency, 1, len(record.frame))
        while self._over_cap():
            victim = self._db.execute(
                "SELECT outbox_id, urgency FROM record WHERE urgency <= ?"
                " ORDER BY urgency, outbox_id LIMIT 1",
                (record.urgency,),
            ).fetchone()
            name = URGENCY_NAMES[victim[1]]
            self._remove(victim[0])
            if victim[0] == own_id:
                self._count(f"refused_{name}")
                return PutResult.FULL
            self._count(f"dropped_{name}_room")
        return PutResult.STORED

    def delete(self, outbox_ids: Iterable[int]) -> int:
        """Delete the records with these ids; ids that are not there are nothing. How many were there."""
        return sum(self._remove(outbox_id) for outbox_id in outbox_ids)

    def drop_old_routine(self, now_unix_ms: int) -> int:
        """Drop and count routine records beyond the age cap. How many."""
        oldest_unix_ms = now_unix_ms - self._caps.max_routine_age_s * 1_000
        rows = self._db.execute(
            "DELETE FROM record WHERE urgency = ? AND received_unix_ms < ?"
            " RETURNING LENGTH(frame)",
            (ROUTINE, oldest_unix_ms),
        ).fetchall()
        for (size_bytes,) in rows:
            self._add(ROUTINE, -1, -size_bytes)
        if rows:
            self._count("dropped_routine_age", len(rows))
        return len(rows)

    def after(self, urgency: int, outbox_id: int, limit: int) -> list[Stored]:
        """The first records of one urgency with a greater id."""
        rows = self._db.execute(
            f"SELECT {COLUMNS} FROM record WHERE urgency = ? AND outbox_id > ?"
            " ORDER BY outbox_id LIMIT ?",
            (urgency, outbox_id, limit),
        )
        return [Stored(*row) for row in rows]

    def some(self, outbox_ids: Sequence[int]) -> list[Stored]:
        """The records with these ids that are still there."""
        marks = ",".join("?" * len(outbox_ids))
        rows = self._db.execute(
            f"SELECT {COLUMNS} FROM record WHERE outbox_id IN ({marks}) ORDER BY outbox_id",
            outbox_ids,
        )
        return [Stored(*row) for row in rows]

    def depth(self) -> Depth:
        row = self._db.execute(
            "SELECT received_unix_ms FROM record ORDER BY outbox_id LIMIT 1"
        ).fetchone()
        routine, event, alarm = self._counts
        return Depth(
            records=(routine, event, alarm),
            size_bytes=self._size_bytes,
            oldest_unix_ms=row[0] if row else None,
            counters=dict(self._counters),
        )

    def give_back_pages(self) -> None:
        """Return some free pages to the file system. Outside a transaction."""
        free = self._db.execute("PRAGMA freelist_count").fetchone()[0]
        if free > VACUUM_PAGES:
            self._db.execute(f"PRAGMA incremental_vacuum({VACUUM_PAGES})").fetchall()

    def _over_cap(self) -> bool:
        too_many = sum(self._counts) > self._caps.max_records
        return too_many or self._size_bytes > self._caps.max_bytes

    def _remove(self, outbox_id: int) -> bool:
        row = self._db.execute(
            "DELETE FROM record WHERE outbox_id = ? RETURNING urgency, LENGTH(frame)",
            (outbox_id,),
        ).fetchone()
        if row is None:
            return False
        self._add(row[0], -1, -row[1])
        return True

    def _add(self, urgency: int, count: int, frame_bytes: int) -> None:
        self._counts[urgency] += count
        self._size_bytes += frame_bytes + count * ROW_OVERHEAD_BYTES

    def _count(self, name: str, by: int = 1) -> None:
        self._counters[name] = self._counters.get(name, 0) + by
        self._db.execute(
            "INSERT INTO counter VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
            (name, by),
        )
