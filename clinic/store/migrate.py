"""Brings a database to the newest schema. Run at every start and by `python -m clinic migrate`; running it again changes nothing."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from clinic.store.db import Database, StoreError, sentence


def _config() -> Config:
    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(connection: Connection, revision: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    """The revision that this program works with."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


async def migrate(database: Database, revision: str = "head") -> tuple[str | None, str | None]:
    """Upgrade in one transaction. Returns the revisions before and after; StoreError if it cannot be done."""
    try:
        async with database.write() as connection:
            before = await connection.run_sync(_current)
            await connection.run_sync(_upgrade, revision)
            after = await connection.run_sync(_current)
    except CommandError as error:
        raise StoreError(
            "The database was made by another version of this program: use that version, or a copy from before"
        ) from error
    except DBAPIError as error:
        raise StoreError(sentence(error)) from error
    return before, after
