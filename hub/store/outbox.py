"""The outbox for asyncio: one writer thread owns the database, one sync covers many records.

An alarm is committed at once; routine records and events wait up to 10 ms for company, because the number of syncs
and not of bytes is what flash memory limits (performance.md 3). Nothing is told as stored before its commit.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub import logs
from hub.store.database import open_database
from hub.store.flight import Flight
from hub.store.records import ALARM, Caps, Depth, Incoming, PutResult, Stored
from hub.store.table import OutboxTable

# How long a routine record waits for company. Cost of the wait: nothing for a person, a sync saved for the flash.
LINGER_S = 0.010
# Bounds the length of one commit: 512 records took under 2 ms where it was measured.
MAX_COMMIT_RECORDS = 512
HOUSEKEEPING_S = 60.0


@dataclass(slots=True)
class _Write:
    """A change: `work` runs inside the transaction, its result is told after the commit."""

    work: Callable[[], Any]
    future: asyncio.Future[Any]
    urgent: bool
    when_failed: Any


@dataclass(slots=True)
class _Read:
    work: Callable[[], Any]
    future: asyncio.Future[Any]


class Outbox:
    """Made and used on one event loop. `fresh` is set when there may be something new to send."""

    def __init__(self, path: Path, caps: Caps) -> None:
        """Opens the file; StoreUnusable with a sentence if that is impossible."""
        opened = open_database(path)
        self.set_aside = opened.set_aside
        self._db = opened.connection
        self._table = OutboxTable(self._db, caps)
        self._flight = Flight()
        self._queue: queue.SimpleQueue[_Write | _Read | None] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._log = logs.get("store")
        self._once = logs.Once()
        self.fresh = asyncio.Event()
        self.failures = 0
        self.commits = 0
        # Done with the error if the writer ever ends by itself: then the hub must end too.
        self.broken: asyncio.Future[None] = self._loop.create_future()
        self._thread = threading.Thread(target=self._run_guarded, name="outbox", daemon=True)
        self._thread.start()

    @property
    def outbox_uuid(self) -> bytes:
        return self._table.outbox_uuid

    @property
    def resent(self) -> int:
        """Records sent more than once since start."""
        return self._flight.resent

    def put(self, record: Incoming) -> asyncio.Future[PutResult]:
        """Store a record. The future is done after the commit, with what became of the record."""
        urgent = record.urgency == ALARM
        return self._write(lambda: self._table.insert(record), urgent, PutResult.FAILED)

    async def take(
        self, now_ms: int, alarms: bool = True, others: bool = True
    ) -> tuple[list[Stored], int | None]:
        """Records for the next message, and when the next resend is due. See `Flight.take`."""

        def work() -> tuple[list[Stored], int | None]:
            records = self._flight.take(self._table, now_ms, alarms, others)
            return records, self._flight.next_due_ms()

        return await self._read(work)

    async def confirm(self, outbox_uuid: bytes, outbox_ids: Sequence[int]) -> int:
        """The clinic stored these records of this outbox: delete them. How many were deleted.

        A receipt for another outbox deletes nothing.
        """
        if outbox_uuid != self.outbox_uuid:
            return 0
        removed = await self._write(lambda: self._table.delete(outbox_ids), False, -1)
        if removed < 0:
            return 0
        await self._read(lambda: self._flight.confirmed(outbox_ids))
        self.fresh.set()
        return removed

    async def line_is_new(self) -> None:
        """A new connection to the broker: all that has no receipt goes again at once."""
        await self._read(self._flight.released)

    async def depth(self) -> Depth:
        return await self._read(self._table.depth)

    async def close(self) -> None:
        """Commit what waits, close the file, end the thread."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _write(self, work: Callable[[], Any], urgent: bool, failed: Any) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = self._loop.create_future()
        self._queue.put(_Write(work, future, urgent, failed))
        return future

    def _read(self, work: Callable[[], Any]) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = self._loop.create_future()
        self._queue.put(_Read(work, future))
        return future

    # ---- in the writer thread from here on

    def _run_guarded(self) -> None:
        try:
            self._run()
        except Exception as error:
            self._tell([(self.broken, error)])

    def _run(self) -> None:
        next_housekeeping_s = time.monotonic()
        running = True
        while running:
            if time.monotonic() >= next_housekeeping_s:
                self._housekeeping()
                next_housekeeping_s = time.monotonic() + HOUSEKEEPING_S
            writes, running = self._gather(next_housekeeping_s)
            if writes:
                self._commit(writes)
        self._db.close()

    def _gather(self, until_s: float) -> tuple[list[_Write], bool]:
        """The changes of one commit, and whether to go on. Reads are answered in between, from committed rows."""
        writes: list[_Write] = []
        while len(writes) < MAX_COMMIT_RECORDS:
            wait_s = until_s - time.monotonic()
            try:
                item = self._queue.get(timeout=wait_s) if wait_s > 0 else self._queue.get_nowait()
            except queue.Empty:
                break
            if item is None:
                return writes, False
            if isinstance(item, _Read):
                self._answer(item)
                continue
            if item.urgent:
                # Take along what already waits, and wait for nothing more.
                until_s = 0.0
            elif not writes:
                until_s = min(until_s, time.monotonic() + LINGER_S)
            writes.append(item)
        return writes, True

    def _answer(self, read: _Read) -> None:
        try:
            result = read.work()
        except sqlite3.Error as error:
            self._failed(error)
            self._tell([(read.future, error)])
        else:
            self._tell([(read.future, result)])

    def _commit(self, writes: list[_Write]) -> None:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            told = [(write.future, write.work()) for write in writes]
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back(error)
            told = [(write.future, write.when_failed) for write in writes]
        else:
            self.commits += 1
            self._once.again("failed")
        self._tell(told)

    def _housekeeping(self) -> None:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            dropped = self._table.drop_old_routine(int(time.time() * 1_000))
            self._db.execute("COMMIT")
            self._table.give_back_pages()
        except sqlite3.Error as error:
            self._roll_back(error)
        else:
            if dropped:
                self._log.warning("outbox_dropped", why="age", records=dropped)

    def _roll_back(self, error: sqlite3.Error) -> None:
        self._failed(error)
        try:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            self._table.recount()
        except sqlite3.Error as second:
            self._failed(second)

    def _failed(self, error: sqlite3.Error) -> None:
        self.failures += 1
        if self._once.first("failed"):
            self._log.error("outbox_failed", error=str(error))

    def _tell(self, told: list[tuple[asyncio.Future[Any], Any]]) -> None:
        try:
            self._loop.call_soon_threadsafe(self._settle, told)
        except RuntimeError:
            # The loop is gone: nobody is left to be told, and what was committed is on disk.
            return

    def _settle(self, told: list[tuple[asyncio.Future[Any], Any]]) -> None:
        """On the loop's thread."""
        for future, result in told:
            if future.done():
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)
                if result is PutResult.STORED:
                    self.fresh.set()
