"""The audit trail: who did what to what, when. Append-only; never therapy content beyond identities and codes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from clinic.store.tables import audit

SUBJECT_MAX = 128


async def note(
    connection: AsyncConnection,
    at_ms: int,
    actor: str,
    action: str,
    subject: str,
    detail: str = "",
) -> None:
    """Add one line within the caller's transaction, so that a deed and its line stand or fall together."""
    await connection.execute(
        audit.insert().values(
            at_ms=at_ms,
            actor=actor[:64],
            action=action,
            subject=subject[:SUBJECT_MAX],
            detail=detail,
        )
    )


async def newest(connection: AsyncConnection, limit: int) -> list[dict[str, Any]]:
    """The newest lines first."""
    rows = await connection.execute(select(audit).order_by(audit.c.audit_id.desc()).limit(limit))
    return [dict(row._mapping) for row in rows]
