"""Once a second: what changes by the mere passing of time. Silence, gaps, overdue commands, pumps that another process enrolled.

May import: shared, clinic.live, clinic.alerts, clinic.commands, clinic.ingest, clinic.registry, clinic.store.
"""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy.exc import DBAPIError

from clinic.alerts import rules
from clinic.alerts.book import Book
from clinic.clock import now_ms
from clinic.commands.sender import Sender
from clinic.ingest.readmission import Readmission
from clinic.live import Ward
from clinic.registry import Registry
from clinic.store.db import Database, sentence

log = structlog.get_logger("clinic.watch")

PERIOD_S = 1.0
REFRESH_EVERY = 3  # periods


class Watch:
    """The clinic's own clockwork. `tick` is one period, with the time as an argument."""

    def __init__(
        self,
        database: Database,
        ward: Ward,
        registry: Registry,
        readmission: Readmission,
        sender: Sender,
        limits: rules.Limits,
    ) -> None:
        self._database = database
        self._ward = ward
        self._registry = registry
        self._readmission = readmission
        self._sender = sender
        self._limits = limits
        self.ticked_ms = 0

    async def run(self) -> None:
        """Never returns by itself. A period that fails is logged and tried again."""
        count = 0
        while True:
            try:
                if count % REFRESH_EVERY == 0 and (count == 0 or await self._registry.refresh()):
                    await self._readmission.run(now_ms())
                await self.tick(now_ms())
            except DBAPIError as error:
                log.error("watch failed", why=sentence(error))
            count += 1
            await asyncio.sleep(PERIOD_S)

    async def tick(self, at_ms: int) -> None:
        await self._alerts(at_ms)
        await self._sender.attend(at_ms)
        self.ticked_ms = at_ms

    async def _alerts(self, at_ms: int) -> None:
        async with self._ward.turn:
            changes = {
                pump.pump_id: rules.by_time(pump, at_ms, self._limits, self._ward.started_ms)
                for pump in self._ward.pumps.values()
            }
            async with self._database.read() as connection:
                book = await Book(connection).open(changes)
            if not any(book.would_change(key, found) for key, found in changes.items()):
                return
            async with self._database.write() as connection:
                book = await Book(connection).open(changes)
                for pump_id, found in changes.items():
                    await book.apply(pump_id, found)
            if book.changed:
                self._ward.changed()
