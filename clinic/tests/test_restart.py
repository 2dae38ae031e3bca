"""What the clinic knows survives its restart; what another process enrols is noticed."""

from __future__ import annotations

import secrets
from itertools import pairwise

from clinic import admin
from clinic.clock import now_ms
from clinic.house import build
from clinic.tests.bench import PumpBench
from clinic.tests.conftest import Scene, enrol
from shared.codes import Event, State


async def test_a_restart_goes_on_with_pumps_alerts_and_the_age_of_data(scene: Scene) -> None:
    await scene.take(scene.pump.event(1, Event.BOOT, 0, 1))
    at_ms = await scene.take(
        scene.pump.telemetry(state=State.ALARM, alarms=1, log_seq=1, rate_nl_h=0)
    )
    again = await build(scene.house.settings)
    try:
        [tile] = await again.desk.ward()
        assert (tile.state, tile.alarm_ids, tile.patient_name) == (State.ALARM, (0,), "Pat One")
        live = again.ward.pumps[scene.pump.pump_id]
        assert live == scene.live and live.live_at_ms == at_ms
        [alert] = await again.desk.alerts()
        assert alert.text == "Line blocked below the pump"
    finally:
        await again.close()


async def test_the_clinics_own_absence_is_no_silence_of_the_pump(scene: Scene) -> None:
    heard_ms = await scene.take(scene.pump.telemetry())
    again = await build(scene.house.settings)
    try:
        again.ward.started_ms = heard_ms + 3_600_000
        limit_ms = again.settings.stale_ms
        await again.watch.tick(again.ward.started_ms + limit_ms)
        assert await again.desk.alerts() == []
        await again.watch.tick(again.ward.started_ms + limit_ms + 1)
        assert [row.kind for row in await again.desk.alerts()] == ["blind"]
    finally:
        await again.close()


async def test_a_restart_does_not_end_a_silence(scene: Scene) -> None:
    heard_ms = await scene.take(scene.pump.telemetry())
    await scene.house.watch.tick(heard_ms + 60_000)
    again = await build(scene.house.settings)
    try:
        again.ward.started_ms = heard_ms + 61_000
        await again.watch.tick(heard_ms + 62_000)
        [row] = await again.desk.alerts()
        assert (row.kind, row.cleared_at) == ("blind", None)
    finally:
        await again.close()


async def test_a_challenge_keeps_its_age_over_a_restart(scene: Scene) -> None:
    first_ms = await scene.take(scene.pump.telemetry())
    await scene.take(scene.pump.telemetry(), at_ms=first_ms + 200_000)
    again = await build(scene.house.settings)
    try:
        live = again.ward.pumps[scene.pump.pump_id]
        assert live.challenge is not None and live.challenge.at_ms == first_ms
        assert live.challenge_age_ms(live.challenge, first_ms + 300_000) == 300_000
    finally:
        await again.close()


async def test_a_pump_enrolled_by_another_process_is_taken_up(scene: Scene) -> None:
    other = PumpBench("Pump 2")
    enrolment = admin.Enrolment(other.pump_id, other.clinic_id, other.master, 0, other.name)
    await admin.enrol(scene.house.database, enrolment, False, now_ms())
    assert await scene.house.registry.refresh() == [other.pump_id]
    assert [tile.pump_name for tile in await scene.house.desk.ward()] == ["Pump 1", "Pump 2"]


async def test_frames_that_came_before_the_pump_was_enrolled_are_not_lost(scene: Scene) -> None:
    other = PumpBench("Pump 2")
    mine, scene.pump = scene.pump, other
    await scene.take(other.event(1, Event.BOOT, 0, 1), other.telemetry(battery_permille=555))
    assert await scene.house.desk.pump(other.pump_id.hex()) is None
    await enrol(scene.house, other)
    await scene.house.readmission.run(now_ms())
    assert scene.house.writer.counters.quarantined == 0
    tile = await scene.house.desk.pump(other.pump_id.hex())
    assert tile is not None and tile.battery_permille == 555
    assert [row.log_seq for row in await scene.house.desk.events(other.pump_id.hex(), 10)] == [1]
    scene.pump = mine


async def test_a_written_off_gap_ends_its_alert(scene: Scene) -> None:
    at_ms = await scene.take(scene.pump.event(1, Event.BOOT), scene.pump.telemetry(log_seq=9))
    await scene.house.watch.tick(at_ms + scene.house.settings.gap_ms + 1)
    assert "gap" in [row.kind for row in await scene.house.desk.alerts()]
    floor = await admin.accept_gap(scene.house.database, "Pump 1", "flash was replaced", now_ms())
    assert floor == 10
    await scene.house.registry.refresh()
    await scene.house.watch.tick(at_ms + scene.house.settings.gap_ms + 2)
    gaps = [row for row in await scene.house.desk.alerts() if row.kind == "gap"]
    assert [row.cleared_at is not None for row in gaps] == [True]


async def test_the_desk_answers_for_pumps_that_do_not_exist(scene: Scene) -> None:
    for pump_id in ("", "zz", secrets.token_hex(16)):
        assert await scene.house.desk.pump(pump_id) is None
        assert await scene.house.desk.series(pump_id, 60) == []
        assert await scene.house.desk.events(pump_id, 10) == []
        assert await scene.house.desk.alerts(pump_id) == []
    assert await scene.house.desk.command_result("nonsense") == "unknown"


async def test_a_long_series_is_thinned_evenly_and_keeps_its_newest_point(scene: Scene) -> None:
    start_ms = now_ms() - 3_000_000
    for batch in range(50):
        frames = [scene.pump.telemetry(rate_nl_h=batch * 60 + n) for n in range(60)]
        await scene.take(*frames, at_ms=start_ms + batch * 60_000)
    points = await scene.house.desk.series(scene.pump.pump_id.hex(), 3_600)
    assert len(points) == 1_000 and points[-1].rate_nl_h == 2_999
    assert {b.rate_nl_h - a.rate_nl_h for a, b in pairwise(points)} == {3}
    assert [point.at for point in points] == sorted(point.at for point in points)
