"""Brings a database to the newest schema: numbered files, each applied once, each in one transaction."""

from __future__ import annotations

import sqlite3
from pathlib import Path

SCHEMA_DIR = Path(__file__).parent / "schema"


class NewerSchema(Exception):
    """The file was written by a newer program. It is left as it is."""


def steps(folder: Path = SCHEMA_DIR) -> list[tuple[int, str]]:
    """(number, SQL) of every schema file, in order. The numbers are 1, 2, 3 … without a gap."""
    files = sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    found = [(int(file.name[:4]), file.read_text(encoding="utf-8")) for file in files]
    if [number for number, _ in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"schema files in {folder} are not numbered 1, 2, 3 …")
    return found


def migrate(database: sqlite3.Connection, folder: Path = SCHEMA_DIR) -> int:
    """Apply what is missing and return the schema's number. The connection is in autocommit."""
    found = steps(folder)
    have = int(database.execute("PRAGMA user_version").fetchone()[0])
    if have > len(found):
        raise NewerSchema(f"its schema is number {have}, this program knows {len(found)}")
    for number, sql in found[have:]:
        # executescript does not wrap: the transaction stands in the text, the number inside it.
        try:
            database.executescript(f"BEGIN;\n{sql}\nPRAGMA user_version = {number};\nCOMMIT;")
        except sqlite3.Error:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise
    return len(found)
