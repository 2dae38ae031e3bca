"""The whole of ingest over the real broker: receipts after the commit, for everything that is stored, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select, text

from clinic.store.tables import quarantine, telemetry
from clinic.tests.conftest import Scene
from clinic.tests.waits import ended, until
from clinic.tests.wire import Wire
from shared import alarm_table
from shared.uplink_messages import DownReceipt


@pytest.fixture
async def ingest(scene: Scene, wire: Wire) -> AsyncIterator[Wire]:
    """Line and pipeline running."""
    task = asyncio.create_task(scene.house.pipeline.run())
    yield wire
    await ended(task, "ingest")


async def rows(scene: Scene, table) -> int:
    async with scene.house.database.read() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def test_a_record_is_receipted_when_it_is_stored(scene: Scene, ingest: Wire) -> None:
    frames = [(scene.pump.pump_id, scene.pump.telemetry()) for _ in range(3)]
    await ingest.publish(scene.hub.topic, scene.hub.up(*frames))
    [receipt] = await ingest.got(1)
    assert receipt == DownReceipt(scene.hub.outbox_uuid, [1, 2, 3])
    assert await rows(scene, telemetry) == 3


async def test_duplicates_and_poison_are_receipted_too_so_that_no_outbox_jams(
    scene: Scene, ingest: Wire
) -> None:
    frame = scene.pump.telemetry()
    await ingest.publish(scene.hub.topic, scene.hub.up((scene.pump.pump_id, frame)))
    await ingest.got(1)
    again = scene.hub.up((scene.pump.pump_id, frame), (scene.pump.pump_id, b"\xd0poison"))
    await ingest.publish(scene.hub.topic, again)
    receipts = await ingest.got(2)
    assert receipts[1].outbox_ids == [2, 3]
    assert (await rows(scene, telemetry), await rows(scene, quarantine)) == (1, 1)


async def test_nothing_is_receipted_that_could_not_be_stored(scene: Scene, ingest: Wire) -> None:
    async with scene.house.database.write() as connection:
        await connection.execute(text("ALTER TABLE telemetry RENAME TO gone"))
    frame = scene.pump.telemetry()
    await ingest.publish(scene.hub.topic, scene.hub.up((scene.pump.pump_id, frame)))
    await until(lambda: scene.house.pipeline.failures)
    assert ingest.received == []
    async with scene.house.database.write() as connection:
        await connection.execute(text("ALTER TABLE gone RENAME TO telemetry"))
    await ingest.publish(scene.hub.topic, scene.hub.up((scene.pump.pump_id, frame)))
    [receipt] = await ingest.got(1)
    assert receipt.outbox_ids == [2]  # only the second sending was stored
    assert await rows(scene, telemetry) == 1


async def test_garbage_on_the_topic_is_counted_and_does_no_harm(
    scene: Scene, ingest: Wire
) -> None:
    for garbage in (b"", b"\x00", b"\xff" * 300, scene.hub.up()[:-1], b"\x85\x02" + bytes(60)):
        await ingest.publish(scene.hub.topic, garbage)
    await ingest.publish(
        scene.hub.topic, scene.hub.up((scene.pump.pump_id, scene.pump.telemetry()))
    )
    await ingest.got(1)
    assert scene.house.line.malformed == 5


async def test_the_line_comes_back_after_a_cut_and_an_alarm_gets_through(
    scene: Scene, ingest: Wire
) -> None:
    await ingest.cut()
    assert not scene.house.line.connected.is_set()
    await ingest.join()
    frame = scene.pump.telemetry(alarms=1 << alarm_table.AIR_IN_LINE)
    await ingest.publish(scene.hub.topic, scene.hub.up((scene.pump.pump_id, frame)))
    await ingest.got(1)
    [row] = await scene.house.desk.alerts()
    assert row.text == "Air in the line"


async def test_a_heartbeat_without_records_needs_no_receipt_and_tells_of_links(
    scene: Scene, ingest: Wire
) -> None:
    await ingest.publish(scene.hub.topic, scene.hub.up(links=[(scene.pump.pump_id, 1)]))
    await until(lambda: scene.live.linked is not None)
    assert scene.live.linked is True and ingest.received == []
    assert scene.hub.hub_id in scene.house.ward.hub_heard_ms
