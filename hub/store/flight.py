"""Which records are on their way to the clinic, when each goes again, and how many may be out at once. Pure.

Times are milliseconds of any clock that does not run backwards.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from hub.store.records import ALARM, BATCH_RECORDS, EVENT, ROUTINE, URGENCIES, Stored
from hub.store.table import OutboxTable

# docs/PROTOCOL.md 3: unreceipted records go again after 10 s.
RESEND_AFTER_MS = 10_000
# Routine records and events out without a receipt. 16 batches keep a slow clinic busy; more only fills the broker.
WINDOW_MAX = 16 * BATCH_RECORDS
# While no receipts come one batch every 10 s asks whether the clinic is back: no flood after an outage.
WINDOW_MIN = BATCH_RECORDS
ALARM_WINDOW = 64
# The time of a record that has to go at once: before any reading of the clock.
NEVER_SENT_MS = -RESEND_AFTER_MS


class Flight:
    """Two-phase reading: `take` marks records as sent, `confirmed` forgets them, otherwise they go again."""

    def __init__(self) -> None:
        # id -> time sent, oldest first, one for alarms and one for the rest
        self._alarms: OrderedDict[int, int] = OrderedDict()
        self._others: OrderedDict[int, int] = OrderedDict()
        self._cursor = dict.fromkeys(URGENCIES, 0)
        self._window = WINDOW_MAX
        self._shrunk_ms = NEVER_SENT_MS
        self.resent = 0

    def take(
        self, table: OutboxTable, now_ms: int, alarms: bool = True, others: bool = True
    ) -> list[Stored]:
        """The next message: one alarm, or up to 64 other records, the more urgent first. Empty: nothing to send.

        `alarms`, `others`: whether there is room on the line for such a message.
        """
        records = self._take_alarm(table, now_ms) if alarms else []
        return records or (self._take_others(table, now_ms) if others else [])

    def confirmed(self, outbox_ids: Iterable[int]) -> None:
        """The clinic has these: they will not go again, and more may be out at once."""
        for outbox_id in outbox_ids:
            self._alarms.pop(outbox_id, None)
            self._others.pop(outbox_id, None)
        self._window = min(WINDOW_MAX, self._window * 2)

    def released(self) -> None:
        """What was sent may not have arrived: all of it is due at once, in the same order."""
        for sent in (self._alarms, self._others):
            for outbox_id in sent:
                sent[outbox_id] = NEVER_SENT_MS

    def next_due_ms(self) -> int | None:
        """When the oldest record in flight goes again, or None."""
        first = [next(iter(sent.values())) for sent in (self._alarms, self._others) if sent]
        return min(first) + RESEND_AFTER_MS if first else None

    def _take_alarm(self, table: OutboxTable, now_ms: int) -> list[Stored]:
        due = _due(self._alarms, now_ms, ALARM_WINDOW)
        if len(self._alarms) - len(due) >= ALARM_WINDOW:
            return []
        # A new alarm before one that the clinic may have already.
        records = table.after(ALARM, self._cursor[ALARM], 1)
        if records:
            self._cursor[ALARM] = records[0].outbox_id
        while not records and due:
            records = table.some([due[0]])
            self._forget_missing(self._alarms, [due[0]], records)
            self.resent += len(records)
            due = due[1:]
        self._mark(self._alarms, records, now_ms)
        return records

    def _take_others(self, table: OutboxTable, now_ms: int) -> list[Stored]:
        due = _due(self._others, now_ms, WINDOW_MAX)
        in_air = len(self._others) - len(due)
        self._shrink_if_silent(due, now_ms)
        room = min(BATCH_RECORDS, self._window - in_air)
        if room <= 0:
            return []
        again = due[:room]
        records = table.some(again) if again else []
        self._forget_missing(self._others, again, records)
        self.resent += len(records)
        for urgency in (EVENT, ROUTINE):
            if len(records) < room:
                fresh = table.after(urgency, self._cursor[urgency], room - len(records))
                if fresh:
                    self._cursor[urgency] = fresh[-1].outbox_id
                records += fresh
        self._mark(self._others, records, now_ms)
        return records

    def _shrink_if_silent(self, due: Sequence[int], now_ms: int) -> None:
        """Once in ten seconds, so that the first receipts can open the window while old records still go again."""
        # Only what was really sent and not answered speaks for a silent clinic, not what was released.
        unanswered = any(self._others[outbox_id] != NEVER_SENT_MS for outbox_id in due)
        if unanswered and now_ms - self._shrunk_ms >= RESEND_AFTER_MS:
            self._window = WINDOW_MIN
            self._shrunk_ms = now_ms

    @staticmethod
    def _mark(sent: OrderedDict[int, int], records: list[Stored], now_ms: int) -> None:
        for record in records:
            sent[record.outbox_id] = now_ms
            sent.move_to_end(record.outbox_id)

    @staticmethod
    def _forget_missing(
        sent: OrderedDict[int, int], asked: Sequence[int], found: Sequence[Stored]
    ) -> None:
        """Records dropped for room while they were in flight."""
        there = {record.outbox_id for record in found}
        for outbox_id in asked:
            if outbox_id not in there:
                sent.pop(outbox_id, None)


def _due(sent: OrderedDict[int, int], now_ms: int, limit: int) -> list[int]:
    due: list[int] = []
    for outbox_id, sent_ms in sent.items():
        if now_ms - sent_ms < RESEND_AFTER_MS or len(due) == limit:
            break
        due.append(outbox_id)
    return due
