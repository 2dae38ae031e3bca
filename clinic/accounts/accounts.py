"""Users and their passwords: argon2id, five failures lock for 15 minutes, every attempt is audited.

A wrong name, a wrong password and a locked account look and take the same to the person outside.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from clinic.accounts.roles import ROLES
from clinic.desk_model import User
from clinic.store import audit
from clinic.store.db import Database, new_id
from clinic.store.tables import users

MAX_FAILURES = 5
LOCK_MS = 15 * 60_000
MIN_PASSWORD = 10  # NIST SP 800-63B asks for 8 beside a second factor; there is none yet
MAX_PASSWORD = 256  # hashing takes time that grows with nothing else an outsider controls
USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,63}")
# Two at once: each takes 64 MiB of memory for some tens of milliseconds.
HASHES_AT_ONCE = 2


class AccountError(Exception):
    """A user that cannot be made as asked. `field` names the part; the text is a sentence."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True, slots=True)
class _Attempt:
    user: User | None
    password_hash: str | None


class Accounts:
    """Log-in and the making of users."""

    def __init__(self, database: Database, hasher: PasswordHasher | None = None) -> None:
        self._database = database
        self._hasher = hasher or PasswordHasher()
        self._slots = asyncio.Semaphore(HASHES_AT_ONCE)
        self._nobody: str | None = None

    async def add(
        self, username: str, full_name: str, role: str, password: str, at_ms: int, actor: str
    ) -> User:
        """Make a user. AccountError names what is wrong."""
        check_new_user(username, full_name, role, password)
        async with self._slots:
            password_hash = await asyncio.to_thread(self._hasher.hash, password)
        try:
            async with self._database.write() as connection:
                result = await connection.execute(
                    users.insert().values(
                        username=username,
                        full_name=full_name.strip(),
                        role=role,
                        password_hash=password_hash,
                        created_ms=at_ms,
                    )
                )
                await audit.note(connection, at_ms, actor, "user added", username, role)
        except IntegrityError as error:
            raise AccountError("username", f"There is a user {username} already") from error
        return User(new_id(result), username, full_name.strip(), role)

    async def exists(self, username: str) -> bool:
        return (await self._find(username)).user is not None

    async def authenticate(self, username: str, password: str, at_ms: int) -> User | None:
        """The user, or None: wrong name, wrong password and a locked account alike."""
        attempt = await self._find(username)
        password_hash = attempt.password_hash or await self._nobodys_hash()
        good = await self._verify(password_hash, password[: MAX_PASSWORD + 1])
        if attempt.user is None:
            async with self._database.write() as connection:
                await audit.note(connection, at_ms, "clinic", "login refused", "unknown user")
            return None
        async with self._database.write() as connection:
            return await self._judge(connection, attempt.user, good, at_ms)

    async def _find(self, username: str) -> _Attempt:
        async with self._database.read() as connection:
            row = (
                await connection.execute(select(users).where(users.c.username == username))
            ).one_or_none()
        if row is None:
            return _Attempt(None, None)
        user = User(row.user_id, row.username, row.full_name, row.role)
        return _Attempt(user, row.password_hash)

    async def _nobodys_hash(self) -> str:
        """Compared against when there is no such user, so that a name cannot be found out by timing."""
        if self._nobody is None:
            async with self._slots:
                self._nobody = await asyncio.to_thread(self._hasher.hash, secrets.token_hex(16))
        return self._nobody

    async def _verify(self, password_hash: str, password: str) -> bool:
        async with self._slots:
            try:
                return await asyncio.to_thread(self._hasher.verify, password_hash, password)
            except (VerificationError, InvalidHashError):
                return False

    async def _judge(
        self, connection: AsyncConnection, user: User, good: bool, at_ms: int
    ) -> User | None:
        """Counted within the write transaction, so that parallel guesses cannot share one count."""
        row = (
            await connection.execute(
                select(users.c.failures, users.c.locked_until_ms).where(
                    users.c.user_id == user.user_id
                )
            )
        ).one()
        locked = row.locked_until_ms is not None and row.locked_until_ms > at_ms
        change = update(users).where(users.c.user_id == user.user_id)
        if locked:
            await audit.note(
                connection, at_ms, user.username, "login refused", user.username, "locked"
            )
            return None
        if good:
            await connection.execute(change.values(failures=0, locked_until_ms=None))
            await audit.note(connection, at_ms, user.username, "login", user.username)
            return user
        failures = row.failures + 1
        if failures >= MAX_FAILURES:
            await connection.execute(change.values(failures=0, locked_until_ms=at_ms + LOCK_MS))
            detail = f"locked for {LOCK_MS // 60_000} min after {failures} failures"
        else:
            await connection.execute(change.values(failures=failures))
            detail = f"failure {failures}"
        await audit.note(connection, at_ms, user.username, "login refused", user.username, detail)
        return None


def check_new_user(username: str, full_name: str, role: str, password: str) -> None:
    """AccountError for the first part that cannot be accepted."""
    if not USERNAME.fullmatch(username):
        raise AccountError(
            "username",
            "A user name is 2 to 64 of a-z, 0-9, dot, dash and underscore, a letter first",
        )
    if not full_name.strip() or len(full_name) > 128 or not full_name.isprintable():
        raise AccountError("full_name", "A full name is 1 to 128 printable characters")
    if role not in ROLES:
        raise AccountError("role", f"A role is one of {', '.join(ROLES)}")
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise AccountError(
            "password", f"A password has {MIN_PASSWORD} to {MAX_PASSWORD} characters"
        )
    if password.lower() == username:
        raise AccountError("password", "A password must not be the user name")
