"""Which record goes when: urgency, resend, window. Against a real table, with time as an argument."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.store.database import open_database
from hub.store.flight import (
    ALARM_WINDOW,
    RESEND_AFTER_MS,
    WINDOW_MAX,
    WINDOW_MIN,
    Flight,
)
from hub.store.records import ALARM, BATCH_RECORDS, EVENT, ROUTINE, Caps, Incoming
from hub.store.table import OutboxTable

PUMP = bytes(16)


@pytest.fixture
def table(tmp_path: Path) -> OutboxTable:
    opened = open_database(tmp_path / "outbox.sqlite")
    return OutboxTable(opened.connection, Caps(100_000, 10**9, 3_600))


def put(table: OutboxTable, count: int, urgency: int = ROUTINE, start: int = 0) -> None:
    table._db.execute("BEGIN")
    for number in range(start, start + count):
        table.insert(Incoming(PUMP, urgency, 0, bytes([urgency]) + number.to_bytes(8, "big")))
    table._db.execute("COMMIT")


def clinic_has(table: OutboxTable, flight: Flight, ids: list[int]) -> None:
    table._db.execute("BEGIN")
    table.delete(ids)
    table._db.execute("COMMIT")
    flight.confirmed(ids)


def take_all(flight: Flight, table: OutboxTable, now_ms: int) -> list[list[int]]:
    """Ids of every message that may go now."""
    messages = []
    while records := flight.take(table, now_ms):
        messages.append([record.outbox_id for record in records])
    return messages


def test_alarm_goes_first_and_alone_then_events_before_routine(table: OutboxTable) -> None:
    put(table, 3, ROUTINE)
    put(table, 2, EVENT)
    put(table, 2, ALARM)
    assert take_all(Flight(), table, 0) == [[6], [7], [4, 5, 1, 2, 3]]


def test_batches_hold_at_most_sixty_four_records_and_the_window_bounds_them(
    table: OutboxTable,
) -> None:
    put(table, WINDOW_MAX + 100)
    messages = take_all(Flight(), table, 0)
    assert max(len(message) for message in messages) == BATCH_RECORDS
    assert sum(len(message) for message in messages) == WINDOW_MAX


def test_unreceipted_record_goes_again_after_ten_seconds_and_not_before(
    table: OutboxTable,
) -> None:
    put(table, 1)
    flight = Flight()
    assert take_all(flight, table, 1_000) == [[1]]
    assert flight.next_due_ms() == 1_000 + RESEND_AFTER_MS
    assert take_all(flight, table, 1_000 + RESEND_AFTER_MS - 1) == []
    assert take_all(flight, table, 1_000 + RESEND_AFTER_MS) == [[1]]
    assert flight.resent == 1
    flight.confirmed([1])
    table.delete([1])
    assert flight.next_due_ms() is None
    assert take_all(flight, table, 100_000) == []


def test_silent_clinic_gets_one_batch_each_ten_seconds_and_alarms_still(
    table: OutboxTable,
) -> None:
    put(table, 2_000)
    flight = Flight()
    now_ms = 0
    take_all(flight, table, now_ms)
    for _ in range(5):
        now_ms += RESEND_AFTER_MS
        assert sum(map(len, take_all(flight, table, now_ms))) == WINDOW_MIN
    put(table, 1, ALARM)
    assert take_all(flight, table, now_ms) == [[2_001]]


def test_window_opens_again_with_receipts(table: OutboxTable) -> None:
    put(table, 3_000)
    flight = Flight()
    take_all(flight, table, 0)
    now_ms = RESEND_AFTER_MS
    sizes = []
    while ids := [i for message in take_all(flight, table, now_ms) for i in message]:
        sizes.append(len(ids))
        clinic_has(table, flight, ids)
    assert sizes[:4] == [WINDOW_MIN, 2 * WINDOW_MIN, 4 * WINDOW_MIN, 8 * WINDOW_MIN]
    assert table.depth().total == 0


def test_new_line_sends_all_that_has_no_receipt_at_once_in_the_same_order(
    table: OutboxTable,
) -> None:
    put(table, 200)
    put(table, 2, ALARM)
    flight = Flight()
    first = take_all(flight, table, 5_000)
    flight.released()
    assert take_all(flight, table, 5_001) == first


def test_alarms_in_flight_are_bounded_and_a_new_alarm_goes_before_a_repeated_one(
    table: OutboxTable,
) -> None:
    put(table, ALARM_WINDOW + 5, ALARM)
    flight = Flight()
    assert len(take_all(flight, table, 0)) == ALARM_WINDOW
    again = take_all(flight, table, RESEND_AFTER_MS)
    assert again[0] == [ALARM_WINDOW + 1]


def test_record_dropped_while_in_flight_is_forgotten(table: OutboxTable) -> None:
    put(table, 2)
    put(table, 1, ALARM)
    flight = Flight()
    take_all(flight, table, 0)
    table.delete([1, 3])
    assert take_all(flight, table, RESEND_AFTER_MS) == [[2]]
    flight.confirmed([2])
    assert flight.next_due_ms() is None


def test_nothing_is_taken_for_which_the_line_has_no_room(table: OutboxTable) -> None:
    put(table, 1, ROUTINE)
    put(table, 1, ALARM)
    flight = Flight()
    assert flight.take(table, 0, alarms=False, others=False) == []
    assert [r.outbox_id for r in flight.take(table, 0, alarms=True, others=False)] == [2]
    assert [r.outbox_id for r in flight.take(table, 0, alarms=False, others=True)] == [1]
