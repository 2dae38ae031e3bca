"""Bearer tokens of the API: 256 random bits, stored as SHA-256, ended by time or by log-out."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import delete, select

from clinic.desk_model import User
from clinic.store.db import Database
from clinic.store.tables import sessions, users

HOUR_MS = 3_600_000


class Sessions:
    def __init__(self, database: Database, hours: int) -> None:
        self._database = database
        self._life_ms = hours * HOUR_MS

    async def open(self, user: User, at_ms: int) -> tuple[str, int]:
        """A new token and when it ends. Ended ones are swept out on the way."""
        token = secrets.token_urlsafe(32)
        expires_ms = at_ms + self._life_ms
        async with self._database.write() as connection:
            await connection.execute(delete(sessions).where(sessions.c.expires_ms <= at_ms))
            await connection.execute(
                sessions.insert().values(
                    token_sha256=_digest(token),
                    user_id=user.user_id,
                    created_ms=at_ms,
                    expires_ms=expires_ms,
                )
            )
        return token, expires_ms

    async def user_of(self, token: str, at_ms: int) -> User | None:
        """Who holds this token, or None when it is unknown or has ended."""
        query = (
            select(users)
            .join(sessions, sessions.c.user_id == users.c.user_id)
            .where(sessions.c.token_sha256 == _digest(token), sessions.c.expires_ms > at_ms)
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return User(row.user_id, row.username, row.full_name, row.role) if row else None

    async def close(self, token: str) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                delete(sessions).where(sessions.c.token_sha256 == _digest(token))
            )


def _digest(token: str) -> bytes:
    # A fast hash is right here: the token has 256 bits of its own, there is nothing to guess.
    return hashlib.sha256(token.encode()).digest()
