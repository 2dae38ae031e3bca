"""Rows of prescriptions: found or refused, changed with their time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from clinic.prescribing.errors import PrescribingError
from clinic.store.tables import prescriptions

NO_SIGNATURES: dict[str, Any] = {
    "prescriber_key": None,
    "prescriber_signature": None,
    "checker_key": None,
    "checker_signature": None,
}


async def load(connection: AsyncConnection, number: int) -> Row[Any]:
    """One prescription, or PrescribingError."""
    query = select(prescriptions).where(prescriptions.c.prescription_id == number)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise PrescribingError("prescription_id", f"There is no prescription {number}")
    return row


async def change(connection: AsyncConnection, number: int, now_ms: int, **values: Any) -> None:
    await connection.execute(
        update(prescriptions)
        .where(prescriptions.c.prescription_id == number)
        .values(changed_ms=now_ms, **values)
    )
