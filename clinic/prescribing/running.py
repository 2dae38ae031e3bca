"""What a pump says it runs, found by its hash in the prescriptions that were signed here."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from clinic.live import LivePump
from clinic.prescribing import terms
from clinic.prescribing.issue import NO_HASH8
from clinic.store.tables import prescriptions
from shared import prescription
from shared.errors import Refused


@dataclass(frozen=True, slots=True)
class RunningPrescription:
    drug: str
    conc_ng_ml: int
    dose: str
    rate_nl_h: int  # the rate that it begins with
    vtbi_nl: int
    terms: tuple[terms.Line, ...]


class Running:
    """Remembers what it found: what a hash stands for never changes."""

    def __init__(self) -> None:
        self._found: dict[tuple[bytes, bytes], RunningPrescription] = {}

    async def of(self, connection: AsyncConnection, pump: LivePump) -> RunningPrescription | None:
        """None if the pump runs nothing, or nothing of ours."""
        if pump.newest is None or pump.newest.rx_hash == NO_HASH8:
            return None
        key = (pump.pump_id, pump.newest.rx_hash)
        if key not in self._found:
            found = await _read(connection, *key)
            if found is None:
                return None
            self._found[key] = found
        return self._found[key]


async def _read(
    connection: AsyncConnection, pump_id: bytes, hash8: bytes
) -> RunningPrescription | None:
    table = prescriptions.c
    query = (
        select(
            table.drug, table.conc_ng_ml, table.dose, table.rate_nl_h, table.vtbi_nl, table.fields
        )
        .where(
            table.pump_id == pump_id,
            table.version.is_not(None),
            func.substr(table.rx_hash, 1, 8) == hash8,
        )
        .order_by(table.prescription_id.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).first()
    if row is None:
        return None
    return RunningPrescription(
        row.drug, row.conc_ng_ml, row.dose, row.rate_nl_h, row.vtbi_nl, _terms(row.fields)
    )


def _terms(encoded: bytes) -> tuple[terms.Line, ...]:
    try:
        return terms.lines(prescription.decode(encoded))
    except Refused:
        return ()  # of an older format: a pump runs it no more
