"""The journal of a pump as a table, newest first. Rows stay where they are; new ones come in at
the top.
"""

from __future__ import annotations

from datetime import datetime

from nicegui.element import Element

from clinic.desk import words
from clinic.desk.elements import Text, attr, button, node, show
from clinic.desk.feed import mono_ms
from clinic.desk_model import Desk, EventRow

PAGE_ROWS = 25
MOST_ROWS = 500
REREAD_MS = 1_000


class EventsTable:
    """Reads at most once a second, and only the rows it shows."""

    def __init__(self, desk: Desk, pump_id: str) -> None:
        self._desk = desk
        self._pump_id = pump_id
        self._limit = PAGE_ROWS
        self._read_mono_ms: int | None = None
        self._rows: dict[int, Element] = {}
        self._empty = Text("No events yet.", "p", "quiet")
        with (
            node(
                "div", "table-wrap", tabindex="0", role="region", aria_label="Events, newest first"
            ),
            node("table", "events"),
        ):
            with node("thead"), node("tr"):
                for title, classes in (("Time", ""), ("Event", ""), ("No.", "number")):
                    attr(Text(title, "th", classes), "scope", "col")
            self._body = node("tbody")
        self._more = button("Show more", self._show_more, "")

    def _show_more(self) -> None:
        self._limit = min(self._limit + PAGE_ROWS * 2, MOST_ROWS)
        self._read_mono_ms = None

    async def refresh(self, now: datetime) -> None:
        """Add what is new at the top, and more at the foot when asked."""
        moment_ms = mono_ms()
        if self._read_mono_ms is not None and moment_ms - self._read_mono_ms < REREAD_MS:
            return
        self._read_mono_ms = moment_ms
        # one row more than shown tells whether there is more
        events = await self._desk.events(self._pump_id, self._limit + 1)
        shown = events[: self._limit]
        kept = {event.log_seq for event in shown}
        for log_seq in [held for held in self._rows if held not in kept]:
            self._rows.pop(log_seq).delete()
        for index, event in enumerate(shown):
            if event.log_seq not in self._rows:
                with self._body:
                    row = self._row(event, now)
                self._rows[event.log_seq] = row
                if list(self._body)[index] is not row:
                    row.move(self._body, index)
        show(self._empty, not shown)
        show(self._more, len(events) > self._limit and self._limit < MOST_ROWS)

    @staticmethod
    def _row(event: EventRow, now: datetime) -> Element:
        row = node("tr")
        attr(row, "data-seq", str(event.log_seq))
        with row:
            with node("td", "time"):
                stamp = Text(words.clock(event.at, now), "time")
                attr(stamp, "datetime", event.at.isoformat(timespec="seconds"))
            Text(event.text, "td")
            Text(str(event.log_seq), "td", "number")
        return row
