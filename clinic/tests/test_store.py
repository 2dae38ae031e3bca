"""The database: migrations, files, what cannot be changed."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.schema import CreateIndex, CreateTable

from clinic.house import House
from clinic.store import audit
from clinic.store.db import StoreError, insert_or_skip, open_database
from clinic.store.migrate import migrate, newest_revision
from clinic.store.tables import alerts, metadata, pumps
from clinic.tests.conftest import Scene


def url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def test_migrating_from_empty_makes_exactly_the_tables_and_again_changes_nothing(
    tmp_path: Path,
) -> None:
    database = open_database(url(tmp_path / "new" / "clinic.db"))
    assert await migrate(database) == (None, newest_revision())
    assert await migrate(database) == (newest_revision(), newest_revision())
    async with database.read() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), metadata)
        )
    assert differences == []
    await database.close()


async def test_the_file_and_its_folder_are_for_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "clinic.db"
    database = open_database(url(path))
    await migrate(database)
    await database.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_writes_survive_a_power_cut_by_log_and_full_synchronous(house: House) -> None:
    async with house.database.read() as connection:
        mode = (await connection.execute(text("PRAGMA journal_mode"))).scalar_one()
        synchronous = (await connection.execute(text("PRAGMA synchronous"))).scalar_one()
        keys = (await connection.execute(text("PRAGMA foreign_keys"))).scalar_one()
    assert (mode, synchronous, keys) == ("wal", 2, 1)


async def test_the_audit_trail_cannot_be_changed(house: House) -> None:
    async with house.database.write() as connection:
        await audit.note(connection, 1, "somebody", "did", "something")
    for statement in ("UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"):
        with pytest.raises(IntegrityError, match="append-only"):
            async with house.database.write() as connection:
                await connection.execute(text(statement))
    async with house.database.read() as connection:
        assert [line["actor"] for line in await audit.newest(connection, 9)] == ["somebody"]


async def test_a_failed_write_leaves_nothing(house: House) -> None:
    with pytest.raises(RuntimeError):
        async with house.database.write() as connection:
            await audit.note(connection, 1, "somebody", "did", "something")
            raise RuntimeError("half way")
    async with house.database.read() as connection:
        assert await audit.newest(connection, 9) == []


async def test_one_cause_stands_once_whatever_the_program_does(scene: Scene) -> None:
    row = {
        "pump_id": scene.pump.pump_id,
        "cause": "blind",
        "kind": "blind",
        "priority": 2,
        "text": "",
        "raised_ms": 1,
    }
    async with scene.house.database.write() as connection:
        await connection.execute(alerts.insert().values(**row))
    with pytest.raises(IntegrityError):
        async with scene.house.database.write() as connection:
            await connection.execute(alerts.insert().values(**row))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nonsense", "cannot be read"),
        ("sqlite+aiosqlite://", "in-memory"),
        ("sqlite+aiosqlite:////proc/nothing/clinic.db", "cannot be used"),
        ("oracle+nothing://host/db", "No driver"),
    ],
)
def test_a_database_that_cannot_be_used_is_one_sentence(address: str, words: str) -> None:
    with pytest.raises(StoreError, match=words) as refusal:
        open_database(address)
    assert "\n" not in str(refusal.value)


async def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "clinic.db"
    database = open_database(url(path))
    await migrate(database)
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="another version"):
        await migrate(database)
    await database.close()


async def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "clinic.db"
    path.write_bytes(b"not a database at all, but long enough to look like something" * 20)
    database = open_database(url(path))
    with pytest.raises(StoreError) as refusal:
        await migrate(database)
    assert "\n" not in str(refusal.value)
    await database.close()


async def test_a_locked_database_gives_an_error_and_not_a_wait_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clinic.store.db.BUSY_TIMEOUT_MS", 50)
    path = tmp_path / "clinic.db"
    database = open_database(url(path))
    await migrate(database)
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DBAPIError, match="locked"):
        async with database.write() as connection:
            await audit.note(connection, 1, "a", "b", "c")
    other.rollback()
    other.close()
    async with database.write() as connection:
        await audit.note(connection, 1, "a", "b", "c")
    await database.close()


def test_the_schema_can_be_said_in_postgresql() -> None:
    dialect = postgresql.dialect()
    for table in metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))
        for index in table.indexes:
            assert "CREATE" in str(CreateIndex(index).compile(dialect=dialect))


async def test_insert_or_skip_says_whether_it_inserted(house: House) -> None:
    values = {
        "pump_id": bytes(16),
        "name": "P",
        "clinic_id": bytes(8),
        "master": bytes(32),
        "epoch": 0,
        "enrolled_ms": 1,
    }
    async with house.database.write() as connection:
        statement = insert_or_skip(connection, pumps).values(**values)
        assert (await connection.execute(statement)).rowcount == 1
        assert (await connection.execute(statement)).rowcount == 0
