"""The outbox on a real SQLite file: what is told is on disk, caps drop by urgency and count, damage is set aside."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hub.store.database import StoreUnusable, open_database
from hub.store.migrate import NewerSchema, migrate, steps
from hub.store.outbox import Outbox
from hub.store.records import ALARM, EVENT, ROUTINE, ROW_OVERHEAD_BYTES, Caps, Incoming, PutResult
from hub.store.table import OutboxTable

WIDE = Caps(max_records=100_000, max_bytes=100_000_000, max_routine_age_s=3_600)
PUMP = bytes(16)
NOW_MS = 1_800_000_000_000


def incoming(number: int, urgency: int = ROUTINE, received_unix_ms: int = NOW_MS) -> Incoming:
    return Incoming(PUMP, urgency, received_unix_ms, number.to_bytes(100, "big"))


def number_of(frame: bytes) -> int:
    return int.from_bytes(frame, "big")


@asynccontextmanager
async def opened(path: Path, caps: Caps = WIDE) -> AsyncIterator[Outbox]:
    outbox = Outbox(path, caps)
    try:
        yield outbox
    finally:
        await outbox.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.sqlite"


def table_with(path: Path, caps: Caps) -> OutboxTable:
    return OutboxTable(open_database(path).connection, caps)


def kept(table: OutboxTable) -> list[int]:
    """Numbers of all records, by urgency and age."""
    found = [table.after(urgency, 0, 1_000) for urgency in (ROUTINE, EVENT, ALARM)]
    return [number_of(record.frame) for records in found for record in records]


async def test_committed_record_is_seen_by_another_connection_when_the_future_is_done(
    path: Path,
) -> None:
    async with opened(path) as outbox:
        assert await outbox.put(incoming(7)) is PutResult.STORED
        reader = sqlite3.connect(path)
        assert reader.execute("SELECT COUNT(*) FROM record").fetchone() == (1,)
        reader.close()


async def test_database_syncs_in_full_and_keeps_its_uuid(path: Path) -> None:
    opened_file = open_database(path)
    assert opened_file.connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert opened_file.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    opened_file.connection.close()
    async with opened(path) as outbox:
        first = outbox.outbox_uuid
    async with opened(path) as outbox:
        assert outbox.outbox_uuid == first
    async with opened(path.with_name("other.sqlite")) as other:
        assert other.outbox_uuid != first


async def test_many_routine_records_share_commits_and_alarms_do_not_wait(path: Path) -> None:
    async with opened(path) as outbox:
        futures = [outbox.put(incoming(number)) for number in range(400)]
        assert [await future for future in futures] == [PutResult.STORED] * 400
        assert outbox.commits < 40
        before = outbox.commits
        assert await outbox.put(incoming(1_000, ALARM)) is PutResult.STORED
        assert outbox.commits == before + 1


async def test_ids_are_never_used_twice_not_even_after_a_restart(path: Path) -> None:
    async with opened(path) as outbox:
        await outbox.put(incoming(1))
        records, _ = await outbox.take(0)
        assert await outbox.confirm(outbox.outbox_uuid, [records[0].outbox_id]) == 1
    async with opened(path) as outbox:
        await outbox.put(incoming(2))
        again, _ = await outbox.take(0)
        assert again[0].outbox_id > records[0].outbox_id


def test_full_outbox_drops_oldest_routine_first_then_events_and_counts(path: Path) -> None:
    table = table_with(path, Caps(4, 10**9, 3_600))
    for number, urgency in ((1, ROUTINE), (2, EVENT), (3, ROUTINE), (4, ALARM)):
        assert table.insert(incoming(number, urgency)) is PutResult.STORED
    assert table.insert(incoming(5, ALARM)) is PutResult.STORED
    assert kept(table) == [3, 2, 4, 5]
    assert table.insert(incoming(6, ROUTINE)) is PutResult.STORED
    assert kept(table) == [6, 2, 4, 5]
    assert table.insert(incoming(7, ALARM)) is PutResult.STORED
    assert table.insert(incoming(8, ALARM)) is PutResult.STORED
    assert kept(table) == [4, 5, 7, 8]
    assert table.depth().counters == {"dropped_routine_room": 3, "dropped_event_room": 1}


def test_routine_never_displaces_an_alarm_and_is_refused_so_that_the_pump_keeps_it(
    path: Path,
) -> None:
    table = table_with(path, Caps(2, 10**9, 3_600))
    table.insert(incoming(1, ALARM))
    table.insert(incoming(2, ALARM))
    assert table.insert(incoming(3, ROUTINE)) is PutResult.FULL
    assert table.insert(incoming(4, EVENT)) is PutResult.FULL
    assert kept(table) == [1, 2]
    # Only alarms are left: the oldest makes room, and that is counted as the loss it is.
    assert table.insert(incoming(5, ALARM)) is PutResult.STORED
    assert kept(table) == [2, 5]
    counters = {"refused_routine": 1, "refused_event": 1, "dropped_alarm_room": 1}
    assert table.depth().counters == counters


def test_byte_cap_holds_and_the_counters_survive_a_restart(path: Path) -> None:
    room = 3 * (100 + ROW_OVERHEAD_BYTES)
    caps = Caps(1_000, room, 3_600)
    table = table_with(path, caps)
    for number in range(10):
        table.insert(incoming(number))
    assert kept(table) == [7, 8, 9]
    depth = table_with(path, caps).depth()
    assert depth.size_bytes == room
    assert depth.records == (3, 0, 0)
    assert depth.counters == {"dropped_routine_room": 7}


def test_age_cap_drops_old_routine_and_never_events_or_alarms(path: Path) -> None:
    table = table_with(path, Caps(1_000, 10**9, 3_600))
    old_ms = NOW_MS - 3_600_001
    for number, urgency in enumerate((ROUTINE, EVENT, ALARM)):
        table.insert(incoming(number, urgency, old_ms))
    table.insert(incoming(9, ROUTINE, old_ms + 2))
    assert table.drop_old_routine(NOW_MS) == 1
    assert kept(table) == [9, 1, 2]
    assert table.depth().counters == {"dropped_routine_age": 1}


async def test_full_disk_refuses_the_record_and_takes_it_once_there_is_room(path: Path) -> None:
    async with opened(path) as outbox:
        await outbox.put(incoming(0))
        # SQLite's own limit on the file gives the very error of a full disk.
        pages = outbox._db.execute("PRAGMA page_count").fetchone()[0]
        outbox._db.execute(f"PRAGMA max_page_count = {pages}")
        results = [await outbox.put(incoming(number)) for number in range(1, 200)]
        assert results[-1] is PutResult.FAILED
        assert outbox.failures > 0
        assert (await outbox.depth()).total == 1 + results.count(PutResult.STORED)
        outbox._db.execute("PRAGMA max_page_count = 100000")
        assert await outbox.put(incoming(199)) is PutResult.STORED


@pytest.mark.parametrize("how", ["not a database", "damaged page"])
async def test_damaged_file_is_set_aside_whole_and_a_new_one_serves(path: Path, how: str) -> None:
    async with opened(path) as outbox:
        old_uuid = outbox.outbox_uuid
        for number in range(300):
            outbox.put(incoming(number))
    content = bytearray(path.read_bytes())
    content[: 16 if how == "not a database" else 0] = b"x" * (16 if how == "not a database" else 0)
    content[5_000:9_000] = b"\xff" * 4_000
    path.write_bytes(content)
    async with opened(path) as outbox:
        assert outbox.set_aside is not None
        assert outbox.set_aside.read_bytes() == bytes(content)
        assert outbox.outbox_uuid != old_uuid
        assert await outbox.put(incoming(1, ALARM)) is PutResult.STORED


def test_newer_schema_is_refused_with_a_sentence_and_left_alone(path: Path) -> None:
    connection = open_database(path).connection
    connection.execute(f"PRAGMA user_version = {len(steps()) + 1}")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreUnusable, match="this program knows"):
        open_database(path)
    assert path.read_bytes() == before
    assert list(path.parent.glob("*.damaged*")) == []


def test_migration_is_idempotent_and_a_failing_step_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "schema"
    folder.mkdir()
    (folder / "0001_a.sql").write_text("CREATE TABLE a (x INTEGER);")
    (folder / "0002_b.sql").write_text("CREATE TABLE b (x INTEGER); CREATE TABLE a (x INTEGER);")
    connection = sqlite3.connect(tmp_path / "db", isolation_level=None)
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        migrate(connection, folder)
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master")]
    assert tables == ["a"]
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    (folder / "0002_b.sql").write_text("CREATE TABLE b (x INTEGER);")
    assert migrate(connection, folder) == 2
    assert migrate(connection, folder) == 2
    (folder / "0002_b.sql").unlink()
    with pytest.raises(NewerSchema):
        migrate(connection, folder)
    (folder / "0003_c.sql").write_text("")
    with pytest.raises(ValueError, match="not numbered"):
        steps(folder)


async def test_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnusable, match="outbox"):
        Outbox(tmp_path / "file" / "outbox.sqlite", WIDE)
