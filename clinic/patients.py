"""Patients: added, listed. May import: clinic.store, clinic.prescribing.errors."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from clinic.prescribing.errors import PrescribingError
from clinic.store import audit
from clinic.store.db import Database, new_id
from clinic.store.tables import patients


async def add_patient(
    database: Database,
    reference: str,
    full_name: str,
    place: str,
    weight_g: int,
    at_ms: int,
    actor: str,
) -> int:
    """Add a patient under the clinic's own reference. PrescribingError if the reference is taken or a text is not printable."""
    for field, text in (("full_name", full_name), ("place", place)):
        if not text.strip() or not text.isprintable():
            raise PrescribingError(field, "Use printable characters, at least one")
    try:
        async with database.write() as connection:
            result = await connection.execute(
                patients.insert().values(
                    reference=reference,
                    full_name=full_name.strip(),
                    place=place.strip(),
                    weight_g=weight_g,
                    created_ms=at_ms,
                )
            )
            await audit.note(connection, at_ms, actor, "patient added", reference)
    except IntegrityError as error:
        raise PrescribingError(
            "reference", f"There is a patient with reference {reference} already"
        ) from error
    return new_id(result)


async def list_patients(database: Database) -> list[dict[str, Any]]:
    query = select(
        patients.c.patient_id,
        patients.c.reference,
        patients.c.full_name,
        patients.c.place,
        patients.c.weight_g,
    ).order_by(patients.c.full_name)
    async with database.read() as connection:
        return [dict(row._mapping) for row in await connection.execute(query)]
