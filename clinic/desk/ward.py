"""The ward: standing alerts at the left, a tile for each pump, worst first."""

from __future__ import annotations

from datetime import datetime

from fastapi.responses import RedirectResponse
from nicegui import ui

from clinic.desk import session, words
from clinic.desk.alert_rail import AlertRail
from clinic.desk.elements import Text, node, show
from clinic.desk.feed import SERIES_REREAD_MS, Feed, Reading, mono_ms
from clinic.desk.frame import Frame, panel
from clinic.desk.tile import TileCard
from clinic.desk_model import Desk

QUIET = "No alerts. The ward is quiet."


class WardPage:
    """The content of one open ward page."""

    def __init__(self, frame: Frame, feed: Feed) -> None:
        self._frame = frame
        self._feed = feed
        self._cards: dict[str, TileCard] = {}
        self._order: list[str] = []
        self._drawn: dict[str, tuple[int, int | None]] = {}
        with frame.main:
            frame.main.classes("ward")
            Text("Ward", "h1", "sr")
            with node("aside", "rail", aria_label="Alerts"), panel("Alerts"):
                self._rail = AlertRail(frame.acknowledge, frame.say, QUIET)
            with panel("Pumps", "pumps"):
                with node("p", "spark-key"):
                    Text("Last hour:")
                    Text("rate")
                    Text("line pressure")
                self._empty = Text(
                    "No pumps yet. A pump appears here when its hub first reports it.",
                    "p",
                    "quiet",
                )
                self._grid = node("ul", "tiles")

    async def refresh(self, reading: Reading, now: datetime) -> None:
        """Bring the page up to the reading."""
        self._rail.update(list(reading.alerts), now)
        wanted = [tile.pump_id for tile in reading.tiles]
        for pump_id in [held for held in self._cards if held not in wanted]:
            self._cards.pop(pump_id).element.delete()
            self._drawn.pop(pump_id, None)
        moment_ms = mono_ms()
        states: list[str] = []
        for tile in reading.tiles:
            if tile.pump_id not in self._cards:
                with self._grid:
                    self._cards[tile.pump_id] = TileCard(tile)
            stale = reading.stale(tile, moment_ms)
            states.append(words.state_word(tile.state, stale))
            age_ms, text = reading.age_ms(tile, moment_ms), reading.alert_text(tile.pump_id)
            self._cards[tile.pump_id].update(tile, age_ms, stale, text)
        self._arrange(wanted)
        show(self._empty, not wanted)
        self._frame.summary.set_text(summary(states))
        if not reading.failed:
            await self._draw(reading, moment_ms, now)

    async def _draw(self, reading: Reading, moment_ms: int, now: datetime) -> None:
        """Redraw one hour of each pump when its line has moved by a pixel, or when its state
        changed.
        """
        for tile in reading.tiles:
            at_ms, state = self._drawn.get(
                tile.pump_id, (moment_ms - SERIES_REREAD_MS, tile.state)
            )
            if state != tile.state or moment_ms - at_ms >= SERIES_REREAD_MS:
                self._drawn[tile.pump_id] = (moment_ms, tile.state)
                self._cards[tile.pump_id].draw(
                    await self._feed.hour(tile.pump_id, tile.state), now
                )

    def _arrange(self, wanted: list[str]) -> None:
        """Put the tiles in the order of risk, moving as few as possible."""
        if wanted == self._order:
            return
        for index, pump_id in enumerate(wanted):
            element = self._cards[pump_id].element
            if list(self._grid)[index] is not element:
                element.move(self._grid, index)
        self._order = wanted
        ui.run_javascript("window.vigil?.keepFocus()")


def summary(states: list[str]) -> str:
    """ "3 pumps: 2 running, 1 alarm"."""
    head = words.count_of(len(states), "pump", "pumps")
    if not states:
        return head
    counted = ", ".join(
        f"{states.count(word)} {word.lower()}" for word in sorted(set(states), key=states.index)
    )
    return f"{head}: {counted}"


def register(desk: Desk, feed: Feed) -> None:
    """Add the page at "/"."""

    @ui.page("/", title="Vigil")
    async def ward_page() -> RedirectResponse | None:
        user = session.current_user()
        if user is None:
            return RedirectResponse("/login", status_code=303)
        frame = Frame(desk, feed, user, "Vigil")
        page = WardPage(frame, feed)
        await frame.start(page.refresh)
        return None
