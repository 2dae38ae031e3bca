"""Opens the outbox file: whole, up to date, durable. A damaged file is set aside, never deleted."""

from __future__ import annotations

import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

from hub.store.migrate import NewerSchema, migrate

# WAL with FULL syncs at every commit: what is committed survives a power cut. NORMAL would not.
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # A WAL grown by an outage shrinks to this again.
    "PRAGMA journal_size_limit = 8000000",
)
SIDE_FILES = ("", "-wal", "-shm")


class StoreUnusable(Exception):
    """A sentence: the outbox cannot be opened and nothing was changed."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open database and, if the old file was damaged, where it went."""

    connection: sqlite3.Connection
    set_aside: Path | None


def open_database(path: Path) -> Opened:
    """Open or make the file, check all of it, bring it up to date.

    A file that fails SQLite's integrity check is renamed, with its side files, to `<name>.damaged-<unix s>`, and an
    empty one takes its place: a hub that carries new alarms is worth more than one that waits for a repair.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return Opened(_open_sound(path), None)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                # Locked, unreadable, disk full: the file may be good.
                raise
            moved = _set_aside(path)
            return Opened(_open_sound(path), moved)
    except NewerSchema as error:
        raise StoreUnusable(
            f"outbox {path}: {error}; use that program or another folder"
        ) from None
    except sqlite3.Error as error:
        raise StoreUnusable(f"outbox {path}: {error}") from None
    except OSError as error:
        raise StoreUnusable(f"outbox {path}: {os.strerror(error.errno or 0)}") from None


def _open_sound(path: Path) -> sqlite3.Connection:
    is_new = not path.exists() or path.stat().st_size == 0
    # Opened in one thread and used in the writer's; never in two at a time.
    connection = sqlite3.connect(path, isolation_level=None, timeout=2.0, check_same_thread=False)
    try:
        # The check comes before anything is written: a damaged file is kept as it was found.
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(f"integrity check: {found}")
        if is_new:
            # Possible in an empty file only: freed pages can then be given back after an outage.
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        for pragma in PRAGMAS:
            connection.execute(pragma)
        migrate(connection)
        return connection
    except BaseException:
        connection.close()
        raise


def _set_aside(path: Path) -> Path:
    stem = f"{path.name}.damaged-{int(time.time())}"
    number = 0
    while (target := path.with_name(f"{stem}-{number}")).exists():
        number += 1
    for suffix in SIDE_FILES:
        source = path.with_name(path.name + suffix)
        if source.exists():
            source.rename(target.with_name(target.name + suffix))
    return target
