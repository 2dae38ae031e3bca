"""What the pages rely on, asked of both desks: the bench desk of these tests and the clinic's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from clinic import admin, config
from clinic.clock import now_ms
from clinic.desk.stop_command import FINAL_WORDS, result_kind
from clinic.desk.tests.bench_desk import KETAMINE, PASSWORDS, BenchDesk
from clinic.desk_model import Desk
from clinic.house import House, build
from clinic.ingest import uplink
from clinic.order_model import Order
from clinic.patients import add_patient
from clinic.tests.bench import HubBench, PumpBench
from shared import alarm_sentences, alarm_table
from shared.codes import Event, State

USERNAME = "anna"
PASSWORD = PASSWORDS[USERNAME]
ALARM_ID = alarm_table.DOWNSTREAM_OCCLUSION
NO_ID = "0" * 32
ORDER = Order("KET_HOME_TEST", "0.1", "1", "50", 70_000, "100", "adult")
LOW = replace(ORDER, dose_mg_kg_h="0.01", vtbi_ml="10")


@dataclass
class Case:
    """A desk with one live pump, and what makes an alarm at that pump come and go."""

    desk: Desk
    pump_id: str
    raise_alarm: Callable[[], Awaitable[None]]
    clear_alarm: Callable[[], Awaitable[None]]


def bench_case() -> Case:
    desk = BenchDesk()

    async def raise_alarm() -> None:
        desk.raise_alarm(KETAMINE, ALARM_ID)

    async def clear_alarm() -> None:
        desk.cause_gone(max(desk.standing))

    return Case(desk, KETAMINE, raise_alarm, clear_alarm)


async def clinic_case(house: House) -> Case:
    """The clinic as it is built for service, with frames of a pump sealed and sent as on the wire."""
    house.accounts._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    await house.accounts.add(USERNAME, "Anna Lee", "nurse", PASSWORD, now_ms(), "test")
    await house.accounts.add(
        "noor", "Dr Noor Haddad", "prescriber", PASSWORDS["noor"], now_ms(), "test"
    )
    await add_patient(house.database, "P-1", "Ann Bell", "Home", 70_000, now_ms(), "test")
    pump, hub = PumpBench(), HubBench("hub-of-this-test")
    enrolment = admin.Enrolment(pump.pump_id, pump.clinic_id, pump.master, 0, pump.name)
    await admin.enrol(house.database, enrolment, False, now_ms())
    await admin.assign(house.database, pump.name, "P-1", now_ms())
    await house.registry.refresh()

    async def take(*frames: bytes) -> None:
        at_ms = now_ms()
        payload = hub.up(*((pump.pump_id, frame) for frame in frames))
        await house.writer.write([uplink.parse(hub.topic, payload, at_ms)], at_ms)

    async def raise_alarm() -> None:
        await take(pump.telemetry(alarms=1 << ALARM_ID, state=State.ALARM))

    async def clear_alarm() -> None:
        await take(pump.telemetry(alarms=0, state=State.STOPPED))

    await take(*(pump.telemetry(state=State.RUNNING, rate_nl_h=7_000_000) for _ in range(5)))
    await take(pump.event(1, Event.BOOT, 0, 1), pump.event(2, Event.START_PRESSED))
    return Case(house.desk, pump.pump_id.hex(), raise_alarm, clear_alarm)


@pytest.fixture(params=["bench", "clinic"])
async def case(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Case]:
    if request.param == "bench":
        yield bench_case()
        return
    # nothing listens there: the house is built, its loops do not run
    house = await build(config.load(state=tmp_path, mqtt_url="mqtt://127.0.0.1:9"))
    try:
        yield await clinic_case(house)
    finally:
        await house.close()


async def signed_in(case: Case):
    user = await case.desk.authenticate(USERNAME, PASSWORD)
    assert user is not None
    return user


async def test_only_the_right_password_gives_a_user(case):
    user = await signed_in(case)
    assert (user.username, user.full_name, user.role) == (USERNAME, "Anna Lee", "nurse")
    assert await case.desk.authenticate(USERNAME, "wrong") is None
    assert await case.desk.authenticate("nobody", PASSWORD) is None


async def test_a_live_pump_is_on_the_ward_with_its_numbers(case):
    tile = next(tile for tile in await case.desk.ward() if tile.pump_id == case.pump_id)
    assert tile.patient_name == "Ann Bell" and tile.place == "Home"
    assert tile.state == State.RUNNING and tile.rate_nl_h == 7_000_000
    assert tile.stale is False and tile.age_ms is not None and 0 <= tile.age_ms < 60_000
    assert tile.alarm_ids == () and tile.worst_priority == 0
    assert await case.desk.pump(NO_ID) is None
    assert await case.desk.pump("no id") is None


async def test_an_alarm_changes_the_version_stands_is_taken_once_and_goes_with_its_cause(case):
    user = await signed_in(case)
    before = case.desk.version()
    await case.raise_alarm()
    assert case.desk.version() != before
    tile = await case.desk.pump(case.pump_id)
    assert tile is not None and tile.alarm_ids == (ALARM_ID,) and tile.worst_priority == 3
    assert (await case.desk.ward())[0].pump_id == case.pump_id
    [alert] = await case.desk.alerts()
    assert (alert.pump_id, alert.alarm_id, alert.priority) == (case.pump_id, ALARM_ID, 3)
    assert alert.raised_at.utcoffset() is not None and alert.acknowledged_by is None
    assert alert.text == alarm_sentences.SENTENCES[ALARM_ID]

    before = case.desk.version()
    assert await case.desk.acknowledge(alert.alert_id, user) is True
    assert await case.desk.acknowledge(alert.alert_id, user) is False
    assert case.desk.version() != before
    [alert] = await case.desk.alerts(case.pump_id)
    assert alert.acknowledged_by == "Anna Lee" and alert.acknowledged_at is not None
    assert await case.desk.alerts(NO_ID) == []

    await case.clear_alarm()
    assert await case.desk.alerts() == []
    [past] = await case.desk.alerts(standing_only=False)
    assert past.cleared_at is not None
    assert await case.desk.acknowledge(past.alert_id + 1_000, user) is False


async def test_an_alarm_whose_cause_went_stands_until_it_was_seen(case):
    await case.raise_alarm()
    await case.clear_alarm()
    [alert] = await case.desk.alerts()
    assert alert.cleared_at is not None and alert.acknowledged_by is None
    assert await case.desk.acknowledge(alert.alert_id, await signed_in(case))
    assert await case.desk.alerts() == []


async def test_a_series_is_oldest_first_recent_and_not_too_long(case):
    points = await case.desk.series(case.pump_id, 3_600)
    assert 2 <= len(points) <= 1_200
    assert [point.at for point in points] == sorted(point.at for point in points)
    assert points[0].at >= datetime.now(UTC) - timedelta(seconds=3_660)
    assert points[-1].rate_nl_h == 7_000_000
    assert await case.desk.series(NO_ID, 3_600) == []


async def test_events_are_newest_first_and_no_more_than_asked_for(case):
    rows = await case.desk.events(case.pump_id, 100)
    assert len(rows) >= 2
    assert [row.log_seq for row in rows] == sorted((row.log_seq for row in rows), reverse=True)
    assert all(row.text and row.at.utcoffset() is not None for row in rows)
    assert await case.desk.events(case.pump_id, 1) == rows[:1]
    assert await case.desk.events(NO_ID, 5) == []


async def test_a_stop_has_an_id_and_a_result_that_the_page_understands(case):
    command_id = await case.desk.stop_pump(case.pump_id, await signed_in(case))
    assert len(bytes.fromhex(command_id)) == 16
    result = await case.desk.command_result(command_id)
    assert result_kind(result) in (*FINAL_WORDS, "pending")
    assert result.split(":")[0] in (*FINAL_WORDS, "pending")
    assert await case.desk.command_result(NO_ID) == "unknown"


async def test_an_order_is_proposed_with_its_terms_and_findings_or_with_what_is_wrong(case):
    proposal = await case.desk.propose(ORDER)
    assert proposal.formula.endswith("= 7 mL/h") and proposal.findings == ()
    assert ("Rate", "7 mL/h") in proposal.terms
    [finding] = (await case.desk.propose(LOW)).findings
    assert (finding.field, finding.severity, finding.override) == ("dose_mg_kg_h", "soft", None)
    wrong = await case.desk.propose(replace(ORDER, conc_mg_ml="x"))
    assert wrong.field == "conc_mg_ml" and wrong.refusal and wrong.terms == ()
    assert all(each.draft is None for each in (proposal, wrong))


async def test_a_draft_is_kept_for_a_prescriber_with_reasons_and_for_nobody_else(case):
    prescriber = await case.desk.authenticate("noor", PASSWORDS["noor"])
    assert prescriber is not None
    kept = await case.desk.keep_draft(case.pump_id, ORDER, "", prescriber)
    assert kept.draft is not None and kept.refusal is None
    refused = await case.desk.keep_draft(case.pump_id, ORDER, "", await signed_in(case))
    assert refused.draft is None and "Only a prescriber" in str(refused.refusal)
    answered = replace(LOW, overrides={"dose_mg_kg_h": "weaning"})
    for order, words, field in (
        (LOW, "Weaning over two days", "overrides"),
        (answered, "short", "soft_reason"),
        (replace(ORDER, dose_mg_kg_h="0.2"), "Weaning over two days", "dose_mg_kg_h"),
    ):
        refused = await case.desk.keep_draft(case.pump_id, order, words, prescriber)
        assert (refused.draft, refused.field) == (None, field)
    kept = await case.desk.keep_draft(case.pump_id, answered, "Weaning over two days", prescriber)
    assert kept.draft is not None
    assert kept.findings[0].override == "weaning"
