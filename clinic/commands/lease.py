"""The clinic's sending context: new at every process start, so that no key and nonce can meet twice, whatever was restored.

The generation comes from the database and is never used again; the salt is random. Either alone would be enough.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from clinic.live import LivePump
from clinic.store.db import Database, new_id
from clinic.store.tables import leases, pumps
from shared import cose, session

LEASE_COUNT = 65_535


@dataclass(frozen=True, slots=True)
class Lease:
    generation: int
    lease: int
    salt: bytes


async def take(database: Database, now_ms: int) -> Lease:
    """Take the next lease, durably, before anything is sent under it."""
    salt = secrets.token_bytes(8)
    async with database.write() as connection:
        result = await connection.execute(
            leases.insert().values(lease=0, salt=salt, started_ms=now_ms)
        )
        generation = new_id(result)
        lease = (generation - 1) % LEASE_COUNT + 1
        await connection.execute(
            update(leases).where(leases.c.generation == generation).values(lease=lease)
        )
    return Lease(generation, lease, salt)


async def reserve(connection: AsyncConnection, pump: LivePump) -> int:
    """The next command number of a pump. To be committed before it is used.

    Above everything the pump has ever reported, so that a database restored from a copy goes on.
    """
    query = select(pumps.c.next_command_seq).where(pumps.c.pump_id == pump.pump_id)
    seq = int((await connection.execute(query)).scalar_one())
    if pump.newest is not None:
        seq = max(seq, pump.newest.last_cmd + 1)
    await connection.execute(
        update(pumps).where(pumps.c.pump_id == pump.pump_id).values(next_command_seq=seq + 1)
    )
    return seq


class Sealer:
    """Seals command boxes. One context a pump and epoch; the context itself refuses a number that does not rise."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self._contexts: dict[tuple[bytes, int], session.SendContext] = {}

    def seal(
        self, pump_id: bytes, clinic_id: bytes, master: bytes, epoch: int, seq: int, body: bytes
    ) -> bytes:
        context = self._contexts.get((pump_id, epoch))
        if context is None:
            context = session.SendContext(
                master,
                epoch,
                session.clinic_sender_id(self._lease.lease),
                session.make_id_context(epoch, self._lease.generation, self._lease.salt),
                cose.ALG_CCM_128,
                session.DIRECTION_DOWN,
                pump_id,
                clinic_id,
            )
            self._contexts[(pump_id, epoch)] = context
        return context.seal(seq, body)
