"""Gives frames a second chance whose pump was enrolled only after they had come: out of quarantine, into the record."""

from __future__ import annotations

from sqlalchemy import delete, select

from clinic.ingest import opening
from clinic.ingest.uplink import Uplink
from clinic.ingest.writer import Writer
from clinic.live import Ward
from clinic.store import audit
from clinic.store.db import Database
from clinic.store.tables import quarantine
from shared.uplink_messages import MAX_RECORDS, UpRecord


class Readmission:
    """Looks for frames in quarantine that were put there because their pump was not known."""

    def __init__(self, database: Database, ward: Ward, writer: Writer) -> None:
        self._database = database
        self._ward = ward
        self._writer = writer

    async def run(self, now_ms: int) -> int:
        """Write what belongs to pumps that are enrolled by now. Returns how many frames were taken up."""
        total = 0
        while True:
            rows = await self._waiting()
            if not rows:
                return total
            uplinks = [
                # It has waited here, not in the hub: its age counts from when it came.
                Uplink(
                    row.hub_id,
                    now_ms,
                    bytes(16),
                    now_ms,
                    (UpRecord(0, row.pump_id, row.first_ms, row.frame),),
                    (),
                )
                for row in rows
            ]
            done = [row.sha256 for row in rows]
            await self._writer.write(uplinks, now_ms)
            # Only now: after a crash in between they are duplicates, not lost. What still does not open has another reason by now.
            async with self._database.write() as connection:
                await connection.execute(
                    delete(quarantine).where(
                        quarantine.c.sha256.in_(done), quarantine.c.reason == opening.NOT_ENROLLED
                    )
                )
                detail = f"{len(rows)} frames"
                await audit.note(connection, now_ms, "clinic", "readmitted", "quarantine", detail)
            self._writer.taken_back(len(rows))
            total += len(rows)

    async def _waiting(self) -> list:
        query = (
            select(quarantine)
            .where(
                quarantine.c.reason == opening.NOT_ENROLLED,
                quarantine.c.pump_id.in_(list(self._ward.pumps)),
            )
            .order_by(quarantine.c.first_ms, quarantine.c.sha256)
            .limit(MAX_RECORDS)
        )
        async with self._database.read() as connection:
            return list(await connection.execute(query))
