"""The drawing of a pump's page with its window buttons: live edge by default, zoom, and a button
back to live.
"""

from __future__ import annotations

from datetime import datetime

from nicegui import events, ui

from clinic.desk import charts
from clinic.desk.elements import Text, attr, button, node, show
from clinic.desk.feed import mono_ms
from clinic.desk_model import Desk

# Length of the window in s, its button.
WINDOWS = ((15 * 60, "15 min"), (60 * 60, "1 h"), (6 * 60 * 60, "6 h"), (24 * 60 * 60, "24 h"))
# The line moves by less than a pixel in a 600th of the window.
REDRAW_SHARE = 600
REDRAW_MIN_MS = 1_000


class ChartPanel:
    """Owns the drawing, its window and whether it follows the live edge."""

    def __init__(self, desk: Desk, pump_id: str) -> None:
        self._desk = desk
        self._pump_id = pump_id
        self._window_s = WINDOWS[0][0]
        self._follow = True
        self._drawn_mono_ms: int | None = None
        with node("div", "chart-bar"):
            with node("div", "segments", role="group", aria_label="Length of the time axis"):
                self._buttons = {
                    window_s: button(
                        label, lambda window_s=window_s: self._choose(window_s), "segment"
                    )
                    for window_s, label in WINDOWS
                }
            self._back = button("Back to live", self._go_live, "btn-back")
            self._hint = Text("Live", classes="live-mark")
        self._chart = (
            ui.echart(charts.base_options(), renderer="svg")
            .classes("chart")
            .style(f"height: {charts.HEIGHT_PX}px")
        )
        attr(self._chart, "role", "img")
        self._chart.on("chart:datazoom", self._zoomed, args=["start", "end", "batch"])
        self._empty = Text("No telemetry in this time.", "p", "quiet")
        self._mark()

    def _mark(self) -> None:
        for window_s, element in self._buttons.items():
            attr(element, "aria-pressed", "true" if window_s == self._window_s else "false")
        show(self._back, not self._follow)
        show(self._hint, self._follow)

    def _choose(self, window_s: int) -> None:
        self._window_s = window_s
        self._go_live()

    def _go_live(self) -> None:
        self._follow = True
        self._drawn_mono_ms = None
        self._chart.run_chart_method(
            "dispatchAction", {"type": "dataZoom", "start": 0, "end": 100}
        )
        self._mark()

    def _zoomed(self, event: events.GenericEventArguments) -> None:
        """A person zoomed or moved the axis: stay there until they come back."""
        batch = event.args.get("batch") or [event.args]
        start, end = batch[0].get("start"), batch[0].get("end")
        self._follow = start is None or end is None or (start <= 0 and end >= 100)
        self._mark()

    async def refresh(self, now: datetime) -> None:
        """Redraw when the line has moved by a pixel, or at once after a choice."""
        moment_ms = mono_ms()
        pause_ms = max(REDRAW_MIN_MS, self._window_s * 1000 // REDRAW_SHARE)
        if self._drawn_mono_ms is not None and moment_ms - self._drawn_mono_ms < pause_ms:
            return
        self._drawn_mono_ms = moment_ms
        points = await self._desk.series(self._pump_id, self._window_s)
        changed = charts.live_options(points, self._window_s, now, self._follow)
        self._chart.run_chart_method("setOption", changed)
        show(self._empty, not points)
        attr(self._chart, "aria-label", description(len(points), self._window_s))


def description(count: int, window_s: int) -> str:
    """What a screen reader says of the drawing; the numbers themselves stand above it and in the
    table below.
    """
    label = dict(WINDOWS)[window_s]
    return f"Rate, volume given and line pressure of the last {label}, {count} points"
