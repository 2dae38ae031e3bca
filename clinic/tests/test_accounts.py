"""Log-in: argon2, lock-out, sessions."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from clinic.accounts.accounts import LOCK_MS, MAX_FAILURES, AccountError
from clinic.clock import now_ms
from clinic.house import House
from clinic.store import audit
from clinic.store.tables import sessions, users
from clinic.tests.conftest import PASSWORD, People

NAME = "u-nurse"


async def test_a_password_is_stored_as_argon2id_only(house: House, people: People) -> None:
    async with house.database.read() as connection:
        hashes = list((await connection.execute(select(users.c.password_hash))).scalars())
    assert all(text.startswith("$argon2id$") and PASSWORD not in text for text in hashes)


async def test_five_failures_lock_for_fifteen_minutes_even_with_the_right_password(
    house: House, people: People
) -> None:
    at_ms = now_ms()
    for _ in range(MAX_FAILURES):
        assert await house.accounts.authenticate(NAME, "wrong", at_ms) is None
    assert await house.accounts.authenticate(NAME, PASSWORD, at_ms + LOCK_MS - 1) is None
    user = await house.accounts.authenticate(NAME, PASSWORD, at_ms + LOCK_MS)
    assert user is not None and user.role == "nurse"
    async with house.database.read() as connection:
        details = [line["detail"] for line in await audit.newest(connection, 20)]
    assert "locked for 15 min after 5 failures" in details and "locked" in details


async def test_parallel_guesses_do_not_share_one_count(house: House, people: People) -> None:
    at_ms = now_ms()
    guesses = [house.accounts.authenticate(NAME, f"wrong {n}", at_ms) for n in range(12)]
    assert set(await asyncio.gather(*guesses)) == {None}
    assert await house.accounts.authenticate(NAME, PASSWORD, at_ms + 1) is None


async def test_a_good_login_clears_the_count(house: House, people: People) -> None:
    at_ms = now_ms()
    for _ in range(3):
        for _ in range(MAX_FAILURES - 1):
            await house.accounts.authenticate(NAME, "wrong", at_ms)
        assert await house.accounts.authenticate(NAME, PASSWORD, at_ms) is not None


async def test_no_password_is_ever_in_the_audit_trail(house: House, people: People) -> None:
    await house.accounts.authenticate(PASSWORD, "typed in the wrong box", now_ms())
    await house.accounts.authenticate(NAME, "secret words", now_ms())
    async with house.database.read() as connection:
        lines = str(await audit.newest(connection, 50))
    assert PASSWORD not in lines and "secret words" not in lines


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("username", ("X", "A B", "nurse", PASSWORD)),
        ("username", ("a b", "A B", "nurse", PASSWORD)),
        ("full_name", ("anna", " ", "nurse", PASSWORD)),
        ("full_name", ("anna", "A\nB", "nurse", PASSWORD)),
        ("role", ("anna", "A B", "root", PASSWORD)),
        ("password", ("anna", "A B", "nurse", "short")),
        ("password", ("anna", "A B", "nurse", "x" * 257)),
        ("password", ("anna-anna-anna", "A B", "nurse", "Anna-Anna-Anna")),
        ("username", (NAME, "A B", "nurse", PASSWORD)),
    ],
)
async def test_a_user_that_cannot_be_is_refused_with_its_field(
    house: House, people: People, field: str, arguments: tuple[str, str, str, str]
) -> None:
    with pytest.raises(AccountError) as refusal:
        await house.accounts.add(*arguments, now_ms(), "test")
    assert refusal.value.field == field


async def test_a_session_ends_by_time_and_its_token_is_not_stored(
    house: House, people: People
) -> None:
    at_ms = now_ms()
    token, expires_ms = await house.sessions.open(people.nurse, at_ms)
    assert await house.sessions.user_of(token, expires_ms - 1) == people.nurse
    assert await house.sessions.user_of(token, expires_ms) is None
    async with house.database.read() as connection:
        row = (await connection.execute(select(sessions))).one()
    assert token.encode() not in bytes(str(row._mapping), "utf-8")
    await house.sessions.open(people.nurse, expires_ms)
    async with house.database.read() as connection:
        assert len((await connection.execute(select(sessions))).all()) == 1
