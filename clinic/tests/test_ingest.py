"""Frames of a pump on their way into the database."""

from __future__ import annotations

import secrets

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from clinic.clock import now_ms
from clinic.ingest import uplink
from clinic.store import audit
from clinic.store.tables import events, frames, quarantine, telemetry
from clinic.tests.bench import HubBench, PumpBench
from clinic.tests.conftest import Scene
from shared.codes import Event, State


async def count(scene: Scene, table) -> int:
    async with scene.house.database.read() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def test_telemetry_is_stored_and_shown_with_every_value(scene: Scene) -> None:
    frame = scene.pump.telemetry(
        state=State.RUNNING, rate_nl_h=7_000_000, total_max_nl=12_500, left_nl=-3, pressure_pa=-40
    )
    await scene.take(frame, links=[(scene.pump.pump_id, 1)])
    tile = await scene.house.desk.pump(scene.pump.pump_id.hex())
    assert tile is not None
    assert (tile.state, tile.rate_nl_h, tile.given_max_nl) == (State.RUNNING, 7_000_000, 12_500)
    assert (tile.pressure_pa, tile.patient_name, tile.linked) == (-40, "Pat One", True)
    assert tile.stale is False and tile.age_ms is not None and tile.age_ms < 10_000
    assert tile.drug is None and tile.left_nl is None  # no prescription of ours runs


async def test_a_duplicate_frame_is_stored_once(scene: Scene) -> None:
    frame = scene.pump.telemetry()
    await scene.take(frame)
    await scene.take(frame, frame)
    assert await count(scene, telemetry) == 1
    assert await count(scene, frames) == 1
    assert scene.house.writer.counters.duplicates == 2


async def test_a_replay_after_a_restart_is_still_a_replay(scene: Scene) -> None:
    old = scene.pump.telemetry(rate_nl_h=1)
    await scene.take(old)
    await scene.take(scene.pump.telemetry(rate_nl_h=2))
    scene.house.registry._keys.clear()  # as after a restart: openers are made anew
    await scene.house.registry.refresh()
    await scene.take(old)
    assert await count(scene, telemetry) == 2
    assert scene.live.newest is not None and scene.live.newest.rate_nl_h == 2


async def test_a_forged_frame_goes_to_quarantine_once_with_a_counter(scene: Scene) -> None:
    frame = bytearray(scene.pump.telemetry())
    frame[-1] ^= 1
    await scene.take(bytes(frame))
    await scene.take(bytes(frame))
    async with scene.house.database.read() as connection:
        row = (await connection.execute(select(quarantine))).one()
        lines = await audit.newest(connection, 10)
    assert (row.times, row.reason, row.hub_id) == (2, "seal does not fit", scene.hub.hub_id)
    assert [line["action"] for line in lines].count("frames quarantined") == 1
    assert await count(scene, telemetry) == 0


async def test_a_frame_of_one_pump_under_the_name_of_another_does_not_open(scene: Scene) -> None:
    other = PumpBench("Pump 2")
    payload = scene.hub.up((scene.pump.pump_id, other.telemetry()))
    at_ms = now_ms()
    await scene.house.writer.write([uplink.parse(scene.hub.topic, payload, at_ms)], at_ms)
    assert await count(scene, telemetry) == 0
    assert await count(scene, quarantine) == 1


async def test_a_sealed_body_that_is_no_body_is_quarantined_and_the_rest_stored(
    scene: Scene,
) -> None:
    poison = scene.pump.seal(b"\x83\x01\x02\x03")
    await scene.take(scene.pump.telemetry(), poison, scene.pump.telemetry())
    assert await count(scene, telemetry) == 2
    assert await count(scene, quarantine) == 1


async def test_an_unknown_pump_harms_nobody(scene: Scene) -> None:
    stranger = PumpBench("Stranger")
    payload = scene.hub.up(
        (stranger.pump_id, stranger.telemetry()),
        (scene.pump.pump_id, scene.pump.telemetry()),
        links=[(stranger.pump_id, 1)],
    )
    at_ms = now_ms()
    await scene.house.writer.write([uplink.parse(scene.hub.topic, payload, at_ms)], at_ms)
    assert await count(scene, telemetry) == 1


async def test_the_quarantine_is_bounded(scene: Scene) -> None:
    scene.house.writer._quarantine_rows = 5
    await scene.take(*[secrets.token_bytes(40) for _ in range(9)])
    assert await count(scene, quarantine) == 5


async def test_late_telemetry_does_not_replace_newer(scene: Scene) -> None:
    older = scene.pump.telemetry(rate_nl_h=1)
    newer = scene.pump.telemetry(rate_nl_h=2)
    await scene.take(newer)
    await scene.take(older)
    assert scene.live.newest is not None and scene.live.newest.rate_nl_h == 2
    assert await count(scene, telemetry) == 2


async def test_a_kept_sample_is_placed_in_the_past_and_is_not_live(scene: Scene) -> None:
    kept = scene.pump.telemetry(sample=1)
    live = scene.pump.telemetry(step_ms=60_000, sample=0)
    at_ms = await scene.take(live)
    await scene.take(kept, at_ms=at_ms)
    async with scene.house.database.read() as connection:
        rows = (await connection.execute(select(telemetry).order_by(telemetry.c.mono_ms))).all()
    assert [row.sample for row in rows] == [1, 0]
    assert rows[0].at_ms == rows[1].at_ms - 60_000
    assert scene.live.live_at_ms == at_ms


async def test_time_in_the_outbox_counts_as_age_whatever_the_hubs_clock_says(scene: Scene) -> None:
    scene.hub.clock_ms = 5_000
    at_ms = await scene.take(scene.pump.telemetry(), waited_ms=3_000)
    assert scene.live.live_at_ms == at_ms - 3_000


async def test_an_event_number_taken_by_another_event_is_kept_aside(scene: Scene) -> None:
    await scene.take(scene.pump.event(1, Event.START_PRESSED))
    await scene.take(scene.pump.event(1, Event.STOP_PRESSED))
    async with scene.house.database.read() as connection:
        assert (await connection.execute(select(events.c.code))).scalar_one() == 13
        reason = (await connection.execute(select(quarantine.c.reason))).scalar_one()
    assert reason == "event number is taken by another event"


async def test_an_event_sent_again_after_a_power_cut_is_no_conflict(scene: Scene) -> None:
    event = scene.pump.event(1, Event.START_PRESSED)
    again = scene.pump.event(1, Event.START_PRESSED)
    assert again != event
    await scene.take(event)
    await scene.take(again)
    assert await count(scene, events) == 1
    assert await count(scene, quarantine) == 0


async def test_two_hubs_the_one_that_has_the_pump_is_believed(scene: Scene) -> None:
    await scene.take(scene.pump.telemetry(), links=[(scene.pump.pump_id, 1)])
    other = HubBench("hub2")
    at_ms = now_ms()
    away = uplink.parse(other.topic, other.up(links=[(scene.pump.pump_id, 0)]), at_ms)
    await scene.house.writer.write([away], at_ms)
    assert scene.live.linked is True and scene.live.hub_id == scene.hub.hub_id
    here = uplink.parse(other.topic, other.up(links=[(scene.pump.pump_id, 1)]), at_ms)
    await scene.house.writer.write([here], at_ms)
    assert scene.live.hub_id == "hub2"


async def test_nothing_is_stored_or_shown_when_one_part_cannot_be_written(scene: Scene) -> None:
    await scene.take(scene.pump.telemetry(rate_nl_h=1))
    before = scene.house.ward.version
    async with scene.house.database.write() as connection:
        await connection.execute(text("ALTER TABLE quarantine RENAME TO gone"))
    frame = scene.pump.telemetry(rate_nl_h=2)
    with pytest.raises(DBAPIError):
        await scene.take(frame, b"\x00")
    assert scene.live.newest is not None and scene.live.newest.rate_nl_h == 1
    assert scene.house.ward.version == before
    assert await count(scene, telemetry) == 1
    async with scene.house.database.write() as connection:
        await connection.execute(text("ALTER TABLE gone RENAME TO quarantine"))
    await scene.take(frame, b"\x00")  # the hub sends it again
    assert scene.live.newest.rate_nl_h == 2
    assert await count(scene, telemetry) == 2
