"""Connections: one writer at a time, any number of readers.

SQLite runs with a write-ahead log and FULL synchronous: what is committed survives a power cut. A write takes the lock of the
database file at once (BEGIN IMMEDIATE), so that two processes cannot deadlock half way. PostgreSQL needs none of that.
"""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import CursorResult, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

# How long a write waits for another process (`clinic user add` beside the running service) before it gives up.
BUSY_TIMEOUT_MS = 10_000


class StoreError(Exception):
    """The database cannot be used. The text is one sentence for a person."""


class Database:
    """The engine, with `read()` and `write()` as the only doors."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._writer = engine.execution_options(vigil_write=True)
        self._one_writer = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees one consistent state."""
        async with self.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: committed at the end, rolled back whole on any error."""
        async with self._one_writer, self._writer.begin() as connection:
            yield connection

    async def close(self) -> None:
        await self.engine.dispose()


def open_database(url: str) -> Database:
    """The database behind a URL such as `sqlite+aiosqlite:////folder/clinic.db` or `postgresql+asyncpg://…`.

    A missing folder of an SQLite file is made (0700), the file itself is 0600. StoreError says what is wrong.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(
            "The database URL cannot be read: use sqlite+aiosqlite:///FILE"
        ) from error
    is_sqlite = parsed.get_backend_name() == "sqlite"
    if is_sqlite:
        _prepare_file(parsed)
    try:
        # Parameters are keys and patients: no error text may carry them.
        engine = create_async_engine(parsed, pool_pre_ping=not is_sqlite, hide_parameters=True)
    except (NoSuchModuleError, ImportError) as error:
        raise StoreError(f"No driver for the database URL: {error}") from error
    if is_sqlite:
        _prepare_sqlite(engine)
    return Database(engine)


def _prepare_file(url: URL) -> None:
    if not url.database or url.database == ":memory:":
        raise StoreError("The clinic needs a database file: an in-memory database keeps nothing")
    path = Path(url.database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Made here so that it never exists with a wider mode: it holds keys and patients.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise StoreError(f"The database file {path} cannot be used: {error.strerror}") from error


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        # The driver would start transactions by itself, and too late; `begin` below does it.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("vigil_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def insert_or_skip(connection: AsyncConnection, table: Table) -> Any:
    """An INSERT that leaves a row alone that is already there; both dialects have it, under one name each."""
    module = sqlite if connection.dialect.name == "sqlite" else postgresql
    return module.insert(table).on_conflict_do_nothing()


def new_id(result: CursorResult[Any]) -> int:
    """The number of the row that an INSERT made."""
    key = result.inserted_primary_key
    if key is None:
        raise StoreError("The database gave no number for a new row")
    return int(key[0])


def sentence(error: DBAPIError) -> str:
    """One line for a person about an error of the database driver. Never the statement: it carries data."""
    text = str(error.orig)
    if "locked" in text:
        return "The database is locked by another process: stop that one, or wait and try again"
    if "readonly" in text or "unable to open" in text:
        return "The database file cannot be written: check the folder and its owner"
    if "not a database" in text or "malformed" in text:
        return "The database file is damaged or no database: put a copy from before in its place"
    if "disk" in text or "full" in text:
        return "The disk is full or failing: nothing more is stored"
    return f"The database refused: {type(error.orig).__name__}"
