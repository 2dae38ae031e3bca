"""One pump: who and what, what it does now, its alerts, three lanes over one time axis, its
journal, and stop.
"""

from __future__ import annotations

import re
from datetime import datetime

from fastapi.responses import RedirectResponse
from nicegui import ui

from clinic.desk import session, words
from clinic.desk.alert_rail import AlertRail
from clinic.desk.chart_panel import ChartPanel
from clinic.desk.elements import Text, attr, description, node, one_class, shape_svg, show
from clinic.desk.events_table import EventsTable
from clinic.desk.feed import Feed, Reading, mono_ms
from clinic.desk.frame import Frame, not_found, panel
from clinic.desk.stop_command import StopCommand
from clinic.desk.tile import AlarmLine, finish_text, silence_text, update_ring
from clinic.desk_model import Desk, PumpTile

PUMP_ID = re.compile(r"[0-9a-f]{32}")
QUIET = "No alerts for this pump."
PRESCRIBER = "prescriber"

# Label, how the value is known.
FACTS = (
    ("Prescribed", "reported"),
    ("Rate now", "reported"),
    ("Given", "computed"),
    ("Left", "computed"),
    ("Line pressure", "measured"),
    ("Battery", "measured"),
)

LEFT_FACT = 3


def fact_texts(tile: PumpTile) -> tuple[str, ...]:
    """The values of `FACTS`, in that order."""
    return (
        tile.dose or words.UNKNOWN,
        words.rate(tile.rate_nl_h),
        words.volume_interval(tile.given_min_nl, tile.given_max_nl),
        words.volume_left(tile.left_nl),
        words.pressure(tile.pressure_pa),
        words.battery(tile.battery_permille),
    )


class PumpPage:
    """The content of one open pump page."""

    def __init__(self, frame: Frame, desk: Desk, tile: PumpTile) -> None:
        self._frame = frame
        self._pump_id = tile.pump_id
        self._shown_terms: tuple[tuple[str, str], ...] | None = None
        self._build_head(tile)
        with node("div", "pump-columns"):
            with node("div", "pump-left"):
                with panel("Alerts"):
                    self._rail = AlertRail(frame.acknowledge, frame.say, QUIET, with_patient=False)
                with panel("Prescription"):
                    self._terms = node("div", "worked-out")
                    if frame.user.role == PRESCRIBER:
                        attr(Text("Prescribe", "a"), "href", f"/pump/{tile.pump_id}/prescribe")
                with panel("Events", "journal"):
                    self._events = EventsTable(desk, tile.pump_id)
            with panel("Trends", "trends"):
                self._charts = ChartPanel(desk, tile.pump_id)

    def _build_head(self, tile: PumpTile) -> None:
        with node("nav", "crumbs", aria_label="Place"):
            attr(Text("Ward", "a"), "href", "/")
            attr(Text(tile.pump_name), "aria-current", "page")
        with node("section", "identity", aria_label="Patient and pump") as self._head:
            with node("div", "identity-who"):
                self._name = Text(words.patient(tile.patient_name), "h1")
                self._place = Text("", "p", "identity-place")
                self._drug = Text("", "p", "identity-drug")
            with node("div", "identity-state"):
                with node("div", "tile-state"):
                    self._shape = (
                        ui.html("", sanitize=False, tag="span")
                        .classes("shape")
                        .props("aria-hidden=true")
                    )
                    self._state = Text("", "strong", "state-word")
                self._alarm = AlarmLine()
                self._finish = Text("", "p", "identity-finish")
                self._age = Text("", "p", "tile-age")
            self._ring = node("div", "ring ring-large", role="img")
            with self._ring, node("span", "ring-text"):
                self._percent = Text("")
                Text("given", classes="ring-note")
            with node("div", "identity-stop"):
                self._stop = StopCommand(self._frame, tile.pump_id)
        self._silence = Text("", "p", "silence")
        self._facts = node("dl", "fact-row")
        with self._facts:
            self._values: list[Text] = []
            self._known: list[Text] = []
            for label, known in FACTS:
                with node("div", "fact-cell"):
                    Text(label, "dt")
                    self._values.append(Text("", "dd"))
                    self._known.append(Text(known, "dd", "known"))

    async def refresh(self, reading: Reading, now: datetime) -> None:
        """Bring the page up to the reading."""
        moment_ms = mono_ms()
        tile = next((tile for tile in reading.tiles if tile.pump_id == self._pump_id), None)
        if tile is not None:
            stale = reading.stale(tile, moment_ms)
            text = reading.alert_text(self._pump_id)
            self._update_head(tile, reading.age_ms(tile, moment_ms), stale, text)
            self._update_terms(tile)
        self._rail.update(
            [alert for alert in reading.alerts if alert.pump_id == self._pump_id], now
        )
        others = [row.priority for row in reading.alerts if row.pump_id != self._pump_id]
        self._frame.summary.set_text(f"Other pumps: {words.counts_of(others)}" if others else "")
        await self._stop.refresh()
        if not reading.failed:
            await self._charts.refresh(now)
            await self._events.refresh(now)

    def _update_terms(self, tile: PumpTile) -> None:
        if tile.terms == self._shown_terms:
            return
        self._shown_terms = tile.terms
        self._terms.clear()
        with self._terms:
            if tile.terms:
                description(tile.terms)
            else:
                Text("No prescription known", "p", "quiet")

    def _update_head(
        self, tile: PumpTile, age_ms: int | None, stale: bool, alert_text: str
    ) -> None:
        one_class(self._head, "state-", words.state_class(tile.state, stale))
        kind = words.priority_class(tile.worst_priority) if tile.worst_priority else "fine"
        one_class(self._head, "is-", kind)
        self._name.set_text(words.patient(tile.patient_name))
        self._place.set_text(words.where(tile.place, tile.pump_name))
        self._drug.set_text(
            " ".join(filter(None, (tile.drug, tile.concentration))) or "No prescription known"
        )
        self._shape.set_content(shape_svg(kind) if tile.worst_priority else "")
        self._state.set_text(words.state_word(tile.state, stale))
        self._alarm.update(tile, stale, alert_text)
        self._finish.set_text("" if stale else finish_text(tile))
        self._age.set_text(words.data_age(age_ms, stale))
        self._silence.set_text(silence_text(tile))
        show(self._silence, stale)
        show(self._facts, not stale)
        show(self._ring, not stale)
        self._stop.update(tile, stale)
        if not stale:
            for element, text in zip(self._values, fact_texts(tile), strict=True):
                element.set_text(text)
            self._known[LEFT_FACT].set_text(f"computed, of {words.volume(tile.vtbi_nl)}")
            update_ring(self._ring, self._percent, tile)


def register(desk: Desk, feed: Feed) -> None:
    """Add the page at "/pump/<pump_id>"."""

    @ui.page("/pump/{pump_id}", title="Vigil")
    async def pump_page(pump_id: str) -> RedirectResponse | None:
        user = session.current_user()
        if user is None:
            wish = f"/pump/{pump_id}" if PUMP_ID.fullmatch(pump_id) else "/"
            return RedirectResponse(f"/login?next={wish}", status_code=303)
        tile = await desk.pump(pump_id) if PUMP_ID.fullmatch(pump_id) else None
        frame = Frame(desk, feed, user, f"{tile.pump_name} · Vigil" if tile else "Vigil")
        with frame.main:
            if tile is None:
                not_found()
                await frame.start()
                return None
            frame.main.classes("pump")
            page = PumpPage(frame, desk, tile)
        await frame.start(page.refresh)
        return None
