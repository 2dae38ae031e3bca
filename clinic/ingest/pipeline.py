"""Takes waiting uplinks in batches, has them written, and answers after the commit."""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy.exc import DBAPIError

from clinic.clock import now_ms
from clinic.ingest.mqtt import MqttLine
from clinic.ingest.uplink import Uplink
from clinic.ingest.writer import Writer
from clinic.store.db import sentence

log = structlog.get_logger("clinic.ingest")

# Messages in one commit. A commit costs a flush of the disk; more than this would make alarms wait for the batch.
BATCH_MOST = 32
PAUSE_AFTER_FAILURE_S = 1.0


class Pipeline:
    def __init__(self, line: MqttLine, writer: Writer) -> None:
        self._line = line
        self._writer = writer
        self.failures = 0

    async def run(self) -> None:
        """Never returns by itself. A batch that cannot be stored is dropped: the hubs send it again."""
        while True:
            batch = [await self._line.waiting.get()]
            while len(batch) < BATCH_MOST and not self._line.waiting.empty():
                batch.append(self._line.waiting.get_nowait())
            await self.take(batch)

    async def take(self, batch: list[Uplink]) -> bool:
        """Store a batch and receipt it. False if it could not be stored: then no receipt goes out."""
        try:
            await self._writer.write(batch, now_ms())
        except DBAPIError as error:
            self.failures += 1
            log.error("not stored", why=sentence(error), failures=self.failures)
            await asyncio.sleep(PAUSE_AFTER_FAILURE_S)
            return False
        except (
            Exception
        ) as error:  # a mistake of ours must not end the clinic for every other pump
            self.failures += 1
            log.error("not stored", error=type(error).__name__, failures=self.failures)
            if len(batch) == 1:
                return False
            return all([await self.take([message]) for message in batch])
        for message in batch:
            await self._line.send_receipt(message)
        return True
