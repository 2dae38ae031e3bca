"""Alerts: raised, kept, acknowledged, cleared."""

from __future__ import annotations

from clinic.clock import now_ms
from clinic.tests.conftest import People, Scene
from shared import alarm_table
from shared.codes import Event, State

OCCLUSION = 1 << alarm_table.DOWNSTREAM_OCCLUSION
BATTERY = 1 << alarm_table.BATTERY_LOW


async def standing(scene: Scene) -> list[tuple[str, int | None, bool, bool]]:
    """(kind, alarm id, cause is there, acknowledged) of what the desk shows."""
    return [
        (row.kind, row.alarm_id, row.cleared_at is None, row.acknowledged_by is not None)
        for row in await scene.house.desk.alerts()
    ]


async def test_an_alarm_stands_until_its_cause_is_gone_acknowledged_or_not(
    scene: Scene, people: People
) -> None:
    await scene.take(scene.pump.telemetry(alarms=OCCLUSION, state=State.ALARM))
    rows = await scene.house.desk.alerts()
    assert [(row.kind, row.alarm_id, row.priority) for row in rows] == [("pump_alarm", 0, 3)]
    assert rows[0].text == "Line blocked below the pump" and rows[0].patient_name == "Pat One"
    tile = await scene.house.desk.pump(scene.pump.pump_id.hex())
    assert tile is not None and tile.alarm_ids == (0,) and tile.worst_priority == 3

    assert await scene.house.desk.acknowledge(rows[0].alert_id, people.nurse) is True
    assert await scene.house.desk.acknowledge(rows[0].alert_id, people.checker) is False
    assert await standing(scene) == [("pump_alarm", 0, True, True)]

    await scene.take(scene.pump.telemetry(alarms=0))
    assert await standing(scene) == []
    [row] = await scene.house.desk.alerts(standing_only=False)
    assert row.acknowledged_by == "A Nurse" and row.cleared_at is not None


async def test_an_alarm_that_is_over_stands_until_somebody_has_seen_it(
    scene: Scene, people: People
) -> None:
    await scene.take(scene.pump.telemetry(alarms=OCCLUSION), scene.pump.telemetry(alarms=0))
    [row] = await scene.house.desk.alerts()
    assert row.cleared_at is not None and row.acknowledged_at is None
    tile = await scene.house.desk.pump(scene.pump.pump_id.hex())
    assert tile is not None and tile.worst_priority == 0
    await scene.house.desk.acknowledge(row.alert_id, people.nurse)
    assert await scene.house.desk.alerts() == []


async def test_the_same_alarm_again_before_anyone_looked_is_one_line_that_counts(
    scene: Scene,
) -> None:
    for _ in range(3):
        await scene.take(scene.pump.telemetry(alarms=BATTERY), scene.pump.telemetry(alarms=0))
    [row] = await scene.house.desk.alerts()
    assert row.text == "Battery low (3 times)"


async def test_the_same_alarm_again_after_it_was_acknowledged_is_a_new_alert(
    scene: Scene, people: People
) -> None:
    await scene.take(scene.pump.telemetry(alarms=BATTERY), scene.pump.telemetry(alarms=0))
    [first] = await scene.house.desk.alerts()
    await scene.house.desk.acknowledge(first.alert_id, people.nurse)
    await scene.take(scene.pump.telemetry(alarms=BATTERY))
    [second] = await scene.house.desk.alerts()
    assert second.alert_id != first.alert_id and second.acknowledged_by is None


async def test_worst_first_then_oldest(scene: Scene) -> None:
    await scene.take(scene.pump.telemetry(alarms=BATTERY))
    await scene.take(scene.pump.telemetry(alarms=BATTERY | OCCLUSION | 1 << alarm_table.NEAR_END))
    assert [row.alarm_id for row in await scene.house.desk.alerts()] == [0, 5, 13]


async def test_an_alarm_bit_that_this_clinic_does_not_know_is_high(scene: Scene) -> None:
    await scene.take(scene.pump.telemetry(alarms=1 << 30))
    [row] = await scene.house.desk.alerts()
    assert (row.alarm_id, row.priority) == (None, alarm_table.HIGH)
    tile = await scene.house.desk.pump(scene.pump.pump_id.hex())
    assert tile is not None and tile.alarm_ids == () and tile.worst_priority == 3


async def test_an_alarm_event_alone_and_ahead_of_telemetry_raises(scene: Scene) -> None:
    await scene.take(scene.pump.telemetry())
    scene.pump.mono_ms += 50
    await scene.take(scene.pump.event(1, Event.ALARM_RAISED, 2, 1))
    assert await standing(scene) == [("pump_alarm", 2, True, False)]
    await scene.take(scene.pump.telemetry(alarms=1 << 2, log_seq=1))
    assert await standing(scene) == [("pump_alarm", 2, True, False)]


async def test_an_alarm_that_came_and_went_while_nobody_listened_is_told_once(
    scene: Scene,
) -> None:
    await scene.take(scene.pump.telemetry())
    raised_ms = scene.pump.mono_ms + 100_000
    scene.pump.mono_ms += 600_000
    await scene.take(scene.pump.telemetry())
    frames = (
        scene.pump.event(1, Event.ALARM_RAISED, 4, 0, mono_ms=raised_ms),
        scene.pump.event(2, Event.ALARM_CLEARED, 4, mono_ms=raised_ms + 5_000),
    )
    at_ms = await scene.take(*frames)
    [row] = await scene.house.desk.alerts()
    assert (row.alarm_id, row.cleared_at is not None) == (4, True)
    assert (at_ms - row.raised_at.timestamp() * 1_000) > 400_000


async def test_the_late_event_of_an_alarm_that_telemetry_showed_adds_nothing(
    scene: Scene, people: People
) -> None:
    event_ms = scene.pump.mono_ms + 900
    await scene.take(scene.pump.telemetry(alarms=OCCLUSION), scene.pump.telemetry(alarms=0))
    [row] = await scene.house.desk.alerts()
    await scene.house.desk.acknowledge(row.alert_id, people.nurse)
    await scene.take(scene.pump.event(1, Event.ALARM_RAISED, 0, 0, mono_ms=event_ms))
    assert await scene.house.desk.alerts() == []


async def test_silence_raises_blind_and_only_live_data_clears_it(scene: Scene) -> None:
    heard_ms = await scene.take(scene.pump.telemetry())
    limit_ms = scene.house.settings.stale_ms
    await scene.house.watch.tick(heard_ms + limit_ms)
    assert await standing(scene) == []
    await scene.house.watch.tick(heard_ms + limit_ms + 1)
    assert await standing(scene) == [("blind", None, True, False)]
    await scene.take(scene.pump.telemetry(sample=1), at_ms=heard_ms + limit_ms + 500)
    assert await standing(scene) == [("blind", None, True, False)]
    await scene.take(scene.pump.telemetry(sample=0), at_ms=heard_ms + limit_ms + 600)
    assert await standing(scene) == [("blind", None, False, False)]


async def test_a_backlog_of_old_live_telemetry_does_not_end_silence(scene: Scene) -> None:
    heard_ms = await scene.take(scene.pump.telemetry())
    await scene.house.watch.tick(heard_ms + 60_000)
    await scene.take(scene.pump.telemetry(), at_ms=heard_ms + 61_000, waited_ms=55_000)
    assert await standing(scene) == [("blind", None, True, False)]


async def test_a_hub_that_has_lost_the_pump_raises_at_once(scene: Scene) -> None:
    heard_ms = await scene.take(scene.pump.telemetry(), links=[(scene.pump.pump_id, 1)])
    await scene.take(at_ms=heard_ms + 2_000, links=[(scene.pump.pump_id, 0)])
    [row] = await scene.house.desk.alerts()
    assert (row.kind, row.text) == ("blind", "No data: the hub has lost the pump")
    await scene.take(at_ms=heard_ms + 3_000, links=[(scene.pump.pump_id, 1)])
    await scene.house.watch.tick(heard_ms + 3_500)
    [row] = await scene.house.desk.alerts()
    assert row.cleared_at is None  # found again is not heard again
    await scene.take(
        scene.pump.telemetry(), at_ms=heard_ms + 4_000, links=[(scene.pump.pump_id, 1)]
    )
    [row] = await scene.house.desk.alerts()
    assert row.cleared_at is not None


async def test_a_pump_at_rest_or_never_seen_is_not_missed(scene: Scene) -> None:
    started_ms = scene.house.ward.started_ms
    await scene.house.watch.tick(started_ms + 1_000_000)
    assert await standing(scene) == []
    await scene.take(scene.pump.telemetry())
    scene.live.watched = False
    await scene.house.watch.tick(started_ms + 2_000_000)
    assert await standing(scene) == []


async def test_a_missing_event_raises_gap_after_the_limit_and_clears_when_it_comes(
    scene: Scene,
) -> None:
    first = scene.pump.event(1, Event.BOOT, 0, 1)
    missing = scene.pump.event(2, Event.START_PRESSED)
    third = scene.pump.event(3, Event.STOP_PRESSED)
    at_ms = await scene.take(first, third)
    limit_ms = scene.house.settings.gap_ms
    await scene.house.watch.tick(at_ms + limit_ms)
    assert [row.kind for row in await scene.house.desk.alerts()] == []
    await scene.house.watch.tick(at_ms + limit_ms + 1)
    [row] = await scene.house.desk.alerts()
    assert (row.kind, row.text) == ("gap", "1 event of the pump's log did not arrive")
    await scene.take(missing, at_ms=at_ms + limit_ms + 10)
    [row] = await scene.house.desk.alerts()
    assert row.cleared_at is not None


async def test_events_that_telemetry_tells_of_and_that_never_come_are_a_gap(scene: Scene) -> None:
    at_ms = await scene.take(scene.pump.telemetry(log_seq=4), scene.pump.event(2, Event.BOOT))
    await scene.take(scene.pump.telemetry(), at_ms=at_ms + 61_000)
    [row] = [row for row in await scene.house.desk.alerts() if row.kind == "gap"]
    assert row.text == "2 events of the pump's log did not arrive"


async def test_a_log_that_is_catching_up_is_no_gap(scene: Scene) -> None:
    at_ms = await scene.take(scene.pump.telemetry(log_seq=30))
    for number in range(1, 11):
        at_ms += 30_000
        await scene.take(
            scene.pump.event(number, Event.START_PRESSED), scene.pump.telemetry(), at_ms=at_ms
        )
    assert [row for row in await scene.house.desk.alerts() if row.kind == "gap"] == []


async def test_a_nurse_may_acknowledge_and_an_admin_may_not(scene: Scene, people: People) -> None:
    await scene.take(scene.pump.telemetry(alarms=OCCLUSION))
    [row] = await scene.house.desk.alerts()
    admin = await scene.house.accounts.add(
        "boss", "B Admin", "admin", "long enough words", now_ms(), "test"
    )
    assert await scene.house.desk.acknowledge(row.alert_id, admin) is False
    assert await scene.house.desk.acknowledge(row.alert_id, people.nurse) is True
