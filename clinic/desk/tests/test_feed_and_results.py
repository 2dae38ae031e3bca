"""The shared reading of the records, the values of a command, and where a sign-in may lead."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from clinic.desk import alert_rail, frame, session, stop_command
from clinic.desk.feed import FAILED_STALE_MS, Feed, mono_ms
from clinic.desk.tests.bench_desk import KETAMINE, LIDOCAINE, LIVE_AGE_MS, USERS, BenchDesk


class CountingDesk(BenchDesk):
    """Counts how often the ward is read."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0

    async def ward(self):
        self.reads += 1
        await asyncio.sleep(0.01)
        return await super().ward()


def test_many_pages_share_one_reading():
    desk = CountingDesk()

    async def many_pages():
        feed = Feed(desk)
        return await asyncio.gather(*(feed.read() for _ in range(50)))

    readings = asyncio.run(many_pages())
    assert desk.reads == 1
    assert all(reading is readings[0] for reading in readings)


def test_a_change_is_read_at_once():
    desk = CountingDesk()

    async def change():
        feed = Feed(desk)
        await feed.read()
        desk.raise_alarm(LIDOCAINE, 0)
        return await feed.read()

    assert [alert.priority for alert in asyncio.run(change()).alerts] == [3]


def test_records_that_cannot_be_read_leave_the_last_ones_marked_and_then_stale():
    desk = BenchDesk()

    async def fail():
        feed = Feed(desk)
        await feed.read()
        desk.failing = True
        desk.change(KETAMINE, linked=True)
        return await feed.read()

    reading = asyncio.run(fail())
    now_ms = mono_ms()
    assert reading.failed and len(reading.tiles) == 3
    assert not reading.stale(reading.tiles[0], reading.read_mono_ms + FAILED_STALE_MS)
    assert reading.stale(reading.tiles[0], reading.read_mono_ms + FAILED_STALE_MS + 1)
    age_ms = reading.age_ms(reading.tiles[0], now_ms + 60_000)
    assert age_ms is not None and age_ms >= 60_000


def test_an_age_counts_on_between_readings_and_never_seen_stays_never():
    desk = BenchDesk()
    reading = asyncio.run(Feed(desk).read())
    tile = reading.tiles[0]
    assert reading.age_ms(tile, reading.read_mono_ms + 1_500) == LIVE_AGE_MS + 1_500
    assert reading.age_ms(replace(tile, age_ms=None), mono_ms()) is None


@pytest.mark.parametrize(
    ("result", "kind"),
    [("pending", "pending"), ("done", "done"), ("refused: not confirmed", "refused"),
     ("unknown", "unknown"), ("", "unknown"), ("surprise", "unknown")],
)  # fmt: skip
def test_a_result_is_one_of_three_values_and_what_is_not_understood_is_unknown(result, kind):
    assert stop_command.result_kind(result) == kind


def test_a_late_answer_is_said_and_never_taken_for_a_stop():
    early = stop_command.result_text("pending", "14:03:12", 0)
    late = stop_command.result_text("pending", "14:03:12", stop_command.LATE_MS)
    assert "Waiting" in early and "may still be delivering" in late
    assert "stale challenge" in stop_command.result_text("refused: stale challenge", "14:03:12", 1)


@pytest.mark.parametrize(
    ("wish", "path"),
    [
        (None, "/"),
        ("", "/"),
        ("/", "/"),
        (f"/pump/{KETAMINE}", f"/pump/{KETAMINE}"),
        (f"/pump/{KETAMINE}/prescribe", f"/pump/{KETAMINE}/prescribe"),
        (f"/pump/{KETAMINE}/stop", "/"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/pump/../login", "/"),
        (f"/pump/{KETAMINE}\n", "/"),
        ("/logout", "/"),
    ],
)
def test_a_sign_in_leads_only_to_a_page_of_this_desk(wish, path):
    assert session.safe_path(wish) == path


def test_a_press_on_a_row_that_has_just_moved_is_not_taken():
    assert not alert_rail.settled(1_000, 1_000 + alert_rail.SETTLE_MS - 1)
    assert alert_rail.settled(1_000, 1_000 + alert_rail.SETTLE_MS)


def test_an_acknowledgement_that_was_not_taken_says_why():
    desk = BenchDesk()
    alert_id = desk.raise_alarm(LIDOCAINE, 0)
    anna = USERS["anna"]
    assert frame.not_taken(None, anna) == "This alert is gone."
    assert "role nurse" in frame.not_taken(desk.standing[alert_id], anna)
    assert asyncio.run(desk.acknowledge(alert_id, anna))
    assert frame.not_taken(desk.standing[alert_id], anna) == "Anna Lee has it already."
